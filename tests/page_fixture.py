"""Invented views for the page's tests: turbine makers on rivers that do not exist, and the same with hostile names."""

# ruff: noqa: E501 (a claim is a line of a table: broken lines could not be compared)

from __future__ import annotations

from typing import Any

View = dict[str, Any]

_PARTIES = """
ana-ruiz | Person | People | Ana Ruiz | Anna Ruíz; А. Руис
jon-berg | Person | People | Jon Berg | Yon Berg
mara-okafor | Person | People | Mara Okafor |
pavel-lind | Person | People | Pavel Lind | Paul Lindh
ines-varga | Minister | People | Inés Varga | Ines Warga
tomas-quill | Person | People | Tomas Quill |
turbine-works | Company | Companies | Turbine Works | TW; Turbine Works Ltd
rotor-forge | Company | Companies | Rotor Forge |
blade-and-sons | Company | Companies | Blade & Sons | Blade and Sons
southern-dynamo | Company | Companies | Southern Dynamo |
northern-ministry | Ministry | State bodies | Northern Ministry of Energy | Energy Ministry of the North
southern-ministry | Ministry | State bodies | Southern Ministry of Rivers |
licence-office | Agency | State bodies | Licence Office |
river-guard | ArmedForce | Armed forces | River Guard | the Guard
delta-league | PoliticalParty | Other bodies | Delta League |
rotor-9 | Drone | Drones | Rotor 9 | Rotor-9; R9
rotor-12 | Drone | Drones | Rotor 12 |
heron-mill | Weapon | Weapons | Heron Mill |
rotor-lot | Deal | Deals | Rotor lot of 2031 |
turbine-plant | Venture | Deals | Turbine plant at Rivertown |
energy-accord | Accord | Deals | Energy accord of 2031 |
ferry-affair | Affair | Affairs | Ferry affair of 2028 |
gate-case | Affair | Affairs | Floodgate case |
test-flight | Act | Acts | Test flight in a storm |
d3/rotor-client | Group | Unnamed parties | a key customer abroad |
d3/test-pilots | Group | Unnamed parties | two test pilots |
d1/executives | Group | Unnamed parties | senior executives of Turbine Works |
northland | State | Places | Northland | the North
southland | State | Places | Southland |
rivertown | City | Places | Rivertown |
mill-class | ProductClass | Classes | river turbines |
energy-minister | Post | Posts | Minister of Energy of Northland |
valley-gazette | Outlet | Outlets | Valley Gazette |
northern-wire | Outlet | Outlets | Northern Wire |
"""

_QUIET = {"Places", "Classes", "Posts", "Outlets"}

# id | kind | event | status | mode | hedge | date | said_by | roles | says
_CLAIMS = """
d1/c1 | Signing | accord-signing | asserted | done | | 2031-01-20 | | signers=ana-ruiz,ines-varga; deal=energy-accord; place=rivertown | Ana Ruiz and Inés Varga signed the energy accord of 2031 in Rivertown
d1/c2 | Tenure | ten-ruiz | asserted | done | | 2031-01-20 | | person=ana-ruiz; post=energy-minister | Ana Ruiz was Minister of Energy of Northland
d1/c3 | Employment | emp-ruiz | asserted | done | | 2031-01-20 | | person=ana-ruiz; body=northern-ministry | Ana Ruiz worked for the Northern Ministry of Energy
d1/c4 | Employment | emp-varga | asserted | done | | 2031-01-20 | | person=ines-varga; body=southern-ministry | Inés Varga worked for the Southern Ministry of Rivers
d1/c5 | Visit | ruiz-tour | asserted | planned | | 2031-01-22 | | visitor=ana-ruiz; firms=turbine-works | Ana Ruiz was to visit Turbine Works
d1/c6 | Meeting | ruiz-executives | asserted | planned | | 2031-01-22 | | participants=ana-ruiz,d1/executives | Ana Ruiz was to meet senior executives of Turbine Works
d1/c7 | Manufacture | m-rotor-9 | asserted | done | | | | maker=turbine-works; product=rotor-9 | Turbine Works makes Rotor 9
d1/c8 | Acquisition | acq-1 | reported | done | | [..2031-01-20] | nobody-named | acquirer=turbine-works; acquired=blade-and-sons | Turbine Works acquired Blade & Sons
d1/c9 | Dismissal | dis-lind | asserted | done | | 2028-06 | | person=pavel-lind; by=southern-ministry; concerning=ferry-affair | Pavel Lind was dismissed by the Southern Ministry of Rivers over the ferry affair
d1/c10 | Affair | ferry | asserted | done | | 2028 | | parties=blade-and-sons; affair=ferry-affair | Blade & Sons was party to the ferry affair
d1/c11 | Negotiation | plant-talks | reported | done | | 2031-01 | ana-ruiz | deal=turbine-plant; parties=turbine-works,northern-ministry | According to Ana Ruiz: Turbine Works and the Northern Ministry of Energy held talks on the turbine plant
d1/c12 | Capability | cap | asserted | ongoing | | | | subject=turbine-works; what=~river turbines of every size | Turbine Works can build river turbines of every size
d2/c1 | Meeting | valley-talks | reported | done | | 2031-05-12 | northern-ministry | participants=jon-berg,ines-varga; place=rivertown | According to the Northern Ministry of Energy: Jon Berg met Inés Varga in Rivertown
d2/c2 | Meeting | valley-talks-2 | reported | done | | 2031-06-02 | northern-ministry | participants=jon-berg,ines-varga | According to the Northern Ministry of Energy: Jon Berg met Inés Varga a second time
d2/c3 | Visit | berg-tour | reported | done | | 2031-05-13 | northern-ministry | visitor=jon-berg; firms=turbine-works,rotor-forge | According to the Northern Ministry of Energy: Jon Berg visited Turbine Works and Rotor Forge
d2/c4 | Agreement | plant-deal | reported | done | | 2031-05-12 | northern-ministry | deal=turbine-plant; parties=northern-ministry,southern-ministry | According to the Northern Ministry of Energy: the two ministries agreed on the turbine plant
d2/c5 | Employment | emp-berg | asserted | done | | 2031-05-12 | | person=jon-berg; body=northern-ministry | Jon Berg worked for the Northern Ministry of Energy
d2/c6 | Terms | plant-terms | reported | planned | | | northern-ministry | deal=turbine-plant; supplier=rotor-forge; product=rotor-12 | According to the Northern Ministry of Energy: under the turbine plant Rotor Forge would supply Rotor 12
d2/c7 | Manufacture | m-rotor-12 | asserted | done | | | | maker=rotor-forge; product=rotor-12 | Rotor Forge makes Rotor 12
d2/c8 | Manufacture | m-heron | asserted | done | | | | maker=rotor-forge; product=heron-mill | Rotor Forge makes Heron Mill
d2/c9 | Training | training | reported | planned | | 2032 | northern-ministry | parties=rotor-forge,northern-ministry | According to the Northern Ministry of Energy: Rotor Forge and the Northern Ministry of Energy were to train operators together
d2/c10 | Demonstration | demo | reported | done | apparently | 2031-05-13 | northern-ministry | shower=rotor-forge; product=heron-mill | According to the Northern Ministry of Energy: Rotor Forge "apparently" showed Heron Mill
d2/c11 | Backing | back | asserted | done | | | | backer=northern-ministry; backed=rotor-forge | The Northern Ministry of Energy backs Rotor Forge
d3/c1 | Report | gazette-report | asserted | done | | 2031-08-13 | | publisher=valley-gazette | The Valley Gazette published a report
d3/c2 | Demand | rotor-demand | alleged | done | | 2031-07-07 | valley-gazette | asker=river-guard; asked=d3/test-pilots; act=test-flight | Alleged by the Valley Gazette: the River Guard demanded a test flight in a storm of two test pilots
d3/c3 | Refusal | refusal | alleged | done | | 2031-07-07 | valley-gazette | who=d3/test-pilots; act=test-flight | Alleged by the Valley Gazette: two test pilots refused a test flight in a storm
d3/c4 | Attack | flood | alleged | done | | 2031-07-07 | tomas-quill,valley-gazette | attacker=river-guard; target=delta-league; means=rotor-9 | Alleged by Tomas Quill, through the Valley Gazette: the River Guard flooded the Delta League's mills with Rotor 9
d3/c5 | Use | use-rotor | alleged | done | | 2031-07-07 | valley-gazette | user=river-guard; product=rotor-9 | Alleged by the Valley Gazette: the River Guard used Rotor 9
d3/c6 | Halt | lot-ban | reported | done | | [2031-08-20..2031-08-31] | turbine-works | authority=licence-office; against=turbine-works; stops=rotor-lot | According to Turbine Works: the Licence Office stopped the rotor lot of 2031
d3/c7 | Terms | lot-terms | reported | planned | | | turbine-works | deal=rotor-lot; supplier=turbine-works; recipient=d3/rotor-client; product=rotor-9; value=$4000000 EUR | According to Turbine Works: under the rotor lot of 2031 Turbine Works would supply Rotor 9 to a key customer abroad
d3/c8 | Denial | denial | asserted | done | | 2031-08-15 | | denier=turbine-works | Turbine Works denied the Valley Gazette's report
d3/c9 | Silence | silence | asserted | done | | 2031-08-29 | | who=turbine-works; matter=rotor-lot; unsaid=~recipient | Turbine Works did not say who the recipient is
d3/c10 | Investigation | inquiry | reported | ongoing | | 2031-08 | turbine-works | investigator=licence-office; subject=turbine-works | According to Turbine Works: the Licence Office investigated Turbine Works
d3/c11 | Part | lo-part | asserted | done | | | | part=licence-office; whole=southern-ministry | The Licence Office is part of the Southern Ministry of Rivers
d3/c12 | Use | use-rotor-28 | asserted | done | | 2028-04 | | user=river-guard; product=rotor-9 | The River Guard used Rotor 9
d3/c13 | Meeting | okafor-varga | reported | done | | 2031-09-11 | river-guard | participants=mara-okafor,ines-varga | According to the River Guard: Mara Okafor met Inés Varga
d3/c14 | Employment | emp-okafor | asserted | done | | 2031-09-11 | | person=mara-okafor; body=river-guard | Mara Okafor worked for the River Guard
d3/c15 | Membership | mem-quill | asserted | done | | 2031-09 | | member=tomas-quill; body=delta-league | Tomas Quill belonged to the Delta League
d3/c16 | Meeting | no-meeting | reported | not | | 2031-09-12 | delta-league | participants=tomas-quill,mara-okafor | According to the Delta League: Tomas Quill did not meet Mara Okafor
d3/c17 | Sale | sale-1 | reported | done | may have been | 2030 | nobody-named | seller=southern-dynamo; buyer=river-guard; goods=~pumps | According to people it does not name: Southern Dynamo "may have been" selling pumps to the River Guard
d4/c1 | Arrest | arrest-lind | asserted | done | | 2028-04/2028-05 | | person=pavel-lind; concerning=ferry-affair | Pavel Lind was arrested over the ferry affair
d4/c2 | Conviction | conv-lind | asserted | done | | 2031-02~ | | person=pavel-lind; offences=~fraud | Pavel Lind was convicted of fraud
d4/c3 | Affair | gate | asserted | done | | 2028 | | affair=gate-case; parties=southern-dynamo | Southern Dynamo was party to the floodgate case
d4/c4 | Membership | mem-lind | asserted | done | | 2028 | | member=pavel-lind; body=southern-ministry | Pavel Lind belonged to the Southern Ministry of Rivers
d4/c5 | Negotiation | talks-4 | reported | ongoing | | 2031 | southern-ministry | parties=southern-ministry,northern-ministry; deal=turbine-plant | According to the Southern Ministry of Rivers: the two ministries held talks on the turbine plant
inferences/i1 | Hypothesis | hyp-1 | asserted | done | | | | one=ferry-affair; other=gate-case; relation=~same | The ferry affair and the floodgate case may be one
inferences/i2 | Meeting | met-signing | asserted | done | | 2031-01-20 | | participants=ana-ruiz,ines-varga | Ana Ruiz met Inés Varga
"""

# claims | from > to | forward wording | backward wording, "=" for the same
_LINKS = """
d1/c1 | ana-ruiz > ines-varga | signed with | =
d1/c1 | ana-ruiz > energy-accord | signed | was signed by
d1/c1 | ines-varga > energy-accord | signed | was signed by
d1/c3 | ana-ruiz > northern-ministry | worked for | employed
d1/c2 | ana-ruiz > northern-ministry | was Minister of Energy of Northland at | had as Minister of Energy of Northland
d1/c4 | ines-varga > southern-ministry | worked for | employed
d1/c5 | ana-ruiz > turbine-works | planned to visit | was to be visited by
d1/c6 | ana-ruiz > d1/executives | was to meet | =
d1/c7 | turbine-works > rotor-9 | makes | is made by
d1/c8 | turbine-works > blade-and-sons | acquired | was acquired by
d1/c9 | pavel-lind > southern-ministry | was dismissed by | dismissed
d1/c9,d4/c1 | pavel-lind > ferry-affair | was dismissed over | led to the dismissal of
d1/c10 | blade-and-sons > ferry-affair | was party to | had as party
d1/c11 | turbine-works > turbine-plant | negotiated | was negotiated by
d2/c1 | jon-berg > ines-varga | met | =
d2/c2 | jon-berg > ines-varga | met | =
d2/c3 | jon-berg > turbine-works | visited | was visited by
d2/c3 | jon-berg > rotor-forge | visited | was visited by
d2/c4,d4/c5 | northern-ministry > turbine-plant | agreed on | was agreed by
d2/c4 | southern-ministry > turbine-plant | agreed on | was agreed by
d2/c5 | jon-berg > northern-ministry | worked for | employed
d2/c6 | rotor-forge > turbine-plant | would supply under | would be supplied under it by
d2/c7 | rotor-forge > rotor-12 | makes | is made by
d2/c8 | rotor-forge > heron-mill | makes | is made by
d2/c9 | rotor-forge > northern-ministry | was to train with | =
d2/c10 | rotor-forge > heron-mill | showed | was shown by
d2/c11 | northern-ministry > rotor-forge | backs | is backed by
d3/c2 | river-guard > d3/test-pilots | demanded of | had a demand from
d3/c3 | d3/test-pilots > test-flight | refused | was refused by
d3/c2 | river-guard > test-flight | demanded | was demanded by
d3/c4 | river-guard > delta-league | attacked | was attacked by
d3/c5 | river-guard > rotor-9 | used | was used by
d3/c12 | river-guard > rotor-9 | used | was used by
d3/c6 | licence-office > rotor-lot | stopped | was stopped by
d3/c7 | turbine-works > rotor-lot | would supply under | would be supplied under it by
d3/c7 | d3/rotor-client > rotor-lot | would receive under | would be received under it by
d3/c7 | rotor-lot > rotor-9 | is about | is the subject of
d3/c10 | licence-office > turbine-works | investigated | was investigated by
d3/c11 | licence-office > southern-ministry | is part of | has part
d3/c13 | mara-okafor > ines-varga | met | =
d3/c14 | mara-okafor > river-guard | worked for | employed
d3/c15 | tomas-quill > delta-league | belonged to | had as member
d3/c16 | tomas-quill > mara-okafor | did not meet | =
d3/c17 | southern-dynamo > river-guard | sold to | bought from
d4/c3 | southern-dynamo > gate-case | was party to | had as party
inferences/i1 | ferry-affair > gate-case | may be linked with | =
inferences/i2 | ana-ruiz > ines-varga | met | =
"""

_DENIALS = {"d3/c8": ["d3/c2", "d3/c3"]}
_MAY_DENY = {"d3/c8": ["d3/c5"]}
_RESTS = {"inferences/i1": ["d1/c10", "d4/c3"], "inferences/i2": ["d1/c1"]}
_BECAUSE = {"inferences/i1": "Same year, same river, same sum.", "inferences/i2": "Both signed the accord on one day."}

_DOCUMENTS = [
    ("d1", "Two energy ministers sign an accord", "valley-gazette", "northern-wire", "en", "2031-01-20",
     "https://mirror.example/a/1"),
    ("d2", "Guest from the North at the turbine makers", "northern-ministry", "northern-ministry", "en", "2031-05-14",
     "http://mirror.example/b?x=1&y=2"),
    ("d3", "Export of rotors halted, maker denies report", "northern-wire", "valley-gazette", "en", "2031-09-14", ""),
    ("d4", "Ferry affair: a sentence", "southern-ministry", "southern-ministry", "id", "[..2031-03]",
     "https://mirror.example/d/4#top"),
]


def _rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def _entities() -> list[dict[str, Any]]:
    rows = []
    for key, kind, legend, label, *names in _rows(_PARTIES):
        spellings = [label, *[name.strip() for name in "".join(names).split(";") if name.strip()]]
        rows.append({"id": key, "kind": kind, "label": label, "legend": legend, "step": legend not in _QUIET,
                     "names": [{"name": name, "documents": ["d1"]} for name in spellings], "claims": 0})
    return rows


def _value(text: str) -> Any:
    if text.startswith("$"):
        amount, currency = text[1:].split()
        return {"value": amount, "currency": currency}
    return text[1:]


def _claims(labels: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for number, (key, kind, event, status, mode, hedge, date, said, roles, says) in enumerate(_rows(_CLAIMS)):
        pairs = [part.strip().split("=", 1) for part in roles.split(";") if part.strip()]
        inferred = key.startswith("inferences/")
        disputed = any(key in denied for denied in _DENIALS.values())
        rows.append({
            "id": key, "document": None if inferred else key.split("/")[0], "kind": kind, "event": event, "says": says,
            "roles": {name: [{"id": one, "label": labels[one]} for one in value.split(",")]
                      for name, value in pairs if value[0] not in "~$"},
            "values": {name: _value(value) for name, value in pairs if value[0] in "~$"},
            "date": date, "date_from": "claim" if date else "", "status": status, "mode": mode, "hedge": hedge,
            "verb": "claimed" if status == "alleged" else "", "said_in": "", "said_on": "",
            "said_by": [{"id": one, "label": labels.get(one, "people it does not name")}
                        for one in said.split(",") if one],
            "paragraph": None if inferred else number % 9 + 1,
            "words": None if inferred else ("single locator" if number % 3 else "began here, well-known … ended there"),
            "inferred": inferred, "rests_on": _RESTS.get(key, []), "denies": _DENIALS.get(key, []),
            "denied_by": [one for one, denied in _DENIALS.items() if key in denied],
            "may_be_denied_by": [one for one, denied in _MAY_DENY.items() if key in denied],
            "disputed": disputed or any(key in denied for denied in _MAY_DENY.values()),
            "because": _BECAUSE.get(key, ""), "note": "a printer's error in the text" if key == "d2/c4" else ""})
    return rows


def _links(claims: dict[str, dict[str, Any]], documents: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    from kg.dates import bounds

    rows = []
    for ids, ends, forward, backward in _rows(_LINKS):
        own = [claims[one] for one in ids.split(",")]
        start, end = (one.strip() for one in ends.split(">"))
        first = own[0]
        span = bounds(first["date"]) if first["date"] else None
        rows.append({
            "id": f"{first['event']}--{start}--{end}--{forward.split()[0]}", "from": start, "to": end,
            "event": first["event"], "kind": first["kind"], "label": forward,
            "back": forward if backward == "=" else backward, "date": first["date"],
            "bounds": [span.earliest_begin, span.latest_end] if span else [None, None],
            "status": first["status"], "mode": first["mode"], "hedge": first["hedge"], "inferred": first["inferred"],
            "disputed": first["disputed"], "office": first["kind"] in ("Tenure", "Employment"),
            "claims": [one["id"] for one in own], "documents": sorted({one["document"] or "" for one in own} - {""}),
            "origins": sorted({one["said_by"][0]["id"] if one["said_by"] else documents[one["document"]]["reporter"]
                               for one in own if one["document"]})})
    return rows


def invented_view() -> View:
    """Return a whole view of 34 invented parties: every status and mode, a denial, a perhaps denial, two inferences."""
    entities = _entities()
    labels = {row["id"]: row["label"] for row in entities}
    claims = _claims(labels)
    for row in entities:
        row["claims"] = sum(any(one["id"] == row["id"] for role in claim["roles"].values() for one in role)
                            for claim in claims)
    documents = [{"id": key, "title": title, "publisher": publisher, "reporter": reporter, "language": language,
                  "published": published, "sha256": "00" * 32, "url": url,
                  "claims": sum(claim["document"] == key for claim in claims)}
                 for key, title, publisher, reporter, language, published, url in _DOCUMENTS]
    groups: dict[str, list[str]] = {}
    for row in entities:
        kinds = groups.setdefault(row["legend"], [])
        if row["kind"] not in kinds:
            kinds.append(row["kind"])
    return {"title": "Who builds the river turbines", "documents": documents, "entities": entities, "claims": claims,
            "legend": [{"group": group, "kinds": kinds} for group, kinds in groups.items()],
            "links": _links({row["id"]: row for row in claims}, {row["id"]: row for row in documents})}


HOSTILE = [
    "<script>window.__ran=1</script>", "<img src=x onerror=window.__ran=1>", "</script><script>window.__ran=1</script>",
    "\"><svg onload=window.__ran=1>", "javascript:window.__ran=1", "{{7*7}}", "]]><!--", "' onmouseover='window.__ran=1",
    "href <a href=\"javascript:window.__ran=1\">x</a>", "\u202eevil\u202c\u0000\u0007", "\ud83d\ude80 \U0001f680 Ω≈ç√",
    "__proto__", "constructor", "<style>*{display:none}</style>", "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "https://evil.example/track.png", "<!-- ", "\u2028\u2029", "<iframe src=https://evil.example></iframe>", "a" * 400,
]


def hostile_view() -> View:
    """Return the invented view with a hostile text in every field that is shown; ids stay as the program makes them."""
    view = invented_view()
    turn = iter(range(10**9))

    def bad(text: str) -> str:
        return f"{HOSTILE[next(turn) % len(HOSTILE)]} {text}"

    def spoil(row: dict[str, Any], *fields: str) -> None:
        for name in fields:
            if isinstance(row.get(name), str):
                row[name] = bad(row[name])

    view["title"] = bad(view["title"])
    for row in view["documents"]:
        spoil(row, "title", "publisher", "reporter", "language", "published")
        row["url"] = HOSTILE[next(turn) % len(HOSTILE)] if row["id"] != "d1" else "javascript:window.__ran=1//https://a"
    for row in view["entities"]:
        spoil(row, "label", "kind")
        for name in row["names"]:
            spoil(name, "name")
    for row in view["claims"]:
        spoil(row, "says", "kind", "event", "hedge", "verb", "words", "note", "because", "date", "said_in", "said_on")
        for part in [*row["said_by"], *[one for role in row["roles"].values() for one in role]]:
            spoil(part, "label")
        row["values"] = {bad(name): bad(str(value)) for name, value in row["values"].items()}
        row["roles"] = {bad(name): role for name, role in row["roles"].items()}
    for row in view["links"]:
        spoil(row, "label", "back", "date", "hedge", "kind", "event")
    for row in view["legend"]:
        row["kinds"] = [bad(kind) for kind in row["kinds"]]
    return view


def grown_view(parties: int) -> View:
    """Return a view of about `parties` invented people and firms in stories of fifty, two links a party, one claim each."""
    entities: list[dict[str, Any]] = []
    claims: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    for number in range(parties):
        group = ("People", "Person") if number % 3 else ("Companies", "Company")
        entities.append({"id": f"p{number}", "kind": group[1], "label": f"{group[1]} number {number}", "names":
                         [{"name": f"{group[1]} number {number}", "documents": ["d0"]}], "claims": 2,
                         "step": True, "legend": group[0]})
        for turn in range(2):
            # most links stay in the story of fifty, some reach back to any earlier one: a plain, repeatable mixture
            low = number - number % 50 if (number + turn) % 17 else 0
            other = low + (number * 7 + turn * 13 + number // 3) % max(number - low, 1) if number else 0
            if other == number:
                continue
            key = f"d{number % 40}/c{number}x{turn}"
            ends = [{"id": f"p{one}", "label": f"number {one}"} for one in (number, other)]
            claims.append({"id": key, "document": key.split("/", maxsplit=1)[0], "kind": "Meeting", "event": f"e{number}-{turn}",
                           "says": f"Number {number} met number {other}", "roles": {"participants": ends}, "values": {},
                           "date": f"20{number % 30 + 10}-0{number % 9 + 1}", "date_from": "claim", "status": "asserted",
                           "mode": "done", "hedge": "", "verb": "", "said_by": [], "said_in": "", "said_on": "",
                           "paragraph": 1, "words": "one … two", "inferred": False, "rests_on": [], "denies": [],
                           "denied_by": [], "may_be_denied_by": [], "disputed": False, "note": ""})
            links.append({"id": f"l{number}-{turn}", "from": f"p{number}", "to": f"p{other}", "event": f"e{number}-{turn}",
                          "kind": "Meeting", "label": "met", "back": "met", "date": claims[-1]["date"],
                          "bounds": [claims[-1]["date"] + "-01", claims[-1]["date"] + "-28"], "status": "asserted",
                          "mode": "done", "hedge": "", "inferred": False, "disputed": False, "office": False,
                          "claims": [key], "documents": [key.split("/", maxsplit=1)[0]], "origins": ["wire"]})
    documents = [{"id": f"d{number}", "title": f"Paper {number}", "publisher": "Wire", "reporter": "wire",
                  "language": "en", "published": "2031", "sha256": "", "url": f"https://mirror.example/{number}",
                  "claims": 1} for number in range(40)]
    return {"title": f"{parties} parties", "documents": documents, "entities": entities, "claims": claims,
            "links": links, "legend": [{"group": "People", "kinds": ["Person"]},
                                       {"group": "Companies", "kinds": ["Company"]}]}
