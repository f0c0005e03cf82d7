"""Support is counted in origins; what falls with one document, origin or allegation is shown; parts can be exported."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import rdflib
from conftest import Run


def test_two_documents_of_one_origin_count_as_one_and_say_why(run: Run) -> None:
    _, out, _ = run("support", "tasmagambetov-lieberman-meeting-2016", "--format", "json")
    found = json.loads(out)
    assert (found["documents"], found["origins"]) == (2, 1)
    assert found["joined"][0]["because"].startswith("one account in the same order")
    assert {row["document"] for row in found["claims"]} == {"kazinform-minister-visit", "topwar-minister-visit"}


def test_support_of_a_claim_is_that_of_its_event(run: Run) -> None:
    _, by_claim, _ = run("support", "kazinform-minister-visit/c4", "--format", "json")
    _, by_event, _ = run("support", "tasmagambetov-lieberman-meeting-2016", "--format", "json")
    assert json.loads(by_claim) == json.loads(by_event)


def test_support_of_nothing_known_is_said(run: Run) -> None:
    code, _, err = run("support", "no-such-event")
    assert code == 3
    assert "kg: no event or claim 'no-such-event'; `kg claims --format json` gives each claim's id and event\n" in err


def test_a_chain_shows_which_document_or_origin_carries_it(run: Run) -> None:
    _, out, _ = run("fragile", "Tasmagambetov", "Hasanov", "--format", "json")
    fate = {row["without"]: row["chain"] for row in json.loads(out)}
    assert fate["Azeri Defense Chief Visits Israeli Arms Companies"] == "falls"
    assert fate["Kazakh defence minister visits Israel"] == "stands"
    assert fate["press service of the Kazakh Defense Ministry"] == "falls"


def test_events_carried_by_one_allegation_are_listed_as_such(run: Run) -> None:
    _, out, _ = run("fragile", "--format", "json")
    alleged = [row for row in json.loads(out) if "one allegation" in row["carried_by"]]
    assert {row["status"] for row in alleged} == {"alleged"}
    assert any(row["label"].startswith("alleged attack of Azerbaijani army") for row in alleged)


def test_dropping_an_origin_drops_all_that_the_curator_joined_with_it(run: Run) -> None:
    _, out, _ = run("who-met-whom", "lieberman", "--without", "press service of the Kazakh Defense Ministry", "--format", "json")
    assert [row["b"] for row in json.loads(out)] == ["Zakir Hasanov"]


def test_according_to_somebody_keeps_what_he_says_alone(run: Run) -> None:
    _, out, _ = run("claims", "--according-to", "Pakhchanian", "--format", "json")
    rows = json.loads(out)
    assert rows
    assert all([speaker["label"] for speaker in row["said_by"]] == ["Davit Pakhchanian"] for row in rows)


def test_from_and_to_leave_out_what_certainly_lies_outside(run: Run) -> None:
    _, out, _ = run("who-met-whom", "--from", "2017", "--format", "json")
    assert "Imangali Tasmagambetov" not in out
    assert "Karen Karapetian" in out  # by 2017-07-29: it may lie within
    _, out, _ = run("who-met-whom", "--to", "2016", "--format", "json")
    pairs = {(row["a"], row["b"]) for row in json.loads(out)}
    assert ("Avigdor Lieberman", "Imangali Tasmagambetov") in pairs
    assert ("Avigdor Lieberman", "Zakir Hasanov") not in pairs


def test_an_export_without_a_document_holds_nothing_of_it(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "part.ttl"
    code, told, err = run("export", "turtle", "--without", "rferl-hasanov-visit", "--out", str(out))
    assert code == 0, err
    assert "rferl-hasanov-visit" not in out.read_text("utf-8")
    assert len(rdflib.Graph().parse(out)) == int(told.split(" claims, ")[1].split()[0])


def test_an_export_of_what_somebody_says_keeps_the_denials_of_it(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "maariv.csv"
    run("export", "claims", "--according-to", "Maariv", "--out", str(out))
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["kind"] for row in rows} >= {"Consent", "Denial"}


def test_an_export_that_cannot_be_written_leaves_what_was_there(run: Run, tmp_path: Path) -> None:
    code, _, err = run("export", "claims", "--out", str(tmp_path / "no" / "such" / "folder.csv"))
    assert code == 1
    assert "could not be written" in err
    assert not list(tmp_path.iterdir())


@pytest.mark.texts
def test_every_sentence_of_the_five_texts_is_accounted_for(run: Run, texts: Path) -> None:
    code, out, err = run("coverage", "--texts", str(texts), "--format", "json")
    rows = json.loads(out)
    assert code == 0, err
    assert len(rows) == 5
    assert all(row["open"] == 0 and row["sentences"] == row["claimed"] + row["nothing"] for row in rows)
    assert all(row["curation"].startswith("curated twice, independently") for row in rows)


@pytest.mark.texts
def test_a_sentence_that_nobody_accounts_for_is_named_by_its_place(run: Run, texts: Path, tmp_path: Path) -> None:
    for path in texts.glob("*.txt"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "002.txt").open("a", encoding="utf-8") as file:
        file.write("\nA turbine fell into the river.\n")
    code, _, err = run("coverage", "kazinform-minister-visit", "--texts", str(tmp_path))
    assert code == 1
    assert "kazinform-minister-visit, paragraph 15, characters 0–30: neither behind a claim nor listed" in err


@pytest.mark.texts
def test_the_annotated_page_lies_where_it_was_asked_for_and_runs_and_fetches_nothing(run: Run, texts: Path, tmp_path: Path) -> None:
    page = tmp_path / "text.html"
    code, _, err = run("coverage", "defense-news-accord", "--texts", str(texts), "--html", str(page))
    assert code == 0
    assert "not for publication" in err
    html = page.read_text("utf-8")
    assert "default-src 'none'" in html
    assert "<script" not in html
    assert html.count("defense-news-accord/c") >= 45


def test_a_tension_shows_both_sides_and_prefers_neither(run: Run) -> None:
    _, out, _ = run("what-is-disputed", "--format", "json")
    tensions = [row for row in json.loads(out) if row["how"] == "in tension"]
    sides = [set(row["claims"]) & {"tengrinews-uas-talks/c31", "defense-news-accord/c12"} for row in tensions]
    assert sides.count({"tengrinews-uas-talks/c31", "defense-news-accord/c12"}) == 2  # once from each side
    assert all(row["inferred"] and not row["disputed"] for row in tensions)


def test_no_default_answer_rests_on_an_inference(run: Run) -> None:
    for command in (("who-met-whom",), ("path", "Mayermanov", "Elbit Systems"), ("around", "Mayermanov", "--hops", "3")):
        _, out, _ = run(*command, "--format", "json")
        assert "inferences/" not in out
        assert '"inferred": true' not in out
