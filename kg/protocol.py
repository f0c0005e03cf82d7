"""The SPARQL 1.1 Protocol: what a request asks, in which format its answer goes back, and what the service says of itself.

Read-only and about one graph: updates and other graphs are refused with a sentence. Nothing here knows of a server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from kg import solutions
from kg.errors import KgError
from kg.guard import LONGEST_QUERY, Answer
from kg.text import escaped, escaped_rdf, escaped_xml

ROWS = {"application/sparql-results+json": "json", "application/sparql-results+xml": "xml", "text/csv": "csv",
        "text/tab-separated-values": "tsv", "application/json": "json", "application/xml": "xml", "text/xml": "xml"}
GRAPH = {"text/turtle": "turtle", "application/n-triples": "ntriples", "application/rdf+xml": "rdfxml", "application/ld+json": "jsonld",
         "text/plain": "ntriples"}
"""The media types in which answers go back, the preferred ones first; the last few names are for old clients."""

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_OTHER_GRAPHS = ("default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri")
_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
                   "RDF_XML", "JSON-LD")


class Refused(KgError):
    """A request that is not answered; `status` is that of HTTP, `headers` go with it."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        """Keep the status and the sentence."""
        super().__init__(sentence)
        self.status, self.headers = status, dict(headers or {})


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request matters here: the method, the text behind the `?`, the media type of the body, the body."""

    method: str
    parameters: str
    kind: str
    body: bytes


def query_of(request: Request) -> str | None:
    """Return the query that a request holds, or nothing where it holds none and asks what the service is.

    Raises Refused for an update, another graph, no query or more than one, and what is no request of the protocol.
    """
    given = _pairs(request.parameters)
    if request.method == "POST":
        kind = request.kind.partition(";")[0].strip().lower()
        if kind == FORM:
            given += _pairs(_text(request.body))
        elif kind == QUERY:
            given.append(("query", _text(request.body)))
        elif kind == UPDATE:
            given.append(("update", ""))
        else:
            raise Refused(415, f"a query is sent as {FORM} or {QUERY}, not as {kind or 'something without a type'}")
    names = [name for name, _ in given]
    if "update" in names:
        raise Refused(403, "this graph is only read here; it changes through its sources and `kg build`")
    if other := sorted(set(names) & set(_OTHER_GRAPHS)):
        raise Refused(400, f"{other[0]} names another graph, and a query here reads this one alone; leave it out")
    queries = [value for name, value in given if name == "query"]
    if len(queries) > 1:
        raise Refused(400, "there is more than one query; send one")
    if request.method == "POST" and not queries:
        raise Refused(400, "there is no query; send one under the name query")
    if queries and len(queries[0]) > LONGEST_QUERY:
        raise Refused(413, f"a query may have {LONGEST_QUERY:,} characters")
    return queries[0] if queries else None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, f"the request is not UTF-8 (byte {error.start + 1})") from None


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except UnicodeDecodeError:
        raise Refused(400, "the query is not UTF-8 under its percent signs") from None
    except ValueError:
        raise Refused(400, "there are more than 100 parameters") from None


def accepted(header: str, offered: Iterable[str]) -> str:
    """Return which of the media types offered a client likes best; of equals the first (RFC 9110, §12.5.1).

    Raises Refused with 406 where it takes none of them.

    >>> accepted("text/csv;q=0.5, application/json", ROWS)
    'application/json'
    """
    offers = list(offered)
    ranges = [_range(part) for part in header.split(",") if part.strip()] or [("*/*", 1.0)]
    best, chosen = 0.0, ""
    for offer in offers:
        fitting = [(_precision(name), quality) for name, quality in ranges if name in (offer, f"{offer.partition('/')[0]}/*", "*/*")]
        quality = max(fitting)[1] if fitting else 0.0
        if quality > best:
            best, chosen = quality, offer
    if not chosen:
        raise Refused(406, f"this is answered as {', '.join(offers)}")
    return chosen


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (each.strip().lower() for each in part.split(";"))
    quality = next((each[2:].strip() for each in parameters if each.startswith("q=")), "1")
    return name, float(quality) if re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", quality) else 0.0


def _precision(name: str) -> int:
    return 2 - name.count("*")


def body_of(answer: Answer, form: str, variables: Iterable[str]) -> str:
    """Return an answer as one of the formats that ROWS and GRAPH name."""
    if answer.kind == "graph":
        write = {"rdfxml": escaped_xml, "jsonld": escaped}.get(form, escaped_rdf)
        return write(answer.text)
    if answer.kind == "boolean":
        return solutions.boolean(answer.truth, form)
    return solutions.WRITERS[form](solutions.read_rows(answer.text).ordered(tuple(variables)))


def described(endpoint: str, dataset: str) -> str:
    """Return what an endpoint can do, in Turtle (SPARQL 1.1 Service Description), and that it answers for a dataset (VoID)."""
    formats = " , ".join(f"<{_FORMATS}{name}>" for name in _RESULT_FORMATS)
    return (f"<{endpoint}#service> a <{_SD}Service> ; <{_SD}endpoint> <{endpoint}> ;\n"
            f"  <{_SD}supportedLanguage> <{_SD}SPARQL11Query> ; <{_SD}resultFormat> {formats} ;\n"
            f"  <{_SD}defaultDataset> <{endpoint}#dataset> .\n<{endpoint}#dataset> a <{_SD}Dataset> ; <{_SD}defaultGraph> <{dataset}> .\n"
            f"<{dataset}> a <{_SD}Graph> .\n{answered(endpoint, dataset)}")


def answered(endpoint: str, dataset: str) -> str:
    """Return, in Turtle, where a dataset can be asked (VoID)."""
    return f"<{dataset}> <{_VOID}sparqlEndpoint> <{endpoint}> .\n"
