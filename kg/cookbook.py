"""The cookbook: example queries kept in `docs/queries/`, each with its answer over the built graph, and how to cite what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.blocks import Block, Heading, Listing, Paragraph, Ready, markdown
from kg.errors import BuildFailed

if TYPE_CHECKING:
    from kg.queries import Queries

OVER = "over:"
"""In the head of a query: it is asked over that export, not over the store; only TriG has named graphs."""


@dataclass(frozen=True, slots=True)
class Example:
    """A query with what it asks, in a sentence, what is to be learnt from it, the export it is asked over, and its text."""

    name: str
    title: str
    notes: tuple[str, ...]
    over: str
    query: str


def read_examples(folder: Path) -> list[Example]:
    """Return the example queries of a graph folder in the order of their names; none where it has none.

    Raises BuildFailed for one without a title.
    """
    return [_read(path) for path in sorted((folder / "docs" / "queries").glob("*.rq"))]


def _read(path: Path) -> Example:
    lines = path.read_text("utf-8").splitlines()
    at = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    parts = [" ".join(part.split()) for part in "\n".join(line[1:].strip() for line in lines[:at]).split("\n\n")]
    if not parts[0] or not lines[at:]:
        raise BuildFailed(f"{path.name} has no title in its first line, or no query after its head")
    over = next((part.removeprefix(OVER).strip() for part in parts if part.startswith(OVER)), "")
    return Example(path.stem, parts[0], tuple(part for part in parts[1:] if not part.startswith(OVER)), over, "\n".join(lines[at:]).strip())


def cookbook(folder: Path) -> str:
    """Return the examples with their answers, as Markdown; no text where there is no example.

    Raises Misuse for what is no SPARQL, BuildFailed where a query has no answer or is cut short.
    """
    examples = read_examples(folder)
    return markdown(_blocks(folder, examples)) if examples else ""


def _blocks(folder: Path, examples: list[Example]) -> Iterator[Block]:
    from kg.queries import Queries

    yield Heading(1, "Queries, and how to cite what they find")
    yield Paragraph(f"Made by `kg docs`: the {len(examples)} queries of docs/queries/, from simple to rich, with their answers over the "
                    "built graph. `kg sparql --file docs/queries/NAME.rq` asks one again; the prefixes are declared already. The terms are "
                    "described in docs/ontology.md.")
    queries = Queries(folder)
    try:
        for number, example in enumerate(examples, 1):
            yield Heading(2, f"{number}. {example.title}")
            yield from (Paragraph(note) for note in example.notes)
            if example.over:
                yield Paragraph(f"Asked over exports/{example.over}, with any engine that has named graphs.")
            yield Listing((f"# docs/queries/{example.name}.rq", *example.query.splitlines()), "sparql")
            yield Ready(answer(folder, queries, example))
    finally:
        queries.close()
    yield from _citing(folder)


def answer(folder: Path, queries: Queries, example: Example) -> str:
    """Return the answer to an example as Markdown; `queries` is what answers over the store."""
    from kg import solutions

    variables = queries.vet(example.query).variables  # before it is run: an example may ask no other server either
    tsv = _over_export(folder / "exports" / example.over, example, queries.prefixes) if example.over else _over_store(queries, example)
    rows = solutions.read_rows(tsv).ordered(variables)
    if not rows.rows:
        raise BuildFailed(f"{example.name} finds nothing: an example without an answer teaches nothing")
    return solutions.as_text(rows, "markdown", queries.prefixes, queries.labels(rows.iris())).rstrip("\n")


def _over_store(queries: Queries, example: Example) -> str:
    found = queries.ask(example.query)
    if found.kind != "rows" or found.cut:
        raise BuildFailed(f"{example.name} is no SELECT query, or its answer was cut short")
    return found.text


def _over_export(path: Path, example: Example, prefixes: dict[str, str]) -> str:
    import pyoxigraph

    store = pyoxigraph.Store()
    store.bulk_load(path=str(path))
    found = store.query(example.query, prefixes=prefixes)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return (found.serialize(format=pyoxigraph.QueryResultsFormat.TSV) or b"").decode()


def _citing(folder: Path) -> Iterator[Block]:
    """Yield how to cite a claim and the graph, with the first claim that a document gives words for."""
    from kg.lists import claims, documents
    from kg.questions import Filters
    from kg.store import open_store, read_manifest

    store, manifest = open_store(folder), read_manifest(folder)
    told = {row["id"]: row for row in documents(store, Filters())}
    row = next(row for row in claims(store, Filters()) if row["words"])
    document = told[row["document"]]
    by = " → ".join([*(one["label"] for one in row["said_by"]), document["reporter"]])
    yield Heading(2, "How to cite")
    yield Paragraph("A claim: what it says, how it stands and who says so; its document with the day that this gives, paragraph and words; "
                    "and its name, which never changes. An allegation is never cited without its claimant, nor a denied claim without its "
                    "denial. The button “Copy citation” on the page gives the same.")
    yield Listing((f"{row['says']}. [{row['status']}, {row['mode']}; {by}]. {document['title']}, {document['published'] or 'undated'}, "
                   f"¶ {row['paragraph']} “{row['words']}”, {document['url']}. ({row['id']})",))
    yield Paragraph("The graph: its title and publisher, and the checksum of what was asked, which exports/manifest.json holds under "
                    "`store`: the same sources always give the same one. It has no DOI and no date of its own; the documents have theirs.")
    publisher = next(store.rows("SELECT ?name WHERE { ?graph dcterms:publisher ?name FILTER(isLiteral(?name)) } ORDER BY ?name"))["name"]
    yield Listing((f"{manifest['title']}. {publisher}. exports/manifest.json, store sha256:…. {manifest['licence']}",))
