"""The people of scripts/contoso: 1,500 made-up employees of contoso.com at two sites.

They are seeded, so they are the same every time. Nothing here knows how a file is written.
"""

SITES = ("Seoul", "Busan")
LEGACY = {"Seoul": "ocspool01", "Busan": "ocspool02"}
CURRENT = {"Seoul": "lyncpool01", "Busan": "lyncpool02"}

# Family and given names by culture. Korean names have their own letters before the colon.
KOREAN = (
    "김:Kim 이:Lee 박:Park 최:Choi 정:Jung 강:Kang 조:Cho 윤:Yoon 장:Jang 임:Lim 한:Han 오:Oh 서:Seo "
    "신:Shin 권:Kwon 황:Hwang 안:Ahn 송:Song 류:Ryu 홍:Hong 전:Jeon 고:Ko 문:Moon 양:Yang 손:Son 배:Bae "
    "백:Baek 허:Heo 남:Nam 노:Noh",
    "민준:Minjun 서연:Seoyeon 지우:Jiwoo 하윤:Hayoon 도현:Dohyun 수아:Sua 준서:Junseo 유나:Yuna "
    "은우:Eunwoo 채원:Chaewon 태양:Taeyang 민서:Minseo 지훈:Jihoon 다인:Dain 서준:Seojun 예준:Yejun "
    "시우:Siwoo 주원:Juwon 지호:Jiho 현우:Hyunwoo 우진:Woojin 건우:Gunwoo 선우:Sunwoo 연우:Yeonwoo "
    "정우:Jungwoo 승현:Seunghyun 승우:Seungwoo 지민:Jimin 유진:Yujin 서윤:Seoyoon 하은:Haeun 지유:Jiyu "
    "윤서:Yunseo 지아:Jia 예은:Yeeun 다은:Daeun 예린:Yerin 수빈:Subin 소율:Soyul 예나:Yena 가은:Gaeun "
    "나은:Naeun 혜원:Hyewon 성민:Sungmin 동현:Donghyun 재윤:Jaeyoon 민재:Minjae 현준:Hyunjun 상우:Sangwoo "
    "영호:Youngho 미영:Miyoung 은주:Eunju 경희:Kyunghee 영수:Youngsoo",
)
ENGLISH = (
    "Adams Baker Clark Davis Evans Foster Green Harris Irwin Jones King Lewis Moore Nash Owens Parker "
    "Quinn Reed Scott Turner",
    "Ann Bob Carol Dan Emma Frank Grace Henry Ivy Jack Kate Liam Mia Noah Olive Paul Ruth Sam Tess Will",
)
GERMAN = (
    "Müller Schäfer Weiß Krüger Vogel Brandt Köhler Lorenz Böhm Engel Jäger Groß",
    "Jürgen Anke Björn Clara Dörte Emil Greta Hannes Ilse Jonas Käthe Lutz",
)
SPANISH = (
    "García Núñez Peña Ibáñez Soler Marín Vega Ortiz Ramos Cano",
    "José María Lucía Andrés Inés Hugo Sofía Iván Nerea Óscar",
)
INDIAN = (
    "Sharma Iyer Patel Nair Gupta Rao Singh Menon Das Bose",
    "Aarav Diya Ishaan Kavya Rohan Meera Arjun Nisha Vikram Asha",
)
CULTURES = [KOREAN] * 13 + [ENGLISH] * 4 + [GERMAN, SPANISH, INDIAN]
ASCII = str.maketrans({
    "ü": "ue", "ä": "ae", "ö": "oe", "ß": "ss", "é": "e", "á": "a", "í": "i", "ú": "u", "ñ": "n",
    "ó": "o", "Ó": "O",
})

# Department, how many in Seoul and in Busan, title of its head, titles of the others.
DEPARTMENTS = [
    ("IT", 62, 22, "CIO", "Systems Engineer/Support Engineer/Developer"),
    ("Finance", 66, 20, "CFO", "Accountant/Controller/Financial Analyst"),
    ("Engineering", 205, 65, "CTO", "Engineer/Senior Engineer/Technician"),
    ("Manufacturing", 40, 205, "COO", "Line Operator/Process Engineer/Shift Planner"),
    ("Logistics", 25, 125, "Head of Logistics", "Dispatcher/Customs Clerk/Warehouse Planner"),
    ("Sales", 175, 55, "Head of Sales", "Account Manager/Sales Representative/Sales Assistant"),
    ("Marketing", 64, 10, "Head of Marketing", "Designer/Campaign Manager/Editor"),
    ("Customer Care", 100, 70, "Head of Customer Care", "Agent/Senior Agent"),
    ("Human Resources", 38, 12, "Head of Human Resources", "Recruiter/Payroll Specialist"),
    ("Legal", 24, 4, "General Counsel", "Counsel/Paralegal"),
    ("Procurement", 42, 22, "Head of Procurement", "Buyer/Senior Buyer"),
    ("Facilities", 26, 18, "Head of Facilities", "Receptionist/Caretaker/Planner"),
]
CITIES = {"Seoul": ["Seoul"] * 7 + ["Incheon", "Suwon"], "Busan": ["Busan"] * 6 + ["Ulsan"]}
CLIENTS = (["Communicator 2007 R2"] * 41 + ["Communicator Phone Edition"] * 5 + ["Communicator 2007"] * 2
           + ["Attendant 2007 R2", ""])
TEAM = 9
PILOT = {"Seoul": 38, "Busan": 24}


def staff(chance):
    """Everybody: the executive office first, then department by department, heads and leads first."""
    taken = set()
    ceo = person(chance, taken, "Executive Office", "CEO", "Seoul", None)
    people = [ceo]
    for _ in range(4):
        people.append(person(chance, taken, "Executive Office", "Executive Assistant", "Seoul", ceo))
    for department, seoul, busan, head_title, titles in DEPARTMENTS:
        home = "Seoul" if seoul >= busan else "Busan"
        head = person(chance, taken, department, head_title, home, ceo)
        people.append(head)
        for site, size in (("Seoul", seoul), ("Busan", busan)):
            lead = head
            for place in range(size - (site == home)):
                if place % TEAM == 0:
                    lead = person(chance, taken, department, "Team Lead", site, head)
                    people.append(lead)
                else:
                    title = chance.choice(titles.split("/"))
                    people.append(person(chance, taken, department, title, site, lead))
    hand_out(people, chance)
    return people


def person(chance, taken, department, title, site, manager):
    """One person with a name that nobody has yet."""
    while True:
        culture = chance.choice(CULTURES)
        family, given = (chance.choice(names.split()) for names in culture)
        letters = family.partition(":")[0] + given.partition(":")[0] if culture is KOREAN else ""
        family, given = family.rpartition(":")[2], given.rpartition(":")[2]
        account = f"{given}.{family}".translate(ASCII).lower()
        if account not in taken:
            break
    taken.add(account)
    common = f"{family}, {given}" if culture is GERMAN else f"{given} {family}"
    number = 1100 + len(taken)
    return {
        "given": given, "family": family, "account": account[:20], "address": f"{account}@contoso.com",
        # Busan was bought: its accounts kept the name of their old domain.
        "upn": f"{account}@contoso.com" if site == "Seoul" else f"{account}@busan.contoso.local",
        "display": f"{letters} ({given} {family})" if letters else f"{given} {family}",
        "common": common, "rid": number, "department": department, "title": title, "site": site,
        "city": chance.choice(CITIES[site]), "manager": manager, "delegates": [],
        "groups": [f"{site} staff", department], "enabled": True, "voice": False, "line": "",
        "pool": LEGACY[site], "moving_to": "", "client": chance.choice(CLIENTS),
        "contacts": chance.randint(5, 120), "meetings": chance.choice([0, 0, 0, 0, 1, 1, 2, 3, 5]),
        "federation": chance.random() < 0.4, "remote": chance.random() < 0.7,
        "floor": chance.randint(1, 9),
        "created": (chance.randint(2008, 2012), chance.randint(1, 12), chance.randint(1, 28)),
    }


def hand_out(people, chance):
    """Gives out delegates, lines, the pilot group, and what is not in order."""
    ceo, assistants = people[0], people[1:5]
    heads = [one for one in people if one["manager"] is ceo and one not in assistants]
    leads = [one for one in people if one["title"] == "Team Lead"]
    ceo["delegates"] = assistants[:2]
    heads[0]["delegates"], heads[1]["delegates"] = [assistants[2]], [assistants[3]]
    for boss in heads[2:] + chance.sample(leads, 45):
        boss["delegates"] = [chance.choice(team_of(boss, people))]
    for boss in [ceo, *heads]:
        boss["meetings"] = chance.randint(6, 18)
    # A controller signs for two leads of other departments: relations cross departments and sites.
    controller = next(one for one in people if one["title"] == "Controller" and one["site"] == "Busan")
    for department in ("Manufacturing", "Logistics"):
        lead = next(one for one in leads if one["department"] == department and not one["delegates"])
        lead["delegates"] = [controller]
    lines(people, heads, chance)
    not_in_order(people, chance)
    pilot(people, chance)


def team_of(boss, people):
    """Who reports to somebody and stays where the boss is."""
    return [one for one in people if one["manager"] is boss and one["title"] != "Team Lead"] or [
        one for one in people if one["department"] == boss["department"] and one["site"] == boss["site"]
        and one is not boss and one["title"] != "Team Lead"]


def lines(people, heads, chance):
    """Enterprise voice, each with a line of their own; three desks share theirs without it."""
    callers = [one for one in people if one["department"] in ("Sales", "Customer Care", "Logistics")]
    others = [one for one in people if one not in callers and one not in heads]
    voice = [people[0], *heads, *chance.sample([one for one in callers if one not in heads], 290),
             *chance.sample(others[5:], 90)]
    extension = {"Seoul": 2000, "Busan": 4000}
    prefix = {"Seoul": "+8225550", "Busan": "+8251555"}
    for one in people:
        if any(one is other for other in voice):
            extension[one["site"]] += chance.randint(1, 7)
            number = extension[one["site"]]
            one["voice"], one["line"] = True, f"tel:{prefix[one['site']]}{number};ext={number}"
    desks = [one for one in people if one["title"] == "Receptionist" and not one["line"]]
    for number, site in ((1001, "Seoul"), (1002, "Seoul"), (1003, "Busan")):
        pair = [one for one in desks if one["site"] == site and not one["line"]][:2]
        for one in pair:
            one["line"] = f"tel:{prefix[site]}{number};ext={number}"
    for one in people:
        if one["department"] == "Customer Care" and one["voice"]:
            one["groups"].append("rgs-agents")


def not_in_order(people, chance):
    """What every export has: leavers, accounts of a first test, moves that never ended, a space."""
    plain = [one for one in people if one["title"].endswith(("Engineer", "Technician", "Clerk", "Buyer"))
             and not one["voice"] and not one["delegates"]]
    by_site = {site: [one for one in plain if one["site"] == site] for site in SITES}
    # Five left the company: not enabled any more, and without a home.
    for one in chance.sample(by_site["Seoul"], 5):
        one["enabled"], one["pool"] = False, ""
    # The first test put a few of both sites on Seoul's new pool, the only one there was then.
    technicians = [one for one in by_site["Seoul"] if one["pool"] and one["department"] == "IT"][:6]
    guests = [one for one in by_site["Busan"] if one["department"] == "Engineering"][:5]
    for one in technicians + guests:
        one["pool"], one["client"] = CURRENT["Seoul"], "Lync 2013"
        one["groups"].append("lync-test")
    guests[0]["enabled"] = False
    guests[1]["display"] += " "
    # Two changed sites, and their move to Busan's new pool was begun by hand and never ended.
    for one in [one for one in by_site["Seoul"] if one["pool"] == LEGACY["Seoul"]][10:40:20]:
        one["moving_to"] = CURRENT["Busan"]


def pilot(people, chance):
    """The volunteers: some of each site whom a careful policy takes, and some whom it leaves out."""
    for site, size in PILOT.items():
        here = [one for one in people if one["pool"] == LEGACY[site] and not one["moving_to"]]
        plain = [one for one in here if not one["delegates"] and one["meetings"] < 5
                 and one["department"] not in ("Executive Office", "Customer Care")]
        phones = [one for one in plain if one["client"] == "Communicator Phone Edition"]
        voice = [one for one in plain if one["voice"]]
        busy = [one for one in here if one["meetings"] >= 5]
        chosen = [*chance.sample(plain, size - 14), *chance.sample(phones, 3), *chance.sample(voice, 7),
                  *chance.sample(busy, 4)]
        for one in chosen:
            if "lync-pilot" not in one["groups"]:
                one["groups"].append("lync-pilot")
