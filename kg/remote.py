"""A graph on a SPARQL server, asked as the store on disk is: by SELECT queries of the SPARQL 1.1 Protocol and nothing else.

Which named graph holds it, and the base of its IRIs, is read off the server. A cut answer is never passed as a whole one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kg.errors import KgError, Misuse, Stopped
from kg.store import Row, Store, prefixes, prologue
from kg.terms import XSD
from kg.wire import MOST_SECONDS, Line, Reply, checked, shown

RESULTS = "application/sparql-results+json"
STAGING = "#loading-"
"""What the name of a graph holds that is being loaded and is not to be asked."""

SUSPECT = 100
"""Row limits of servers are round: an answer of a multiple of this many rows, and ten times as many at least, is counted again."""

_TRUTH = {"1": "true", "0": "false"}
"""Two spellings of each truth value are valid (XSD 1.1, 3.3.2); the graph writes the longer one."""

_BEFORE_FORM = re.compile(r"(?:\s+|#[^\n]*(?:\n|$)|(?i:PREFIX)\s+[^\s<]*:\s*<[^<>\s]*>|(?i:BASE)\s+<[^<>\s]*>)*")
_DOCUMENTS = "?d a <https://arms-graph.example/terms#Document>"


class Endpoint(Store):
    """A published graph, asked over HTTP."""

    def __init__(self, address: str, seconds: float | None = None) -> None:
        """Find the graph at an address, whose `default-graph-uri` names it where there are several.

        Raises Misuse where there is none or more than one, KgError where the server does not answer as it should.
        """
        self._asker = Asker(address, seconds)
        self.base = self._find()
        self.prologue = prologue(prefixes(self.base))
        self.engine = self._asker.engine

    def rows(self, query: str) -> Iterator[Row]:
        """Yield the solutions of a SELECT query, whose prefixes are declared already.

        Raises Misuse for anything but a SELECT query, Stopped where the server cut its answer.
        """
        yield from self._asker.rows(query, self.prologue)

    def __len__(self) -> int:
        """Return the number of triples."""
        return int(self._asker.rows("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0]["n"])

    def _find(self) -> str:
        """Choose the graph to ask, and return the base of its IRIs, from the IRI of any document in it."""
        asker = self._asker
        named = "" if asker.graphs else f" UNION {{ GRAPH ?g {{ {_DOCUMENTS} }} }}"
        rows = asker.rows(f"SELECT ?g (MIN(STR(?d)) AS ?one) WHERE {{ {{ {_DOCUMENTS} }}{named} }} GROUP BY ?g")
        found = {row.get("g", ""): row["one"] for row in rows if "one" in row and STAGING not in row.get("g", "")}
        names = sorted(graph for graph in found if graph)
        if len(names) > 1:
            raise Misuse(f"there are {len(names)} graphs at {asker.address}; add one to the address as ?default-graph-uri=IRI:\n"
                         + "\n".join(f"  {shown(name)}" for name in names[:12]))
        if not found:
            raise Misuse(f"no graph made by this program is at {asker.address}"
                         + (f" under the name {asker.graphs[0]}" if asker.graphs else "; `kg publish` puts one there"))
        asker.graphs = asker.graphs or names
        one = found[names[0] if names else ""]
        if not (base := re.fullmatch(r"(https?://[^\s<>\"{}|^`\\]*/)id/[a-z0-9-]+", one)):
            raise KgError(f"the graph at {asker.address} was not made by this program: it has a document '{shown(one)}'")
        return base[1]


class Asker:
    """Puts SELECT queries to an address, over `graphs` as the default graph where any are named."""

    def __init__(self, address: str, seconds: float | None = None) -> None:
        """Check the address; nothing is sent."""
        parts = urlsplit(checked(address))
        asked = parse_qsl(parts.query, keep_blank_values=True)
        self.graphs = [value for name, value in asked if name == "default-graph-uri"]
        rest = urlencode([pair for pair in asked if pair[0] != "default-graph-uri"])
        self._line = Line(urlunsplit(parts._replace(query=rest)), seconds or time_limit())
        self.address = self._line.address
        self.engine = ""

    def rows(self, query: str, prologue: str = "") -> list[Row]:
        """Return the solutions of a SELECT query.

        Raises Misuse for anything but a SELECT query, Stopped where the server cut its answer.
        """
        reply = self._ask(prologue + query)
        self.engine = reply.headers.get("Server", "").partition("/")[0]
        rows = [_row(binding) for binding in _bindings(self._line.host, reply)]
        most = reply.headers.get("X-SPARQL-MaxRows", "")
        if "X-SQL-State" in reply.headers or (most.isdecimal() and len(rows) >= int(most)):
            raise self._cut(len(rows))
        if len(rows) >= 10 * SUSPECT and len(rows) % SUSPECT == 0:
            again = self._ask(f"{prologue}SELECT (COUNT(*) AS ?n) WHERE {{ {{\n{query}\n}} }}")
            if [_row(binding).get("n") for binding in _bindings(self._line.host, again)] != [str(len(rows))]:
                raise self._cut(len(rows))
        return rows

    def _ask(self, query: str) -> Reply:
        if query[_BEFORE_FORM.match(query).end():][:6].upper() != "SELECT":  # type: ignore[union-attr]  # it matches nothing as well
            raise Misuse("only SELECT queries are sent to an endpoint")
        form = urlencode([("query", query), *(("default-graph-uri", graph) for graph in self.graphs)])
        return self._line.send("POST", form.encode(), {"Content-Type": "application/x-www-form-urlencoded", "Accept": RESULTS})

    def _cut(self, rows: int) -> Stopped:
        return Stopped(f"stopped: {self._line.host} gave only the first {rows} rows of an answer; narrow the question, or ask its keeper "
                       "for a higher limit of rows")


def time_limit() -> float:
    """Return the limit of time that the environment sets, else the usual one."""
    typed = os.environ.get("KG_TIMEOUT", "")
    if not typed:
        return MOST_SECONDS
    if not typed.isdecimal() or not 0 < int(typed) <= 86_400:
        raise Misuse(f"KG_TIMEOUT is '{typed}'; write a number of seconds, as in 120")
    return float(typed)


def _bindings(host: str, reply: Reply) -> list[dict[str, Any]]:
    """Return the solutions in a server's answer (SPARQL 1.1 Query Results JSON Format)."""
    if reply.kind not in (RESULTS, "application/json"):
        what = "a web page" if "html" in reply.kind else f"'{shown(reply.kind)}'" if reply.kind else "something without a name"
        raise KgError(f"{host} answers with {what}, not with results of a query: is it the address of a SPARQL endpoint?")
    try:
        found = json.loads(reply.body)["results"]["bindings"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KgError(f"{host} answers with broken results ({shown(str(error)) or type(error).__name__})") from error
    if not isinstance(found, list) or not all(isinstance(binding, dict) for binding in found):
        raise KgError(f"{host} answers with broken results (no list of solutions)")
    return found


def _row(binding: dict[str, Any]) -> Row:
    """Return one solution; quoted triples are left out, as they are from the store on disk."""
    row = {}
    for name, term in binding.items():
        value = term.get("value") if isinstance(term, dict) else None
        if isinstance(value, str):
            text = value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")  # no half of a character
            row[name] = _TRUTH.get(text, text) if term.get("datatype") == XSD + "boolean" else text
        elif not (isinstance(value, dict) and term.get("type") == "triple"):
            raise KgError(f"the endpoint answers with broken results ('{shown(name)}' has no text)")
    return row
