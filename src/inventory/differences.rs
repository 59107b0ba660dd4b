//! Values of a later file that differ from those of an earlier one: the earlier ones count, and it is said.

use super::faults::Faults;
use super::records::Records;
use crate::diagnostic::{Finding, codes};
use crate::text;
use crate::topology::{UserId, Users};

/// How many users are named.
const SHOWN: usize = 3;

/// What was noticed in one file.
#[derive(Default)]
pub(super) struct Differences(Vec<Difference>);

struct Difference {
    column: usize,
    times: usize,
    /// At the first cell.
    finding: Finding,
    samples: Vec<String>,
}

impl Differences {
    /// Notes that a cell differs from what is known already.
    pub(super) fn note(
        &mut self,
        users: &Users,
        user: UserId,
        column: usize,
        earlier: &str,
        records: &Records,
    ) {
        let known = self.0.iter().position(|difference| difference.column == column);
        let at = known.unwrap_or_else(|| {
            let finding = Finding::warning(codes::INVENTORY_DIFFERS, "");
            let finding = records.at(column, finding, "the first one");
            self.0.push(Difference { column, times: 0, finding, samples: Vec::new() });
            self.0.len() - 1
        });
        let Some(difference) = self.0.get_mut(at) else { return };
        difference.times += 1;
        if difference.samples.len() < SHOWN {
            let (here, who) = (records.cell(column), users.address(user));
            difference.samples.push(format!("`{who}`: `{}` here, `{earlier}` before", here.trim()));
        }
    }

    /// Tells all, once for each column.
    pub(super) fn tell(self, file: &str, names: &[String], faults: &mut Faults) {
        for Difference { column, times, mut finding, samples } in self.0 {
            let name = names.get(column).map_or("", String::as_str);
            finding.message = format!(
                "`{name}` of `{file}` differs from an earlier file for {}; the earlier value counts",
                text::count(times, "user")
            );
            let more = if times > samples.len() { " ..." } else { "" };
            faults.add(codes::INVENTORY_DIFFERS, || {
                finding.help(format!("see which file is right: {}{more}", samples.join("; ")))
            });
        }
    }
}
