"""What all answers share on the command line: the options, and what becomes of rows."""

from __future__ import annotations

import functools
import io
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from kg.errors import KgError, Misuse
from kg.folder import find_folder

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kg.questions import Filters
    from kg.store import Store
    from kg.texts import Text

FORMATS = ("table", "json", "csv", "tsv", "markdown")
INCLUDABLE = ("planned", "alleged", "inferred", "hedged")
SILENT_SECONDS = 2
COMPLETION_SECONDS = 3.0
"""How long a shell that completes a name waits for an endpoint."""

Command = Callable[..., Any]


class Asked(NamedTuple):
    """A question as it was put: the graph, the filters, and how the answer is wanted."""

    folder: Path
    store: Store
    filters: Filters
    form: str
    evidence: bool
    texts: dict[str, Text]
    as_of: str = ""
    endpoint: str = ""

    def show(self, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
        """Print rows in the form asked for, each with its evidence where that was asked for."""
        from kg.text import evidence_text, render

        rows, columns = self._on_the_day(rows, columns)
        if self.evidence:
            from kg.evidence import add_evidence

            add_evidence(self.store, self.folder, rows, self.texts)
        if self.form == "table" and not rows:
            click.echo("kg: nothing under these filters", err=True)
            return
        if self.form in ("csv", "tsv") and not rows:
            columns = _fields(self.folder, click.get_current_context().command.name or "", columns)
        click.echo(render(rows, columns, self.form, width()), nl=False)
        if self.evidence and self.form == "table":
            entries = {entry["id"]: entry for row in rows for entry in row["evidence"]}
            click.echo("\n" + evidence_text(list(entries.values()), bold=bold()), nl=False)

    def from_the_sources(self) -> Filters:
        """Return the filters for what is made from the sources of the folder. Raises Misuse where an endpoint is asked."""
        if self.endpoint:
            raise Misuse("this is made from the sources here, not from an endpoint: leave --endpoint away, and unset KG_ENDPOINT")
        return self.by_the_day()

    def by_the_day(self) -> Filters:
        """Return the filters without what certainly began after --as-of; offices and deals need what comes later too."""
        if self.as_of and (not self.filters.until or self.as_of < self.filters.until):
            return self.filters._replace(until=self.as_of)
        return self.filters

    def _on_the_day(self, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        """Return the rows that held or had happened by --as-of, each saying how certainly and why."""
        if not self.as_of or any("as_of" in row or "certainty" in row for row in rows) or not all("date" in row for row in rows):
            return rows, columns
        from kg.asof import with_as_of

        return with_as_of(rows, self.as_of), (*columns, "as_of", "reason")


def _fields(folder: Path, command: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the head of an answer without rows: the fields that rows would have, which lists show more of than their tables do."""
    import json

    with suppress(OSError, ValueError, KeyError):
        shapes = json.loads((folder / "ontology" / "answers.schema.json").read_text("utf-8"))["$defs"]
        shape = shapes[command]
        shape = shape if "items" in shape else shape["properties"]["claims"]
        while "$ref" in shape or "items" in shape:
            shape = shapes[shape["$ref"].rpartition("/")[2]] if "$ref" in shape else shape["items"]
        return tuple(name for name in shape["properties"] if name in shape["required"])
    return columns


class Name(click.ParamType[str]):
    """Somebody or something by any spelling; the shell completes it from the spellings that stand in documents."""

    name = "name"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the names that begin like what was typed, whole names before single words of them."""
        from kg.names import fold
        from kg.resolve import names_like

        endpoint = ctx.params.get("endpoint") or os.environ.get("KG_ENDPOINT")
        with suppress(KgError), redirect_stderr(io.StringIO()):  # a half-typed line is no place for remarks
            store = store_of(folder_of(ctx), endpoint, COMPLETION_SECONDS)
            return [_completion(name, kind) for name, kind in names_like(store, fold(incomplete))]
        return []


def _completion(name: str, about: str = "") -> CompletionItem:
    """Return what a shell inserts; bash alone takes it as it is, and would see several words in a name."""
    from click.shell_completion import CompletionItem

    in_bash = os.environ.get("_KG_COMPLETE") == "bash_complete"
    # its script, which click writes, reads one of the two backslashes away
    return CompletionItem(re.sub(r"([^\w@%+=:,./-])", r"\\\\\1", name) if in_bash else name, help=about)


def complete_documents(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the ids of the curated documents that begin so."""
    with suppress(KgError):
        paths = sorted((folder_of(ctx) / "sources" / "documents").glob("*.yaml"))
        return [_completion(path.stem) for path in paths if path.stem.startswith(incomplete)]
    return []


def _complete_includable(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    before, comma, last = incomplete.rpartition(",")
    return [_completion(f"{before}{comma}{word}") for word in INCLUDABLE if word.startswith(last) and word not in before.split(",")]


def folder_of(ctx: click.Context) -> Path:
    """Return the graph folder that the command line, the environment or the working folder gives."""
    return find_folder(ctx.find_root().params.get("folder"), os.environ.get("KG_FOLDER"), Path.cwd())


def store_of(folder: Path, endpoint: str | None, seconds: float | None = None) -> Store:
    """Return the graph to ask: the one published at an endpoint where one is named, else the one built in the folder."""
    if endpoint:
        from kg.remote import Endpoint

        return Endpoint(endpoint, seconds)
    from kg.store import open_store

    return open_store(folder)


def width() -> int:
    """Return the width of the terminal, or 0 where the output goes elsewhere."""
    if not (sys.stdout and sys.stdout.isatty()):
        return 0
    import shutil

    return shutil.get_terminal_size().columns


def bold() -> bool:
    """Return whether words may be shown bold: on a terminal whose owner has not said otherwise (NO_COLOR)."""
    return width() > 0 and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def working(on: str) -> Iterator[None]:
    """Tell whoever watches a terminal that long work goes on: from the third second on, on standard error, in one line."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield
        return
    import threading

    done, began, told = threading.Event(), time.monotonic(), f"kg: {on} … "

    def tell() -> None:
        while not done.wait(1):
            if (seconds := round(time.monotonic() - began)) > SILENT_SECONDS:
                click.echo(f"\r{told}{seconds} s", err=True, nl=False)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
        if time.monotonic() - began > SILENT_SECONDS:
            click.echo(f"\r{' ' * (len(told) + 8)}\r", err=True, nl=False)


ENDPOINT = click.option("--endpoint", metavar="URL", envvar="KG_ENDPOINT",
                        help="Ask the graph published at a SPARQL endpoint (else KG_ENDPOINT), not the one built here.")

OPTIONS = (
    click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How rows are shown."),
    click.option("--include", multiple=True, metavar="WHAT", shell_complete=_complete_includable,
                 help="Widen beyond firm claims: planned, alleged, inferred, hedged."),
    click.option("--without", multiple=True, metavar="DOCUMENT|ORIGIN", shell_complete=complete_documents,
                 help="Leave out what stands on a document or origin."),
    click.option("--according-to", multiple=True, metavar="NAME", type=Name(),
                 help="Keep what somebody says, in his own voice or relayed."),
    click.option("--from", "since", metavar="DATE", help="Leave out what certainly ended before."),
    click.option("--to", "until", metavar="DATE", help="Leave out what certainly began after."),
    click.option("--as-of", metavar="DATE", help="Keep what held or had happened by a day, and say how certainly."),
    click.option("--evidence", is_flag=True, help="Show for each row the words that prove it, who says so and where."),
    click.option("--texts", metavar="DIR", envvar="KG_TEXTS", help="Where the texts are (else KG_TEXTS): --evidence then shows passages."),
    ENDPOINT,
)


def answer(command: Command) -> Command:
    """Give a command the options that every answer has; it is called with an Asked first."""
    @functools.wraps(command)
    def asked(**given: Any) -> Any:
        endpoint = given.pop("endpoint")
        with odd_answers(endpoint):
            return command(_asked(click.get_current_context(), endpoint, given), **given)

    wrapped: Command = asked
    for option in reversed(OPTIONS):
        wrapped = option(wrapped)
    return wrapped


@contextmanager
def odd_answers(endpoint: str | None) -> Iterator[None]:
    """Blame what cannot be read in the answers of an endpoint on the endpoint: its graph may be another program's."""
    try:
        yield
    except (LookupError, ValueError, TypeError) as error:
        if not endpoint:
            raise
        raise KgError("the endpoint answers as no graph of this version does "
                      f"({type(error).__name__}: {error}); publish the graph again, or build it here") from error


def _asked(ctx: click.Context, endpoint: str | None, given: dict[str, Any]) -> Asked:
    """Return the question put, taking the shared options out of what was given."""
    folder = folder_of(ctx)
    store = store_of(folder, endpoint)
    as_of = _day("--as-of", given.pop("as_of"))
    if as_of[0] != as_of[1]:
        raise Misuse("--as-of takes one day, as in 2017-03-01")
    filters = _filters(store, given.pop("include"), given.pop("without"), given.pop("according_to"), given.pop("since"), given.pop("until"))
    evidence, texts = given.pop("evidence"), given.pop("texts")
    at_hand = texts_at_hand(store, texts) if evidence and texts else {}
    return Asked(folder, store, filters, given.pop("form"), evidence, at_hand, as_of[1], endpoint or "")


def texts_at_hand(store: Store, folder: str) -> dict[str, Text]:
    """Return the texts in a folder by the id of the document each belongs to."""
    from kg.lists import documents
    from kg.questions import Filters
    from kg.texts import texts_by_checksum

    return texts_by_checksum(Path(folder), {row["sha256"]: row["id"] for row in documents(store, Filters())})


def _filters(store: Store, include: tuple[str, ...], without: tuple[str, ...], according_to: tuple[str, ...],
             since: str | None, until: str | None) -> Filters:
    from kg.questions import Filters
    from kg.resolve import resolve, resolve_source

    words = {word.strip() for text in include for word in text.split(",") if word.strip()}
    for word in sorted(words - {*INCLUDABLE}):
        raise Misuse(f"--include knows no '{word}'; it takes {', '.join(INCLUDABLE)}")
    return Filters(frozenset(words), tuple(resolve_source(store, name) for name in without),
                   tuple(resolve(store, name).iri for name in according_to), _day("--from", since)[0], _day("--to", until)[1])


def _day(option: str, typed: str | None) -> tuple[str, str]:
    """Return the first and the last day of a date typed, or empty texts."""
    if not typed:
        return "", ""
    from kg.dates import bounds

    try:
        span = bounds(typed)
    except ValueError as error:
        raise Misuse(f"{option} is '{typed}': {error}; write 2017, 2017-09 or 2017-09-11") from None
    return span.earliest_begin or "", span.latest_end or ""
