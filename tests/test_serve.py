"""`kg serve` over real loopback HTTP: answers as the engine alone gives them, and nobody let in who should not be."""

from __future__ import annotations

import csv
import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest
import rdflib
from conftest import ROOT, Run
from fixtures import built_copy, small_built
from test_guard import HOSTILE
from test_page_access import barriers
from test_store import with_one_person_more

from kg.exports import publish
from kg.questions import load_question
from kg.store import locate_store, prefixes

MISUSE = 2
PEOPLE = "SELECT ?name ?who WHERE { ?who a arms:Person ; rdfs:label ?name } ORDER BY ?name"
FORM = "application/x-www-form-urlencoded"
JSON = "application/sparql-results+json"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def kind(self) -> str:
        return self.headers["content-type"].partition(";")[0]


@dataclass
class Serving:
    """A server that runs, and what it said so far."""

    process: subprocess.Popen[str]
    port: int
    names: list[str] = field(default_factory=list)

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        reply = line.getresponse()
        got = Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read().decode())
        line.close()
        return got

    def ask(self, query: str, accept: str = JSON, **headers: str) -> Reply:
        return self.send("POST", "/sparql", query.encode(), Content_Type="application/sparql-query", Accept=accept, **headers)


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Serving]:
    """Start a server at any free port, and end it as Ctrl-C does."""
    process = subprocess.Popen([sys.executable, "-m", "kg", "--folder", str(folder), "serve", "--port", "0", *arguments], env=ENVIRONMENT,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        line = process.stdout.readline()
        match = re.fullmatch(r"http://.*:(\d+)/\n", line)
        assert match, (line, process.stderr and process.stderr.read())
        yield Serving(process, int(match[1]))
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=20)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def server() -> Iterator[Serving]:
    with serving(small_built()) as running:
        yield running


@pytest.fixture(scope="module")
def narrow() -> Iterator[Serving]:
    with serving(small_built(), "--rows", "20", "--seconds", "1", "--workers", "1", "--cors", "http://editor.example:3000") as running:
        yield running


@pytest.fixture(scope="module")
def wanted() -> list[dict[str, str]]:
    """Return what the engine answers without anybody between."""
    path, base = locate_store(small_built())
    found = pyoxigraph.Store.read_only(str(path)).query(PEOPLE, prefixes=prefixes(base))
    assert isinstance(found, pyoxigraph.QuerySolutions)
    rows = [{"name": row["name"].value, "who": row["who"].value} for row in found]
    assert len(rows) > 2
    return rows


def values(reply: Reply) -> list[dict[str, str]]:
    assert reply.status == 200, reply.body
    return [{name: term["value"] for name, term in row.items()} for row in json.loads(reply.body)["results"]["bindings"]]


# ---- the protocol

def test_get_and_both_kinds_of_post_give_the_engines_own_rows(server: Serving, wanted: list[dict[str, str]]) -> None:
    replies = [server.send("GET", f"/sparql?query={quote(PEOPLE)}"),
               server.send("POST", "/sparql", urlencode({"query": PEOPLE}).encode(), Content_Type=FORM), server.ask(PEOPLE)]
    assert [values(reply) for reply in replies] == [wanted] * 3
    assert {reply.kind for reply in replies} == {JSON}
    head = server.send("HEAD", f"/sparql?query={quote(PEOPLE)}")
    assert (head.status, head.body, head.headers["content-length"]) == (200, "", str(len(replies[0].body.encode())))


def test_rows_go_back_in_each_format_and_are_read_by_others(server: Serving, wanted: list[dict[str, str]]) -> None:
    assert list(csv.DictReader(io.StringIO(server.ask(PEOPLE, "text/csv").body))) == wanted
    for accept, form in (("text/tab-separated-values", pyoxigraph.QueryResultsFormat.TSV),
                         ("application/sparql-results+xml", pyoxigraph.QueryResultsFormat.XML)):
        reply = server.ask(PEOPLE, accept)
        assert reply.kind == accept
        found = pyoxigraph.parse_query_results(reply.body.encode(), form)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        assert [row["name"].value for row in found] == [row["name"] for row in wanted]
    assert server.ask("ASK { ?s a arms:Person }", "application/sparql-results+xml").body.count("<boolean>true</boolean>") == 1


RDFLIB_WARNS = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
"""rdflib's own reader of JSON-LD uses what rdflib no longer wants used."""


@RDFLIB_WARNS
@pytest.mark.parametrize(("accept", "form"), [("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/rdf+xml", "xml"),
                                              ("application/ld+json", "json-ld")])
def test_triples_go_back_in_each_format_and_are_read_by_others(accept: str, form: str, server: Serving) -> None:
    reply = server.ask("CONSTRUCT { ?a arms:met ?b } WHERE { ?x said:participant ?a, ?b }", accept)
    assert (reply.status, reply.kind) == (200, accept)
    graph = rdflib.Graph().parse(data=reply.body, format=form)
    assert len(graph) > 2
    assert set(graph.predicates()) == {rdflib.URIRef("https://arms-graph.example/terms#met")}


def test_a_client_of_another_make_gets_its_answers(server: Serving, wanted: list[dict[str, str]]) -> None:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    store = SPARQLStore(f"http://127.0.0.1:{server.port}/sparql")
    rows = [{"name": str(row[0]), "who": str(row[1])} for row in store.query(f"{_prologue()}{PEOPLE}")]  # type: ignore[index]
    assert rows == wanted


def _prologue() -> str:
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes(locate_store(small_built())[1]).items())


def test_our_own_client_asks_the_same(server: Serving, run: Run) -> None:
    address = f"http://127.0.0.1:{server.port}/sparql"
    for arguments in (["documents"], ["claims"], ["who-met-whom"], ["path", "ana-ruiz", "jon-berg"]):
        assert run(*arguments, "--format", "json", "--endpoint", address, folder=small_built()) == run(
            *arguments, "--format", "json", folder=small_built())


@RDFLIB_WARNS
@pytest.mark.parametrize(("accept", "form"), [("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/ld+json", "json-ld"),
                                              ("application/n-triples", "nt"), ("*/*", "turtle")])
def test_without_a_query_the_service_says_what_it_is_and_the_well_known_place_what_the_graph_is(accept: str, form: str,
                                                                                               server: Serving) -> None:
    endpoint = rdflib.URIRef(f"http://127.0.0.1:{server.port}/sparql")
    dataset = rdflib.URIRef(f"{locate_store(small_built())[1]}dataset")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    service = rdflib.Graph().parse(data=server.send("GET", "/sparql", Accept=accept).body, format=form)
    assert list(service.subjects(rdflib.URIRef("http://www.w3.org/ns/sparql-service-description#endpoint"), endpoint))
    known = rdflib.Graph().parse(data=server.send("GET", "/.well-known/void", Accept=accept).body, format=form)
    assert set(rdflib.Graph().parse(small_built() / "exports" / "void.ttl")) == set(known) - {(dataset, void.sparqlEndpoint, endpoint)}
    assert (dataset, void.sparqlEndpoint, endpoint) in known
    number = server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv").body.split()[1]
    assert str(known.value(dataset, void.triples)) == str(service.value(dataset, void.triples)) == number


@pytest.mark.parametrize(("method", "path", "body", "headers", "status", "sentence"), [
    ("GET", "/sparql?query=SELCT", None, {}, 400,
     "the query is no SPARQL: it begins neither with SELECT, ASK, CONSTRUCT nor with DESCRIBE; did you mean SELECT?"),
    ("GET", "/sparql?query=" + quote("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), None, {}, 400,
     "SERVICE asks another server, and a query here reaches this graph alone; ask that server itself"),
    ("GET", "/sparql?query=" + quote("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"), None, {}, 400,
     "FROM names another graph to read, and a query here reads this one alone; leave FROM out"),
    ("GET", "/sparql?query=ASK+%7B%7D&default-graph-uri=urn:x", None, {}, 400,
     "default-graph-uri names another graph, and a query here reads this one alone; leave it out"),
    ("POST", "/sparql", b"update=CLEAR+ALL", {"Content_Type": FORM}, 403,
     "this graph is only read here; it changes through its sources and `kg build`"),
    ("POST", "/sparql", b"LOAD <urn:x>", {"Content_Type": "application/sparql-query"}, 400,
     "LOAD changes a graph, and this one is only read here; it changes through its sources and `kg build`"),
    ("POST", "/sparql", b"ASK {}", {"Content_Type": "text/plain"}, 415,
     "a query is sent as application/x-www-form-urlencoded or application/sparql-query, not as text/plain"),
    ("POST", "/sparql", b"#" * 1_000_001, {"Content_Type": "application/sparql-query"}, 413, "the request is longer than 1,000,000 bytes"),
    ("GET", "/sparql?query=" + "x" * 100_000, None, {}, 414,
     "the address has more than 100,000 characters behind its ?; send the query by POST"),
    ("POST", "/sparql", b"ASK {}", {"Content_Type": "application/sparql-query", "Accept": "text/turtle"}, 406,
     "this is answered as application/sparql-results+json, application/sparql-results+xml, text/csv, text/tab-separated-values, "
     "application/json, application/xml, text/xml"),
    ("POST", "/sparql", b"DESCRIBE id:ana-ruiz", {"Content_Type": "application/sparql-query", "Accept": JSON}, 406,
     "this is answered as text/turtle, application/n-triples, application/rdf+xml, application/ld+json, text/plain"),
    ("PUT", "/sparql", b"", {}, 405, "PUT is not answered here"), ("DELETE", "/", None, {}, 405, "DELETE is not answered here"),
    ("GET", "/exports/graph.nt", None, {}, 404, "nothing is at /exports/graph.nt; there are /, /sparql and /.well-known/void"),
    ("GET", "/assets/..%2f..%2fREADME.md", None, {}, 404, ""), ("GET", "/assets/page.css", None, {}, 404, "")],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "")
def test_what_is_not_answered_has_its_status_and_its_sentence(method: str, path: str, body: bytes | None, headers: dict[str, Any],
                                                             status: int, sentence: str, server: Serving) -> None:
    reply = server.send(method, path, body, **headers)
    assert reply.status == status
    assert reply.kind == "text/plain"
    assert reply.body.rstrip("\n") == sentence or not sentence
    assert "Traceback" not in reply.body


# ---- limits

def test_an_answer_that_would_be_cut_is_none_unless_a_part_is_asked_for(narrow: Serving) -> None:
    query = "SELECT ?s { ?s ?p ?o }"
    cut = narrow.ask(query)
    assert (cut.status, cut.body) == (503, "the answer goes on after 20 rows, where it is cut here: ask for less with LIMIT, "
                                           "or start kg serve with higher --rows and --seconds\n")
    part = narrow.ask(query, Prefer="handling=lenient")
    assert (len(values(part)), part.headers["kg-cut"], part.headers["preference-applied"]) == (20, "rows", "handling=lenient")
    assert "kg-cut" not in narrow.ask("SELECT ?s { ?s a arms:Person }").headers


@pytest.mark.parametrize("name", ["every pair of every pair", "nested too deeply", "a text that doubles"])
def test_a_hostile_query_ends_with_a_sentence_and_the_next_is_answered(name: str, narrow: Serving, wanted: list[dict[str, str]]) -> None:
    reply = narrow.ask(HOSTILE[name])
    assert reply.status == (500 if "nested" in name else 503)
    assert reply.body.count("\n") == 1
    assert re.match("stopped after 1 s|stopped: the query wanted|the query brought the engine down", reply.body)
    assert values(narrow.ask(PEOPLE)) == wanted


def test_more_queries_than_may_run_at_once_wait_or_are_sent_away(narrow: Serving) -> None:
    replies: list[Reply] = []
    several = [threading.Thread(target=lambda: replies.append(narrow.ask(HOSTILE["every pair of every pair"]))) for _ in range(5)]
    for each in several:
        each.start()
    for each in several:
        each.join(60)
    assert [reply.status for reply in replies] == [503] * 5
    sentences = {reply.body for reply in replies}
    assert sentences == {"stopped after 1 s without an answer; --seconds allows more\n",
                         "as many queries as may be asked at once are being answered; try again in a moment\n"}
    assert narrow.ask("ASK {}").status == 200


def test_a_query_ends_when_whoever_asked_has_gone() -> None:
    with serving(small_built(), "--workers", "1", "--seconds", "60") as running:
        assert running.ask("ASK {}").status == 200
        query = HOSTILE["every pair of every pair"].encode()
        for method, target, body in (("POST", "/sparql", query), ("GET", f"/sparql?query={quote(query.decode())}", b"")):
            with socket.create_connection(("127.0.0.1", running.port)) as line:
                line.sendall(f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sparql-query\r\n"
                             f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
                time.sleep(1)
            began = time.monotonic()
            assert running.ask("ASK {}").status == 200
            assert time.monotonic() - began < 20


# ---- who is let in

@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example:7878", "",
                                  "[::1].evil.example"])
def test_a_name_that_is_not_ours_is_refused(host: str, server: Serving) -> None:
    for path in ("/", "/sparql?query=ASK+%7B%7D", "/editor.json", "/.well-known/void"):
        assert server.send("GET", path, Host=host).status == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:7878", "192.0.2.7:7878"])
def test_an_address_is_no_rebound_name(host: str, server: Serving) -> None:
    assert server.send("GET", "/sparql?query=ASK+%7B%7D", Host=host).status == 200


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"},
                                     {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
                                     {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"}])
def test_a_page_of_another_origin_is_refused_and_gets_no_leave_to_read(headers: dict[str, Any], server: Serving) -> None:
    reply = server.ask("ASK {}", **headers)
    assert reply.status == 403
    assert not [name for name in reply.headers if name.startswith("access-control")]
    preflight = server.send("OPTIONS", "/sparql", Access_Control_Request_Method="POST", **headers)
    assert preflight.status == 403
    assert not [name for name in preflight.headers if name.startswith("access-control")]


def test_our_own_pages_and_links_from_elsewhere_are_let_in(server: Serving) -> None:
    assert server.ask("ASK {}", Origin=f"http://127.0.0.1:{server.port}", Sec_Fetch_Site="same-origin").status == 200
    assert server.send("GET", "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 200
    assert "access-control-allow-origin" not in server.ask("ASK {}").headers


def test_one_origin_is_let_in_where_cors_names_it(narrow: Serving) -> None:
    origin = "http://editor.example:3000"
    reply = narrow.ask("ASK {}", Origin=origin, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors")
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, origin)
    assert "Origin" in reply.headers["vary"]
    preflight = narrow.send("OPTIONS", "/sparql", Origin=origin, Access_Control_Request_Method="POST")
    assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (204, origin)
    assert narrow.ask("ASK {}", Origin="http://editor.example:3001").status == 403
    assert narrow.ask("ASK {}", Origin="http://editor.example:3000.evil.example").status == 403


def test_every_answer_carries_the_headers_that_keep_a_browser_from_guessing(server: Serving) -> None:
    for reply in (server.send("GET", "/"), server.ask("ASK {}"), server.send("GET", "/nothing"),
                  server.send("GET", "/sparql", Accept="text/html")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "server" not in reply.headers
    policy = server.send("GET", "/sparql", Accept="text/html").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


# ---- the page and the editor's files

def test_the_page_of_the_graph_is_at_the_root(server: Serving) -> None:
    assert server.send("GET", "/").body == (small_built() / "exports" / "graph.html").read_text("utf-8")


def test_where_the_page_is_not_built_it_says_what_builds_it(tmp_path: Path) -> None:
    folder = built_copy(tmp_path / "graph")
    (folder / "exports" / "graph.html").unlink()
    with serving(folder) as running:
        reply = running.send("GET", "/")
    assert reply.status == 200
    assert "kg build" in reply.body


def test_a_browser_gets_the_editor_and_a_program_the_description(server: Serving) -> None:
    shown = server.send("GET", "/sparql", Accept="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert (shown.kind, shown.body) == ("text/html", (ROOT / "kg" / "assets" / "editor.html").read_text("utf-8"))
    assert server.send("GET", "/sparql", Accept="text/turtle, text/html;q=0.5").kind == "text/turtle"
    known = json.loads(server.send("GET", "/editor.json").body)
    assert [each["name"] for each in known["questions"]] == sorted(path.stem for path in (ROOT / "ontology" / "questions").glob("*.rq"))
    terms = {each["term"]: each["about"] for each in known["terms"]}
    assert {"arms:Minister", "arms:met", "said:participant"} <= set(terms)
    assert all(terms.values())


def test_the_editors_files_ask_nobody_else() -> None:
    for name in ("editor.html", "editor.css", "editor.js"):
        text = (ROOT / "kg" / "assets" / name).read_text("utf-8")
        assert not re.search(r"(https?:)?//[a-z]", re.sub(r"(?m)^\s*//.*$|^/\*.*\*/$", "", text))
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)


# ---- beginning and ending

def test_a_new_build_is_served_without_a_new_start(tmp_path: Path) -> None:
    folder = built_copy(tmp_path / "graph")
    with serving(folder) as running:
        before = {row["name"] for row in values(running.ask(PEOPLE))}
        publish(folder, with_one_person_more(folder))
        assert {row["name"] for row in values(running.ask(PEOPLE))} == before | {"Eve Moss"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("busy", [False, True])
def test_it_ends_at_once_and_leaves_no_child(number: signal.Signals, busy: bool) -> None:
    with serving(small_built()) as running:
        assert running.ask("ASK {}").status == 200
        replies: list[Any] = []
        if busy:
            asking = threading.Thread(target=lambda: replies.append(_patient(running)))
            asking.start()
            time.sleep(0.5)
        children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
        held = [child for task in Path(f"/proc/{running.process.pid}/task").iterdir() for child in (task / "children").read_text().split()]
        assert held
        assert children.exists()
        began = time.monotonic()
        running.process.send_signal(number)
        _, err = running.process.communicate(timeout=20)
        took = time.monotonic() - began
        if busy:
            asking.join(20)
            assert replies[0] is None or replies[0].status in (500, 503)
    assert (running.process.returncode, err.splitlines()[-1]) == (0, "kg: stopped")
    assert "Traceback" not in err
    assert took < 5
    assert not [child for child in held if Path(f"/proc/{child}").exists()]


def _patient(running: Serving) -> Reply | None:
    try:
        return running.ask(HOSTILE["every pair of every pair"])
    except (OSError, http.client.HTTPException):
        return None


def test_a_port_that_is_taken_is_told(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run("serve", "--port", str(port), folder=small_built()) == (
            MISUSE, "", f"kg: port {port} is taken, perhaps by another kg serve; name another with --port, or any with --port 0\n")


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["--host", "192.0.2.1"], "kg: '192.0.2.1' is no address of this machine (Cannot assign requested address)"),
    (["--cors", "*"], "kg: '*' is no origin; write scheme, host and port alone, as in http://localhost:3000"),
    (["--cors", "http://x.example/"], "kg: 'http://x.example/' is no origin; write scheme, host and port alone, as in http://localhost:3000"),
    (["--cors", "http://x.example\r\nA: b"], "kg: 'http://x.example\\r\nA: b' is no origin; write scheme, host and port alone, as in "
                                             "http://localhost:3000")])
def test_what_cannot_be_served_is_told(arguments: list[str], sentence: str, run: Run) -> None:
    assert run("serve", "--port", "0", *arguments, folder=small_built()) == (MISUSE, "", f"{sentence}\n")


def test_without_a_build_it_does_not_begin(tmp_path: Path, run: Run) -> None:
    folder = built_copy(tmp_path / "graph")
    shutil.rmtree(folder / "exports")
    assert run("serve", "--port", "0", folder=folder) == (MISUSE, "", "kg: nothing has been built yet: run `kg build`\n")


def test_an_open_address_is_warned_of(tmp_path: Path) -> None:
    with serving(small_built(), "--host", "0.0.0.0") as running:
        running.send("GET", "/sparql?query=ASK+%7B%7D")
        running.process.send_signal(signal.SIGINT)
        err = running.process.communicate(timeout=20)[1]
    assert "kg: everybody who can reach this machine can ask; there is no password\n" in err


# ---- the editor in a browser

@pytest.mark.browser
def test_a_question_is_chosen_asked_and_read_in_a_browser_that_asks_nobody_else(browser: Any, axe: str, run: Run) -> None:
    wrong: list[str] = []
    asked: list[str] = []
    with serving(ROOT) as running:
        page = browser.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"http://127.0.0.1:{running.port}/sparql")
        page.wait_for_selector("html[data-ready=yes]")
        page.select_option("#examples", "who-met-whom")
        assert page.input_value("#query").startswith(f"# {load_question(ROOT, 'who-met-whom').title}")
        page.click("#run")
        page.wait_for_selector("#answer table")
        shown = page.eval_on_selector_all("#answer tbody tr",
                                          "rows => rows.map(row => [...row.cells].slice(0, 2).map(cell => cell.textContent))")
        assert shown == [[row["a"], row["b"]] for row in json.loads(run("who-met-whom", "--format", "json")[1])]
        assert page.inner_text("#status").startswith(f"{len(shown)} rows in ")
        _labels_stand_beside_addresses(page)
        _terms_are_offered_while_typing(page)
        assert wrong == []
        _a_mistake_is_told(page)
        assert wrong == ["Failed to load resource: the server responded with a status of 400 (Bad Request)"]
        assert barriers(page, axe) == []
        page.close()
    assert {re.sub(r"[?].*", "", url) for url in asked} <= {f"http://127.0.0.1:{running.port}{path}" for path in (
        "/sparql", "/editor.json", "/assets/editor.js", "/assets/editor.css")} | {"data:,"}


def _labels_stand_beside_addresses(page: Any) -> None:
    page.fill("#query", "SELECT ?b ?told WHERE { id:zakir-hasanov arms:met ?b . ?claim ?told ?b FILTER(?told = said:audience) } LIMIT 1")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer td .label")
    assert page.locator("#answer td .label").all_text_contents() == ["Avigdor Lieberman", "audience"]
    assert page.locator("#answer td .iri").all_text_contents() == ["id:avigdor-lieberman", "said:audience"]
    assert "query=SELECT" in page.url


def _terms_are_offered_while_typing(page: Any) -> None:
    page.fill("#query", "")
    page.type("#query", "ASK { ?a arms:Minis")
    page.wait_for_selector("#offers li")
    assert [text.split("\n")[0] for text in page.eval_on_selector_all("#offers b", "all => all.map(each => each.textContent)")] == [
        "arms:Minister", "arms:Ministry", "arms:ministerial"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#query") == "ASK { ?a arms:Minister"
    page.type("#query", " 'arms:Mi")
    assert page.is_hidden("#offers")


def _a_mistake_is_told(page: Any) -> None:
    page.fill("#query", "SELECT * { ?s ?p")
    page.click("#run")
    page.wait_for_selector("#problem:not([hidden])")
    assert page.inner_text("#problem") == "the query is no SPARQL: the { on line 1, column 10 has no partner"
