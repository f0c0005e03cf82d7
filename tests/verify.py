"""`make verify`: what needs tools by others that the project itself does not.

    python tests/verify.py [--seconds N] [exports] [questions] [scripts]

Every export is read by tools that had no part in making it, every shipped question asked of engines by others, and the scripts of
the page and of the editor are checked for their types and for slips. It prints which tool found how much in which export, and
which engine gave how many rows to which question. It ends with 1 where a count or a set of triples differs, where a tool is
missing, where rows differ for no reason that is told, or where a script is at fault. `make verify` installs the tools: Raptor, Jena
and Virtuoso from Debian, the others into `.verify/`.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pyoxigraph
from servers import Server, virtuoso, virtuoso_binary

from kg.cli import kg
from kg.exports import make_exports
from kg.questions import load_question
from kg.store import Row, Store, open_store

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".verify"
JAVA = Path("/usr/share/java")
JARS = ("slf4j-api", "slf4j-nop", "commons-cli", "commons-lang3", "commons-codec", "commons-csv", "commons-io", "commons-compress",
        "thrift", "protobuf", "gson", "guava", "httpclient", "httpcore", "jackson-core", "jackson-databind", "jackson-annotations",
        "titanium-json-ld", "jsonld-java", "dexx.collection", "jakarta.json-api")
"""What Debian's Jena needs beside its own; log4j-over-slf4j must not be among it."""

NOT_KEPT = {"nquads": "graph.nq", "rdfxml": "graph.rdf"}
Triples = frozenset[tuple[str, str, str]]
Found = Triples | str
"""What a tool found in an export: triples, or counts in words."""

Rows = list[tuple[str, ...]]


class Missing(Exception):
    """A tool is not installed."""


@dataclass(frozen=True)
class Answer:
    """What an engine gave to a question: rows of texts, or in words why it gave none."""

    rows: Rows | None
    why: str = ""


# ---- tools that read RDF


def output_of(*command: str | Path, seconds: float = 300) -> bytes:
    """Return what a command prints. Raises Missing where it is not there, RuntimeError with its complaint where it fails."""
    if not shutil.which(str(command[0])):
        raise Missing(str(command[0]))
    done = subprocess.run(list(map(str, command)), capture_output=True, timeout=seconds, check=False)
    if done.returncode:
        raise RuntimeError((done.stderr.decode("utf-8", "replace").strip().splitlines() or ["failed"])[-1][:200])
    return done.stdout


def triples_in(data: bytes, form: pyoxigraph.RdfFormat = pyoxigraph.RdfFormat.N_QUADS) -> Triples:
    """Return the distinct triples of a text, in whatever graphs they stand."""
    return frozenset((str(quad.subject), str(quad.predicate), str(quad.object)) for quad in pyoxigraph.parse(data, format=form))


def by_raptor(path: Path) -> Triples:
    form = {"nt": "ntriples", "ttl": "turtle", "nq": "nquads", "rdf": "rdfxml"}.get(path.suffix[1:], path.suffix[1:])
    return triples_in(output_of("rapper", "-q", "-i", form, "-o", "nquads", path))


def by_rdflib(path: Path) -> Triples:
    import rdflib

    rdflib.NORMALIZE_LITERALS = False  # "1.50" stays as it is written
    form = {"ttl": "turtle", "nq": "nquads", "rdf": "xml", "jsonld": "json-ld"}.get(path.suffix[1:], path.suffix[1:])
    found = rdflib.Dataset(default_union=True)
    found.parse(path, format=form)
    return triples_in("\n".join(f"{one.n3()} {two.n3()} {three.n3()} ." for one, two, three in found.triples((None, None, None))).encode(),
                      pyoxigraph.RdfFormat.TURTLE)


def by_oxigraph(path: Path) -> Triples:
    return triples_in(output_of(TOOLS / "venv" / "bin" / "oxigraph", "convert", "--from-file", path, "--to-format", "nq"))


def by_jena(path: Path) -> Triples:
    return triples_in(output_of("java", "-cp", jena_path(), "riotcmd.riot", "--output=nquads", path))


def jena_path() -> str:
    """Return the class path of Debian's Jena, whose Xerces looks for its messages where the package has them not."""
    if not (JAVA / "jena-arq.jar").exists():
        raise Missing("libapache-jena-java")
    return ":".join(map(str, (TOOLS / "jena", *sorted(path for path in JAVA.glob("jena-*.jar") if "-4." not in path.name),
                              *(JAVA / f"{name}.jar" for name in JARS))))


N3_SCRIPT = """
const n3 = require('n3'), fs = require('fs');
const quads = new n3.Parser({format: process.argv[2]}).parse(fs.readFileSync(process.argv[1], 'utf8'));
process.stdout.write(new n3.Writer({format: 'N-Quads'}).quadsToString(quads));
"""
JSONLD_SCRIPT = """
const jsonld = require('jsonld'), fs = require('fs');
jsonld.documentLoader = url => { throw new Error('fetched ' + url) };
jsonld.toRDF(JSON.parse(fs.readFileSync(process.argv[1], 'utf8')), {format: 'application/n-quads'})
  .then(text => process.stdout.write(text));
"""


def by_node(script: str, *arguments: str | Path) -> Triples:
    if not (TOOLS / "node_modules").is_dir():
        raise Missing("n3 and jsonld of npm")
    os.environ["NODE_PATH"] = str(TOOLS / "node_modules")
    return triples_in(output_of("node", "-e", script, *arguments))


def by_n3(path: Path) -> Triples:
    return by_node(N3_SCRIPT, path, {"nt": "N-Triples", "ttl": "Turtle", "trig": "TriG", "nq": "N-Quads"}[path.suffix[1:]])


def by_jsonld_js(path: Path) -> Triples:
    return by_node(JSONLD_SCRIPT, path)


def by_pyld(path: Path) -> Triples:
    from pyld import jsonld  # type: ignore[import-untyped]

    def refuse(url: str, _: Any) -> Any:
        raise RuntimeError(f"it wants to fetch {url}")

    return triples_in(jsonld.to_rdf(json.loads(path.read_bytes()), {"format": "application/n-quads", "documentLoader": refuse}).encode())


RDF_TOOLS: dict[str, Callable[[Path], Triples]] = {
    "Raptor": by_raptor, "rdflib": by_rdflib, "Oxigraph": by_oxigraph, "Jena": by_jena, "N3.js": by_n3}
JSONLD_TOOLS: dict[str, Callable[[Path], Triples]] = {
    "rdflib": by_rdflib, "Oxigraph": by_oxigraph, "PyLD": by_pyld, "jsonld.js": by_jsonld_js}
XML_TOOLS = {name: tool for name, tool in RDF_TOOLS.items() if name != "N3.js"}


# ---- tools that read graphs, tables and entities


def by_networkx(path: Path) -> str:
    import networkx as nx

    graph = nx.read_gexf(path) if path.suffix == ".gexf" else nx.read_graphml(path, force_multigraph=True)
    return f"{graph.number_of_nodes()} nodes, {graph.number_of_edges()} links"


def by_igraph(path: Path) -> str:
    script = "import igraph, sys; g = igraph.Graph.Read_GraphML(sys.argv[1]); print(f'{g.vcount()} nodes, {g.ecount()} links')"
    return output_of(TOOLS / "venv" / "bin" / "python", "-W", "ignore", "-c", script, path).decode().strip()


def by_csv(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return f"{sum(1 for _ in csv.DictReader(file))} rows"


def by_json(path: Path) -> str:
    return f"{len(json.loads(path.read_bytes())['items'])} annotations"


def by_ftm(path: Path) -> str:
    """Return how many entities `ftm validate` gives back, and how many properties of them are as they were."""
    def entities(data: bytes) -> dict[str, Any]:
        return {one["id"]: {name: sorted(values) for name, values in one["properties"].items()} | {"schema": one["schema"]}
                for one in map(json.loads, data.splitlines())}

    before, after = entities(path.read_bytes()), entities(output_of(TOOLS / "venv" / "bin" / "ftm", "validate", "-i", path))
    return f"{sum(after.get(key) == one for key, one in before.items())} entities unchanged, {len(after.keys() - before.keys())} more"


TABLE_TOOLS: dict[str, Callable[[Path], Any]] = {"csv": by_csv}


# ---- the table of exports


def check_exports(folder: Path) -> Iterator[str]:
    """Print what each tool finds in each export, and yield a line for whatever is not as it should be."""
    exports = ROOT / "exports"
    counts = json.loads((exports / "manifest.json").read_bytes())["counts"]
    for name, file in NOT_KEPT.items():
        data, = make_exports(ROOT, only=name).files.values()
        (folder / file).write_bytes(data)
    graph = triples_in((exports / "graph.nt").read_bytes(), pyoxigraph.RdfFormat.N_TRIPLES)
    void = triples_in((exports / "void.ttl").read_bytes(), pyoxigraph.RdfFormat.TURTLE)
    if len(graph) != counts["triples"]:
        yield f"graph.nt has {len(graph)} triples, the manifest {counts['triples']}"
    tables = {name: rows_of(exports / name) for name in ("claims.csv", "nodes.csv", "links.csv", "neo4j-nodes.csv", "neo4j-links.csv")}
    drawn = f"{len({row[end] for row in tables['links.csv'] for end in ('from', 'to')})} nodes, {counts['links']} links"
    entities = (exports / "entities.ftm.json").read_bytes().count(b"\n")
    proven = sum(bool(row["words"]) for row in tables["claims.csv"])
    whole = (exports / "graph.nt", exports / "graph.ttl", exports / "graph.trig", folder / "graph.nq")
    counted = {name: counts[name.removeprefix("neo4j-").removesuffix(".csv")] for name in tables}
    expected: list[tuple[Path, Found, dict[str, Callable[[Path], Any]]]] = [
        *[(path, graph, dict(RDF_TOOLS)) for path in whole],
        (folder / "graph.rdf", graph, dict(XML_TOOLS)), (exports / "graph.jsonld", graph, dict(JSONLD_TOOLS)),
        (exports / "void.ttl", void, dict(RDF_TOOLS)),
        (exports / "graph.graphml", drawn, {"networkx": by_networkx, "igraph": by_igraph}),
        (exports / "graph.gexf", drawn, {"networkx": by_networkx}),
        *[(exports / name, f"{number} rows", dict(TABLE_TOOLS)) for name, number in counted.items()],
        (exports / "entities.ftm.json", f"{entities} entities unchanged, 0 more", {"ftm validate": by_ftm}),
        (exports / "annotations.jsonld", f"{proven} annotations", {"json": by_json})]
    for path, wanted, tools in expected:
        for tool, read in tools.items():
            yield from compared(path, tool, read, wanted)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compared(path: Path, tool: str, read: Callable[[Path], Any], wanted: Found) -> Iterator[str]:
    try:
        found = read(path)
    except Missing as error:
        found = f"not installed: {error}"
    except Exception as error:  # whatever a tool dies of is what there is to tell
        found = f"failed: {error}"
    shown = found if isinstance(found, str) else f"{len(found)} triples"
    print(f"{path.name:20} {tool:14} {shown:38} {'equal' if found == wanted else 'DIFFERS'}", flush=True)
    if found != wanted:
        yield f"{path.name} in {tool}: {shown}, not {wanted if isinstance(wanted, str) else f'the {len(wanted)} triples of graph.nt'}"


# ---- the questions


def questions() -> dict[str, str]:
    """Return the text of each question as it is shipped, and as its examples fill it in, after its prefixes."""
    prologue = open_store(ROOT).prologue
    asked: dict[str, str] = {}
    for path in sorted((ROOT / "ontology" / "questions").glob("*.rq")):
        asked[path.stem] = prologue + path.read_text("utf-8")
        for example in load_question(ROOT, path.stem).examples:
            text = prologue + filled_in(shlex.split(example)[1:])
            if text not in asked.values():
                asked[example.removeprefix("kg ")] = text
    return asked


def filled_in(words: list[str]) -> str:
    """Return the text that a command puts to the store."""
    put: list[str] = []

    def rows(store: Store, query: str) -> Iterator[Row]:
        put.append(query)
        return plain(store, query)

    plain = Store.rows
    with mock.patch.object(Store, "rows", rows), redirect_stdout(io.StringIO()):
        kg.main(["--folder", str(ROOT), *words], standalone_mode=False)
    text, = (text for text in put if text.startswith("# "))  # the others look up names
    return text


def rows_in(data: bytes) -> Rows:
    """Return the rows of results in SPARQL's JSON format, as texts in the order of the columns, sorted."""
    parsed = json.loads(data)
    names = parsed["head"]["vars"]
    return sorted(tuple(row[name]["value"] if name in row else "" for name in names) for row in parsed["results"]["bindings"])


def ask_oxigraph(asked: dict[str, str], folder: Path, seconds: float) -> Iterator[Answer]:
    binary = TOOLS / "venv" / "bin" / "oxigraph"
    output_of(binary, "load", "-l", folder / "db", "-f", ROOT / "exports" / "graph.nt")
    for text in asked.values():
        command = (binary, "query", "-l", folder / "db", "--query", text, "--results-format", "json")
        yield told(partial(output_of, *command, seconds=seconds), seconds)


def ask_jena(asked: dict[str, str], folder: Path, seconds: float) -> Iterator[Answer]:
    path = jena_path()
    for text in asked.values():
        (folder / "question.rq").write_text(text, "utf-8")
        data, query = f"--data={ROOT / 'exports' / 'graph.nt'}", f"--query={folder / 'question.rq'}"
        command = ("java", "-cp", path, "arq.arq", data, query, "--results=JSON")
        yield told(partial(output_of, *command, seconds=seconds + 10), seconds)


RDFLIB_SCRIPT = """
import json, signal, sys
import rdflib

class Late(Exception):
    pass

def late(*_):
    raise Late

signal.signal(signal.SIGALRM, late)
seconds, asked = json.load(sys.stdin)
graph = rdflib.Graph().parse(sys.argv[1], format="nt")
for text in asked:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        print(graph.query(text).serialize(format="json").decode().replace("\\n", " "))
    except Late:
        print("null")
    except Exception as error:
        print(json.dumps(f"{type(error).__name__}: {error}"[:200]))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    sys.stdout.flush()
"""


def ask_rdflib(asked: dict[str, str], folder: Path, seconds: float) -> Iterator[Answer]:
    assert folder.is_dir()
    child = subprocess.Popen([sys.executable, "-c", RDFLIB_SCRIPT, str(ROOT / "exports" / "graph.nt")], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    assert child.stdin and child.stdout
    child.stdin.write(json.dumps([seconds, list(asked.values())]).encode())
    child.stdin.close()
    for _ in asked:
        line = child.stdout.readline()
        found = json.loads(line) if line else "it ended"
        yield Answer(rows_in(line)) if isinstance(found, dict) else Answer(None, found or f"not within {seconds:g} s")
    child.wait()


def ask_virtuoso(asked: dict[str, str], folder: Path, seconds: float) -> Iterator[Answer]:
    if not virtuoso_binary():
        raise Missing("virtuoso-opensource")
    with virtuoso(folder) as server:
        load(server, (ROOT / "exports" / "graph.nt").read_bytes())
        for text in asked.values():
            form = urllib.parse.urlencode({"query": text, "default-graph-uri": "urn:graph", "format": "application/sparql-results+json",
                                           "timeout": int(seconds * 1000)}).encode()
            yield told(partial(fetched, urllib.request.Request(server.query, form), seconds + 5), seconds)


def load(server: Server, ntriples: bytes) -> None:
    """Put a graph into a server by the Graph Store Protocol."""
    address = f"{server.graphs}?{urllib.parse.urlencode({'graph-uri': 'urn:graph'})}"
    request = urllib.request.Request(address, ntriples, {"Content-Type": "application/n-triples"}, method="PUT")
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, address, server.user, server.password)
    for attempt in range(10):
        try:
            fetched(request, 300, urllib.request.HTTPDigestAuthHandler(passwords))
            return
        except urllib.error.URLError:  # asking who we are, it may close the line before it has read the graph
            time.sleep(attempt / 10)
    raise RuntimeError("the graph could not be loaded")


def fetched(request: urllib.request.Request, seconds: float, *handlers: urllib.request.BaseHandler) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers)
    try:
        with opener.open(request, timeout=seconds) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        raise RuntimeError(" ".join(error.read().decode("utf-8", "replace").split())[:160]) from error


def told(ask: Callable[[], bytes], seconds: float) -> Answer:
    try:
        return Answer(rows_in(ask()))
    except (subprocess.TimeoutExpired, TimeoutError):
        return Answer(None, f"not within {seconds:g} s")
    except (RuntimeError, OSError, ValueError) as error:
        return Answer(None, f"refused: {error}")


ENGINES: dict[str, Callable[[dict[str, str], Path, float], Iterator[Answer]]] = {
    "Oxigraph": ask_oxigraph, "Jena": ask_jena, "rdflib": ask_rdflib, "Virtuoso": ask_virtuoso}

ALIKE: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("joined texts in another order", lambda text: " ".join(sorted(text.replace(";", " ").split()))),
    ("truth as 1 and 0", lambda text: {"true": "1", "false": "0"}.get(text, text)),
)
"""Differences that SPARQL leaves to the engine, or that an engine is known for, and what makes two texts alike under them."""


UNFIT = re.compile(r"^# unfit: (\w+) (.+)", re.MULTILINE)
"""What the head of a question says of engines that get it wrong, and why."""


def verdict(rows: Rows, wanted: Rows) -> tuple[str, bool]:
    """Return in words whether rows are those wanted, or are but for reasons that are told, and whether either is so."""
    reasons: list[str] = []
    if rows == wanted:
        return f"{len(rows)} rows, equal", True
    if not wanted and len(rows) == 1 and not any(rows[0]):
        return "0 rows, equal but for a row without values where there is no group", True
    for reason, alike in ALIKE:
        reasons.append(reason)
        rows, wanted = ([tuple(map(alike, row)) for row in either] for either in (rows, wanted))
        if sorted(rows) == sorted(wanted):
            return f"{len(rows)} rows, equal but for {' and '.join(reasons)}", True
    return f"{len(rows)} rows, not the {len(wanted)}", False


def check_questions(folder: Path, seconds: float) -> Iterator[str]:
    """Print what each engine answers to each question, and yield a line for rows that differ for no reason."""
    asked = questions()
    unfit = {name: dict(UNFIT.findall(text)) for name, text in asked.items()}
    wanted: dict[str, Rows] = {}
    for engine, ask in ENGINES.items():
        began = time.monotonic()
        (folder / engine).mkdir()
        put = {name: text for name, text in asked.items() if engine not in unfit[name]}
        try:
            for name, answer in zip(put, ask(put, folder / engine, seconds), strict=True):
                if engine == "Oxigraph":
                    wanted[name] = answer.rows or []
                shown, fine = (answer.why, engine != "Oxigraph") if answer.rows is None else verdict(answer.rows, wanted[name])
                print(f"{name:41} {engine:10} {shown}", flush=True)
                if not fine:
                    yield f"{name} in {engine}: {shown}"
        except (Missing, RuntimeError, AssertionError) as error:
            yield f"{engine} did not run: {error}"
        for name in sorted(asked.keys() - put.keys()):
            print(f"{name:41} {engine:10} not asked: {engine} {unfit[name][engine]}")
        print(f"{'':41} {engine:10} {time.monotonic() - began:.0f} s in all", file=sys.stderr)


# ---- the scripts


TYPES = ("--noEmit", "--allowJs", "--checkJs", "--strict", "--noUnusedLocals", "--noUnusedParameters", "--noImplicitReturns",
         "--target", "es2022", "--lib", "es2022,dom,dom.iterable")
SLIPS = """
import js from "@eslint/js";
// names that nobody declared are what the checker of types looks for
export default [js.configs.recommended,
  {rules: {"no-undef": "off", eqeqeq: "error", "no-shadow": "error", "no-var": "error", "prefer-const": "error"}}];
"""


def check_scripts(folder: Path) -> Iterator[str]:
    """Print what the checkers of types and of slips say of each script, and yield a line for each complaint."""
    assets = ROOT / "kg" / "assets"
    scripts = {"page": sorted((assets / "page").glob("*.js")), "editor": [assets / "editor.js"]}
    settings = folder / "eslint.config.mjs"
    settings.write_text(SLIPS, "utf-8")
    (folder / "node_modules").symlink_to(TOOLS / "node_modules")
    for name, modules in scripts.items():
        # one scope, as in the page, and closed to others, so that what nothing uses is seen
        script = folder / f"{name}.mjs"
        script.write_text("\n".join(path.read_text("utf-8") for path in modules) + "\nexport {};\n", "utf-8")
        for tool, options in (("tsc", TYPES), ("eslint", ("--format", "json", "--config", settings))):
            complaints = complaints_of(tool, *options, script)
            print(f"{name:20} {tool:14} {len(complaints)} complaints", flush=True)
            yield from (f"{name} in {tool}: {line}" for line in complaints)


def complaints_of(tool: str, *arguments: str | Path) -> list[str]:
    """Return what a checker finds wrong, a line each."""
    program = TOOLS / "node_modules" / ".bin" / tool
    if not program.exists():
        return [f"not installed: {tool}"]
    done = subprocess.run([program, *arguments], cwd=Path(arguments[-1]).parent, capture_output=True, text=True, timeout=300, check=False)
    if tool == "tsc":
        return done.stdout.splitlines()
    try:
        return [f"{found['line']}:{found['column']} {found['message']}" for file in json.loads(done.stdout) for found in file["messages"]]
    except ValueError:
        return [done.stderr.strip() or done.stdout.strip()]


def main() -> int:
    parser = argparse.ArgumentParser(description="Let tools by others read the exports, answer the questions, and check the scripts.")
    parser.add_argument("parts", nargs="*", choices=("exports", "questions", "scripts", []),
                        help="what to look at; all where nothing is named")
    parser.add_argument("--seconds", type=float, default=30, help="how long an engine may take for one question")
    given = parser.parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kg-verify-") as name:
        if not given.parts or "exports" in given.parts:
            wrong += check_exports(Path(name))
        if not given.parts or "questions" in given.parts:
            wrong += check_questions(Path(name), given.seconds)
        if not given.parts or "scripts" in given.parts:
            wrong += check_scripts(Path(name))
    for line in wrong:
        print(f"verify: {line}", file=sys.stderr)
    print(f"verify: {len(wrong)} differences" if wrong else "verify: all equal", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
