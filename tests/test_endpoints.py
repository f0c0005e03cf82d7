"""The same questions to the store on disk and to real SPARQL servers: the same answers, in the same order."""

from __future__ import annotations

import os
import shlex
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest
from conftest import ROOT, Run, missing
from servers import Server, oxigraph, oxigraph_binary, virtuoso, virtuoso_binary

from kg import open_graph
from kg.errors import Misuse
from kg.questions import load_question

GRAPH = "https://arms-graph.example/graph"
WIDE = ["--include", "planned,alleged,inferred,hedged"]
NARROW = ["--without", "rferl-hasanov-visit", "--from", "2014", "--to", "2017-10"]
QUESTIONS = sorted(path.stem for path in (ROOT / "ontology" / "questions").glob("*.rq"))
UNFIT = {name: fault for name in QUESTIONS for engine, fault in load_question(ROOT, name).unfit if engine == "Virtuoso"}
EXAMPLES = [shlex.split(example)[1:] for name in QUESTIONS for example in load_question(ROOT, name).examples]
PLAIN = {words[0]: list(takewhile(lambda word: not word.startswith("--"), words)) for words in reversed(EXAMPLES)}
"""Each question as its first example puts it, with the names it needs and without options."""

COMMANDS = [
    *EXAMPLES, *([*words, *WIDE] for words in PLAIN.values()), *([*words, *NARROW] for words in PLAIN.values()),
    ["documents"], ["claims"], ["claims", "Lieberman"], ["claims", "Harop", "--evidence"],
    ["entities"], ["entities", *NARROW], ["show", "Harop"],
    ["evidence", "rferl-hasanov-visit/c25", "inferences/i1"], ["which-deals"], ["which-deals", "--as-of", "2014-06-01"],
    ["who-held-which-post"], ["who-held-which-post", "--as-of", "2017-03-01"], ["support", "rferl-hasanov-visit/c25"], ["fragile"],
    ["fragile", "Tasmagambetov", "Hasanov"], ["around", "Lieberman", "--hops", "2"], ["cut", "Tasmagambetov", "Hasanov"],
    ["between", "Tasmagambetov", "Hasanov", "--hops", "4"], ["show", "Tasmagambetof"],
]
"""What is asked of every server, with `--format json`."""

PEOPLE = ["Tasmagambetov", "Hasanov", "Lieberman", "Mayermanov", "Shakshakbaev", "Hanegbi"]
THINGS = ["Soltam Systems", "Harop", "Elbit Systems", "ADS"]
PATHS = [["path", one, other, *WIDE[: 2 * (number % 2)]] for number, (one, other) in
         enumerate((one, other) for at, one in enumerate([*PEOPLE, *THINGS]) for other in [*PEOPLE, *THINGS][at + 1:])][::2]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a Virtuoso that holds the project's graph."""
    if not virtuoso_binary() or "virtuoso" not in os.environ.get("KG_REQUIRE", ""):
        missing("virtuoso", "Virtuoso takes minutes: not compared (KG_REQUIRE=virtuoso, and Debian's virtuoso-opensource-7-bin)")
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        put(server)
        yield server


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run an Oxigraph that holds the project's graph."""
    if not oxigraph_binary():
        missing("oxigraph", "no oxigraph here (package `oxigraph`): its answers are not compared")
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        put(server)
        yield server


def put(server: Server) -> None:
    """Load the project's graph under its name."""
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, server.graphs, server.user, server.password)
    request = urllib.request.Request(f"{server.graphs}?graph={GRAPH}", (ROOT / "exports" / "graph.nt").read_bytes(),
                                     {"Content-Type": "application/n-triples"}, method="PUT")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPDigestAuthHandler(passwords))
    for attempt in range(5):  # Virtuoso asks for the password and hangs up, sometimes while the graph is still on its way
        try:
            with opener.open(request, timeout=60):
                return
        except urllib.error.URLError as error:
            if attempt == 4 or not isinstance(error.reason, ConnectionError):
                raise


def both(run: Run, command: list[str], server: Server) -> list[tuple[int, str, str]]:
    """Return what the store on disk and a server answer to a command."""
    return [run(*command, "--format", "json", *more) for more in ((), ("--endpoint", server.query))]


def test_there_are_twenty_pairs_and_every_question() -> None:
    assert len(PATHS) >= 20
    assert {command[0] for command in COMMANDS} >= set(QUESTIONS)


@pytest.mark.parametrize("command", [*COMMANDS, *PATHS], ids=" ".join)
def test_oxigraph_answers_as_the_store_on_disk_does(command: list[str], stored: Server, run: Run) -> None:
    here, there = both(run, command, stored)
    assert there == here
    assert here[0] in (0, 3, 4)


@pytest.mark.parametrize("command", [*COMMANDS, *PATHS], ids=" ".join)
def test_virtuoso_answers_as_the_store_on_disk_does_or_refuses_what_it_gets_wrong(command: list[str], kept: Server, run: Run) -> None:
    if command[0] in UNFIT:
        code, out, err = run(*command, "--format", "json", "--endpoint", kept.query)
        assert (code, out) == (1, "")
        assert err.startswith(f"kg: Virtuoso does not answer {command[0]}: it {UNFIT[command[0]]};")
        return
    here, there = both(run, command, kept)
    assert there == here


def test_python_asks_an_endpoint_as_it_asks_the_store_on_disk(stored: Server) -> None:
    here, there = open_graph(ROOT), open_graph(ROOT, endpoint=stored.query)
    assert there.who_met_whom("lieberman") == here.who_met_whom("lieberman")
    assert there.path("Tasmagambetov", "Hasanov") == here.path("Tasmagambetov", "Hasanov")
    assert there.sparql("SELECT ?n WHERE { id:harop rdfs:label ?n }") == here.sparql("SELECT ?n WHERE { id:harop rdfs:label ?n }")
    assert len(there.store) == len(here.store)
    with pytest.raises(Misuse, match="of a graph built here"):
        there.to_rdflib()


@pytest.mark.parametrize("command", [["page"], ["export", "claims"]], ids=" ".join)
def test_what_is_made_from_the_sources_is_not_made_from_an_endpoint(command: list[str], stored: Server, run: Run, tmp_path: Path) -> None:
    code, _, err = run(*command, "--out", str(tmp_path / "out"), "--endpoint", stored.query)
    assert code == 2
    assert "made from the sources here" in err
    assert not (tmp_path / "out").exists()


def test_nothing_built_here_is_needed(stored: Server, run: Run, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "ontology").symlink_to(ROOT / "ontology")
    code, out, err = run("who-met-whom", "lieberman", "--endpoint", stored.query, folder=tmp_path)
    assert (code, err) == (0, "")
    assert "Imangali Tasmagambetov" in out
    assert not (tmp_path / ".kg").exists()
