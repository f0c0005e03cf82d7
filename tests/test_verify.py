"""`make verify` itself: it sees what differs, and excuses only what it can name. The tools it runs are not needed here."""

from __future__ import annotations

from pathlib import Path

import pytest
import verify
from conftest import ROOT


def test_rows_are_equal_or_differ_for_a_reason_that_is_told_or_are_wrong() -> None:
    rows: verify.Rows = [("a; b", "true"), ("c", "false")]
    assert verify.verdict(sorted(rows), sorted(rows)) == ("2 rows, equal", True)
    assert verify.verdict([("b; a", "true"), ("c", "false")], rows) == ("2 rows, equal but for joined texts in another order", True)
    assert verify.verdict([("b; a", "1"), ("c", "0")], rows) == (
        "2 rows, equal but for joined texts in another order and truth as 1 and 0", True)
    assert verify.verdict([("a; b", "false"), ("c", "false")], rows) == ("2 rows, not the 2", False)
    assert verify.verdict(rows[:1], rows) == ("1 rows, not the 2", False)
    assert verify.verdict([("", "")], []) == ("0 rows, equal but for a row without values where there is no group", True)
    assert verify.verdict([("", "a")], []) == ("1 rows, not the 0", False)


def test_a_tool_that_finds_less_fails_or_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    triples = frozenset((("<a>", "<b>", "<c>"), ("<a>", "<b>", "<d>")))

    def missing(_: Path) -> verify.Triples:
        raise verify.Missing("rapper")

    path = Path("graph.ttl")
    assert list(verify.compared(path, "one", lambda _: triples, triples)) == []
    assert list(verify.compared(path, "two", lambda _: frozenset((("<a>", "<b>", "<c>"),)), triples)) == [
        "graph.ttl in two: 1 triples, not the 2 triples of graph.nt"]
    assert list(verify.compared(path, "three", lambda _: frozenset((("<a>", "<b>", "<c>"), ("<a>", "<b>", "<e>"))), triples)) == [
        "graph.ttl in three: 2 triples, not the 2 triples of graph.nt"]
    assert "not installed: rapper" in next(verify.compared(path, "four", missing, triples))
    assert "failed: integer division or modulo by zero" in next(verify.compared(path, "five", lambda _: {str(1 // 0)}, triples))
    assert capsys.readouterr().out.count("DIFFERS") == 4


def test_triples_are_read_alike_whatever_their_graph() -> None:
    assert verify.triples_in(b"<http://a> <http://b> <http://c> <http://g> .\n<http://a> <http://b> <http://c> .") == {
        ("<http://a>", "<http://b>", "<http://c>")}


def test_every_question_is_asked_as_it_is_shipped_and_as_its_examples_put_it() -> None:
    asked = verify.questions()
    shipped = {path.stem: path.read_text("utf-8") for path in (ROOT / "ontology" / "questions").glob("*.rq")}
    assert {name.split()[0] for name in asked} == set(shipped)
    for name, text in asked.items():
        assert text.startswith("PREFIX ")
        assert text.endswith(shipped[name]) if name in shipped else text not in shipped.values()
    assert "VALUES ?name { <https://arms-graph.example/id/avigdor-lieberman> }" in asked["who-met-whom lieberman"]
    assert len(asked) > 1.5 * len(shipped)
    assert verify.UNFIT.findall("# unfit: Virtuoso forgets things\nSELECT") == [("Virtuoso", "forgets things")]


@pytest.mark.filterwarnings("ignore:.* is deprecated")  # what rdflib's own readers use
def test_rdflib_and_pyld_find_the_exported_graph() -> None:
    whole = verify.triples_in((ROOT / "exports" / "graph.nt").read_bytes())
    assert verify.by_rdflib(ROOT / "exports" / "graph.trig") == whole
    assert verify.by_pyld(ROOT / "exports" / "graph.jsonld") == whole
