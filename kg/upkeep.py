"""The commands of those who keep a graph: begin one, check and build it, write parts of it, see which sentences are accounted for."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from kg.asking import Asked, Name, answer, folder_of, width, working
from kg.errors import Misuse, SourcesRefused
from kg.terms import RESERVED

EXPORTS = ("ntriples", "turtle", "jsonld", "context", "trig", "nquads", "rdfxml", "claims", "nodes", "links", "neo4j-nodes", "neo4j-links",
           "graphml", "gexf", "ftm", "annotations", "void", "page")
"""The names in kg.formats, written here a second time because nobody who asks for help should wait for what makes them."""


@click.command()
@click.argument("what", metavar="FORMAT",
                type=click.Choice(EXPORTS))
@click.option("--out", metavar="FILE", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@answer
def export(asked: Asked, what: str, out: Path) -> None:
    """Write the graph, or the part that the filters leave, in one FORMAT; exports/ always holds the whole graph.

    \b
    kg export turtle --without rferl-hasanov-visit --out part.ttl
    kg export claims --include alleged --according-to Maariv --out maariv.csv
    """
    from kg.exports import make_exports, write_whole

    with working("making it"):
        built = make_exports(asked.folder, asked.from_the_sources(), only=what)
    data, = built.files.values()
    write_whole(out, data)
    click.echo(f"{built.claims} claims, {built.triples} triples: {out}")


@click.command()
@click.argument("document", required=False)
@click.option("--texts", metavar="DIR", envvar="KG_TEXTS", required=True, help="Where the texts are; else KG_TEXTS.")
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True, help="How it is shown.")
@click.option("--html", "page", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the text of DOCUMENT with its claims beside it; for local use only.")
@click.pass_context
def coverage(ctx: click.Context, document: str | None, texts: str, form: str, page: Path | None) -> None:
    """Show which sentences of the texts are behind claims, which yield none and why, and which are neither."""
    from kg.coverage import cover, coverage_rows, write_annotated
    from kg.exports import load_checked
    from kg.resolve import resolve_document
    from kg.store import open_store
    from kg.text import as_json, render
    from kg.texts import find_texts

    if page and not document:
        raise Misuse("--html shows one text: name its document")
    folder = folder_of(ctx)
    corpus, schema = load_checked(folder)
    at_hand = find_texts(corpus, Path(texts))
    if document:
        store = open_store(folder)
        wanted = store.key(resolve_document(store, document))
        if wanted not in at_hand:
            raise Misuse(f"the text of {wanted} is not in {texts}")
        at_hand = {wanted: at_hand[wanted]}
    found = [cover(corpus, corpus.documents[key], text) for key, text in at_hand.items()]
    if page:
        write_annotated(corpus, schema, at_hand[found[0].document], found[0], page)
        click.echo(f"kg: wrote {page}; it holds other people's text and is not for publication", err=True)
    rows = coverage_rows(corpus, found)
    columns = ("document", "sentences", "claimed", "nothing", "open", "reasons", "curation")
    click.echo(as_json(rows) if form == "json" else render(rows, columns, "table", width()), nl=False)
    if any(row["open"] for row in rows):
        for row in rows:
            for place in row["unaccounted"]:
                click.echo(f"kg: {row['document']}, paragraph {place['paragraph']}, characters {place['start']}–{place['end']}: "
                           "neither behind a claim nor listed under `nothing:`", err=True)
        ctx.exit(1)


@click.command()
@click.option("--texts", metavar="DIR", envvar="KG_TEXTS", help="Where the texts are; else KG_TEXTS. Without it locators go unchecked.")
@click.pass_context
def check(ctx: click.Context, texts: str | None) -> None:
    """Check the sources; with the texts at hand, also that every locator stands where it says."""
    from kg.exports import load_with_problems
    from kg.lint import lint
    from kg.text import visible
    from kg.texts import check_locators, find_texts, misspelt_names

    with working("reading"):
        corpus, _, problems = load_with_problems(folder_of(ctx))
    if not problems:
        click.echo(f"{len(corpus.documents)} documents, {len(corpus.claims)} claims, {len(corpus.entities)} entities: no problems")
    if texts is None and not problems:
        click.echo("kg: the locators were not checked: name the folder of texts with --texts or KG_TEXTS", err=True)
    if texts is not None:
        found = find_texts(corpus, Path(texts))
        checked = check_locators(corpus, found)
        click.echo(f"{len(found)} of {len(corpus.documents)} texts at hand; {checked.checked} locators checked: {checked.found} found, "
                   f"{checked.missing} missing, {checked.ambiguous} ambiguous; {checked.without_text} without a text")
        for remark in lint(corpus, found):
            click.echo(visible(str(remark)))
        problems += [*checked.problems, *misspelt_names(corpus, found)]
    if problems:
        raise SourcesRefused(problems)


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; say which exports are stale, and exit 1 if any is.")
@click.option("--allow-shrink", is_flag=True, help="Build even where the graph loses more claims than sources/graph.yaml allows.")
@click.pass_context
def build(ctx: click.Context, only_check: bool, allow_shrink: bool) -> None:
    """Build the graph: sources → checks → RDF → store → exports/, replaced whole or not at all."""
    from kg.exports import make_exports, publish, stale
    from kg.text import visible

    folder = folder_of(ctx)
    with working("building"):
        built = make_exports(folder, remember=not only_check)
    if only_check:
        lines = stale(folder, built)
        click.echo(visible("\n".join(lines)) if lines else "exports/ is fresh")
        ctx.exit(1 if lines else 0)
    with working("writing"):
        publish(folder, built, allow_shrink)
    click.echo(f"{built.claims} claims, {built.triples} triples; {len(built.files)} files in {folder / 'exports'}")


@click.command()
@click.option("--out", metavar="FILE", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@answer
def page(asked: Asked, out: Path) -> None:
    """Write the page of the graph, or of the part that the filters leave; one file that works offline.

    \b
    kg page --without rferl-hasanov-visit --out kazakh.html
    kg page --include planned --out firm-and-planned.html
    """
    from kg.exports import PAGE, make_exports, write_whole

    with working("making the page"):
        built = make_exports(asked.folder, asked.from_the_sources(), only="page")
    write_whole(out, built.files[PAGE])
    click.echo(f"{built.claims} claims: {out}")


@click.command()
@click.argument("name", required=False, type=Name())
@click.option("--print", "only_print", is_flag=True, help="Print the page's address instead of opening it.")
@click.pass_context
def explore(ctx: click.Context, name: str | None, only_print: bool) -> None:
    """Open the page in the browser, at NAME where one is given; it is built first where it is missing."""
    import webbrowser

    from kg.exports import PAGE, make_exports, publish
    from kg.resolve import resolve
    from kg.store import open_store

    folder = folder_of(ctx)
    path = folder / "exports" / PAGE
    if not path.is_file():
        click.echo("kg: building the page first …", err=True)
        with working("building"):
            publish(folder, make_exports(folder))
    found = resolve(open_store(folder), name) if name else None
    address = path.resolve().as_uri() + (f"#e={quote(found.key, safe='')}" if found else "")
    if only_print or not webbrowser.open(address):
        click.echo(address)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--title", required=True, help="What the graph is called.")
@click.option("--publisher", required=True, help="Who publishes it.")
@click.option("--licence", default="https://creativecommons.org/licenses/by/4.0/", show_default=True, help="Address of the data's licence.")
@click.option("--base", default=RESERVED, show_default=True, help="What all its addresses begin with: your own domain, if you have one.")
def init(folder: Path, title: str, publisher: str, licence: str, base: str) -> None:
    """Begin a graph of your own in DIR: the ontology, the guide for curators, and nothing curated yet.

    \b
    kg init . --title "Turbines of the north" --publisher "The Valley Gazette"
    """
    from kg.scaffold import begin

    made = begin(folder, {"title": title, "base": base, "publisher": publisher, "licence": licence, "shrink": "10"})
    click.echo(f"{', '.join(made)} in {folder}; sources/README.md there tells how facts are written; go on there with `kg add TEXT`")


@click.command()
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--id", "key", default="", metavar="ID", help="The document's id; else the name of its text.")
@click.option("--title", required=True, help="Its title.")
@click.option("--chain", required=True, metavar="OUTLETS", help="Ids of its outlets, as in a,b: the reporter first, the host last.")
@click.option("--language", default="en", show_default=True, help="The language of the text.")
@click.option("--published", default="", metavar="DATE", help="When it was published, as EDTF.")
@click.option("--url", default="", help="Where it was read.")
@click.pass_context
def add(ctx: click.Context, text: Path, key: str, title: str, chain: str, language: str, published: str, url: str) -> None:
    """Begin to curate a document whose TEXT is at hand: write its head, with the checksum of the text and never the text.

    \b
    kg add texts/tour.txt --id tour --title "Minister tours turbine maker" --chain northern-wire,valley-gazette
    """
    from kg.scaffold import add_document

    folder = folder_of(ctx)
    outlets = [outlet.strip() for outlet in chain.split(",") if outlet.strip()]
    path, read = add_document(folder, text, key, {"title": title, "language": language, "published": published, "url": url}, outlets)
    click.echo(f"{path.relative_to(folder)}: a text of {len(read.paragraphs)} paragraphs; write its claims, "
               f"then `kg check --texts {text.parent}`")


@click.command()
@click.argument("url", required=False)
@click.option("--update", metavar="URL", help="The address for SPARQL Update: the graph is loaded beside the old one, then moved.")
@click.option("--endpoint", metavar="URL", envvar="KG_ENDPOINT", help="The address for queries (else KG_ENDPOINT), to see what is there.")
@click.option("--graph", "name", metavar="IRI", help="The name to publish under; else the base IRI of the graph followed by `graph`.")
@click.option("--replace", is_flag=True, help="Replace a graph of that name even where this program has not published it.")
@click.option("--dry-run", is_flag=True, help="Ask what is there and say what would be done; change nothing.")
@click.pass_context
def publish(ctx: click.Context, url: str | None, update: str | None, endpoint: str | None, name: str | None, replace: bool,
            dry_run: bool) -> None:
    """Put the built graph on a SPARQL server; URL takes whole graphs by the Graph Store Protocol.

    Name and password come from KG_USER and KG_PASSWORD, a token from KG_TOKEN.

    \b
    kg publish http://localhost:7878/store --update http://localhost:7878/update --endpoint http://localhost:7878/query
    kg publish http://localhost:7878/store --dry-run
    """
    from kg.publishing import Addresses, Held, Publisher, publication
    from kg.text import visible

    publisher = Publisher(Addresses(url or "", update or "", endpoint or ""))
    made = publication(folder_of(ctx), name or "")
    there, wanted = publisher.held(made.graph), Held(len(made.lines), made.checksum)
    if there == wanted:
        click.echo(visible(f"{made.graph} is published already, {there.triples} triples"))
        return
    if there.triples and not there.checksum and not replace:
        raise Misuse(f"{made.graph} holds {there.triples} triples that this program has not published; replace them with --replace, "
                     "or publish under another name with --graph")
    old = f"in place of {there.triples}" if there.triples else "where there are none"
    if dry_run:
        click.echo(visible(f"would publish {wanted.triples} triples as {made.graph}, {old}, "
                           + ("loaded beside them and moved" if update else "by one request")))
        return
    publisher.publish(made)
    click.echo(visible(f"published {wanted.triples} triples as {made.graph}, {old}"))
