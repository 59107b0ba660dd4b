//! What is wrong in a topology document, in either dialect: one fault each.

use super::Golden;
use crate::organisation::organisation;
use crate::project::TestProject;

const XML: &str = include_str!("../topology/merged.xml");
const TBXML: &str = include_str!("../topology/merged.tbxml");

/// A small organisation with that document.
fn with(document: impl Into<Vec<u8>>) -> TestProject {
    let project = organisation(3, "note(\"go\");\n").edited(
        "sidle.toml",
        "[move]",
        "[inventory]\ntopology = \"inventory/topology.xml\"\n\n[move]",
    );
    std::fs::write(project.folder().join("inventory/topology.xml"), document.into()).unwrap();
    project
}

/// What stands in the published document, and what is written instead.
const EDITS: &[(&str, &str, &str)] = &[
    ("topology::xml crossed", "  </Clusters>\n", "  </Cluster>\n"),
    ("topology::xml entity", "<Name>Seoul", "<Name>S&eoul;"),
    ("topology::xml attribute", "SiteId=\"4\" Number=\"1\"", "SiteId=\"4\" SiteId=\"1\""),
    ("topology::xml quote", "Fqdn=\"sql01.contoso.com\">", "Fqdn=\"sql01.contoso.com>"),
    ("topology::xml comment", "<InternalDomains", "<!-- <InternalDomains"),
    ("topology::unknown_document namespace", "Deploy.Topology.2008", "Deploy.Topology.2013"),
    ("topology::value fqdn", " Fqdn=\"ocspool01.contoso.com\"", ""),
    ("topology::value host", "Fqdn=\"ocspool02.contoso.com\"", "Fqdn=\"ocspool 02\""),
    ("topology::value port", "Port=\"5070\"", "Port=\"70000\""),
    ("topology::value word", "Port=\"5070\"", "Port=\"sip\""),
    ("topology::value version", "ServiceVersion=\"6\"", "ServiceVersion=\"six\""),
    ("topology::value flag", "IsActive=\"true\"", "IsActive=\"maybe\""),
    ("topology::value site", "<Name>Incheon</Name>", "<Name> </Name>"),
    (
        "topology::value section",
        "<InstalledOn>\n        <ClusterId SiteId=\"3\" Number=\"4\" />\n      </InstalledOn>",
        "<InstalledOn />",
    ),
    (
        "topology::unknown_reference service",
        "RoleName=\"FileStore\" Instance=\"1\" />\n        </Dependency>",
        "RoleName=\"FileStor\" Instance=\"1\" />\n        </Dependency>",
    ),
    (
        "topology::unknown_reference cluster",
        "<InstalledOn>\n        <ClusterId SiteId=\"3\" Number=\"4\" />",
        "<InstalledOn>\n        <ClusterId SiteId=\"3\" Number=\"44\" />",
    ),
    ("topology::unknown_reference site", "<ClusterId SiteId=\"4\"", "<ClusterId SiteId=\"14\""),
    (
        "topology::unknown_reference federation",
        "<ServiceId SiteId=\"3\" RoleName=\"EdgeServer\" Instance=\"1\" />\n      </FederationRoute>",
        "<ServiceId SiteId=\"1\" RoleName=\"FileStore\" Instance=\"1\" />\n      </FederationRoute>",
    ),
    ("topology::duplicate site", "<Name>Busan", "<Name>SEOUL"),
    (
        "topology::duplicate id",
        "<ClusterId SiteId=\"1\" Number=\"4\"",
        "<ClusterId SiteId=\"1\" Number=\"3\"",
    ),
    ("topology::duplicate server", "Fqdn=\"lync02.", "Fqdn=\"LYNC01."),
    ("topology::duplicate pool", "\"lyncedge01.contoso.com\"", "\"lyncpool01.contoso.com\""),
    ("topology::name_collision", "\"ocspool01.contoso.com\"", "\"LyncPool01.contoso.com\""),
    ("topology::unknown_product", "ServiceVersion=\"6\"", "ServiceVersion=\"9\""),
];

#[test]
fn golden_topology_documents() {
    let mut golden = Golden::new("topologies");
    for (name, old, new) in EDITS {
        assert!(XML.contains(old), "{name}: the document has no {old}");
        golden.told(name, &with(XML.replacen(old, new, 1)), &["check"]);
    }
    let mut told = |name, document: Vec<u8>| golden.told(name, &with(document), &["check"]);
    let text = |text: &str| text.as_bytes().to_vec();
    told("topology::xml truncated", text(&XML[..XML.len() / 2]));
    told("topology::xml empty", Vec::new());
    let bomb = "<!DOCTYPE Topology [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n<Topology";
    told("topology::xml bomb", text(&XML.replacen("<Topology", bomb, 1)));
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    told("topology::xml deep", text(&XML.replacen("<Sites>", &format!("<Sites>{deep}"), 1)));
    let long = "x".repeat(1 << 20);
    told("topology::value long", text(&XML.replacen("ocsedge01", &long, 1)));
    let wide = (0..100).map(|n| format!(" a{n}=\"\"")).collect::<Vec<_>>().concat();
    told("topology::xml wide", text(&XML.replacen("<Sites", &format!("<Sites{wide}"), 1)));
    told(
        "topology::xml one_line",
        text(&XML.replace('\n', " ").replacen("</Sites>", "</Site>", 1)),
    );
    let no_pool = "<Topology xmlns=\"urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008\">\n\
                   <Sites /><Clusters /><Services />\n</Topology>\n";
    told("topology::value no_pool", text(no_pool));
    told("topology::unknown_document root", text("<html><body/></html>"));
    let objects =
        "<Objs Version=\"1.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"/>";
    told("topology::unknown_document objects", text(objects));
    told("inventory::encoding zero", text(&XML.replacen("Seoul", "Se\0ul", 1)));
    let latin: Vec<u8> = XML.bytes().map(|byte| if byte == b'S' { 0xe9 } else { byte }).collect();
    told("inventory::encoding latin", latin);
    let mut odd: Vec<u8> = b"\xFF\xFE".to_vec();
    odd.extend(XML.encode_utf16().take(500).flat_map(u16::to_le_bytes));
    odd.push(b'x');
    told("inventory::encoding half", odd);
    // Topology Builder's own dialect.
    let edited = |old: &str, new: &str| {
        assert!(TBXML.contains(old), "{old}");
        text(&TBXML.replacen(old, new, 1))
    };
    told("topology::unknown_document writable", edited("WritableTopology.2008", "Writable.2008"));
    told("topology::value partial", text(&TBXML.replace("PartialTopology", "WholeTopology")));
    told("topology::value unique_id", edited("UniqueId=\"", "Unique=\""));
    let dangling = edited("InstalledOn=\"", "InstalledOn=\"0");
    told("topology::unknown_reference installed_on", dangling);
    let dangling = edited("<Dependency ServiceUniqueId=\"", "<Dependency ServiceUniqueId=\"0");
    told("topology::unknown_reference unique_id", dangling);
    // Where pools really stand.
    let placed = |line: &str| {
        let new = format!("[inventory.sites]\n{line}\n\n[move]");
        with(XML).edited("sidle.toml", "[move]", &new)
    };
    let pool = placed("\"ocspol01.contoso.com\" = \"Seoul\"");
    golden.told("topology::unknown_pool sites", &pool, &["check"]);
    let site = placed("\"ocspool01.contoso.com\" = \"Soul\"");
    golden.told("topology::unknown_site sites", &site, &["check"]);
    golden.end();
}
