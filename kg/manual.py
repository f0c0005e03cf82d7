"""The manual: every command with its options, parameters, columns and examples, made from the same text as `kg --help`."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from kg.asking import answer, folder_of
from kg.blocks import Block, Heading, Listing, Paragraph, Terms, man_page, markdown, web_page
from kg.errors import BuildFailed

EXIT_CODES = (
    ("0", "Answered; an empty list is an answer too."), ("1", "The sources have problems, or something could not be read or written."),
    ("2", "Wrong usage."), ("3", "A name is unknown or ambiguous; what may be meant is listed."), ("4", "There is no such chain."),
    ("5", "Stopped by a limit before the answer was complete."), ("70", "A mistake of this program, with what to report."),
    ("130", "Interrupted."),
)
ENVIRONMENT = (
    ("KG_FOLDER", "The graph folder, where --folder does not give it."), ("KG_TEXTS", "The folder of source texts, as --texts."),
    ("KG_ENDPOINT", "The address of a SPARQL endpoint that is asked instead, as --endpoint."),
    ("KG_TIMEOUT", "How many seconds such an endpoint has for an answer."),
    ("KG_USER, KG_PASSWORD, KG_TOKEN", "What such an endpoint is shown, over an encrypted line or on this machine alone."),
    ("NO_COLOR", "Where it is set and not empty, nothing is printed bold."),
)
FILES = (
    ("sources/", "What was curated: names, documents and their claims, in YAML."),
    ("ontology/", "Classes, kinds, roles, links, sentences and questions, in Turtle and SPARQL."),
    ("exports/", "The built graph; generated, never edited."), (".kg/", "The store that answers, made from exports/ where it is missing."),
)
_PARAMETER = re.compile(r"^([A-Z][A-Z_]*): (.*)$", re.DOTALL)


def pages(ctx: click.Context) -> dict[str, str]:
    """Return the manual of the program and of what is in the graph folder: the text of each file by its name."""
    from kg.cookbook import cookbook
    from kg.glossary import glossary

    folder = folder_of(ctx)
    blocks = list(manual(ctx.find_root(), folder))
    made = {"commands.md": markdown(blocks), "commands.html": web_page(blocks), "kg.1": man_page("kg", f"kg {version('arms-kg')}", blocks),
            "ontology.md": glossary(folder), "queries.md": cookbook(folder)}
    return {name: text for name, text in made.items() if text}


def manual(root: click.Context, folder: Path) -> Iterator[Block]:
    """Yield the blocks of the manual."""
    group: Any = root.command  # the group of `kg`, which tells its sections
    shared = [option for option in getattr(answer(lambda asked: None), "__click_params__", []) if isinstance(option, click.Option)][::-1]
    schema = json.loads((folder / "ontology" / "answers.schema.json").read_text("utf-8"))["$defs"]
    yield Heading(1, "The commands of kg")
    yield Heading(2, "Name")
    yield Paragraph("kg – ask a graph of arms-trade relationships that shows its evidence")
    yield Heading(2, "Synopsis")
    yield Listing(("kg [--folder DIR] COMMAND [OPTIONS] [ARGUMENTS]",))
    yield from _help(group)
    yield _options(group.get_params(root))
    yield Heading(2, "Options of every answer")
    yield Paragraph("Commands that answer with rows or chains take all of these; only what they take besides is listed with each.")
    yield _options(shared)
    for title, commands in group.sections(root):
        yield Heading(2, title)
        for name, command in commands:
            yield from _command(root, name, command, shared, schema)
    for title, rows in (("Exit status", EXIT_CODES), ("Environment", ENVIRONMENT), ("Files", FILES)):
        yield Heading(2, title)
        yield Terms(rows)


def _command(root: click.Context, name: str, command: click.Command, shared: Sequence[click.Parameter],
             schema: dict[str, Any]) -> Iterator[Block]:
    ctx = click.Context(command, info_name=name, parent=root)
    yield Heading(3, f"kg {name}")
    yield Listing((" ".join(("kg", name, *command.collect_usage_pieces(ctx))),))
    yield from _help(command)
    options, common = _options(command.get_params(ctx)).rows, _options(shared).rows
    own = tuple(row for row in options if row not in common and "--help" not in row[0])
    if own:
        yield Terms(own)
    if set(common) <= set(options):
        yield Paragraph("Takes the options of every answer.")
    columns = _columns(command, schema.get(name, {}), schema)
    if columns:
        yield Paragraph("Columns:")
        yield Terms(columns)


def _help(command: click.Command) -> Iterator[Block]:
    """Yield the help text of a command: sentences, what its arguments mean, examples."""
    for part in re.split(r"\n\s*\n", inspect.cleandoc(command.help or "")):
        lines = [line.strip() for line in part.strip().splitlines()]
        if lines and lines[0] == "\b":
            yield Listing(tuple(lines[1:]))
        elif found := _PARAMETER.match(" ".join(lines)):
            yield Terms(((found[1], found[2]),))
        elif lines:
            yield Paragraph(" ".join(lines))


def _options(parameters: Sequence[click.Parameter]) -> Terms:
    """Return options with what they mean, as click words both; nothing is broken to any width."""
    rows = []
    for option in parameters:
        if isinstance(option, click.Option) and (record := option.get_help_record(click.Context(click.Command("kg")))):
            rows.append((re.sub(r"\s+", " ", record[0]), re.sub(r"\s+", " ", record[1]) or "–"))
    return Terms(tuple(rows))


def _columns(command: click.Command, described: dict[str, Any], schema: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the columns of a command's rows with what they mean, from the schema of answers and the question's own head."""
    properties = _properties(described, schema)
    named: Sequence[tuple[str, str]] = getattr(command, "columns", ())
    if not named:
        return tuple((name, str(about.get("description", ""))) for name, about in properties.items() if _is_column(name))
    general = _properties(schema["question"], schema)
    told = {name: str({**general, **properties}.get(name, {}).get("description", "")) for name, _ in named}
    return tuple((name, f"{told[name]} ({form})" if told[name] else form) for name, form in named)


def _is_column(name: str) -> bool:
    return name not in ("evidence", "as_of", "reason")


def _properties(described: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of one row of an answer, by name."""
    while "$ref" in described or "items" in described:
        described = described["items"] if "items" in described else schema[described["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = described.get("properties", {})
    return found


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", default="docs", show_default=True,
              help="Where to write.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; say which pages are stale, and exit 1 if any is.")
@click.pass_context
def docs(ctx: click.Context, out: Path, only_check: bool) -> None:
    """Write the manual: commands and questions as Markdown, as HTML and for man; the ontology; example queries with their answers.

    \b
    kg docs --out /tmp/manual
    man -l /tmp/manual/kg.1
    """
    written = pages(ctx)
    if only_check:
        lines = stale(out, written)
        click.echo("\n".join(lines) if lines else f"{out} is fresh")
        ctx.exit(1 if lines else 0)
    from kg.exports import write_whole

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BuildFailed(f"{out} could not be made ({error.strerror})") from error
    for name, text in written.items():
        write_whole(out / name, text.encode())
    click.echo(f"{len(written)} pages in {out}")


def stale(folder: Path, written: dict[str, str]) -> list[str]:
    """Return a line for each page in a folder that is not as it would be written now; HTML is made where it is read, so it may lack."""
    lines = []
    for name, text in written.items():
        path = folder / name
        if not path.is_file():
            lines += [] if name.endswith(".html") else [f"{path} is missing"]
        elif path.read_text("utf-8") != text:
            lines.append(f"{path} is stale")
    return lines
