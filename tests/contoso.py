"""Writes the exports of scripts/contoso/inventory: 1,500 users of contoso.com and all else that moves.

Run it from the top of the repository; Python 3 and nothing else:

    python3 tests/contoso.py [FOLDER]     every file, each as its tool writes it
    python3 tests/contoso.py --plain DIR  the same organisation as topology.toml and two UTF-8 files

It is seeded, so it writes the same bytes every time. The people are made up, and the files are CONSTRUCTED
after the formats' rules (RFC 2849, RFC 4180) and the documented columns of the cmdlets. Every file has
another encoding or form on purpose: that is what an organisation's exports look like.
"""

import base64
import json
import random
import struct
import sys
from pathlib import Path

import contoso_topology
from contoso_people import LEGACY, staff

FOLDER = Path(__file__).parent.parent / "scripts" / "contoso" / "inventory"
SETTINGS = "CN=RTC Service,CN=Services,CN=Configuration,DC=contoso,DC=com"
CLUSTER_IDS = {"lyncpool01": "1:1", "lyncpool02": "2:1"}
# What the cmdlet shows as the pool of a user of the old product.
OLD_PRODUCT = "<Office Communications Server>"
SID = (21, 1004336348, 1177238915, 682003330)
USER_COLUMNS = """SipAddress UserPrincipalName SamAccountName DisplayName DistinguishedName Sid Enabled
    EnabledForFederation EnabledForInternetAccess EnterpriseVoiceEnabled LineURI HomeServer TargetServerIfMoving
    RegistrarPool TargetRegistrarPool VoicePolicy ConferencingPolicy ExternalAccessPolicy ArchivingPolicy DialPlan
    WhenCreated""".split()


def main():
    """Makes the people, and writes every file or the plain ones."""
    people = staff(random.Random("contoso"))
    if sys.argv[1:2] == ["--plain"]:
        folder = Path(sys.argv[2]) / "inventory"
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / "topology.toml", contoso_topology.as_toml())
        write(folder / "users.csv", user_export(people), "utf-8-sig")
        write(folder / "directory.csv", plain_directory(people))
        return
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "topology.xml", contoso_topology.as_xml(), "utf-8-sig")
    write(folder / "topology.tbxml", contoso_topology.as_tbxml())
    write(folder / "users.csv", user_export(people), "utf-8-sig")
    write(folder / "directory.ldf", ldif(people))
    write(folder / "clients.csv", clients(people), "cp1252")
    write(folder / "meetings.json", meetings(people))
    applications(folder, people, random.Random("contoso applications"))


def write(path, text, encoding="utf-8"):
    """Writes a text as it stands, line ends included."""
    path.write_bytes(text.encode(encoding))


def csv(rows, separator=",", always=True):
    """Rows with CRLF; every cell in quotes, as PowerShell writes them, or only where it is needed."""
    def cell(text):
        quoted = always or any(sign in text for sign in (separator, '"', "\n"))
        return '"' + text.replace('"', '""') + '"' if quoted else text
    return "".join(separator.join(cell(text) for text in row) + "\r\n" for row in rows)


def name(one):
    """The distinguished name of a person; a comma in a name is escaped."""
    common = one["common"].replace(",", "\\,")
    return f"CN={common},OU={one['department']},OU={one['site']},OU=Staff,DC=contoso,DC=com"


def home_server(pool):
    """The distinguished name of a pool: by its short name if it is an old one, else by its number."""
    return f"CN=Lc Services,CN=Microsoft,CN={CLUSTER_IDS.get(pool, pool)},CN=Pools,{SETTINGS}"


def user_export(people):
    """users.csv: `Get-CsUser | Select-Object ... | Export-Csv users.csv -Encoding UTF8`."""
    rows = [USER_COLUMNS]
    for one in sorted(people, key=lambda one: one["address"]):
        pool, target = one["pool"], one["moving_to"]
        year, month, day = one["created"]
        values = {
            "SipAddress": "sip:" + one["address"], "UserPrincipalName": one["upn"],
            "SamAccountName": one["account"], "DisplayName": one["display"], "DistinguishedName": name(one),
            "Sid": "S-1-5-" + "-".join(map(str, (*SID, one["rid"]))), "Enabled": str(one["enabled"]),
            "EnabledForFederation": str(one["federation"]), "EnabledForInternetAccess": str(one["remote"]),
            "EnterpriseVoiceEnabled": str(one["voice"]), "LineURI": one["line"],
            "HomeServer": home_server(pool) if pool else "",
            "TargetServerIfMoving": home_server(target) if target else "",
            "RegistrarPool": f"{pool}.contoso.com" if pool in CLUSTER_IDS else pool and OLD_PRODUCT,
            "TargetRegistrarPool": target and f"{target}.contoso.com",
            "VoicePolicy": ("Tag:Gold" if one["manager"] is None else f"Tag:{one['site']}") if one["voice"] else "",
            "ConferencingPolicy": "Tag:Organizers" if one["meetings"] > 2 else "",
            "ExternalAccessPolicy": "Tag:Partners" if one["federation"] and one["remote"] else "",
            "ArchivingPolicy": "Tag:Compliance" if one["department"] in ("Finance", "Legal") else "",
            "DialPlan": f"Tag:{one['site']}" if one["voice"] else "",
            "WhenCreated": f"{month}/{day}/{year} 9:00:00 AM",
        }
        rows.append([values[column] for column in USER_COLUMNS])
    return "#TYPE Selected.Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser\r\n" + csv(rows)


def plain_directory(people):
    """directory.csv for programs that read CSV alone."""
    rows = ["SipAddress Department Title City Manager MemberOf Delegates Client Meetings Contacts".split()]
    for one in people:
        manager, delegates = one["manager"], one["delegates"]
        rows.append([
            one["address"], one["department"], one["title"], one["city"], manager["address"] if manager else "",
            ";".join(one["groups"]), ";".join(other["address"] for other in delegates), one["client"],
            str(one["meetings"]), str(one["contacts"]),
        ])
    return csv(rows, always=False)


def ldif(people):
    """directory.ldf: `ldifde -f directory.ldf -r "(objectClass=user)" -l displayName,department,...` (RFC 2849)."""
    text = "# Constructed by tests/contoso.py after RFC 2849: no captured export is public.\r\n"
    for account in ("svc-backup", "svc-monitor"):
        text += record(f"CN={account},OU=Service Accounts,DC=contoso,DC=com", [
            ("displayName", account), ("sAMAccountName", account),
            ("userPrincipalName", f"{account}@contoso.com")])
    for one in people:
        manager = one["manager"]
        sid = struct.pack("<BBHIIIIII", 1, 5, 0, 5 << 24, *SID, one["rid"])
        flags = 256 + 128 * one["voice"] + 16 * bool(one["line"] and not one["voice"]) + one["federation"]
        text += record(name(one), [
            ("displayName", one["display"]), ("department", one["department"]), ("title", one["title"]),
            ("l", one["city"]), *([("manager", name(manager))] if manager else []),
            *[("memberOf", f"CN={group},OU=Groups,DC=contoso,DC=com") for group in one["groups"]],
            *[("publicDelegates", name(other)) for other in one["delegates"]],
            ("objectSid", sid), ("userPrincipalName", one["upn"]),
            ("msRTCSIP-OptionFlags", str(flags)),
        ])
    return text


def record(distinguished, attributes):
    """One entry, each line folded where it gets long."""
    lines = ["", *attribute("dn", distinguished), "changetype: add"]
    for key, value in attributes:
        lines += attribute(key, value)
    return "".join(line + "\r\n" for line in lines)


def attribute(key, value):
    """An attribute: in base64 if it is no plain text, cut after 76 letters, each rest behind a space."""
    plain = isinstance(value, str) and value.isascii() and value == value.strip() and value[:1] not in ":<"
    if plain:
        line = f"{key}: {value}"
    else:
        line = f"{key}:: {base64.b64encode(value.encode() if isinstance(value, str) else value).decode()}"
    return [line[:76], *[" " + line[at:at + 75] for at in range(76, len(line), 75)]]


def clients(people):
    """clients.csv: who signs in with what, from a colleague's German Windows (`;`, Windows-1252)."""
    rows = ["sAMAccountName Name Client Contacts Büro".split()]
    for one in sorted(people, key=lambda one: one["account"]):
        if one["client"]:
            floor = "EG" if one["floor"] == 1 else f"{one['floor'] - 1}. OG"
            rows.append([one["account"], one["common"], one["client"], str(one["contacts"]), floor])
    return csv(rows, ";")


def meetings(people):
    """meetings.json: meetings that each organizer has coming, through `ConvertTo-Json` of Windows PowerShell."""
    return as_json([{"SipAddress": "sip:" + one["address"], "Meetings": one["meetings"]}
                    for one in people if one["meetings"]])


def as_json(rows):
    """A list of objects as Windows PowerShell indents them."""
    text = json.dumps(rows, indent=4, ensure_ascii=False).replace('": ', '":  ')
    return text.replace("\n", "\r\n") + "\r\n"


def applications(folder, people, chance):
    """What else lives on the legacy pools, each kind as the cmdlet that lists it shows it."""
    write(folder / "response-groups.json", as_json(response_groups(people, chance)))
    rows = ["PrimaryUri DisplayName LineURI Pool PrimaryLanguage Regions".split()]
    for title, site, number, language in (
            ("서울 회의", "Seoul", "+82255509000", "ko-KR"), ("Seoul conferences", "Seoul", "+82255509001", "en-US"),
            ("부산 회의", "Busan", "+82515559000", "ko-KR"), ("Busan conferences", "Busan", "+82515559001", "en-US")):
        uri = f"sip:dialin-{site.lower()}-{language[:2]}@contoso.com"
        rows.append([uri, title, f"tel:{number}", pool(site), language, site])
    # `Export-Csv -Encoding Unicode`: UTF-16, with a byte order mark.
    write(folder / "dial-in-numbers.csv", "\ufeff" + csv(rows), "utf-16-le")
    rows = [["Identity", "ServiceId"]]
    rows += [[str(at), f"UserServer:{pool(site)}"] for at, site in enumerate(("Seoul", "Seoul", "Busan"), 1)]
    title = "#TYPE Selected.Microsoft.Rtc.Management.Xds.ConferenceDirectory\r\n"
    write(folder / "conference-directories.csv", title + csv(rows))
    rows = ["SipAddress DisplayName RegistrarPool LineURI AutoAttendant".split()]
    for site, number in (("Seoul", 82255508000), ("Busan", 82515558000)):
        for place, (role, title) in enumerate((("aa", f"{site} auto attendant"), ("sa", f"{site} voice mail"))):
            rows.append([f"sip:um-{role}-{site.lower()}@contoso.com", title, pool(site), f"tel:+{number + place}",
                         str(role == "aa")])
    write(folder / "um-contacts.csv", csv(rows), "utf-8-sig")
    rows = ["ApplicationId Pool Port LegacyApplicationName".split(),
            ["click-to-dial", pool("Seoul"), "5080", "CRM click to dial"],
            ["recording", pool("Seoul"), "5081", "Call recording of Customer Care"],
            ["shift-board", pool("Busan"), "5080", "Shift board of Manufacturing"]]
    # Written by hand in a spreadsheet.
    write(folder / "trusted-applications.tsv", "".join("\t".join(row) + "\n" for row in rows))
    rows = ["SipAddress DisplayName LineURI RegistrarPool Description".split()]
    for site, places in (("Seoul", "Lobby/Canteen/Boardroom/Gate 1/Gate 2/Library/Sick Bay/Loading Dock"),
                         ("Busan", "Lobby/Canteen/Gate 1/Pier 3/Pier 4/Control Room")):
        for place in places.split("/"):
            line = ("tel:+8225550%d" if site == "Seoul" else "tel:+8251555%d") % (9100 + len(rows))
            uri = f"sip:phone-{site}-{place}@contoso.com".lower().replace(" ", "-")
            rows.append([uri, f"{site} {place}", line, pool(site), chance.choice(["Polycom CX500", "LG-Nortel 8501"])])
    write(folder / "common-area-phones.csv", csv(rows, ";", always=False), "cp1252")
    devices = [(site, kind, number) for site, kinds in (("Seoul", "fax fax fax modem"), ("Busan", "fax fax modem"))
               for number, kind in enumerate(kinds.split(), 1)]
    write(folder / "analog-devices.json", as_json([{
        "SipAddress": f"sip:{kind}-{site.lower()}-{number}@contoso.com", "DisplayName": f"{site} {kind} {number}",
        "LineURI": f"tel:+8225550{9300 + at}" if site == "Seoul" else f"tel:+8251555{9300 + at}",
        "RegistrarPool": pool(site), "AnalogFax": kind == "fax", "Gateway": f"gw-{site.lower()}.contoso.com",
    } for at, (site, kind, number) in enumerate(devices)]))


def pool(site):
    """The legacy pool of a site."""
    return f"{LEGACY[site]}.contoso.com"


def response_groups(people, chance):
    """Hunt groups with the people who answer."""
    groups = []
    for title, site, department in (
            ("Helpdesk", "Seoul", "IT"), ("Helpdesk Busan", "Busan", "IT"), ("Orders", "Seoul", "Sales"),
            ("Orders Busan", "Busan", "Sales"), ("Hotline", "Seoul", "Customer Care"),
            ("Hotline Busan", "Busan", "Customer Care"), ("Complaints", "Seoul", "Customer Care"),
            ("고객 지원", "Seoul", "Customer Care"), ("Dispatch", "Busan", "Logistics"), ("Customs", "Busan", "Logistics")):
        team = [one for one in people if one["department"] == department and one["site"] == site and one["enabled"]
                and one["title"] not in ("Team Lead", "CIO", "CFO") and not one["title"].startswith("Head")]
        if department == "Customer Care":
            team = [one for one in team if one["voice"]]
        agents = sorted("sip:" + one["address"] for one in chance.sample(team, chance.randint(4, 9)))
        line = f"tel:+8225550{9200 + len(groups)}" if site == "Seoul" else f"tel:+8251555{9200 + len(groups)}"
        groups.append({"Name": title, "Pool": pool(site), "LineUri": line, "Agents": agents})
    return groups


if __name__ == "__main__":
    main()
