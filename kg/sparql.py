"""`kg sparql`: queries typed by a person, and the shipped questions as SPARQL to learn from."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.asking import folder_of, width
from kg.errors import Misuse, Stopped

if TYPE_CHECKING:
    from kg.guard import Answer, Limits
    from kg.queries import Queries
    from kg.vetting import Vetted

ROW_FORMATS = ("table", "json", "csv", "tsv", "xml", "markdown")
GRAPH_FORMATS = ("turtle", "ntriples")


@click.command()
@click.argument("query", required=False)
@click.option("--file", "file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read the query there.")
@click.option("--format", "form", type=click.Choice((*ROW_FORMATS, *GRAPH_FORMATS)),
              help="How the answer is written: rows as a table where nothing is said, triples as turtle.")
@click.option("--seconds", type=click.FloatRange(0.1, 86_400), default=10, show_default=True, help="How long the query may take.")
@click.option("--memory", type=click.IntRange(512, 1_048_576), default=1024, show_default=True, help="How many MiB it may use.")
@click.option("--rows", type=click.IntRange(1, 100_000_000), default=10_000, show_default=True, help="How many rows or triples to show.")
@click.option("--list", "listed", is_flag=True, help="List the questions that come with the graph.")
@click.option("--explain", metavar="NAME", help="Print a question of that list as SPARQL, ready to be changed and asked.")
@click.pass_context
def sparql(ctx: click.Context, query: str | None, file: Path | None, form: str | None, seconds: float, memory: int, rows: int,
           listed: bool, explain: str | None) -> None:
    """Answer a SPARQL 1.1 QUERY: SELECT, ASK, CONSTRUCT or DESCRIBE; - or nothing reads standard input.

    The prefixes arms: (what is so), said: (who says so), id:, claim:, rdf:, rdfs:, xsd:, skos:, dcterms:, prov:, schema:, oa: and
    cito: are declared already. A query reaches this graph alone: it changes nothing, opens no file and asks no other server. Where
    a limit cuts an answer, what came until then is shown, the limit is named, and the exit code is 5.

    \b
    kg sparql 'SELECT ?a ?b WHERE { ?a arms:met ?b }'
    kg sparql 'DESCRIBE id:elbit-systems'
    kg sparql --file deals.rq --format csv > deals.csv
    kg sparql --explain who-met-whom > mine.rq
    """
    if listed:
        _list(folder_of(ctx), form or "table")
    elif explain is not None:
        _explain(folder_of(ctx), explain)
    else:
        from kg.guard import Limits

        _ask(folder_of(ctx), _text(query, file), form, Limits(seconds, memory, rows))


def _text(query: str | None, file: Path | None) -> str:
    """Return the query from where the command line says it is."""
    if query is not None and file:
        raise Misuse("the query is given twice: as text and with --file")
    if query not in (None, "-"):
        if query.endswith((".rq", ".sparql")) and Path(query).is_file():
            raise Misuse(f"'{query}' is a file; read it with --file {query}")
        return query
    if not file and query is None and (sys.stdin is None or sys.stdin.isatty()):
        raise Misuse("no query: type one, name a file with --file, or pipe one in; `kg sparql --list` shows some to begin with")
    try:
        text = file.read_bytes().decode("utf-8-sig") if file else sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Misuse(f"{file or 'standard input'} is not UTF-8 (byte {error.start + 1})") from None
    if not text.strip():
        raise Misuse(f"{file or 'standard input'} holds no query")
    return text


def _ask(folder: Path, text: str, form: str | None, limits: Limits) -> None:
    from kg.queries import Queries
    from kg.text import visible

    if os.environ.get("KG_ENDPOINT"):
        click.echo("kg: this asks the graph built here; KG_ENDPOINT is for the other commands", err=True)
    queries = Queries(folder, limits.memory)
    try:
        vetted = queries.vet(text)
        _refuse_format(vetted, form)
        answer = queries.ask(text, limits, form if form in GRAPH_FORMATS else "turtle")
        click.echo(_shown(queries, vetted, answer, form or "table"), nl=False)
        for slip in queries.slips(vetted):
            click.echo(visible(f"kg: {slip}"), err=True)
    finally:
        queries.close()
    if answer.cut:
        raise Stopped(_cut(answer, limits))


def _refuse_format(vetted: Vetted, form: str | None) -> None:
    is_graph = vetted.form in ("CONSTRUCT", "DESCRIBE")
    if is_graph and form in ROW_FORMATS:
        raise Misuse(f"{vetted.form} gives triples, not rows; take --format turtle or ntriples")
    if not is_graph and vetted.form and form in GRAPH_FORMATS:
        raise Misuse(f"{vetted.form} gives no triples; take --format {', '.join(ROW_FORMATS)}")


def _shown(queries: Queries, vetted: Vetted, answer: Answer, form: str) -> str:
    from kg import solutions
    from kg.text import escaped_rdf

    if answer.kind == "graph":
        return escaped_rdf(answer.text)
    if answer.kind == "boolean":
        return solutions.boolean(answer.truth, form)
    rows = solutions.read_rows(answer.text).ordered(vetted.variables)
    if form in ("table", "markdown"):
        if not rows.rows:
            click.echo("kg: no rows", err=True)
            return ""
        return solutions.as_text(rows, form, queries.prefixes, queries.labels(rows.iris()), width())
    return solutions.WRITERS[form](rows)


def _cut(answer: Answer, limits: Limits) -> str:
    if answer.cut == "rows":
        return f"cut after {limits.rows} {'rows' if answer.kind == 'rows' else 'triples'}; --rows allows more"
    return f"cut after {limits.seconds:g} s, with what had come until then; --seconds allows more"


def _list(folder: Path, form: str) -> None:
    from kg.questions import load_question
    from kg.text import render

    if form not in ("table", "json", "csv", "tsv", "markdown"):
        raise Misuse(f"--list is written as table, json, csv, tsv or markdown, not as {form}")
    questions = [load_question(folder, path.stem) for path in sorted((folder / "ontology" / "questions").glob("*.rq"))]
    rows = [{"name": each.name, "question": each.title, "example": each.examples[0] if each.examples else ""} for each in questions]
    click.echo(render(rows, ("name", "question", "example"), form, width()), nl=False)


def _explain(folder: Path, name: str) -> None:
    from kg.names import suggest
    from kg.questions import load_question, runnable
    from kg.store import locate_store, prefixes

    known = sorted(path.stem for path in (folder / "ontology" / "questions").glob("*.rq"))
    if name not in known:
        close = suggest(name, known, cutoff=60)
        raise Misuse(f"no question is called '{name}'; " + (f"did you mean {' or '.join(close[:2])}?" if close else
                                                             "`kg sparql --list` lists them"))
    click.echo(runnable(load_question(folder, name), prefixes(locate_store(folder)[1])), nl=False)
