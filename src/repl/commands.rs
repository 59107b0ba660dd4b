//! The commands of the REPL: lines that begin with a colon.

use super::{ALL_ROWS, Repl, Said, Turn, draw};
use crate::diagnostic::{Finding, Findings, codes};
use crate::text::did_you_mean;

/// Every command with what it does.
pub const COMMANDS: &[(&str, &str, &str)] = &[
    ("help", "[NAME]", "explains a primitive, a block form or a code; without a name, this page"),
    ("type", "EXPR", "the type of an expression"),
    ("all", "", "the newest value again, with all its rows"),
    ("names", "", "variables, functions and imports of this session"),
    ("reload", "", "reads inventory, run and scripts anew"),
    ("quit", "", "leaves; so does Ctrl-D"),
];

const PAGE: &str = "\
Type what a runbook could say; the value of the last expression is shown. `let`, `fn` and `import` stay.

  topology.pools                                        what there is
  let legacy = topology.pools[0]
  legacy.users.filter(|user| user.enterprise_voice)     who
  import \"policy/pilot\" as pilot
  legacy.users.select(|user| pilot::choose(user))       what a policy decides, and why

An input goes on on the next line while it is not whole; Ctrl-C gives it up, and ends what runs too long.
Nothing is changed from here, and no real system is asked: see `sidle plan`.";

impl Repl {
    pub(super) fn command(&self, command: &str) -> Turn {
        let (word, rest) =
            command.trim().split_once(char::is_whitespace).unwrap_or((command.trim(), ""));
        let rest = rest.trim();
        match word {
            "help" | "h" | "?" => Turn::Said(self.explain(rest)),
            "type" | "t" => Turn::Said(self.type_of(rest)),
            "all" => Turn::Said(self.all()),
            "names" => Turn::Said(self.names()),
            "reload" => Turn::Reload,
            "quit" | "q" | "exit" => Turn::Quit,
            _ => {
                let known = COMMANDS.iter().map(|(name, ..)| *name);
                let help = did_you_mean(word, known, "`:help` lists the commands");
                // A near name is a command only with its colon.
                let help = help.replace("did you mean `", "did you mean `:");
                let message = format!("there is no command `:{word}`");
                Turn::Said(wrong(Finding::error(codes::REPL_UNKNOWN_COMMAND, message).help(help)))
            }
        }
    }

    fn explain(&self, name: &str) -> Said {
        if name.is_empty() {
            let width =
                COMMANDS.iter().map(|(name, rest, _)| name.len() + rest.len()).max().unwrap_or(0);
            let lines = COMMANDS.iter().map(|(name, rest, what)| {
                format!(
                    "  :{:width$}  {what}",
                    format!("{name} {rest}").trim_end(),
                    width = width + 1
                )
            });
            let lines: Vec<String> = lines.collect();
            return said(format!("{PAGE}\n\n{}", lines.join("\n")));
        }
        match (self.help)(name) {
            Ok(text) => said(text.trim_end().to_owned()),
            Err(finding) => wrong(finding),
        }
    }

    fn type_of(&self, expression: &str) -> Said {
        if expression.is_empty() {
            let message = "`:type` wants an expression";
            return wrong(
                Finding::error(codes::REPL_UNKNOWN_COMMAND, message)
                    .help("write for example `:type topology.pools`"),
            );
        }
        let evaluated = self.console.evaluate(expression, self.rows);
        match evaluated.value {
            Ok(shown) => said(draw::kind(&shown)),
            Err(findings) => Said { findings, ..Said::default() },
        }
    }

    fn all(&self) -> Said {
        match self.console.last(ALL_ROWS) {
            Some(shown) => said(draw::text(&shown, self.style)),
            None => said("There is no value yet.".to_owned()),
        }
    }

    fn names(&self) -> Said {
        let names = self.console.names();
        let mut lines = Vec::new();
        for variable in &names.variables {
            lines.push(format!("  {}: {}", variable.name, variable.kind));
        }
        for function in &names.functions {
            lines.push(format!("  fn {}({})", function.name, function.parameters.join(", ")));
        }
        for (name, functions) in &names.modules {
            let functions = functions.iter().map(|function| {
                format!("{name}::{}({})", function.name, function.parameters.join(", "))
            });
            lines.push(format!("  {}", functions.collect::<Vec<_>>().join(", ")));
        }
        said(lines.join("\n"))
    }
}

fn said(text: String) -> Said {
    Said { text, ..Said::default() }
}

fn wrong(finding: Finding) -> Said {
    Said { findings: Findings::from(finding), ..Said::default() }
}
