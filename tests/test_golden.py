"""The answers the graph must give, written from the texts by somebody who had not seen the program (golden/)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Run

GOLDEN = ("answers.yaml", "claims-support-time.yaml", "questions.yaml")
ANSWERS: list[dict[str, Any]] = [entry for name in GOLDEN for entry in
                                 yaml.safe_load((Path(__file__).parent / "golden" / name).read_text("utf-8"))["answers"]]


def fits(wanted: Any, got: Any) -> bool:
    """Return whether an answer holds what is wanted: given keys alone count; of a list of references, labels among labels."""
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(key == "note" or (key in got and fits(value, got[key])) for key, value in wanted.items())
    if isinstance(wanted, list):
        if not isinstance(got, list):
            return False
        labels = [item.get("label", item.get("name")) if isinstance(item, dict) else item for item in got]
        return all(item in labels if not isinstance(item, dict) else any(fits(item, other) for other in got) for item in wanted)
    return bool(wanted == got)


def problems(entry: dict[str, Any], code: int, out: str) -> list[str]:
    """Return what an answer lacks, or has and must not have."""
    if code != entry.get("exit", 0):
        return [f"exit {code}, not {entry.get('exit', 0)}"]
    if code in (2, 3):
        return []
    answer = json.loads(out)
    if entry["command"][0] == "path":
        return path_problems(entry, answer)
    rows = rows_of(entry, answer)
    found = [f"lacks {row}" for row in entry.get("rows", ()) if not any(fits(row, got) for got in rows)]
    found += [f"must not have {row}: {got.get('id', got)}" for row in entry.get("absent", ()) for got in rows if fits(row, got)]
    if entry.get("exactly") and len(rows) != len(entry.get("rows", ())):
        found.append(f"{len(rows)} rows, not {len(entry.get('rows', ()))}: {rows}")
    return found


def rows_of(entry: dict[str, Any], answer: Any) -> list[Any]:
    """Return the rows of an answer; of `show` its claims, where the wanted rows look like claims, else the thing itself."""
    if isinstance(answer, list):
        return answer
    wanted = entry.get("rows", [])
    if "claims" in answer and any("roles" in row or ("kind" in row and "id" not in row) for row in wanted):
        return list(answer["claims"])
    return [answer]


def path_problems(entry: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """Return where a path differs from what is wanted."""
    found = []
    first = answer["paths"][0] if answer["paths"] else {"nodes": [], "hops": []}
    if "hops" in entry and answer["hops"] != entry["hops"]:
        found.append(f"{answer['hops']} hops, not {entry['hops']}: {first['nodes']}")
    if "through" in entry and first["nodes"][1:-1] != entry["through"]:
        found.append(f"through {first['nodes'][1:-1]}, not {entry['through']}")
    for key, field in (("inferred_hop", "inferred"), ("through_office", "through_office")):
        if key in entry and any(hop[field] for hop in first["hops"]) != entry[key]:
            found.append(f"{key} is not {entry[key]}: {first['nodes']}")
    if entry.get("why_not") and not answer["why_not"]:
        found.append("no why_not")
    return found


@pytest.mark.parametrize("entry", ANSWERS, ids=[f"{at}-{entry['question'][:60]}" for at, entry in enumerate(ANSWERS)])
def test_the_graph_answers_as_the_texts_do(entry: dict[str, Any], run: Run) -> None:
    code, out, err = run(*map(str, entry["command"]), "--format", "json")
    assert not problems(entry, code, out), err


def test_the_list_of_documents_counts_the_claims_that_the_list_of_claims_has(run: Run) -> None:
    _, documents, _ = run("documents", "--format", "json")
    _, claims, _ = run("claims", "--format", "json")
    told = [row["document"] for row in json.loads(claims)]
    assert {row["id"]: row["claims"] for row in json.loads(documents)} == {key: told.count(key) for key in told if key}
