"""Whoever speaks together with others is named with them: every answer names all to whom a claim goes back, and all who deny it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run
from fixtures import small_folder

VOICES = ["Jon Berg", "Southern Ministry of Rivers"]
DENIERS = ["Rotor Forge", "Turbine Works"]
HEAD = """\
document: {title: Talks on an island, language: en, published: 2031-07-01, chain: [mirror]}
matters:
  - {id: talks, kind: event}
  - {id: word, kind: event}
  - {id: deluge, kind: act, label: opening of a dam}
claims:
  - {id: c1, kind: statement, event: word, speaker: [southern-ministry, jon-berg]}
"""
TOLD = {  # of each kind a claim that both voices make
    "met": "kind: meeting, event: talks, participants: [ana-ruiz, mara-okafor], date: 2031-06-01",
    "accused": "kind: consent, who: [ines-varga], act: deluge, status: alleged",
    "silent": "kind: silence, who: [northern-ministry], unsaid: anything of the dam",
    "planned": "kind: visit, visitor: [ana-ruiz], firms: [rotor-forge], mode: planned",
    "visited": "kind: visit, visitor: [mara-okafor], firms: [turbine-works], date: 2031-06-02",
    "led": "kind: visit, visitor: [northern-ministry], leader: ines-varga, destination: southland",
    "sold": "kind: sale, seller: turbine-works, buyer: southland, goods: rotors",
}
ASKED = {"met": "who-met-whom", "accused": "who-is-accused", "silent": "who-kept-silent", "planned": "what-was-planned",
         "visited": "which-firms-were-visited", "led": "who-led-which-delegation", "sold": "who-sold-what-to-whom"}
"""A question that shows each of them."""
COLUMNS = ("said_by", "by", "claimant", "told_by", "first_said_by")


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """Return a graph in which each claim of one document is made by two voices together, and denied by two others."""
    folder = small_folder(tmp_path / "graph")
    lines = [f"  - {{id: {short}, {rest}, said_in: word}}" for short, rest in TOLD.items()]
    denials = [f"  - {{id: d{at}, kind: denial, denier: [{who}], denies: [{', '.join(TOLD)}]}}"
               for at, who in enumerate(("rotor-forge", "turbine-works"), 1)]
    text = HEAD + "\n".join([*lines, *denials]) + "\n"
    number = iter(range(1, 99))
    proven = "".join(f"{line[:-1]}, evidence: {{paragraph: {next(number)}, words: so it is told}}}}\n" if line.startswith("  - {id: ")
                     and "kind: event" not in line and "kind: act" not in line else f"{line}\n" for line in text.splitlines())
    (folder / "sources" / "documents" / "island.yaml").write_text(proven, "utf-8")
    code, _, err = run("build", "--allow-shrink", folder=folder)
    assert code == 0, err
    return folder


def test_a_row_names_all_who_tell_it_and_all_who_deny_it(folder: Path, run: Run) -> None:
    seen: dict[str, set[str]] = {short: set() for short in TOLD}
    for path in sorted((ROOT / "ontology" / "questions").glob("*.rq")):
        given = {"what-does-it-add": ["island", "wire-tour"], "who-knows-both": ["Ruiz", "Okafor"]}.get(path.stem, [])
        code, out, err = run(path.stem, *given, "--include", "planned,alleged,inferred,hedged", "--format", "json", folder=folder)
        assert code == 0, err
        for row in json.loads(out):
            of = {key.removeprefix("island/") for key in row.get("claims", ())} - {"d1", "d2"}
            if len(of) == 1 and of <= {*TOLD} and path.stem != "which-meetings-one-side-tells":  # which is about one of the voices
                short, = of
                _names_both(path.stem, row)
                assert row["claims"].count(f"island/{short}") == 1
                seen[short].add(path.stem)
    for short, question in ASKED.items():
        assert question in seen[short], short


def _names_both(question: str, row: dict[str, Any]) -> None:
    for column in {*COLUMNS} & {*row}:
        assert _names(row[column]) == VOICES, (question, column)
    if "denied_by" in row:
        assert _names(row["denied_by"]) == DENIERS, question


def _names(cell: str | list[str]) -> list[str]:
    return sorted(cell.split("; ") if isinstance(cell, str) else cell)


def test_support_names_them_too(folder: Path, run: Run) -> None:
    told = json.loads(run("support", "island/met", "--format", "json", folder=folder)[1])
    assert [(claim["said_by"], claim["denied_by"]) for claim in told["claims"]] == [(VOICES, DENIERS)]


def test_a_claim_with_two_voices_is_one_row_of_who_first_said_it(folder: Path, run: Run) -> None:
    rows = json.loads(run("who-first-said", "Ruiz", "--format", "json", folder=folder)[1])
    assert [_names(row["first_said_by"]) for row in rows if row["claims"] == ["island/met"]] == [VOICES]
