"""`kg bench`: it runs at a tiny size, reports against gates, cleans up after itself, and refuses nonsense with a sentence."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

from kg.bench import CLAIMS, PEER, Row, asked_name, bench, change_one_document, exponent, report, sizes_of, store_alone
from kg.bench_sparql import QUERIES, TRIPLES, Asked, query_table
from kg.errors import Misuse
from kg.exports import load_checked, make_exports, publish
from kg.synthetic import write_graph


def called(root: Path, *arguments: str) -> str:
    """Run `bench` as `kg bench` would be run in the project's folder, and return what it prints."""
    group = click.Group("kg", commands=[bench], params=[click.Option(["--folder"])])
    done = CliRunner(env={"KG_FOLDER": str(root)}).invoke(group, ["bench", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_tiny_bench_writes_a_report_and_leaves_nothing_behind(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    printed = called(root, "--claims", "100,120", "--rounds", "1", "--out", str(tmp_path / "bench.md"))
    assert (tmp_path / "bench.md").read_text("utf-8") == printed
    assert [path.name for path in tmp_path.iterdir()] == ["bench.md"]
    for part in ("kg who-met-whom X, 120 claims",
                 "questions that take a name, at 120 claims",
                 "data exports of 120 claims", "Turtle, N-Triples, JSON-LD of 120 claims",
                 "rebuild after one changed document", "growth of build from 100 to 120 claims", "growth of data exports from",
                 "growth of the page from", "cores", "pyoxigraph", "| ≤ 2 | ≤ 1.6 |", "| ≥ 2.5 | ≥ 5 |", "| ≤ 0.5 | ≤ 0.2 |"):
        assert part in printed
    assert "not measured" not in printed


@pytest.mark.parametrize("text", ["", "many", "1000,", "-5", "99", "1e3", "１０００", "9" * 30, "1000;2000"])
def test_nonsense_sizes_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Misuse, match="--claims takes whole numbers from 100 to 2000000, as in 100,1000"):
        sizes_of("--claims", text, CLAIMS)


def test_a_report_into_nowhere_is_refused_before_anything_is_measured(root: Path, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="there is no folder"):
        called(root, "--out", str(tmp_path / "nowhere" / "bench.md"))


def test_ratios_are_judged_by_the_median_of_the_rounds() -> None:
    slow = Row("a", "b", 2.0, 1.5, ours=[3.0, 1.0, 5.0], theirs=[1.0, 1.0, 1.0])
    assert (slow.ratio(), slow.verdict()) == (3.0, "gate missed")
    fast = Row("a", "b", 2.5, 5.0, ours=[1.0], theirs=[3.0], faster=True)
    assert (fast.ratio(), fast.verdict()) == (3.0, "gate reached")
    assert Row("a", "b", 1.15, 1.0, exponent=0.9).verdict() == "aim reached"
    assert Row("a", "b", 1.0, 1.0).verdict() == "not measured"
    assert "| a | 1.000 | 3.000 | b | 1.000 | 1.000 | 3.00× | ≤ 2 | ≤ 1.5 | gate missed |" in report([slow], [100], 0, 3)


def test_growth_is_an_exponent() -> None:
    assert exponent(10, 1.0, 1000, 10_000.0) == pytest.approx(2.0)


def test_a_changed_document_is_still_valid_and_has_one_claim_more(root: Path, tmp_path: Path) -> None:
    write_graph(tmp_path / "graph", root / "ontology", 120)
    change_one_document(tmp_path / "graph", 0)
    change_one_document(tmp_path / "graph", 1)
    assert len(load_checked(tmp_path / "graph")[0].claims) == 122


def test_a_store_without_exports_answers_as_one_with_them(root: Path, tmp_path: Path) -> None:
    write_graph(tmp_path / "graph", root / "ontology", 150)
    store_alone(tmp_path / "graph")
    alone = asked_name(tmp_path / "graph")
    shutil.rmtree(tmp_path / "graph" / "exports")
    publish(tmp_path / "graph", make_exports(tmp_path / "graph", page=False))
    assert asked_name(tmp_path / "graph") == alone


def test_the_peer_writes_nearly_the_same_triples_and_as_many_in_each_format(root: Path, tmp_path: Path) -> None:
    write_graph(tmp_path / "graph", root / "ontology", 150)
    subprocess.run([sys.executable, str(PEER), str(tmp_path / "graph"), str(tmp_path / "peer")], check=True, capture_output=True)
    read = {name: {str(quad) for quad in parse((tmp_path / "peer" / name).read_bytes(), format=form)} for name, form in
            (("graph.nt", RdfFormat.N_TRIPLES), ("graph.ttl", RdfFormat.TURTLE), ("graph.jsonld", RdfFormat.JSON_LD))}
    ours = {str(quad) for quad in parse(make_exports(tmp_path / "graph").files["graph.nt"], format=RdfFormat.N_TRIPLES)}
    assert len(read["graph.nt"]) == len(read["graph.ttl"]) == len(read["graph.jsonld"])
    # it may do less than we do, never more
    assert 0.9 * len(ours) <= len(read["graph.nt"]) <= 1.01 * len(ours)
    assert len(ours & read["graph.nt"]) >= 0.8 * len(ours)


def test_typed_queries_are_compared_with_rdflib_query_by_query(root: Path) -> None:
    printed = called(root, "--sparql", "10000", "--rounds", "1")
    for name in QUERIES:
        assert f"| {name} |" in printed
    mean = float(re.findall(r"\*\*([\d.]+)×\*\*", printed)[0])
    ratios = [float(number) for number in re.findall(r"\| ([\d.]+)× \|", printed)]
    assert len(ratios) == len(QUERIES) == 10
    assert min(ratios) <= mean <= max(ratios)
    assert ("aim reached" in printed) == (mean >= 25)


def test_a_mean_is_held_against_the_goal_of_its_size() -> None:
    rows = [Asked(1_000_000, "one", 1, (1.0, 1.0, 1.0), (2.0, 4.0, 9.0)), Asked(1_000_000, "other", 1, (1.0,), (36.0,))]
    assert query_table(rows).splitlines()[-1] == "| 1,000,000 | **geometric mean** | | | | **12.0×** | ≥ 10 | ≥ 20 | gate reached |"


@pytest.mark.parametrize("text", ["", "many", "9999", "99999999", "1e4", "10000;20000"])
def test_nonsense_numbers_of_triples_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Misuse, match="--sparql takes whole numbers from 10000 to 10000000, as in 10000,100000"):
        sizes_of("--sparql", text, TRIPLES)
