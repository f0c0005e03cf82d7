"""What several claims show is as firm as one of them: an alleged deed and a plan of the same thing never add up to a fact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from fixtures import small_folder

DOCUMENT = """\
document: {{title: Talks on an island, language: en, published: 2031-07-01, chain: [mirror]}}
matters: [{{id: talks, kind: event}}]
claims:
  - {{id: c1, kind: meeting, event: talks, participants: [ana-ruiz, mara-okafor], {one}, evidence: {{paragraph: 1, words: Ruiz met}}}}
  - {{id: c2, kind: meeting, event: talks, participants: [ana-ruiz, mara-okafor], {other}, evidence: {{paragraph: 2, words: Ruiz met}}}}
  - {{id: c3, kind: meeting, participants: [jon-berg, mara-okafor], evidence: {{paragraph: 3, words: Berg met}}}}
"""
ALLEGED = "status: alleged, said_by: [southern-ministry]"
PLANNED = "mode: planned"
HEDGED = "hedge: apparently"
FIRM = "status: reported, said_by: [southern-ministry]"


@pytest.fixture
def told(tmp_path: Path, run: Run) -> Any:
    """Return a function that builds a graph in which one meeting is told in two ways, and returns what shows it.

    That is its row, its hop, and the row of somebody known to both, who met the other of them for certain.
    """
    def build(one: str, other: str) -> list[dict[str, Any]]:
        folder = small_folder(tmp_path / "graph")
        (folder / "sources" / "documents" / "island.yaml").write_text(DOCUMENT.format(one=one, other=other), "utf-8")
        code, _, err = run("build", "--allow-shrink", folder=folder)
        assert code == 0, err
        wide = ("--include", "planned,alleged,hedged", "--format", "json")
        _, out, _ = run("who-met-whom", "Ruiz", "Okafor", *wide, folder=folder)
        [row] = [row for row in json.loads(out) if "island/c1" in row["claims"]]
        _, out, _ = run("path", "Ruiz", "Okafor", "--only", "meeting", "--count", "50", *wide, folder=folder)
        [hop] = [hop for path in json.loads(out)["paths"] for hop in path["hops"] if "island/c1" in hop["claims"]]
        assert row["claims"] == hop["claims"] == ["island/c1", "island/c2"]
        _, out, _ = run("who-knows-both", "Ruiz", "Berg", *wide, folder=folder)
        [tied] = [row for row in json.loads(out) if "island/c1" in row["claims"]]
        assert {"island/c1", "island/c2", "island/c3"} <= {*tied["claims"]}
        return [row, hop, tied]

    return build


@pytest.mark.parametrize(("one", "other", "status", "mode"), [
    (ALLEGED, PLANNED, "asserted", "planned"),
    (PLANNED, ALLEGED, "asserted", "planned"),
    (PLANNED, HEDGED, "asserted", "done"),
    (PLANNED, FIRM, "reported", "done"),
    (FIRM, ALLEGED, "reported", "done"),
    (f"{ALLEGED}, mode: planned", ALLEGED, "alleged", "done"),
])
def test_a_meeting_stands_as_the_firmest_claim_of_it(told: Any, one: str, other: str, status: str, mode: str) -> None:
    for shown in told(one, other):
        assert (shown["status"], shown["mode"]) == (status, mode)
