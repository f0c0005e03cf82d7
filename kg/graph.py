"""The graph for Python and notebooks: the same answers as the command line, from the same store.

>>> from kg import open_graph
>>> graph = open_graph()                                                # doctest: +SKIP
>>> graph.who_met_whom("lieberman")[0]["b"]                             # doctest: +SKIP
'Imangali Tasmagambetov'
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from kg.errors import Misuse, Stopped
from kg.folder import find_folder
from kg.queries import Queries
from kg.questions import INCLUDABLE, Answer, Filters, ask, load_question
from kg.resolve import resolve, resolve_source
from kg.store import Row, Store, open_store

if TYPE_CHECKING:
    import networkx as nx
    import rdflib


class Rows(list[dict[str, Any]]):
    """Rows of an answer: column name to text, whole number, truth value or list."""

    def to_pandas(self) -> Any:
        """Return the rows as a pandas DataFrame.

        Raises Misuse where pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise Misuse("pandas is not installed; the rows are a list of dicts as they are") from None
        return pandas.DataFrame(list(self))


class Meeting(TypedDict):
    """A row of who-met-whom: an encounter of two by one event, as `ontology/answers.schema.json` has it."""

    a: str
    b: str
    how: str
    date: str
    place: str
    status: str
    mode: str
    inferred: bool
    disputed: bool
    said_by: list[str]
    denied_by: list[str]
    documents: int
    origins: int
    claims: list[str]


class Graph:
    """A built graph. Names are given by any spelling; an unknown one raises NameUnknown with what may be meant."""

    def __init__(self, folder: Path, endpoint: str = "") -> None:
        """Open the store of the exports in a graph folder, or the graph that is published at an endpoint."""
        self.folder = folder
        self.endpoint = endpoint
        self.store = _published(endpoint) if endpoint else open_store(folder)
        self._queries: Queries | None = None

    def filters(self, include: Iterable[str] = (), without: Iterable[str] = (), according_to: Iterable[str] = ()) -> Filters:
        """Return filters for the other methods; `include` takes planned, alleged, inferred, hedged."""
        words = frozenset(include)
        if unknown := words - set(INCLUDABLE):
            raise Misuse(f"nothing to include is called {', '.join(sorted(unknown))}; there is {', '.join(INCLUDABLE)}")
        return Filters(words, tuple(resolve_source(self.store, name) for name in without),
                       tuple(resolve(self.store, name).iri for name in according_to))

    def ask(self, question: str, filters: Filters | None = None, **names: str) -> Rows:
        """Return the answer to a named question (`ontology/questions/QUESTION.rq`); names by parameter."""
        loaded = load_question(self.folder, question)
        known = {name for name, _, _ in loaded.parameters}
        if unknown := set(names) - known:
            raise Misuse(f"{question} has no parameter {', '.join(sorted(unknown))}; it has {', '.join(sorted(known)) or 'none'}")
        given = {name: [resolve(self.store, typed).iri] for name, typed in names.items()}
        return Rows(ask(self.store, loaded, filters or Filters(), given))

    def who_met_whom(self, name: str = "", other: str = "", filters: Filters | None = None) -> list[Meeting]:
        """Return who met whom: one row for each event and pair, the name asked for first."""
        given = {key: value for key, value in (("name", name), ("other", other)) if value}
        rows: list[Any] = self.ask("who-met-whom", filters, **given)
        return rows

    def path(self, a: str, b: str, filters: Filters | None = None, not_through: Iterable[str] = (), count: int = 5,
             max_hops: int = 12) -> dict[str, Any]:
        """Return the shortest chains between two, as `kg path --format json` has them."""
        from kg.frontiers import ChainFilters
        from kg.network import find_chains, path_answer, why_not

        start, end = resolve(self.store, a).iri, resolve(self.store, b).iri
        chain = ChainFilters(filters or Filters(), frozenset(resolve(self.store, name).iri for name in not_through))
        found = path_answer(find_chains(self.store, start, end, chain, count, max_hops))
        if not found["paths"]:
            found["why_not"] = why_not(self.store, start, end, chain, max_hops)
        return found

    def claims(self, about: str = "", filters: Filters | None = None) -> Rows:
        """Return every claim, or those that speak of somebody or something, as `kg claims --format json` has them."""
        from kg.lists import claims

        return Rows(claims(self.store, filters or Filters(), resolve(self.store, about).iri if about else ""))

    def entities(self, filters: Filters | None = None) -> Answer:
        """Return everybody and everything spoken of, as `kg entities --format json` has them."""
        from kg.lists import entities

        return Rows(entities(self.store, filters or Filters()))

    def sparql(self, text: str, seconds: float = 10, rows: int = 100_000) -> list[Row]:
        """Return the solutions of a SELECT query, as text by variable; the graph's prefixes are declared already.

        The query runs as under `kg sparql`: in a child process that reaches this graph alone, started by the first query, which
        reads the graph into memory (some seconds for a million triples) so that all others are fast.
        Raises Misuse for what is no such query or asks for more, Stopped where it takes longer than `seconds`, more memory than
        there may be, or has more than `rows` rows: a list cannot say that it is cut. At an endpoint its own limits hold.
        """
        if self.endpoint:
            return list(self.store.rows(text))
        from kg.guard import Limits
        from kg.solutions import read_values

        if self._queries is None:
            self._queries = Queries(self.folder, many=True)
        if (form := self._queries.vet(text).form) in ("ASK", "CONSTRUCT", "DESCRIBE"):
            raise Misuse(f"only SELECT queries have rows; `kg sparql` answers {form}, and to_rdflib() gives every triple")
        answer = self._queries.ask(text, Limits(seconds=seconds, rows=rows))
        if answer.cut:
            raise Stopped(f"the answer is longer than the {rows} rows or the {seconds:g} seconds that sparql() was given")
        return read_values(answer.text)

    def to_networkx(self, filters: Filters | None = None) -> nx.MultiGraph:
        """Return the links as an undirected multigraph, one edge for each event and pair, keyed by event; nodes are ids."""
        import networkx as nx

        from kg.frontiers import ChainFilters
        from kg.network import whole_network

        network = whole_network(self.store, ChainFilters(filters or Filters()))
        graph = nx.MultiGraph()
        for steps in network.steps.values():
            for step in steps:
                source, target = self.store.key(step.source), self.store.key(step.target)
                graph.add_node(source, label=network.labels[step.source])
                graph.add_node(target, label=network.labels[step.target])
                graph.add_edge(source, target, key=self.store.key(step.event), label=step.forward, kind=step.kind, date=step.date,
                               status=step.status, mode=step.mode, inferred=step.inferred, disputed=step.disputed,
                               claims=list(step.claims), said_by=list(step.said_by))
        return graph

    def to_rdflib(self) -> rdflib.Graph:
        """Return the whole graph as an rdflib Graph, read from the N-Triples export.

        Raises Misuse for a graph at an endpoint.
        """
        if self.endpoint:
            raise Misuse("to_rdflib() reads the export of a graph built here; ask the endpoint by sparql()")
        import rdflib

        graph = rdflib.Graph()
        graph.parse(self.folder / "exports" / "graph.nt", format="nt")
        return graph


def open_graph(folder: str | Path | None = None, endpoint: str = "") -> Graph:
    """Return the built graph of a folder; else of KG_FOLDER, else of the nearest folder from here upwards.

    With an endpoint, the address of a SPARQL server, the graph published there answers, and the folder gives the questions alone.
    Raises Misuse where there is none, or nothing has been built yet.
    """
    return Graph(find_folder(str(folder) if folder else None, os.environ.get("KG_FOLDER"), Path.cwd()), endpoint)


def _published(endpoint: str) -> Store:
    from kg.remote import Endpoint

    return Endpoint(endpoint)
