"""The topology document of scripts/contoso in both dialects, and by hand as topology.toml.

CONSTRUCTED: no captured document of a merged topology is public. The elements are those of a published
document and of a Topology Builder file; that a merge puts the legacy side into `BackCompatSite` is what the
migration guides say.
"""

import uuid
from xml.sax.saxutils import quoteattr

DEPLOY = "urn:schema:Microsoft.Rtc.Management.Deploy"
TOPOLOGY, ROLES = f"{DEPLOY}.Topology.2008", f"{DEPLOY}.ServiceRoles.2008"
NO_SIGNATURE = "00000000-0000-0000-0000-000000000000"
LABEL = """
  CONSTRUCTED by tests/contoso.py. No captured document of a merged topology is public: the elements are those
  of published documents, and `BackCompatSite`, which holds the legacy side after a merge, is as the migration
  guides describe it. sidle.toml says where its pools really stand.
"""

SEOUL, BUSAN, MERGED = 1, 2, 3
SITES = {SEOUL: "Seoul", BUSAN: "Busan", MERGED: "BackCompatSite"}
# Site, number, name, machines (none: one of the same name), SQL instances.
CLUSTERS = [
    (SEOUL, 1, "lyncpool01", ["lyncfe01", "lyncfe02", "lyncfe03"], []),
    (SEOUL, 2, "lyncedge01", ["lyncap01", "lyncap02"], []),
    (SEOUL, 3, "lyncsql01", [], ["rtc"]),
    (SEOUL, 4, "lyncfiles01", [], []),
    (BUSAN, 1, "lyncpool02", [], ["rtc"]),
    (MERGED, 1, "ocspool01", ["ocsfe01", "ocsfe02"], []),
    (MERGED, 2, "ocspool02", [], []),
    (MERGED, 3, "ocsmed01", [], []),
    (MERGED, 4, "ocsmed02", [], []),
    (MERGED, 5, "ocsedge01", [], []),
]
# Where the pools of the legacy side really stand.
PLACES = {"ocspool01": "Seoul", "ocspool02": "Busan", "ocsmed01": "Seoul", "ocsmed02": "Busan", "ocsedge01": "Seoul"}
SIP, WEB = ("Registrar", "SipServer", 5061, "Mtls", "Primary"), ("Registrar", "WebServer", 444, "Mtls", "Primary")
FACTORY = ("McuFactory", "WebServer", 444, "Mtls", "Primary")
SITE, SITE_OUTSIDE = ("OCSWebSite", "WebSite", 443, "Https", "Primary"), ("OCSWebSite", "WebSite", 4443, "Https", "External")
MEDIATION = ("Mediation", "SipServer", 5070, "Mtls", "Primary")
EDGE = [("AccessEdge", "SipServer", 5061, "Mtls", "Internal"), ("AccessEdge", "SipClient", 443, "Tls", "External"),
        ("MediaRelayAuthenticationEdge", "SipServer", 5062, "Mtls", "Internal")]
LEGACY_EDGE = (MERGED, "EdgeServer", 1)


def services():
    """Every service: key, version, where it is installed, what it needs, ports, what its role says."""
    director = ("RegistrarService", {"IsDirector": "false"})
    for site in (SEOUL, BUSAN):
        store = (SEOUL, 3, "rtc") if site == SEOUL else (BUSAN, 1, "rtc")
        files = [(SEOUL, "FileStore", 1)] if site == SEOUL else []
        front, here = (site, 1), lambda role, site=site: (site, role, 1)
        yield here("UserServices"), 6, front, [here("UserStore"), *files], [FACTORY], None
        # While both sides run, media of the new pools goes through the legacy Edge.
        yield here("Registrar"), 6, front, [here("UserServices"), here("WebServices"), LEGACY_EDGE], [SIP, WEB], director
        yield here("WebServices"), 6, front, [here("UserServices"), *files], [SITE, SITE_OUTSIDE], None
        yield here("ConfServices"), 6, front, [here("UserServices")], [("DataMcu", "SipServer", 8057, "Tls", "Primary")], None
        yield here("ApplicationServer"), 6, front, [here("Registrar")], [("RGS", "SipServer", 5071, "Mtls", "Primary")], None
        yield here("MediationServer"), 6, front, [here("Registrar"), LEGACY_EDGE], [MEDIATION], None
        yield here("UserStore"), 6, store, [], [], None
    yield (SEOUL, "CentralMgmt", 1), 6, (SEOUL, 1), [(SEOUL, "CentralMgmtStore", 1), (SEOUL, "FileStore", 1)], [], (
        "CentralMgmtService", {"IsActive": "true"})
    yield (SEOUL, "CentralMgmtStore", 1), 6, (SEOUL, 3, "rtc"), [], [], None
    yield (SEOUL, "FileStore", 1), 6, (SEOUL, 4), [], [], ("FileStoreService", {"ShareName": "lync"})
    yield (SEOUL, "EdgeServer", 1), 6, (SEOUL, 2), [(SEOUL, "Registrar", 1)], EDGE, None
    for number in (1, 2):
        front, users = (MERGED, number), (MERGED, "UserServices", number)
        yield users, 4, front, [], [], None
        yield (MERGED, "Registrar", number), 4, front, [users], [SIP], director
        yield (MERGED, "MediationServer", number), 4, (MERGED, number + 2), [(MERGED, "Registrar", number)], [
            ("Mediation", "SipServer", 5061, "Mtls", "Primary")], None
    yield LEGACY_EDGE, 4, (MERGED, 5), [(MERGED, "Registrar", 1)], EDGE, None


def tag(name, attributes, *inside):
    """An element as lines of text; a single text stands on its line."""
    head = name + "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    if not inside:
        return [f"<{head} />"]
    if inside == tuple(part for part in inside if isinstance(part, str)):
        return [f"<{head}>{''.join(inside)}</{name}>"]
    return [f"<{head}>", *["  " + line for part in inside for line in part], f"</{name}>"]


def document(*lines):
    """A document with its label, as Windows writes it."""
    return "\r\n".join(['<?xml version="1.0" encoding="utf-8"?>', f"<!--{LABEL}-->".replace("\n", "\r\n"), *lines, ""])


def fqdn(name):
    """A host of contoso."""
    return f"{name}.contoso.com"


def domains(**namespace):
    """The SIP domains."""
    domain = tag("InternalDomain", {"Name": "contoso.com", "Authoritative": "false", "AllowSubDomains": "false"})
    return tag("InternalDomains", {"AllowAllDomains": "false", "DefaultDomain": "contoso.com", **namespace}, domain)


def ports(all_ports):
    """The ports of a service."""
    each = [tag("Port", {
        "Owner": f"urn:component:{owner}", "Usage": usage, "InterfaceSide": side, "InterfaceNumber": 1, "Port": port,
        "Protocol": protocol, "UrlPath": "/", "AuthorizesRequests": "false",
    }) for owner, usage, port, protocol, side in all_ports]
    return tag("Ports", {"xmlns": ROLES}, *each)


def role(says):
    """What the role of a service says, if anything."""
    return [tag(says[0], {"xmlns": ROLES, **says[1]})] if says else []


def as_xml():
    """As `(Get-CsTopology -AsXml).ToString()` writes it."""
    def cluster_id(site, number):
        return tag("ClusterId", {"SiteId": site, "Number": number})

    def service_id(key):
        return tag("ServiceId", {"SiteId": key[0], "RoleName": key[1], "Instance": key[2]})

    def sql(place):
        return tag("SqlInstanceId", {"Name": place[2]}, cluster_id(*place[:2]))

    sites, clusters, instances, all_services = [], [], [], []
    for number, name in SITES.items():
        route = [] if number == MERGED else [tag("FederationRoute", {}, service_id(LEGACY_EDGE))]
        sites.append(tag("CentralSite", {"SiteId": number}, tag("Name", {}, name), tag("Location", {}), *route))
    for site, number, name, machines, databases in CLUSTERS:
        interface = tag("NetInterface", {"InterfaceSide": "Primary", "InterfaceNumber": 1, "IPAddress": "0.0.0.0"})
        each = [tag("Machine", {"OrdinalInCluster": place, "Fqdn": fqdn(machine)}, interface)
                for place, machine in enumerate(machines or [name], 1)]
        head = {"RequiresReplication": "true", "RequiresSetup": "true", "Fqdn": fqdn(name)}
        clusters.append(tag("Cluster", head, cluster_id(site, number), *each))
        instances += [tag("SqlInstance", {}, sql((site, number, database))) for database in databases]
    for key, version, place, needs, listens, says in services():
        each = [tag("Dependency", {"Usage": "Default"}, service_id(need)) for need in needs]
        installed = sql(place) if len(place) == 3 else cluster_id(*place)
        all_services.append(tag(
            "Service", {"RoleVersion": 1, "ServiceVersion": version}, service_id(key), tag("DependsOn", {}, *each),
            tag("InstalledOn", {}, installed), ports(listens), *role(says)))
    return document(*tag(
        "Topology", {"xmlns": TOPOLOGY, "Signature": NO_SIGNATURE}, domains(), tag("Sites", {}, *sites),
        tag("Clusters", {}, *clusters), tag("SqlInstances", {}, *instances), tag("Services", {}, *all_services)))


def as_tbxml():
    """As Topology Builder saves it."""
    def unique(*key):
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, "/".join(map(str, key)) + ".contoso.com"))

    sites, all_services = [], []
    for number, name in SITES.items():
        clusters = []
        for site, place, cluster, machines, databases in CLUSTERS:
            if site == number:
                each = [tag("Machine", {"OriginalOrdinalInCluster": at, **({"Fqdn": fqdn(machine)} if machine else {})})
                        for at, machine in enumerate(machines or [None], 1)]
                instances = [tag("SqlInstance", {"UniqueId": unique("sql", site, place, database), "Name": database})
                             for database in databases]
                clusters.append(tag("Cluster", {
                    "IsSingleMachineOnly": "false" if machines else "true", "UniqueId": unique("cluster", site, place),
                    "OriginalSiteId": site, "OriginalNumber": place, "RequiresReplication": "true",
                    "RequiresSetup": "true", "Fqdn": fqdn(cluster),
                }, tag("Machines", {}, *each), tag("SqlInstances", {}, *instances)))
        route = tag("FederationRoute", {"ServiceUniqueId": unique("service", *LEGACY_EDGE)})
        sites.append(tag(
            "CentralSite", {"SiteId": number, "OriginalSiteId": number}, tag("Name", {"xmlns": TOPOLOGY}, name),
            tag("Location", {"xmlns": TOPOLOGY}), *([] if number == MERGED else [route]), tag("Clusters", {}, *clusters),
            tag("RemoteSites", {})))
    for key, version, place, needs, listens, says in services():
        each = [tag("Dependency", {"ServiceUniqueId": unique("service", *need), "Usage": "Default"}) for need in needs]
        all_services.append(tag("Service", {
            "UniqueId": unique("service", *key), "OriginalSiteId": key[0], "OriginalInstance": key[2], "RoleName": key[1],
            "RoleVersion": 1, "InstalledOn": unique("sql" if len(place) == 3 else "cluster", *place),
            "ServiceVersion": version,
        }, tag("DependsOn", {}, *each), ports(listens), *role(says)))
    partial = tag(
        "PartialTopology",
        {"IsPublished": "true", "Signature": NO_SIGNATURE, "xmlns": f"{DEPLOY}.WritableTopology.2008"},
        domains(xmlns=TOPOLOGY), tag("CentralSites", {}, *sites), tag("Services", {}, *all_services))
    return document(*tag(
        "TopologyBuilder",
        {"IsFreeFromChanges": "true", "FileName": "C:\\contoso.tbxml", "xmlns": f"{DEPLOY}.TopologyBuilder.2008"},
        tag("NewTopology", {}, partial)))


def as_toml():
    """By hand: the pools with what runs there, for programs that read no XML."""
    lines = [line for site in ("Seoul", "Busan") for line in ("[[site]]", f'name = "{site}"', "")]
    for site, number, name, machines, _ in CLUSTERS:
        here = [service for service in services() if service[2] == (site, number)]
        if not here or "FileStore" in [service[0][1] for service in here]:
            continue
        legacy = site == MERGED
        lines += ["[[pool]]", f'fqdn = "{fqdn(name)}"', f'site = "{PLACES.get(name) or SITES[site]}"',
                  f'product = "{"OCS 2007 R2" if legacy else "Lync Server 2013"}"',
                  f'generation = "{"legacy" if legacy else "current"}"',
                  f"servers = {[fqdn(machine) for machine in machines or [name]]}".replace("'", '"'), ""]
        for key, _, _, _, listens, _ in here:
            numbers = sorted({port[2] for port in listens})
            lines += ["[[pool.service]]", f'name = "{key[1]}"', *([f"ports = {numbers}"] if numbers else []), ""]
    return "\n".join(lines)
