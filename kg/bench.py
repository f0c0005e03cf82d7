"""`kg bench`: how fast the program is, beside named peers, in one interleaved run on invented graphs.

Only processor time counts (that of each child process, user and system), because it does not depend on who else uses the
machine; a ratio is the median of the rounds' ratios, each of two runs a moment apart. What is measured, against what, and
the gates and aims are those of the table of goals in the project's design.
"""

from __future__ import annotations

import json
import math
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import click

from kg.asking import folder_of
from kg.errors import KgError, Misuse
from kg.questions import load_question
from kg.terms import RESERVED

CLAIMS = range(100, 2_000_001)
"""How many claims an invented graph may have."""
LONGEST = 1_800
"""How many seconds one child may take."""

NO_CHAIN = 4
"""The exit code of `kg path` that found none, which is an answer too."""

PEER = Path(__file__).resolve().parent.parent / "tests" / "peer_rdflib.py"
PEER_SIZE = 10_000
_EMPTY = "import click\n@click.command()\ndef empty(): pass\nempty()"
_IMPORTS = "import click, networkx"
_MAKE = "import sys\nfrom pathlib import Path\nfrom kg.exports import make_exports\nmake_exports(Path(sys.argv[1]), {})"
_DATA, _PAGE = _MAKE.format("page=False"), _MAKE.format("only='page'")
_THREE = """
import sys
from pathlib import Path
from kg.exports import graph_lines, load_checked, no_collection
from kg.content import Content
from kg.formats import FORMATS
folder, out = map(Path, sys.argv[1:])
with no_collection():
    corpus, schema = load_checked(folder)
    content = Content(corpus, schema, graph_lines(folder, corpus, schema))
    for form in FORMATS:
        if form.name in ("ntriples", "turtle", "jsonld"):
            made = form.make(content)
            assert form.count(made.data) == made.holds
            (out / form.file).write_bytes(made.data)
"""
"""Checks the sources, makes the three formats that the peer writes too, reads each back, and writes them."""


@dataclass
class Row:
    """One line of the table: seconds of processor time of ours and of the peer in each round, and what the ratio should be.

    Where `exponent` is set there is no peer: it is the growth itself. `note` says what cannot be seen from the numbers.
    """

    what: str
    peer: str
    gate: float
    aim: float
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    faster: bool = False
    exponent: float | None = None
    note: str = ""

    def ratio(self) -> float | None:
        """Return ours to theirs, or how many times faster ours is; the median over the rounds."""
        if self.exponent is not None:
            return self.exponent
        pairs = [(theirs, ours) if self.faster else (ours, theirs) for ours, theirs in zip(self.ours, self.theirs, strict=False)]
        return statistics.median(one / other for one, other in pairs) if pairs and all(other for _, other in pairs) else None

    def verdict(self) -> str:
        """Return how the ratio stands to gate and aim."""
        ratio = self.ratio()
        if ratio is None:
            return "not measured"
        reached = [name for name, limit in (("aim", self.aim), ("gate", self.gate))
                   if (ratio >= limit if self.faster else ratio <= limit)]
        return f"{reached[0]} reached" if reached else "gate missed"


@click.command()
@click.option("--claims", "sizes", default="1000,10000", show_default=True, metavar="N,N", help="How many claims the invented graphs have.")
@click.option("--links", type=click.IntRange(0, 20_000_000), default=0, show_default=True, metavar="N",
              help="How many links the graph has in which chains are searched; 0 leaves that out (1000000 takes some ten minutes).")
@click.option("--rounds", type=click.IntRange(1, 50), default=5, show_default=True, help="How often everything is measured.")
@click.option("--page", "names", is_flag=False, flag_value="2000,20000", metavar="[N,N]",
              help="Measure instead the page here and of invented graphs of so many names, in a browser (2000,20000 takes ten minutes).")
@click.option("--sparql", "triples", is_flag=False, flag_value="10000,100000,1000000", metavar="[N,N]",
              help="Measure instead SPARQL beside rdflib, on invented graphs of so many triples (1000000 takes ten minutes).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the report there as Markdown.")
@click.pass_context
def bench(ctx: click.Context, sizes: str, links: int, rounds: int, names: str | None, triples: str | None,
          out: Path | None) -> None:
    """Measure how fast the program is beside its peers, on invented graphs, in processor time.

    The graphs are made in a temporary folder and removed. The goals are for 1000, 10000 and 100000 claims and 1000000 links.

    \b
    kg bench --claims 1000,10000 --rounds 3
    kg bench --claims 1000,10000,100000 --links 1000000 --out bench.md
    kg bench --page --out page.md
    kg bench --sparql --rounds 3
    """
    wanted = sizes_of("--claims", sizes, CLAIMS)
    if out and not out.resolve().parent.is_dir():
        raise Misuse(f"there is no folder {out.resolve().parent} to write {out.name} into")
    here = folder_of(ctx)
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as folder:
        if names:
            text = pages_report(here, Path(folder), names)
        elif triples:
            text = sparql_report(here / "ontology", Path(folder), triples, rounds)
        else:
            text = report(measure(Path(folder), here / "ontology", wanted, links, rounds), wanted, links, rounds)
    click.echo(text, nl=False)
    if out:
        out.write_text(text, encoding="utf-8")


def pages_report(here: Path, scratch: Path, names: str) -> str:
    """Return the comparison of pages as Markdown, with the machine; `names` says how many the invented graphs have."""
    from kg.bench_page import NAMES, STOPPED, compare_pages, page_table

    table = page_table(compare_pages(here, scratch, sizes_of("--page", names, NAMES), say))
    return (f"# How soon the page can be used\n\n{machine()}\n\nSeconds on the clock, in headless Chromium without a network, from a file; "
            f"pyvis's own page was stopped after {STOPPED} s; a frame while dragging: the median (what 95 in 100 keep within).\n\n{table}")


def sparql_report(ontology: Path, scratch: Path, triples: str, rounds: int) -> str:
    """Return the comparison of queries as Markdown, with the machine; `triples` says how many the invented graphs have."""
    from kg.bench_sparql import TRIPLES, compare_queries, query_table

    asked = []
    for number in sizes_of("--sparql", triples, TRIPLES):
        say(f"asking {number} triples …")
        asked += compare_queries(scratch / str(number), ontology, number, rounds)
    return (f"# How fast SPARQL is\n\n{machine()}\n\nMilliseconds of processor time, both warm, best of {rounds} rounds; faster: median of "
            f"the rounds' ratios.\n\n{query_table(asked)}")


def sizes_of(option: str, text: str, allowed: range) -> list[int]:
    """Return the numbers in an option's text as `1000,10000`, ascending.

    Raises Misuse for anything else, and for what is too small or too large to measure.

    >>> sizes_of("--claims", "10000, 1000", range(100, 20000))
    [1000, 10000]
    """
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if not (part.isascii() and part.isdecimal() and len(part) < 9 and int(part) in allowed):
            least, most = allowed[0], allowed[-1]
            raise Misuse(f"{option} takes whole numbers from {least} to {most}, as in {least},{10 * least}; not '{part}'")
    return sorted({int(part) for part in parts})


def measure(folder: Path, ontology: Path, sizes: list[int], links: int, rounds: int) -> list[Row]:
    """Return all rows, measured; the folder is left full of invented graphs."""
    from kg.synthetic import write_graph

    graphs = {size: folder / f"claims-{size}" for size in sizes}
    for size, graph in graphs.items():
        say(f"making {size} claims …")
        write_graph(graph, ontology, size)
    built = build_rows(graphs, rounds)
    rows = cold_rows(graphs, rounds)
    if links:
        rows.append(path_row(folder / "links", ontology, links, rounds))
    return rows + built


def build_rows(graphs: dict[int, Path], rounds: int) -> list[Row]:
    """Return the rows about building: data exports beside the peer, rebuilding, growth. It leaves every graph built."""
    compared = min(graphs, key=lambda size: abs(size - PEER_SIZE))
    peer = "PyYAML-C + rdflib writing Turtle, N-Triples, JSON-LD"
    data = Row(f"data exports of {compared} claims, all of them", peer, 2.5, 5.0, faster=True)
    three = Row(f"Turtle, N-Triples, JSON-LD of {compared} claims", peer, 2.5, 5.0, faster=True)
    again = Row(f"rebuild after one changed document of {compared} claims", "full build", 0.5, 0.2)
    full: dict[int, list[float]] = {size: [] for size in graphs if size <= PEER_SIZE or size == compared}
    for size in graphs.keys() - full.keys():
        say(f"making the store of {size} claims …")
        store_alone(graphs[size])
    for number in range(min(rounds, 3)):
        for size, seconds in full.items():
            say(f"building {size} claims, round {number + 1} …")
            _forget(graphs[size])
            seconds.append(cpu([sys.executable, "-m", "kg", "build"], graphs[size]))
        graph = graphs[compared]
        change_one_document(graph, number)
        again.ours.append(cpu([sys.executable, "-m", "kg", "build"], graph))
        _data_and_peer(data, three, graph, number)
    again.theirs = full[compared]
    several = {"build": full, **_made(graphs, full)} if len(full) > 1 else {}
    grown = [Row(f"growth of {what} from {one} to {two} claims", "its exponent", 1.15, 1.0,
                 exponent=exponent(one, min(seconds[one]), two, min(seconds[two])))
             for what, seconds in several.items() for one, two in pairwise(full)]
    whole = [Row(f"full build of {size} claims", "(for the record)", math.inf, math.inf, ours=seconds) for size, seconds in full.items()]
    return [data, three, again, *grown, *whole]


def _made(graphs: dict[int, Path], sizes: Iterable[int]) -> dict[str, dict[int, list[float]]]:
    """Return the seconds that the data exports and the page take by themselves, for each size once."""
    found: dict[str, dict[int, list[float]]] = {"data exports": {}, "the page": {}}
    for size in sizes:
        for what, script in zip(found, (_DATA, _PAGE), strict=True):
            say(f"making {what} of {size} claims …")
            found[what][size] = [cpu([sys.executable, "-c", script, str(graphs[size])], graphs[size])]
    return found


def store_alone(graph: Path) -> None:
    """Make the store of a graph and no exports, which take minutes where there are many claims: answers need no more."""
    from kg.exports import make_exports
    from kg.store import make_store

    built = make_exports(graph, only="ntriples")
    make_store(graph, built.ntriples, built.checksum)
    (graph / "exports").mkdir()
    (graph / "exports" / "manifest.json").write_text(json.dumps({"base": RESERVED, "store": built.checksum}), encoding="utf-8")


def _data_and_peer(data: Row, three: Row, graph: Path, number: int) -> None:
    if not PEER.is_file():
        data.note = three.note = f"the peer script is not here ({PEER.name} stands in the repository's tests)"
        return
    say(f"data exports and peer, round {number + 1} …")
    _forget(graph, store=False)
    with tempfile.TemporaryDirectory(dir=graph.parent) as target:
        data.ours.append(cpu([sys.executable, "-c", _DATA, str(graph)], graph))
        three.ours.append(cpu([sys.executable, "-c", _THREE, str(graph), target], graph))
        data.theirs.append(cpu([sys.executable, str(PEER), str(graph), target], graph))
    three.theirs = data.theirs


def cold_rows(graphs: dict[int, Path], rounds: int) -> list[Row]:
    """Return the rows about one question asked by a fresh process, for every size, its growth, and that of all that take a name."""
    names = {size: asked_name(graph) for size, graph in graphs.items()}
    least, most = min(graphs), max(graphs)
    questions = named_questions(graphs[least])
    named = Row(f"all {len(questions)} questions that take a name, at {most} claims", f"at {least} claims", 1.3, 1.05)
    rows = {size: Row(f"kg who-met-whom X, {size} claims", "empty click program", 2.0, 1.6) for size in graphs}
    empty = [sys.executable, "-c", _EMPTY]
    for number in range(rounds + 1):
        say(f"asking, round {number} …")
        for size, graph in graphs.items():
            theirs = cpu(empty, graph)
            ours = cpu([sys.executable, "-m", "kg", "who-met-whom", names[size]], graph)
            if number:  # the first warms up
                rows[size].ours.append(ours)
                rows[size].theirs.append(theirs)
        for size, seconds in ((most, named.ours), (least, named.theirs)) if number and least < most else ():
            seconds.append(sum(cpu([sys.executable, "-m", "kg", question, names[size]], graphs[size]) for question in questions))
    growth = Row(f"the same at {most} claims", f"at {least} claims", 1.3, 1.05, rows[most].ours, rows[least].ours)
    return [*rows.values(), *([growth, named] if least < most else [])]


def named_questions(graph: Path) -> list[str]:
    """Return the questions that can be asked of one name, and of nothing else beside it."""
    found = (load_question(graph, path.stem) for path in sorted((graph / "ontology" / "questions").glob("*.rq")))
    return [question.name for question in found if question.parameters[0][1] == "entity" and len(question.required) < 2]


def asked_name(graph: Path) -> str:
    """Return the id of somebody who met others in about four firm encounters: an answer of the same length at every size."""
    from kg.store import open_store

    store = open_store(graph)
    rows = store.rows("""SELECT ?party (COUNT(*) AS ?number) WHERE { ?met arms:eitherSide ?party ; arms:footing "firm" .
        ?party arms:entityKind arms:Person } GROUP BY ?party""")
    found = sorted((abs(int(row["number"]) - 4), row["party"]) for row in rows)
    if not found:
        raise KgError("nobody met anybody in the invented graph: it is too small")
    return store.key(found[0][1])


def path_row(folder: Path, ontology: Path, links: int, rounds: int) -> Row:
    """Return the row about chains between people drawn from an invented store, another pair in every round."""
    from kg.synthetic import linked_pair, write_link_store

    say(f"making a store of {links} links …")
    people, _ = write_link_store(folder, ontology, links)
    row = Row(f"kg path A B, {links} links", "process that imports click and networkx", 1.8, 1.2)
    for number in range(rounds + 1):
        say(f"searching, round {number} …")
        theirs = cpu([sys.executable, "-c", _IMPORTS], folder)
        try:
            ours = cpu([sys.executable, "-m", "kg", "path", *linked_pair(people, number)], folder)
        except KgError as error:
            row.note = str(error)
            break
        if number:
            row.ours.append(ours)
            row.theirs.append(theirs)
    return row


def cpu(command: list[str], folder: Path) -> float:
    """Return the seconds of processor time that a command takes on a graph folder, user and system, all its threads.

    Raises KgError where it fails or does not end.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("PYTHONDONTWRITEBYTECODE", "KG_TEXTS", "PYTHONPROFILEIMPORTTIME")}
    try:
        done = subprocess.run(command, cwd=folder, env={**environment, "KG_FOLDER": str(folder)}, check=False, capture_output=True,
                              timeout=LONGEST)
    except subprocess.TimeoutExpired as error:
        raise KgError(f"{' '.join(command[1:4])} did not end within {LONGEST} s") from error
    if done.returncode not in (0, NO_CHAIN):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise KgError(f"{' '.join(command[1:4])} failed with exit {done.returncode}: {said[-1] if said else 'no word'}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)  # os.times counts in hundredths of a second
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def change_one_document(graph: Path, number: int) -> None:
    """Give one document of an invented graph one more claim."""
    paths = sorted((graph / "sources" / "documents").glob("*.yaml"))
    with paths[len(paths) // 2].open("a", encoding="utf-8") as file:
        file.write(f"  - {{id: x{number}, kind: description, subject: [person-0], what: one more remark,\n"
                   f"     evidence: {{paragraph: 1, words: \"one more … remark {number}\"}}}}\n")


def _forget(graph: Path, *, store: bool = True) -> None:
    """Remove what a build left, so that the next one does everything; with `store` false what answers need is kept."""
    for name in (".kg", "exports") if store else (".kg/cache",):
        shutil.rmtree(graph / name, ignore_errors=True)


def exponent(one: int, first: float, two: int, second: float) -> float:
    """Return the power of the size with which a time grows.

    >>> exponent(1000, 1.0, 10000, 10.0)
    1.0
    """
    return math.log(second / first) / math.log(two / one)


def report(rows: Iterable[Row], sizes: list[int], links: int, rounds: int) -> str:
    """Return the table as Markdown, with machine and versions."""
    lines = ["# How fast it is", "", f"Claims: {', '.join(map(str, sizes))}; links: {links or 'none'}; rounds: {rounds}.", "",
             f"{machine()}", "", "Seconds of processor time; ratio: median of the rounds' ratios.", "",
             "| what | best | median | against | best | median | ratio | gate | aim | |", "|---|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        ratio, sign = row.ratio(), "≥" if row.faster else "≤"
        limits = [f"{sign} {limit:g}" if limit < math.inf else "" for limit in (row.gate, row.aim)]
        shown = "" if ratio is None else f"{ratio:.2f}" + ("× faster" if row.faster else "×" if row.exponent is None else "")
        verdict = row.verdict() if limits[0] else ""
        lines.append(f"| {row.what} | {_times(row.ours)} | {row.peer} | {_times(row.theirs)} | {shown} | {limits[0]} | {limits[1]} | "
                     f"{'; '.join(filter(None, (verdict, row.note)))} |")
    return "\n".join(lines) + "\n"


def _times(seconds: list[float]) -> str:
    return f"{min(seconds):.3f} | {statistics.median(seconds):.3f}" if seconds else " | "


def machine() -> str:
    """Return what the numbers were measured on: processor, cores, memory, system, versions."""
    from importlib.metadata import version

    names: list[str] = []
    quiet: list[Callable[[], str]] = [
        lambda: next(line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        lambda: f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        lambda: f"load {os.getloadavg()[0]:.1f}"]
    for ask in quiet:
        try:
            names.append(ask())
        except (OSError, StopIteration, ValueError):
            continue  # not told on this system
    versions = ", ".join(f"{name} {version(name)}" for name in ("click", "networkx", "numpy", "pyoxigraph", "pyyaml", "rdflib"))
    return (f"{os.cpu_count()} cores, {', '.join(names)}; {platform.system()} {platform.release()}; "
            f"Python {platform.python_version()}; {versions}.")


def say(message: str) -> None:
    """Tell whoever waits what is being measured."""
    click.echo(f"kg: {message}", err=True)
