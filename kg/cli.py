"""The command `kg`: reads what was typed, asks the layer that knows, shows the answer.

Answers go to standard output, everything else to standard error. Exit codes: 0 answered, 1 the sources have problems, 2 wrong
usage, 3 name unknown or ambiguous, 4 no chain, 5 stopped by a limit, 70 a mistake of this program, 130 interrupted.
Only what a command needs is imported, and only when it runs: imports are most of what a command costs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import KgError, Misuse, SourcesRefused

if TYPE_CHECKING:
    from kg.questions import Filters, Question
    from kg.store import Store

NO_CHAIN = 4
OUR_MISTAKE = 70
INTERRUPTED = 130
_FORMATS = ("table", "json", "csv", "tsv", "markdown")
_INCLUDABLE = ("planned", "alleged", "inferred", "hedged")

F = TypeVar("F", bound=Callable[..., Any])


class Commands(click.Group):
    """The commands written here, and one for each question in `ontology/questions/`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        questions = []
        try:
            questions = [path.stem for path in (_folder(ctx) / "ontology" / "questions").glob("*.rq")]
        except KgError:
            pass  # outside a graph folder there are no questions, and help must still be had
        return sorted({*super().list_commands(ctx), *questions})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name."""
        found = super().get_command(ctx, cmd_name)
        if found or not cmd_name.replace("-", "").isalnum():
            return found
        try:
            from kg.questions import load_question

            return _question_command(load_question(_folder(ctx), cmd_name))
        except Misuse:
            return None


def _folder(ctx: click.Context) -> Path:
    from kg.folder import find_folder

    return find_folder(ctx.find_root().params.get("folder"), os.environ.get("KG_FOLDER"), Path.cwd())


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--folder", metavar="DIR", help="The graph folder; else KG_FOLDER, else the nearest one from here upwards.")
@click.version_option(package_name="arms-kg", message="kg %(version)s")
def kg(folder: str | None) -> None:
    """Ask a graph of arms-trade relationships that shows its evidence.

    \b
    kg who-met-whom lieberman
    kg path Tasmagambetov Hasanov
    kg show Harop
    kg claims --format json
    """


def answer_options(command: F) -> F:
    """Give a command the options that every answer has."""
    for option in (
        click.option("--format", "form", type=click.Choice(_FORMATS), default="table", show_default=True, help="How rows are shown."),
        click.option("--include", multiple=True, metavar="WHAT", help="Widen beyond firm claims: planned, alleged, inferred, hedged."),
        click.option("--without", multiple=True, metavar="DOCUMENT", help="Leave out what stands on a document."),
    ):
        command = option(command)
    return command


def _filters(store: Store, include: tuple[str, ...], without: tuple[str, ...]) -> Filters:
    from kg.questions import Filters
    from kg.resolve import resolve_document

    words = {word.strip() for text in include for word in text.split(",") if word.strip()}
    for word in sorted(words - {*_INCLUDABLE}):
        raise Misuse(f"--include knows no '{word}'; it takes {', '.join(_INCLUDABLE)}")
    return Filters(frozenset(words), tuple(resolve_document(store, name) for name in without))


def _store(ctx: click.Context) -> Store:
    from kg.store import open_store

    return open_store(_folder(ctx))


def _show(rows: list[dict[str, Any]], columns: tuple[str, ...], form: str) -> None:
    from kg.text import render

    if form == "table" and not rows:
        click.echo("nothing under these filters", err=True)
        return
    click.echo(render(rows, columns, form, _width()), nl=False)


def _width() -> int:
    """Return the width of the terminal, or 0 where the output goes elsewhere."""
    if not sys.stdout.isatty():
        return 0
    import shutil

    return shutil.get_terminal_size().columns


def _question_command(question: Question) -> click.Command:
    """Return the command that asks a question; its arguments are the question's parameters."""
    def ask_it(form: str, include: tuple[str, ...], without: tuple[str, ...], **given: str | None) -> None:
        from kg.questions import ask
        from kg.resolve import resolve

        store = _store(click.get_current_context())
        filters = _filters(store, include, without)
        named = {name: [resolve(store, typed).iri] for name, typed in given.items() if typed is not None}
        _show(ask(store, question, filters, named), tuple(name for name, _ in question.columns), form)

    answer_options(ask_it)
    options = list(reversed(getattr(ask_it, "__click_params__")))
    arguments: list[click.Parameter] = [click.Argument([name], required=False) for name, _, _ in question.parameters]
    parameters = "\n\n".join(f"{name.upper()}: {text}" for name, _, text in question.parameters)
    examples = "\n".join(("\b", *question.examples))
    return click.Command(question.name, params=[*arguments, *options], callback=ask_it, short_help=question.title,
                         help=f"{question.title}\n\n{parameters}\n\n{examples}")


@kg.command()
@answer_options
@click.pass_context
def documents(ctx: click.Context, form: str, include: tuple[str, ...], without: tuple[str, ...]) -> None:
    """List the documents that claims were taken from."""
    from kg.lists import documents

    store = _store(ctx)
    _show(documents(store, _filters(store, include, without)), ("id", "title", "reporter", "publisher", "published", "claims"), form)


@kg.command()
@click.argument("name", required=False)
@answer_options
@click.pass_context
def claims(ctx: click.Context, name: str | None, form: str, include: tuple[str, ...], without: tuple[str, ...]) -> None:
    """List what is claimed, of everything or of NAME, each with who says it and where it stands.

    The list holds everything, labelled; --include narrows it to firm claims and what is named.
    """
    from kg.lists import claims
    from kg.resolve import resolve

    store = _store(ctx)
    rows = claims(store, _filters(store, include, without), resolve(store, name).iri if name else "")
    _show(rows, ("id", "says", "status", "mode", "date", "paragraph", "words"), form)


@kg.command()
@answer_options
@click.pass_context
def entities(ctx: click.Context, form: str, include: tuple[str, ...], without: tuple[str, ...]) -> None:
    """List people, bodies, products, deals, affairs and unnamed parties, with every spelling."""
    from kg.lists import entities

    store = _store(ctx)
    _show(entities(store, _filters(store, include, without)), ("label", "kind", "id", "names", "claims"), form)


@kg.command()
@click.argument("name")
@answer_options
@click.pass_context
def show(ctx: click.Context, name: str, form: str, include: tuple[str, ...], without: tuple[str, ...]) -> None:
    """Show one person, body, product, deal or affair: its spellings and everything claimed of it."""
    from kg.lists import show
    from kg.resolve import resolve
    from kg.text import as_json, table

    store = _store(ctx)
    found = show(store, _filters(store, include, without), resolve(store, name).iri)
    if form == "json":
        click.echo(as_json(found), nl=False)
        return
    columns = ("id", "says", "status", "mode", "date", "paragraph", "words")
    if form == "table":
        spelt = [[entry["name"], ", ".join(entry["documents"])] for entry in found["names"]]
        click.echo(f"{found['label']}  ({found['kind']}, {found['id']})\n")
        if spelt:
            click.echo(table(("spelling", "stands in"), spelt, _width()))
    _show(found["claims"], columns, form)


@kg.command()
@click.argument("a")
@click.argument("b")
@answer_options
@click.option("--not-through", multiple=True, metavar="NAME", help="Leave chains out that run through somebody or something.")
@click.option("--only", multiple=True, metavar="KIND", help="Use links of these kinds alone, as in --only meeting.")
@click.option("--max-hops", type=click.IntRange(1, 30), default=12, show_default=True, help="How long a chain may be.")
@click.option("--count", type=click.IntRange(1, 100), default=5, show_default=True, help="How many equally short chains to show.")
@click.pass_context
def path(ctx: click.Context, a: str, b: str, form: str, include: tuple[str, ...], without: tuple[str, ...],
         not_through: tuple[str, ...], only: tuple[str, ...], max_hops: int, count: int) -> None:
    """Show the shortest chains between A and B, every hop with what shows it.

    Documents, outlets, posts, places and states are never steps in between.
    """
    from kg.network import ChainFilters, find_chains, path_answer, why_not
    from kg.resolve import resolve, resolve_kind
    from kg.text import as_json, path_text, render

    store = _store(ctx)
    start, end = resolve(store, a), resolve(store, b)
    if start == end:
        raise Misuse(f"'{a}' and '{b}' are both {start.label}; a chain needs two ends")
    filters = ChainFilters(_filters(store, include, without), frozenset(resolve(store, name).iri for name in not_through),
                           frozenset(resolve_kind(store, kind) for kind in only))
    answer = path_answer(find_chains(store, start.iri, end.iri, filters, count, max_hops))
    if not answer["paths"]:
        answer["why_not"] = why_not(store, start.iri, end.iri, filters, max_hops)
    if form == "json":
        click.echo(as_json(answer), nl=False)
    elif form == "table":
        click.echo(path_text(answer), nl=False)
    else:
        rows = [{"chain": number, **hop} for number, chain in enumerate(answer["paths"], 1) for hop in chain["hops"]]
        columns = ("chain", "from", "label", "to", "date", "status", "mode", "inferred", "disputed", "through_office", "claims")
        click.echo(render(rows, columns, form), nl=False)
    if not answer["paths"]:
        click.echo(f"kg: {answer['why_not']}", err=True)
        ctx.exit(NO_CHAIN)


@kg.command()
@click.option("--texts", metavar="DIR", envvar="KG_TEXTS", help="Where the texts are; else KG_TEXTS. Without it locators go unchecked.")
@click.pass_context
def check(ctx: click.Context, texts: str | None) -> None:
    """Check the sources; with the texts at hand, also that every locator stands where it says."""
    from kg.exports import load_checked
    from kg.texts import check_locators, find_texts, misspelt_names

    corpus, _ = load_checked(_folder(ctx))
    click.echo(f"{len(corpus.documents)} documents, {len(corpus.claims)} claims, {len(corpus.entities)} entities: no problems")
    if texts is None:
        click.echo("kg: the locators were not checked: name the folder of texts with --texts or KG_TEXTS", err=True)
        return
    found = find_texts(corpus, Path(texts))
    checked = check_locators(corpus, found)
    click.echo(f"{len(found)} of {len(corpus.documents)} texts at hand; {checked.checked} locators checked: {checked.found} found, "
               f"{checked.missing} missing, {checked.ambiguous} ambiguous; {checked.without_text} without a text")
    problems = [*checked.problems, *misspelt_names(corpus, found)]
    if problems:
        raise SourcesRefused(problems)


@kg.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; say which exports are stale, and exit 1 if any is.")
@click.option("--allow-shrink", is_flag=True, help="Build even where the graph loses more claims than sources/graph.yaml allows.")
@click.pass_context
def build(ctx: click.Context, only_check: bool, allow_shrink: bool) -> None:
    """Build the graph: sources → checks → RDF → store → exports/, replaced whole or not at all."""
    from kg.exports import make_exports, publish, stale

    folder = _folder(ctx)
    built = make_exports(folder)
    if only_check:
        lines = stale(folder, built)
        click.echo("\n".join(lines) if lines else "exports/ is fresh")
        ctx.exit(1 if lines else 0)
    publish(folder, built, allow_shrink)
    click.echo(f"{built.claims} claims, {built.triples} triples; {len(built.files)} files in {folder / 'exports'}")


def main() -> None:
    """Run the command and leave with the exit code of what happened."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command with arguments and return its exit code; no traceback ever reaches the terminal."""
    try:
        result = kg.main(arguments, prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except SourcesRefused as refused:
        click.echo("\n".join(str(problem) for problem in refused.problems), err=True)
        return _fail(str(refused), refused.exit_code)
    except KgError as error:
        return _fail(str(error), error.exit_code)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # whoever read has seen enough; keep the interpreter from complaining when it closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(f"{error.strerror or error}: {error.filename}" if error.filename else str(error), 1)
    except Exception as error:  # the last line of defence: whatever it is, a person gets a sentence
        return _fail(_our_mistake(error), OUR_MISTAKE)


def _fail(message: str, code: int) -> int:
    from kg.text import visible

    try:
        click.echo(f"kg: {visible(message)}", err=True)
    except OSError:
        pass  # not even standard error can be written; the exit code has to do
    return code


def _our_mistake(error: Exception) -> str:
    import platform
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
    return (f"this is a mistake in kg, not yours: {type(error).__name__} at {where}: {error}\n"
            f"please report this line, what you typed, and Python {platform.python_version()} on {platform.system()}")
