"""A graph at an endpoint: what is sent, what is believed, and what is said when a server misbehaves.

The servers here are scripted ones on loopback; real ones answer in `test_endpoints.py`.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import subprocess
import sys
import time
from typing import Any
from urllib.parse import parse_qs

import pytest
from conftest import ROOT, Run
from servers import Asked, Heard, free_port, scripted

from kg import remote, wire
from kg.errors import KgError, Misuse, Stopped
from kg.remote import RESULTS, Endpoint
from kg.store import Row

BASE = "https://rivers.example/"
ONE_GRAPH = [{"g": f"{BASE}graph", "one": f"{BASE}id/gazette"}, {"one": f"{BASE}id/gazette"}]


def results(rows: list[Row]) -> bytes:
    """Return rows as SPARQL's JSON has them."""
    bindings = [{name: {"type": "literal", "value": text} for name, text in row.items()} for row in rows]
    return json.dumps({"head": {"vars": []}, "results": {"bindings": bindings}}).encode()


def form(heard: Heard) -> dict[str, list[str]]:
    """Return the fields of a form that was sent."""
    return parse_qs(heard.body.decode())


def answering(rows: list[Row], **headers: str) -> Any:
    """Return a script that shows one graph and gives every other question the same rows."""
    def script(heard: Heard, asked: Asked) -> None:
        first = "?one" in form(heard)["query"][0]
        asked.reply(200, results(ONE_GRAPH if first else rows), RESULTS, **({} if first else headers))
    return script


def refused(script: Any, query: str = "SELECT ?a WHERE { }") -> str:
    """Return what is said when a server with this script is asked."""
    with scripted(script) as (url, _), pytest.raises(KgError) as error:
        list(Endpoint(url, seconds=2).rows(query))
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask without credentials, through no proxy, and wait between tries for no time."""
    for name in ("KG_USER", "KG_PASSWORD", "KG_TOKEN", "KG_TIMEOUT", "KG_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setattr(wire, "PAUSE", 0.0)


def test_a_question_is_one_form_posted_to_the_graph_that_was_found() -> None:
    with scripted(answering([{"a": "x"}])) as (url, heard):
        endpoint = Endpoint(url)
        assert list(endpoint.rows("SELECT ?a WHERE { }")) == [{"a": "x"}]
    assert endpoint.base == BASE
    assert [request.method for request in heard] == ["POST", "POST"]
    sent = form(heard[1])
    assert sent["default-graph-uri"] == [f"{BASE}graph"]
    assert sent["query"][0].endswith("SELECT ?a WHERE { }")
    assert f"PREFIX id: <{BASE}id/>" in sent["query"][0]
    assert heard[1].headers["Accept"] == RESULTS


def test_a_server_learns_nothing_of_the_machine_that_asks() -> None:
    with scripted(answering([])) as (url, heard):
        list(Endpoint(url).rows("SELECT ?a WHERE { }"))
    assert {request.headers["User-Agent"] for request in heard} == {"arms-kg"}
    assert {name.lower() for name in heard[0].headers} == {"accept-encoding", "connection", "content-length", "content-type", "accept",
                                                           "host", "user-agent"}


def test_the_graph_to_ask_can_be_named_in_the_address() -> None:
    def script(heard: Heard, asked: Asked) -> None:
        asked.reply(200, results([{"one": f"{BASE}id/gazette"}]), RESULTS)

    with scripted(script) as (url, heard):
        Endpoint(f"{url}?default-graph-uri=https%3A%2F%2Fg.example%2F1&key=a%20b")
    assert form(heard[0])["default-graph-uri"] == ["https://g.example/1"]
    assert heard[0].path == "/sparql?key=a+b"


def test_graphs_that_are_being_loaded_are_not_asked() -> None:
    def script(heard: Heard, asked: Asked) -> None:
        loading = {"g": f"{BASE}graph{remote.STAGING}12", "one": f"{BASE}id/gazette"}
        asked.reply(200, results([loading, *ONE_GRAPH]), RESULTS)

    with scripted(script) as (url, heard):
        list(Endpoint(url).rows("SELECT ?a WHERE { }"))
    assert form(heard[1])["default-graph-uri"] == [f"{BASE}graph"]


def test_of_several_graphs_one_has_to_be_named() -> None:
    def script(heard: Heard, asked: Asked) -> None:
        asked.reply(200, results([*ONE_GRAPH, {"g": "https://other.example/g", "one": "https://other.example/id/d"}]), RESULTS)

    with scripted(script) as (url, _), pytest.raises(Misuse) as error:
        Endpoint(url)
    assert str(error.value).split("\n")[1:] == ["  https://other.example/g", f"  {BASE}graph"]


@pytest.mark.parametrize(("rows", "what"), [
    ([], "no graph made by this program"),
    ([{"one": "urn:x"}], "was not made by this program"),
    ([{"one": "https://e.example/> } INSERT { <a/id/b"}], "was not made by this program"),
])
def test_what_this_program_did_not_make_is_not_asked(rows: list[Row], what: str) -> None:
    assert what in refused(lambda heard, asked: asked.reply(200, results(rows), RESULTS))


@pytest.mark.parametrize("query", [
    "INSERT DATA { <a:a> <a:b> <a:c> }", "# SELECT\nDROP ALL", "PREFIX select: <a:> CLEAR ALL", "DESCRIBE <a:a>", "", "ASK { }",
    "BASE <SELECT> DELETE WHERE { ?s ?p ?o }", "define sql:log-enable 2 SELECT ?a WHERE { }",
])
def test_nothing_but_a_select_query_is_ever_sent(query: str) -> None:
    with scripted(answering([])) as (url, heard):
        endpoint = Endpoint(url)
        with pytest.raises(Misuse, match="only SELECT"):
            list(endpoint.rows(query))
    assert len(heard) == 1


def test_what_a_server_answers_is_text_like_any_other() -> None:
    rows = [{"a": "\x1b[31m</script>", "b": "=cmd()", "c": "half \ud800 character"}]
    with scripted(answering(rows)) as (url, _):
        found = list(Endpoint(url).rows("SELECT * WHERE { }"))
    assert found == [{"a": "\x1b[31m</script>", "b": "=cmd()", "c": "half ? character"}]


def test_quoted_triples_are_left_out_as_they_are_here() -> None:
    def script(heard: Heard, asked: Asked) -> None:
        if "?one" in form(heard)["query"][0]:
            return asked.reply(200, results(ONE_GRAPH), RESULTS)
        binding = {"a": {"type": "triple", "value": {"subject": {}}}, "b": {"type": "literal", "value": "x"}}
        return asked.reply(200, json.dumps({"results": {"bindings": [binding]}}).encode(), RESULTS)

    with scripted(script) as (url, _):
        assert list(Endpoint(url).rows("SELECT * WHERE { }")) == [{"b": "x"}]


def broken(body: bytes, kind: str = RESULTS, status: int = 200, **headers: str) -> Any:
    """Return a script that always answers so."""
    return lambda heard, asked: asked.reply(status, body, kind, **headers)


@pytest.mark.parametrize(("script", "what"), [
    (broken(b"<html>welcome</html>", "text/html"), "a web page"),
    (broken(b"s,p,o", "text/csv"), "'text/csv'"),
    (broken(b'{"results": {"bind'), "broken results"),
    (broken(b"[" * 200_000), "broken results"),
    (broken(b'{"boolean": true}'), "broken results"),
    (broken(b'{"results": {"bindings": [1]}}'), "broken results"),
    (broken(b'{"results": {"bindings": [{"one": {"value": 7}}]}}'), "broken results"),
    (broken(b"\xff\xfe\xfa", RESULTS), "broken results"),
    (broken(b"", status=401, WWW_Authenticate='Basic realm="x"'), "set KG_USER and KG_PASSWORD, or KG_TOKEN"),
    (broken(b"", status=403), "does not allow this (403)"),
    (broken(b"", status=404), "is not there"),
    (broken(b"line one\nline \x1b[31mtwo", status=400), "refused (400): line one line [31mtwo"),
    (broken(b"<html>no</html>", "text/html", 500), "failed (500)"),
    (broken(b"", status=302, Location="https://elsewhere.example/"), "sends elsewhere (302: https://elsewhere.example/)"),
    (broken(b"", status=307, Location="http://127.0.0.1/\x1b[2J"), "sends elsewhere (307: http://127.0.0.1/ [2J)"),
])
def test_what_a_server_does_wrong_is_said_in_one_line(script: Any, what: str) -> None:
    assert what in refused(script)


def test_a_redirect_is_never_followed() -> None:
    with scripted(answering([])) as (aim, reached), scripted(broken(b"", status=307, Location=aim)) as (url, _):
        with pytest.raises(KgError, match="sends elsewhere"):
            Endpoint(url)
        assert reached == []


def test_nobody_there_is_said_at_once() -> None:
    start = time.monotonic()
    with pytest.raises(KgError, match="nobody answers at http://127"):
        Endpoint(f"http://127.0.0.1:{free_port()}/")
    assert time.monotonic() - start < 5


def test_a_slow_server_is_left() -> None:
    def drip(heard: Heard, asked: Asked) -> None:
        asked.send_response(200)
        asked.end_headers()
        for _ in range(60):
            asked.wfile.write(b" ")
            time.sleep(0.1)

    with scripted(drip) as (url, heard), pytest.raises(Stopped, match="took longer than 1 s"):
        Endpoint(url, seconds=1)
    assert len(heard) == 1  # a server that is slow is not asked again
    with scripted(lambda heard, asked: time.sleep(3)) as (url, _), pytest.raises(Stopped, match="took longer than 1 s"):
        Endpoint(url, seconds=1)


def test_an_answer_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_BYTES", 1 << 20)

    def endless(heard: Heard, asked: Asked) -> None:
        asked.send_response(200)
        asked.end_headers()
        for _ in range(1000):
            asked.wfile.write(b" " * 65536)

    with scripted(endless) as (url, _), pytest.raises(Stopped, match="larger than 1 MB"):
        Endpoint(url)


def test_what_passes_is_tried_again_and_then_given_up() -> None:
    def moody(heard: Heard, asked: Asked) -> None:
        calls.append(1)
        if len(calls) == 1:
            asked.connection.shutdown(socket.SHUT_RDWR)
        elif len(calls) == 2:
            asked.reply(503, b"busy")
        else:
            asked.reply(200, results(ONE_GRAPH), RESULTS)

    calls: list[int] = []
    with scripted(moody) as (url, _):
        assert Endpoint(url).base == BASE
    with scripted(broken(b"busy", status=503)) as (url, heard), pytest.raises(KgError, match=r"failed \(503\): busy"):
        Endpoint(url)
    assert len(heard) == wire.TRIES


@pytest.mark.parametrize(("number", "headers"), [
    (7, {"X_SPARQL_MaxRows": "7"}), (3, {"X_SQL_State": "S1TAT"}), (2000, {}),
])
def test_a_cut_answer_is_never_passed_as_a_whole_one(number: int, headers: dict[str, str]) -> None:
    said = refused(answering([{"a": "x"}] * number, **headers))
    assert f"gave only the first {number} rows" in said


def test_a_round_number_of_rows_is_believed_once_it_was_counted() -> None:
    def script(heard: Heard, asked: Asked) -> None:
        query = form(heard)["query"][0]
        rows = ONE_GRAPH if "?one" in query else [{"n": "2000"}] if "COUNT" in query else [{"a": "x"}] * 2000
        asked.reply(200, results(rows), RESULTS)

    with scripted(script) as (url, heard):
        assert len(list(Endpoint(url).rows("SELECT ?a WHERE { } # all"))) == 2000
    assert len(heard) == 3


def challenged(scheme: str) -> Any:
    """Return a script of a server that wants a name and password, and then shows one graph."""
    def script(heard: Heard, asked: Asked) -> None:
        if not heard.headers.get("Authorization", ""):
            asked.reply(401, b"", WWW_Authenticate=scheme)
        else:
            asked.reply(200, results(ONE_GRAPH), RESULTS)
    return script


def test_name_and_password_are_sent_when_the_server_asks_and_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_USER", "ana")
    monkeypatch.setenv("KG_PASSWORD", "sekrét")
    with scripted(challenged('Basic realm="x"')) as (url, heard):
        list(Endpoint(url).rows("SELECT ?a WHERE { }"))
    sent = "Basic " + base64.b64encode("ana:sekrét".encode()).decode()
    assert [request.headers.get("Authorization") for request in heard] == [None, sent, sent]


def test_digest_never_sends_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_USER", "ana")
    monkeypatch.setenv("KG_PASSWORD", "secret")
    with scripted(challenged('Digest realm="x", nonce="n1", qop="auth", algorithm="MD5"')) as (url, heard):
        list(Endpoint(url).rows("SELECT ?a WHERE { }"))
    sent = [request.headers.get("Authorization", "") for request in heard]
    assert sent[0] == ""
    assert sent[1].startswith('Digest username="ana"')
    assert ["nc=00000001" in sent[1], "nc=00000002" in sent[2]] == [True, True]
    assert not any("secret" in header or base64.b64encode(b"secret").decode() in header for header in sent)


def test_a_token_is_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_TOKEN", "abc.def")
    with scripted(answering([])) as (url, heard):
        Endpoint(url)
    assert heard[0].headers["Authorization"] == "Bearer abc.def"


def test_refused_credentials_are_said_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_USER", "ana")
    monkeypatch.setenv("KG_PASSWORD", "secret")
    said = refused(broken(b"", status=401, WWW_Authenticate='Basic realm="x"'))
    assert "does not accept the name and password" in said
    assert "secret" not in said


@pytest.mark.parametrize(("variable", "value"), [("KG_TOKEN", "t0ps3cret"), ("KG_USER", "ana")])
def test_credentials_leave_the_machine_only_encrypted(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(Misuse, match=r"not sent to graphs\.example unencrypted") as error:
        Endpoint("http://graphs.example/sparql")
    assert value not in str(error.value).replace("KG_USER", "")


@pytest.mark.parametrize("address", ["ftp://a.example/", "graphs.example", "http://", "http://a.example/\n", "http://a b/", "file:///etc/passwd",
                                     "http://a.example:99999/", "http://a.example/#x", "http://é.example/", "http://[::1/"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Misuse, match="is no address of a server"):
        Endpoint(address)


def test_an_address_with_a_password_is_refused_without_repeating_it() -> None:
    with pytest.raises(Misuse, match="do not belong in an address") as error:
        Endpoint("https://ana:secret@graphs.example/sparql")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("typed", ["soon", "0", "-1", "1e9", "99999999"])
def test_a_limit_of_time_is_a_number_of_seconds(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_TIMEOUT", typed)
    with pytest.raises(Misuse, match="KG_TIMEOUT"):
        Endpoint("http://127.0.0.1/sparql")


def test_a_graph_of_another_kind_is_an_error_of_the_endpoint_not_of_this_program(run: Run) -> None:
    with scripted(answering([{"e": f"{BASE}id/a", "number": "many"}])) as (url, _):
        code, out, err = run("entities", "--endpoint", url)
    assert (code, out) == (1, "")
    assert err.startswith("kg: the endpoint answers as no graph of this version does (")
    assert err.count("\n") == 1


def test_the_environment_names_an_endpoint_for_every_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.cli import run as kg

    run("documents")
    monkeypatch.setenv("KG_ENDPOINT", "nonsense")
    for command in (["documents"], ["who-met-whom"], ["path", "a", "b"], ["evidence", "d/c1"], ["fragile"]):
        assert kg(command) == 2


def test_what_asks_over_the_network_is_loaded_only_for_an_endpoint() -> None:
    code = ("import sys; from kg.cli import run; run(['who-met-whom']); "
            "print(sorted({'kg.wire', 'urllib.request', 'http.client', 'ssl'} & {*sys.modules}))")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_command_that_answers_takes_an_endpoint(run: Run) -> None:
    _, out, _ = run("--help")
    questions = {path.stem for path in (ROOT / "ontology" / "questions").glob("*.rq")}
    commands = {"documents", "claims", "entities", "show", "evidence", "support", "fragile", "path", "between", "around", "cut",
                "which-deals", "who-held-which-post", *questions}
    assert commands <= set(re.findall(r"^  ([a-z-]+)", out, re.M))
    for command in sorted(commands):
        assert "--endpoint URL" in run(command, "--help")[1]
