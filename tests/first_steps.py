"""Writes the exports of scripts/first-steps/inventory: 200 users of contoso.com.

Run it from the top of the repository; Python 3 and nothing else:

    python3 tests/first_steps.py [FOLDER]

It is seeded, so it writes the same bytes every time. The people are made up. users.csv looks as
`Get-CsUser | Select-Object ... | Export-Csv -Encoding UTF8` of Windows PowerShell writes it: byte order
mark, `#TYPE` line, every cell in quotes, CRLF. directory.csv looks as a tool of Unix writes it.
"""

import random
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "scripts" / "first-steps" / "inventory"
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
PILOT = 24
ALREADY_MOVED = 4

# Family names and given names by culture: (as shown, as in the address).
NAMES = {
    "korean": (
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Ryu Hong",
        "Minjun Seoyeon Jiwoo Hayoon Dohyun Sua Junseo Yuna Eunwoo Chaewon Taeyang Minseo Jihoon Dain",
    ),
    "english": (
        "Adams Baker Clark Davis Evans Foster Green Harris Irwin Jones King Lewis Moore Nash Owens",
        "Ann Bob Carol Dan Emma Frank Grace Henry Ivy Jack Kate Liam Mia Noah Olive Paul Ruth Sam",
    ),
    "german": (
        "Müller Schäfer Weiß Krüger Vogel Brandt Köhler Lorenz Böhm Engel",
        "Jürgen Anke Björn Clara Dörte Emil Greta Hannes Ilse Jonas",
    ),
    "spanish": (
        "García Núñez Peña Ibáñez Soler Marín Vega Ortiz Ramos Cano",
        "José María Lucía Andrés Inés Hugo Sofía Iván Nerea Óscar",
    ),
    "indian": (
        "Sharma Iyer Patel Nair Gupta Rao Singh Menon Das Bose",
        "Aarav Diya Ishaan Kavya Rohan Meera Arjun Nisha Vikram Asha",
    ),
}
SHARES = ["korean"] * 11 + ["english"] * 4 + ["german"] * 2 + ["spanish"] * 2 + ["indian"] * 2
ASCII = str.maketrans({
    "ü": "ue", "ä": "ae", "ö": "oe", "ß": "ss", "Ö": "Oe", "é": "e", "á": "a", "í": "i", "ú": "u",
    "ñ": "n", "ó": "o", "Ó": "O", "Á": "A",
})

# Department, how many people, title of its head, titles of the others.
DEPARTMENTS = [
    ("IT", 26, "CIO", ["Systems Engineer", "Support Engineer", "Developer"]),
    ("Finance", 24, "CFO", ["Accountant", "Controller", "Financial Analyst"]),
    ("Sales", 48, "Head of Sales", ["Account Manager", "Sales Representative", "Sales Assistant"]),
    ("Engineering", 46, "Head of Engineering", ["Engineer", "Senior Engineer", "Technician"]),
    ("Customer Care", 31, "Head of Customer Care", ["Agent", "Senior Agent", "Team Lead"]),
    ("Human Resources", 12, "Head of Human Resources", ["Recruiter", "Payroll Specialist"]),
    ("Legal", 9, "General Counsel", ["Counsel", "Paralegal"]),
]
CITIES = ["Seoul"] * 6 + ["Busan"] * 2 + ["Daejeon", "Incheon"]

CLIENTS = ["Communicator 2007 R2"] * 17 + ["Communicator Phone Edition"] * 2 + ["Communicator 2007"]

USER_COLUMNS = """Identity FirstName LastName DisplayName SamAccountName UserPrincipalName WindowsEmailAddress
    SipAddress Enabled EnabledForFederation EnabledForInternetAccess PublicNetworkEnabled
    EnterpriseVoiceEnabled LineURI HomeServer TargetServerIfMoving RegistrarPool TargetRegistrarPool
    HostingProvider VoicePolicy ConferencingPolicy PresencePolicy ExternalAccessPolicy ClientPolicy
    ArchivingPolicy DialPlan LocationPolicy WhenCreated""".split()
DIRECTORY_COLUMNS = """UserPrincipalName Department Title City Manager Groups Delegates Client Meetings
    Contacts Floor""".split()

CONFIGURATION = "CN=RTC Service,CN=Services,CN=Configuration,DC=contoso,DC=com"


def main():
    """Makes the people and writes both files."""
    chance = random.Random("first steps")
    people = staff(chance)
    hand_out(people, chance)
    write_users(people, chance)
    write_directory(people)


def staff(chance):
    """Everybody, the head of each department first; people of a department know their manager."""
    taken = set()
    ceo = person(chance, taken, "Executive Office", "CEO", None)
    people = [ceo]
    for _ in range(3):
        people.append(person(chance, taken, "Executive Office", "Executive Assistant", ceo))
    for department, size, head_title, titles in DEPARTMENTS:
        head = person(chance, taken, department, head_title, ceo)
        people.append(head)
        for _ in range(size - 1):
            people.append(person(chance, taken, department, chance.choice(titles), head))
    return people


def person(chance, taken, department, title, manager):
    """One person with a name that nobody has yet."""
    while True:
        family, given = (chance.choice(names.split()) for names in NAMES[chance.choice(SHARES)])
        address = f"{given}.{family}".translate(ASCII).lower() + "@contoso.com"
        if address not in taken:
            break
    taken.add(address)
    return {
        "given": given, "family": family, "address": address, "department": department, "title": title,
        "manager": manager["address"] if manager else "", "city": chance.choice(CITIES),
        "groups": [department.lower().replace(" ", "-")], "delegates": [], "voice": False,
        "moved": False, "client": chance.choice(CLIENTS),
        "meetings": chance.choice([0, 0, 0, 1, 1, 2, 3, 5]), "contacts": chance.randint(5, 120),
        "floor": str(chance.randint(1, 9)),
    }


def hand_out(people, chance):
    """Gives out voice, delegates, the pilot group and the first moved users."""
    ceo, assistants = people[0], people[1:4]
    heads = [someone for someone in people if someone["manager"] == ceo["address"]
             and someone["title"] != "Executive Assistant"]
    ceo["delegates"] = [assistants[0]["address"], assistants[1]["address"]]
    for head in heads[:3]:
        head["delegates"] = [assistants[2]["address"]]
    for head in heads[3:]:
        team = [someone for someone in people if someone["manager"] == head["address"]]
        head["delegates"] = [chance.choice(team)["address"]]
    for someone in [ceo, *heads]:
        someone["meetings"] = chance.randint(6, 14)
        someone["voice"] = True
    callers = [someone for someone in people if someone["department"] in ("Customer Care", "Sales")]
    for someone in chance.sample([other for other in callers if not other["voice"]], 22):
        someone["voice"] = True

    cio = heads[0]
    technicians = [someone for someone in people if someone["manager"] == cio["address"]]
    for someone in technicians[:ALREADY_MOVED]:
        someone["moved"] = True
        someone["client"] = "Lync 2013"
    plain = [someone for someone in people[4:] if not someone["voice"] and not someone["moved"]]
    voice = [someone for someone in callers if someone["voice"] and someone not in heads]
    # Some volunteers whom a careful policy leaves out: an executive, and two who depend on the gateway.
    for someone in [cio, *chance.sample(voice, 2), *chance.sample(plain, PILOT - 3)]:
        someone["groups"].append("lync-pilot")


def write_users(people, chance):
    """users.csv, as PowerShell writes it."""
    lines = ["#TYPE Selected.Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser"]
    lines.append(quoted(USER_COLUMNS))
    extension = 2000
    for someone in sorted(people, key=lambda someone: someone["address"]):
        display = f"{someone['given']} {someone['family']}"
        line = ""
        if someone["voice"]:
            extension += chance.randint(1, 9)
            line = f"tel:+8225550{extension};ext={extension}"
        pool = "1:1" if someone["moved"] else "ocspool01"
        values = {
            "Identity": f"CN={display},OU={someone['department']},OU=Staff,DC=contoso,DC=com",
            "FirstName": someone["given"], "LastName": someone["family"], "DisplayName": display,
            "SamAccountName": someone["address"].split("@")[0][:20],
            "UserPrincipalName": someone["address"], "WindowsEmailAddress": someone["address"],
            "SipAddress": "sip:" + someone["address"], "Enabled": "True",
            "EnabledForFederation": str(chance.random() < 0.4),
            "EnabledForInternetAccess": str(chance.random() < 0.7), "PublicNetworkEnabled": "False",
            "EnterpriseVoiceEnabled": str(someone["voice"]), "LineURI": line,
            "HomeServer": f"CN=Lc Services,CN=Microsoft,CN={pool},CN=Pools,{CONFIGURATION}",
            "RegistrarPool": "lyncpool01.contoso.com" if someone["moved"] else "",
            "HostingProvider": "SRV:", "VoicePolicy": "Tag:Gold" if someone["voice"] else "",
            "ConferencingPolicy": "Tag:Organizers" if someone["meetings"] > 2 else "",
            "ArchivingPolicy": "Tag:Compliance" if someone["department"] in ("Finance", "Legal") else "",
            "DialPlan": "Tag:Seoul" if someone["voice"] else "",
            "WhenCreated": f"{chance.randint(1, 12)}/{chance.randint(1, 28)}/{chance.randint(2008, 2012)} 9:00:00 AM",
        }
        lines.append(quoted([values.get(column, "") for column in USER_COLUMNS]))
    text = "".join(line + "\r\n" for line in lines)
    (FOLDER / "users.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())


def write_directory(people):
    """directory.csv, quoted only where a cell needs it."""
    lines = [",".join(DIRECTORY_COLUMNS)]
    for someone in people:
        lines.append(",".join([
            someone["address"], someone["department"], someone["title"], someone["city"],
            someone["manager"], ";".join(someone["groups"]), ";".join(someone["delegates"]),
            someone["client"], str(someone["meetings"]), str(someone["contacts"]), someone["floor"],
        ]))
    (FOLDER / "directory.csv").write_bytes("".join(line + "\n" for line in lines).encode())


def quoted(cells):
    """A row with every cell in quotes."""
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


if __name__ == "__main__":
    main()
