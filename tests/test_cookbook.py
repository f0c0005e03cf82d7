"""The example queries: what they find is what the documents say, read by hand; each one runs, and none is about the whole graph."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Run

from kg.cookbook import Example, answer, cookbook, read_examples
from kg.errors import BuildFailed, Misuse
from kg.queries import Queries

EXAMPLES = read_examples(ROOT)
NAMES = {example.name[3:]: example for example in EXAMPLES}


@pytest.fixture(scope="module")
def queries() -> Iterator[Queries]:
    """Return what answers queries over the built graph."""
    opened = Queries(ROOT)
    yield opened
    opened.close()


@pytest.fixture
def rows(queries: Queries, request: pytest.FixtureRequest) -> list[list[str]]:
    """Return the rows of the answer to the example that a test is marked with: ids and literals, without labels."""
    text = answer(ROOT, queries, NAMES[request.param])
    cells = [[cell.strip() for cell in line[1:-1].split(" | ")] for line in text.splitlines()[2:]]
    return [[re.sub(r"^((?:id|claim):\S+) \(.*\)$", r"\1", cell) for cell in row] for row in cells]


def example(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rows", [name], indirect=True, ids=[name])


def test_there_are_twenty_five_from_simple_to_rich() -> None:
    assert len(EXAMPLES) == 25
    lengths = [len(one.query) for one in EXAMPLES]
    assert sum(lengths[:3]) < sum(lengths[-3:])
    assert all(one.title.endswith("?") and one.notes for one in EXAMPLES)


@pytest.mark.parametrize("one", [one for one in EXAMPLES if not one.over], ids=lambda one: one.name)
def test_an_example_can_be_asked_again_as_the_page_says(one: Example, run: Run) -> None:
    code, out, err = run("sparql", "--file", str(ROOT / "docs" / "queries" / f"{one.name}.rq"), "--format", "markdown")
    assert (code, err) == (0, "")
    assert out.rstrip("\n") in (ROOT / "docs" / "queries.md").read_text("utf-8")


@example("documents")
def test_five_documents(rows: list[list[str]]) -> None:
    assert [row[:2] for row in rows] == [
        ["id:defense-news-accord", "2014-01-20"], ["id:kazinform-minister-visit", "2016-08-22"],
        ["id:rferl-hasanov-visit", "[2017-09-14..2017-09-17]"], ["id:tengrinews-uas-talks", "[2011-02..2012-01-23]"],
        ["id:topwar-minister-visit", ""]]


@example("ministers")
def test_lieberman_and_the_unnamed_sacked_minister_are_ministers_and_a_firm_is_none(rows: list[list[str]]) -> None:
    found = {row[0] for row in rows}
    assert {"id:avigdor-lieberman", "id:imangali-tasmagambetov", "id:zakir-hasanov", "id:moshe-yaalon",
            "id:defense-news-accord/sacked-defence-minister"} <= found
    assert "id:elbit-systems" not in found


@example("met")
def test_lieberman_met_two_ministers_and_a_signing_is_no_meeting(rows: list[list[str]]) -> None:
    with_lieberman = {one for row in rows for one in row if "id:avigdor-lieberman" in row} - {"id:avigdor-lieberman"}
    assert with_lieberman == {"id:imangali-tasmagambetov", "id:zakir-hasanov"}
    assert not any("id:moshe-yaalon" in row for row in rows)


@example("who-says-so")
def test_two_documents_say_that_tasmagambetov_met_lieberman(rows: list[list[str]]) -> None:
    told = [row for row in rows if {"id:avigdor-lieberman", "id:imangali-tasmagambetov"} == set(row[1:3])]
    assert [(row[0], row[3]) for row in told] == [("claim:kazinform-minister-visit/c4", "id:kazinform-minister-visit"),
                                                  ("claim:topwar-minister-visit/c4", "id:topwar-minister-visit")]
    assert told[0][4] == "id:kazakh-defence-ministry-press-service"


@example("claims-without-fact")
def test_planned_meetings_are_told_and_are_no_facts(rows: list[list[str]]) -> None:
    assert rows
    assert all("firm" not in row[1] for row in rows)
    assert all("were to meet" in row[2] for row in rows if row[1] == "planned")


@example("accusations")
def test_no_accusation_is_without_its_claimant(rows: list[list[str]]) -> None:
    assert all(row[1] for row in rows)
    assert all(row[3].startswith("Alleged by ") for row in rows)
    assert ["claim:rferl-hasanov-visit/c65", "id:maariv", "id:rferl-hasanov-visit/senior-executives"] in [row[:3] for row in rows]


@example("denials")
def test_one_denial_meets_three_claims_and_may_reach_ten(rows: list[list[str]]) -> None:
    assert rows == [["certainly", "3", "claim:rferl-hasanov-visit/c67"], ["perhaps", "10", "claim:rferl-hasanov-visit/c67"]]


@example("disputed")
def test_the_firm_denies_what_maariv_alleges_of_the_launch(rows: list[list[str]]) -> None:
    assert {row[2] for row in rows} == {"id:aeronautics-defense-systems"}
    assert {row[0] for row in rows} == {f"claim:rferl-hasanov-visit/{one}" for one in ("c60", "c61", "c65")}


@example("silences")
def test_the_firm_did_not_name_the_buyer_nor_the_ministry_the_firms(rows: list[list[str]]) -> None:
    assert ["id:aeronautics-defense-systems", "the buyer", "id:rferl-hasanov-visit"] in rows
    assert ["id:azerbaijani-defence-ministry", "which firms they were", "id:rferl-hasanov-visit"] in rows


@example("certainly-before")
def test_the_accord_was_certainly_signed_before_2015_and_nothing_undated_was(rows: list[list[str]]) -> None:
    assert ["id:defense-news-accord/accord-signing", "2014-01-20"] in rows
    assert all(row[1] for row in rows)


@example("possibly-within")
def test_a_meeting_only_bounded_may_have_been_in_august_2016_and_one_of_september_2017_not(rows: list[list[str]]) -> None:
    found = [row[0] for row in rows]
    assert "id:tasmagambetov-lieberman-meeting-2016" in found
    assert "id:rferl-hasanov-visit/hanegbi-karapetian-meeting" in found
    assert "id:rferl-hasanov-visit/hasanov-lieberman-meeting" not in found


@example("support")
def test_two_documents_on_the_visit_are_one_origin(rows: list[list[str]]) -> None:
    assert ["id:tasmagambetov-israel-visit-2016", "2", "1"] in [[re.sub(r" \(.*", "", row[0]), *row[1:]] for row in rows]


@example("drones")
def test_who_makes_the_orbiter_1k_is_only_concluded(rows: list[list[str]]) -> None:
    assert ["id:orbiter-1k", "id:aeronautics-defense-systems", "inferred"] in rows
    assert ["id:harop", "id:iai", "firm"] in rows


@example("sums")
def test_sums_keep_their_currency_and_an_unstated_one_has_no_number(rows: list[list[str]]) -> None:
    assert [row[1:3] for row in rows if row[0] == "claim:rferl-hasanov-visit/c39"] == [["20000000", "USD"]]
    assert [row[1:3] for row in rows if row[0] == "claim:rferl-hasanov-visit/c92"] == [["", "USD"]]


@example("spellings")
def test_the_misprint_stands_where_it_occurs_and_nowhere_else(rows: list[list[str]]) -> None:
    assert [row[1] for row in rows if row[0] == "Tasmagametov"] == ["id:kazinform-minister-visit"]


@example("graph-facts")
def test_the_graph_of_a_claim_holds_the_fact_that_it_establishes(rows: list[list[str]]) -> None:
    assert ["id:zakir-hasanov", "id:avigdor-lieberman", "claim:rferl-hasanov-visit/c25", "id:rferl-hasanov-visit"] in rows
    assert all(row[2].startswith(f"claim:{row[3].removeprefix('id:')}/") for row in rows)


@example("graph-alleged")
def test_what_is_alleged_and_who_alleges_it_lie_in_two_graphs(rows: list[list[str]]) -> None:
    claim = "claim:rferl-hasanov-visit/c65"
    assert [claim, "id:rferl-hasanov-visit/senior-executives", "id:maariv", "claim:rferl-hasanov-visit/c67"] in rows


# ---- The page that they are pasted into


def test_how_to_cite_names_no_day_and_no_number_that_the_project_does_not_give() -> None:
    part = (ROOT / "docs" / "queries.md").read_text("utf-8").split("## How to cite")[1]
    assert "¶" in part
    assert "(defense-news-accord/c52)" in part
    assert "10." not in part
    assert set(re.findall(r"\b(?:19|20)\d\d\b", part)) == {"2014"}


def copied(tmp_path: Path, **queries: str) -> Path:
    """Return a graph folder whose exports are the project's, with other example queries."""
    for name in ("exports", "ontology"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "docs" / "queries").mkdir(parents=True)
    for name, text in queries.items():
        (tmp_path / "docs" / "queries" / f"{name}.rq").write_text(text, "utf-8")
    return tmp_path


def test_a_graph_without_examples_has_no_page_of_them(tmp_path: Path) -> None:
    assert cookbook(tmp_path) == ""


@pytest.mark.parametrize(("text", "error", "said"), [
    ("# Which?\n", BuildFailed, "a.rq has no title in its first line, or no query after its head"),
    ("SELECT ?x { ?x a arms:Drone }\n", BuildFailed, "a.rq has no title"),
    ("# Which?\n#\n# Note.\nSELECT ?x { ?x a arms:Nothing }\n", BuildFailed, "a finds nothing"),
    ("# Which?\nASK { ?x a arms:Drone }\n", BuildFailed, "a is no SELECT query"),
    ("# Which?\nSELECT ?x { ?x a arms:Drone\n", Misuse, "the query is no SPARQL"),
    ("# Which?\nSELECT ?x { SERVICE <https://mirror.example/> { ?x a arms:Drone } }\n", Misuse, "SERVICE"),
])
def test_a_bad_example_is_refused_with_a_sentence(tmp_path: Path, text: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=re.escape(said)):
        cookbook(copied(tmp_path, a=text))
