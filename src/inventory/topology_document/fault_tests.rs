//! Documents that are broken in any way: findings, never a panic, and never thousands of lines.

use super::read;
use super::tests::{TBXML, XML, read_text};
use crate::inventory::faults::Faults;
use proptest::prelude::*;

#[test]
fn thousands_of_faults_of_a_kind_are_twenty_and_a_number() {
    let port = "<Port Port=\"0\" />".repeat(5_000);
    let text = XML.replacen("<Port ", &format!("{port}<Port "), 1);
    let (topology, said) = read_text("t.xml", &text);
    assert!(topology.is_none());
    assert_eq!(said.lines().count(), 21);
    let rest = "4,980 further findings of this kind not shown";
    assert!(said.lines().last().is_some_and(|line| line.contains(rest)), "{said}");
}

#[test]
fn a_fault_on_a_long_line_has_its_line_and_column() {
    let one_line = XML.replace('\n', " ").replacen("Port=\"5070\"", "Port=\"0\"", 1);
    let column = one_line.find("Port=\"0\"").unwrap() + "Port=\"".len() + 1;
    let (_, said) = read_text("t.xml", &one_line);
    assert!(said.starts_with(&format!("t.xml:1:{column} `0` is no port")), "{said}");
}

#[test]
fn services_that_need_each_other_are_no_fault_in_a_document() {
    // The Edge needs the registrar here, and the registrar its Edge.
    let edge =
        "<ServiceId SiteId=\"3\" RoleName=\"EdgeServer\" Instance=\"1\" />\n        </Dependency>";
    let own = edge.replace("\"3\"", "\"1\"");
    let (topology, said) = read_text("t.xml", &XML.replace(edge, &own));
    assert_eq!(said, "");
    let needs = |name: &str, on: &str| {
        let topology = topology.as_ref().unwrap();
        let found =
            topology.services.iter().find(|service| service.name == name && service.fqdn == on);
        found.unwrap().depends_on.clone()
    };
    let registrar = needs("Registrar", "lyncpool01.contoso.com");
    assert!(registrar.contains(&"lyncedge01.contoso.com/EdgeServer".to_owned()), "{registrar:?}");
    let edge = needs("EdgeServer", "lyncedge01.contoso.com");
    assert_eq!(edge, ["lyncpool01.contoso.com/Registrar"]);
}

#[test]
fn every_beginning_of_a_document_is_refused() {
    for text in [XML, TBXML] {
        let end = text.trim_end().len();
        for cut in (0..end).step_by(97).chain([end - 1]) {
            let (topology, said) = read_text("t.xml", &text[..cut]);
            assert!(topology.is_none() && !said.is_empty(), "cut at {cut}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_mutation_of_a_document_is_more_than_findings(
        builder in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, ".{0,4}"), 1..6),
    ) {
        let mut bytes = if builder { TBXML } else { XML }.as_bytes().to_vec();
        for (at, length, new) in edits {
            let at = at.index(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, new.bytes());
        }
        let mut faults = Faults::default();
        let topology = read("t.xml", bytes, &mut faults);
        prop_assert_eq!(topology.is_none(), faults.has_errors());
    }

    #[test]
    fn no_bytes_are_more_than_findings(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut faults = Faults::default();
        let mut text = b"<".to_vec();
        text.extend(bytes);
        prop_assert!(read("t.xml", text, &mut faults).is_none());
        prop_assert!(faults.has_errors());
    }
}
