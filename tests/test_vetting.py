"""What a typed query may not ask for is seen in every spelling, and nothing else is refused for looking like it."""

from __future__ import annotations

import re
import time

import pyoxigraph
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import Misuse
from kg.questions import load_question
from kg.store import prefixes
from kg.terms import ARMS, RESERVED
from kg.vetting import REFUSED, tokenise, vet, what_is_wrong

PREFIXES = prefixes(RESERVED)
ADDRESS = "http://127.0.0.1:9/"

SERVICES = [  # each reaches out in one engine or another; ENDPOINT stands for the address
    "SELECT * { SERVICE <ENDPOINT> { ?s ?p ?o } }",
    "SELECT * { service <ENDPOINT> { ?s ?p ?o } }",
    "SELECT * { sErViCe SILENT <ENDPOINT> { ?s ?p ?o } }",
    "SELECT * { SERVICE\n# here\n<ENDPOINT>{ ?s ?p ?o } }",
    "SELECT * { SERVICE<ENDPOINT>{ ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <ENDPOINT> { ?s ?p ?o } } } }",
    "SELECT * { OPTIONAL { SERVICE <ENDPOINT> { ?s ?p ?o } } }",
    "ASK { FILTER EXISTS { SERVICE <ENDPOINT> { ?s ?p ?o } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <ENDPOINT> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <ENDPOINT> { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <ENDPOINT> } SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <ENDPOINT> } SERVICE?x{ ?s ?p ?o } }",
    "SELECT * { BIND(IRI(CONCAT('http', ':', SUBSTR('ENDPOINT', 6))) AS ?x) SERVICE ?x { ?s ?p ?o } }",
    "PREFIX : <ENDPOINT> SELECT * { SERVICE:{ ?s ?p ?o } }",
    "PREFIX : <ENDPOINT> SELECT * { SERVICE:x{ ?s ?p ?o } }",
    "PREFIX : <ENDPOINT> SELECT * { SERVICESILENT:x{ ?s ?p ?o } }",
    "PREFIX : <ENDPOINT> PREFIX service: <ENDPOINT> SELECT * { service:x { ?s ?p ?o } }",
    "PREFIX : <ENDPOINT> PREFIX service: <ENDPOINT> SELECT * { service:x\u203f\u0301\u20ac{ ?s ?p ?o } }",
    "PREFIX : <ENDPOINT> SELECT * { ?a ?b 1SERVICE:x{ ?s ?p ?o } }",
    "PREFIX : <ENDPOINT> SELECT * { ?a ?b 1.5e0SERVICE:x{ ?s ?p ?o } }",
    "PREFIX : <ENDPOINT> SELECT * { ?a :b?1SERVICE:x{ ?s ?p ?o } }",
    "PREFIX : <ENDPOINT> SELECT * { BIND(true AS ?x)SERVICE:x{ ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <ENDPOINT> } FILTER(1<2)SERVICE?x#>\n{ ?s ?p ?o } }",
    "SELECT * { VALUES (?x ?y ?z) { (<ENDPOINT> 1 2) } FILTER(?y<?z)SERVICE?x#>\n{ ?s ?p ?o } }",
    "SELECT * { VALUES (?x ?y) { (<ENDPOINT> '1') } FILTER(?y<'>')SERVICE?x{ ?s ?p 'y' } }",
    "SELECT * { VALUES (?x ?y ?z) { (<ENDPOINT> 1 2) } FILTER(?y<?z#>'''\n)SERVICE ?x { ?s ?p ?o } #'''\n }",
    "SELECT * { \\u0053ERVICE <ENDPOINT> { ?s ?p ?o } }",
    "SELECT * { SERVIC\\U00000045 <ENDPOINT> { ?s ?p ?o } }",
    "SELECT * { # \\u000a '''\nSERVICE <ENDPOINT> { ?s ?p ?o } #'''\n }",
    "SELECT * { ?a ?b \"\\u0022 . SERVICE <ENDPOINT> { ?s ?p ?o } #\" \n }",
    "SELECT * { ?a ?b 'it\\'s' . SERVICE <ENDPOINT> { ?s ?p ?o } }",
    "PREFIX e: <ENDPOINT> SELECT * { ?a e:it\\'s ?b . SERVICE <ENDPOINT> { ?s ?p 'x' } }",
    "PREFIX e: <ENDPOINT> SELECT * { ?a e:n\\#1 ?b . SERVICE e:x { ?s ?p ?o } }",
]
FROMS = [
    "SELECT * FROM <ENDPOINT> { ?s ?p ?o }", "select * from <ENDPOINT> where { ?s ?p ?o }", "SELECT *FROM<ENDPOINT>{ ?s ?p ?o }",
    "SELECT * FROM NAMED <ENDPOINT> { GRAPH ?g { ?s ?p ?o } }", "ASK FROM <ENDPOINT> { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } FROM <ENDPOINT> WHERE { ?s ?p ?o }", "DESCRIBE <ENDPOINT> FROM <ENDPOINT>",
    "PREFIX : <ENDPOINT> SELECT * FROM :x { ?s ?p ?o }", "PREFIX : <ENDPOINT> SELECT * FROM:x{ ?s ?p ?o }",
    "SELECT * FR\\u004fM <ENDPOINT> { ?s ?p ?o }", "SELECT * # \\u000a\nFROM <ENDPOINT> { ?s ?p ?o }",
    "BASE <ENDPOINT> SELECT * FROM <> { ?s ?p ?o }",
]
UPDATES = [
    "LOAD <ENDPOINT>", "load silent <ENDPOINT>", "LOAD <ENDPOINT> INTO GRAPH <urn:g>", "L\\u004fAD <ENDPOINT>", "# so\nLOAD <ENDPOINT>",
    "PREFIX a: <urn:a> LOAD a:b", "BASE <ENDPOINT> LOAD <x>", "INSERT DATA { <urn:a> <urn:b> <urn:c> }", "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CLEAR ALL", "DROP ALL",
    "CREATE GRAPH <urn:g>", "ADD <urn:a> TO <urn:b>", "MOVE <urn:a> TO <urn:b>", "COPY <urn:a> TO <urn:b>",
]
HARMLESS = [
    "SELECT * { ?s ?p 'SERVICE <http://x.example/> {} FROM <y>' }", 'SELECT * { ?s ?p """a "quoted" SERVICE <x> {} """ }',
    "SELECT * { # SERVICE <x> {} FROM\n ?s ?p ?o }", "SELECT ?from ?service ?load { ?from ?service ?load }",
    "SELECT * { ?s <https://x.example/service/from> ?o }", "SELECT * { ?s <https://x.example/a#SERVICE> ?o }",
    "SELECT * { ?s ?p 'x'@en-service }", "SELECT * { _:from ?p ?o . _:service ?q ?o }",
    "PREFIX from: <urn:x> PREFIX service: <urn:y> PREFIX load: <urn:z> SELECT * { from:a service:b load:c }",
    "PREFIX service: <urn:y> SELECT * { GRAPH service:g { ?s ?p ?o } }", "SELECT * { ?s arms:from ?o ; arms:service ?x ; arms:load ?y }",
    "DESCRIBE id:from", "SELECT * { ?s ?p ?o FILTER(?o<?p && ?p >?s) }", "SELECT * { ?s ?p ?o FILTER(?o<?p&&?p>?s) }",
    "SELECT * { VALUES (?a ?b) { (<https://x.example/a#b> <https://x.example/c#d>) } ?a ?b ?o }",
    "SELECT * { VALUES ?a { <urn:a#from> <urn:service#b> } ?a ?p ?o }", "ASK { FILTER(EXISTS { ?a <urn:it's#from> ?b }) }",
    "SELECT * { ?s ?p \"it's\" . ?s ?q 'a \"b\"' }", "SELECT * { ?s arms:a/arms:b*|^arms:c? ?o }", "SELECT(COUNT(*)AS?n){?s ?p ?o}",
    "SELECT * { ?s ?p 'insert', 'load', 'drop' }", "SELECT * { ?s ?p ?o } # LOAD <x>",
]


@pytest.mark.parametrize("query", SERVICES)
def test_another_server_is_refused_in_every_spelling(query: str) -> None:
    with pytest.raises(Misuse) as refused:
        vet(query.replace("ENDPOINT", ADDRESS), PREFIXES)
    assert str(refused.value) == REFUSED["SERVICE"] or "put a blank after '<'" in str(refused.value)


@pytest.mark.parametrize("query", FROMS)
def test_another_graph_is_refused_in_every_spelling(query: str) -> None:
    with pytest.raises(Misuse) as refused:
        vet(query.replace("ENDPOINT", ADDRESS), PREFIXES)
    assert str(refused.value) == REFUSED["FROM"]


@pytest.mark.parametrize("query", UPDATES)
def test_a_change_is_refused_by_the_name_of_what_it_does(query: str) -> None:
    with pytest.raises(Misuse) as refused:
        vet(query.replace("ENDPOINT", ADDRESS), PREFIXES)
    operation = "LOAD" if any(word in query for word in ("LOAD", "load", "L\\u004f")) else query.split(maxsplit=1)[0]
    assert str(refused.value) == (
        f"{operation} changes a graph, and this one is only read here; it changes through its sources and `kg build`")


@pytest.mark.parametrize("query", HARMLESS)
def test_a_word_that_is_no_keyword_where_it_stands_is_not_refused(query: str) -> None:
    assert vet(query, PREFIXES).form in ("SELECT", "ASK", "DESCRIBE")


def test_an_address_that_could_be_a_comparison_is_refused_with_what_to_type() -> None:
    with pytest.raises(Misuse) as refused:
        vet("SELECT * { ?s ?p ?o FILTER(?o<?p#>\n) }", PREFIXES)
    assert str(refused.value) == "'<?p#>' can be read as an address or as a comparison; put a blank after '<', or use a prefix"
    assert vet("SELECT * { ?s ?p ?o FILTER(?o < ?p#>\n) }", PREFIXES).variables == ("s", "p", "o")


def test_it_is_told_what_a_query_is_about() -> None:
    vetted = vet("PREFIX x: <urn:x:> construct { ?b x:y ?a } where { ?a a arms:Person ; arms:met $b . <urn:c> ?p 'x:z' }", PREFIXES)
    assert (vetted.form, vetted.variables) == ("CONSTRUCT", ("b", "a", "p"))
    assert vetted.iris == {"urn:x:", "urn:x:y", f"{ARMS}Person", f"{ARMS}met", "urn:c"}


KNOWN = "arms:, said:, rdf:, rdfs:, xsd:, skos:, dcterms:, prov:, schema:, oa:, cito:, id:, claim:"


@pytest.mark.parametrize(("query", "sentence"), [
    ("SELECT * { ?s amrs:met ?o }", "no prefix 'amrs:' is declared; did you mean arms:?"),
    ("SELECT * { ?s ?p '1'^^xds:date }", "no prefix 'xds:' is declared; did you mean xsd:?"),
    ("SELECT * { ?s foaf:name ?o }", f"no prefix 'foaf:' is declared; declare it with PREFIX foaf: <…>, or use one of {KNOWN}"),
    ("SELECT * { ?s :name ?o }", f"no prefix ':' is declared; declare it with PREFIX : <…>, or use one of {KNOWN}")])
def test_a_prefix_that_nobody_declared_is_told_with_what_may_be_meant(query: str, sentence: str) -> None:
    with pytest.raises(Misuse) as refused:
        vet(query, PREFIXES)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(("query", "why"), [
    ("", "it is empty"), ("# nothing", "it is empty"),
    ("SELCT * { ?s ?p ?o }", "it begins neither with SELECT, ASK, CONSTRUCT nor with DESCRIBE; did you mean SELECT?"),
    ("who met whom", "it begins neither with SELECT, ASK, CONSTRUCT nor with DESCRIBE"),
    ("SELECT * {\n  ?s ?p 'abc }", "the text that begins on line 2, column 9 has no end"),
    ("SELECT * { ?s ?p ?o", "the { on line 1, column 10 has no partner"),
    ("SELECT * { ?s ?p ?o } }", "the } on line 1, column 23 has no partner"),
    ("SELECT * { FILTER(1 = (2) }", "the ( on line 1, column 18 has no partner"),
    ("SELECT * { ?s ?p <lieberman> }", "<lieberman> on line 1, column 18 is no whole address; one begins with https: or the like"),
    ("SELECT * { ?s ?p }", "mistake on line 1, before column 19"),
    ("SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y }", "mistake on line 1, before column 41: The SELECT contains a variable that is unbound")])
def test_what_is_no_sparql_is_told_by_what_can_be_seen(query: str, why: str) -> None:
    with pytest.raises(SyntaxError) as said:
        pyoxigraph.Store().query(query)
    assert what_is_wrong(query, str(said.value)) == why


def test_every_question_that_is_shipped_may_run() -> None:
    names = [path.stem for path in (ROOT / "ontology" / "questions").glob("*.rq")]
    assert names
    assert {vet(load_question(ROOT, name).text, PREFIXES).form for name in names} == {"SELECT"}


@given(st.lists(st.sampled_from(["SERVICE", "'", '"', "'''", '"""', "\\", "\\'", "#", "\n", "<", ">", "(", ")", "{", "}", "?x", "a:b",
                                 " ", "\\u0022", "1", ".", "@en", ":", "FROM", "é"]), max_size=14).map("".join))
def test_no_text_is_too_strange_to_be_looked_over(text: str) -> None:
    try:
        tokens = list(tokenise(text))
    except Misuse:
        return
    at = 0
    for token in tokens:
        skipped = text[at:token.start]
        assert all(line.strip() == "" or line.strip()[0] == "#" for line in re.split(r"[\r\n]", skipped))
        at = token.start + len(token.text)
        assert text[token.start:at] == token.text


@pytest.mark.parametrize("text", ['"' * 200_000, "'''" + "a" * 200_000, "<" * 200_000, "<a" * 100_000, "(" * 200_000,
                                  '"""' + '""a' * 60_000,
                                  "\\u0022" * 30_000, "a:" * 100_000, "?" * 200_000, "#" * 200_000, "'\\" * 100_000])
def test_looking_over_takes_no_longer_than_the_text_is_long(text: str) -> None:
    before = time.process_time()
    list(tokenise(f"SELECT * {{ {text}"))
    assert time.process_time() - before < 5
