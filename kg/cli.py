"""The command `kg`: reads what was typed, asks the layer that knows, shows the answer.

Answers go to standard output, everything else to standard error. Exit codes: 0 answered, 1 the sources have problems, 2 wrong
usage, 3 name unknown or ambiguous, 4 no chain, 5 stopped by a limit, 70 a mistake of this program, 130 interrupted.
Only what a command needs is imported, and only when it runs: imports are most of what a command costs.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.asking import ENDPOINT, Asked, Name, answer, bold, folder_of, odd_answers, store_of, texts_at_hand, width
from kg.errors import KgError, SourcesRefused

if TYPE_CHECKING:
    from kg.questions import Question

OUR_MISTAKE = 70
INTERRUPTED = 130
CLAIM_COLUMNS = ("id", "says", "status", "mode", "date", "paragraph", "words")


SECTIONS = (
    ("Who and whom", lambda name: name.startswith("who-")),
    ("What and which", lambda name: name.startswith(("what-", "which-", "how-"))),
    ("Chains", lambda name: name in {"path", "between", "around", "cut"}),
    ("Look things up", lambda name: name in {"documents", "claims", "entities", "show", "evidence", "explore"}),
    ("SPARQL", lambda name: name in {"sparql", "serve"}),
    ("Doubt", lambda name: name in {"support", "fragile", "inferences", "coverage"}),
    ("Keep a graph", lambda name: name in {"init", "add", "check", "build", "export", "page", "publish", "docs", "bench"}),
    ("More", lambda name: True),
)
"""What somebody may want to do, and which commands belong to it; each command is shown under the first that takes it."""


LATE = {"bench": "kg.bench", "docs": "kg.manual", "serve": "kg.serve", "sparql": "kg.sparql",
        **dict.fromkeys(("path", "between", "around", "cut", "fragile"), "kg.searching"),
        **dict.fromkeys(("init", "add", "check", "build", "export", "page", "explore", "coverage", "publish"), "kg.upkeep")}
"""Commands that most who type another have no need of, and the module of each, imported only then."""


class Commands(click.Group):
    """The commands written here, and one for each question in `ontology/questions/`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        questions: list[str] = []
        with suppress(KgError):  # outside a graph folder there are no questions, and help must still be had
            questions = [path.stem for path in (folder_of(ctx) / "ontology" / "questions").glob("*.rq")]
        return sorted({*super().list_commands(ctx), *questions, *LATE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name."""
        found = super().get_command(ctx, cmd_name)
        if cmd_name in LATE:
            command: click.Command = getattr(import_module(LATE[cmd_name]), cmd_name)
            return command
        if found or not cmd_name.replace("-", "").isalnum():
            return found
        from kg.questions import load_question

        folder = folder_of(ctx)
        if not (folder / "ontology" / "questions" / f"{cmd_name}.rq").is_file():
            return None
        return _question_command(load_question(folder, cmd_name))


    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed; raises UsageError with those that may be meant, questions among them."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=self.list_commands(ctx), ctx=ctx) from None

    def sections(self, ctx: click.Context) -> list[tuple[str, list[tuple[str, click.Command]]]]:
        """Return the commands grouped by what somebody wants to do, each group under its title."""
        commands = [(name, command) for name in self.list_commands(ctx) if (command := self.get_command(ctx, name))]
        groups = []
        for title, belongs in SECTIONS:
            groups.append((title, [(name, command) for name, command in commands if belongs(name)]))
            commands = [(name, command) for name, command in commands if not belongs(name)]
        return [(title, group) for title, group in groups if group]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in their groups."""
        for title, commands in self.sections(ctx):
            with formatter.section(title):
                formatter.write_dl([(name, command.get_short_help_str(120)) for name, command in commands])


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


class QuestionCommand(click.Command):
    """A command that asks a question; it knows the names and types of its columns."""

    columns: tuple[tuple[str, str], ...] = ()


def _question_command(question: Question) -> click.Command:
    """Return the command that asks a question; its arguments are the question's parameters."""
    def ask_it(asked: Asked, **given: str | None) -> None:
        from kg.questions import ask
        from kg.resolve import resolve, resolve_document

        kinds = {name: kind for name, kind, _ in question.parameters}
        named = {name: [resolve_document(asked.store, typed) if kinds[name] == "document" else resolve(asked.store, typed).iri]
                 for name, typed in given.items() if typed is not None}
        asked.show(ask(asked.store, question, asked.by_the_day(), named), tuple(name for name, _ in question.columns))

    callback = answer(ask_it)
    arguments: list[click.Parameter] = [click.Argument([name], required=name in question.required, type=Name())
                                        for name, _, _ in question.parameters]
    parameters = "\n\n".join(f"{name.upper()}: {text}" for name, _, text in question.parameters)
    examples = "\n".join(("\b", *question.examples))
    made = QuestionCommand(question.name, params=[*arguments, *reversed(getattr(callback, "__click_params__", []))], callback=callback,
                           short_help=question.title, help=f"{question.title}\n\n{question.note}\n\n{parameters}\n\n{examples}")
    made.columns = question.columns
    return made


@kg.command()
@answer
def documents(asked: Asked) -> None:
    """List the documents that claims were taken from."""
    from kg.lists import documents

    asked.show(documents(asked.store, asked.filters), ("id", "title", "reporter", "publisher", "published", "claims"))


@kg.command()
@click.argument("name", required=False, type=Name())
@answer
def claims(asked: Asked, name: str | None) -> None:
    """List what is claimed, of everything or of NAME, each with who says it and where it stands.

    The list holds everything, labelled; --include narrows it to firm claims and what is named.
    """
    from kg.lists import claims
    from kg.resolve import resolve

    asked.show(claims(asked.store, asked.filters, "" if name is None else resolve(asked.store, name).iri), CLAIM_COLUMNS)


@kg.command()
@answer
def entities(asked: Asked) -> None:
    """List people, bodies, products, deals, affairs and unnamed parties, with every spelling."""
    from kg.lists import entities

    asked.show(entities(asked.store, asked.filters), ("label", "kind", "id", "names", "claims"))


@kg.command()
@click.argument("name", type=Name())
@answer
def show(asked: Asked, name: str) -> None:
    """Show one person, body, product, deal or affair: its spellings and everything claimed of it."""
    from kg.lists import show
    from kg.resolve import resolve
    from kg.text import as_json, table, visible

    found = show(asked.store, asked.filters, resolve(asked.store, name).iri)
    if asked.form == "json":
        if asked.evidence:
            from kg.evidence import add_evidence

            add_evidence(asked.store, asked.folder, found["claims"], asked.texts)
        click.echo(as_json(found), nl=False)
        return
    if asked.form == "table":
        spelt = [[entry["name"], ", ".join(entry["documents"])] for entry in found["names"]]
        click.echo(visible(f"{found['label']}  ({found['kind']}, {found['id']})") + "\n")
        if spelt:
            click.echo(table(("spelling", "stands in"), spelt, width()))
    asked.show(found["claims"], CLAIM_COLUMNS)


@kg.command()
@click.argument("claim", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True, help="How it is shown.")
@click.option("--texts", metavar="DIR", envvar="KG_TEXTS", help="Where the texts are (else KG_TEXTS): the passage is then shown.")
@ENDPOINT
@click.pass_context
def evidence(ctx: click.Context, claim: tuple[str, ...], form: str, texts: str | None, endpoint: str | None) -> None:
    """Show what proves a CLAIM: who says so, where, in which words, and the address that scrolls to them.

    \b
    kg evidence rferl-hasanov-visit/c25
    """
    from kg.evidence import evidence
    from kg.text import as_json, evidence_text

    with odd_answers(endpoint):
        store = store_of(folder_of(ctx), endpoint)
        entries = evidence(store, folder_of(ctx), list(claim), texts_at_hand(store, texts) if texts else {})
    click.echo(as_json(entries) if form == "json" else evidence_text(entries, bold=bold()), nl=False)


@kg.command("who-held-which-post")
@click.argument("name", required=False, type=Name())
@answer
def who_held_which_post(asked: Asked, name: str | None) -> None:
    """Show who held which post and when that is attested; NAME is a person, a post or the body it is in.

    With --as-of DATE each row answers certainly or possibly, and why.
    """
    from kg.asof import posts_held
    from kg.resolve import resolve

    found = resolve(asked.store, name) if name is not None else None
    person = found.iri if found and found.kind in ("Person", "Group") else ""
    rows = posts_held(asked.store, asked.filters, person, found.iri if found and not person else "", asked.as_of)
    asked.show(rows, ("who", "post", "body", "attested", "as_of", "reason", "status", "mode", "hedge", "inferred", "disputed",
                      "said_by", "denied_by", "claims"))


@kg.command("which-deals")
@answer
def which_deals(asked: Asked) -> None:
    """Show every deal with its state, since when, and who ended it and why; --as-of DATE shows how it stood."""
    from kg.deals import deal_states

    asked.show(deal_states(asked.store, asked.filters, asked.as_of),
               ("deal", "state", "stage", "since", "ended_by", "reason", "strength", "said_by", "denied_by", "certainty", "claims"))


@kg.command("how-do-things-stand")
@click.argument("state", required=False, type=Name())
@answer
def how_do_things_stand(asked: Asked, state: str | None) -> None:
    """Show how things stand in each country at the end of the documents: posts, deals and stops; STATE narrows it.

    A party is of a state by the name of its body or office, or where a text calls it so. With --as-of DATE it is that day.
    """
    from kg.resolve import resolve
    from kg.standings import standings

    rows = standings(asked.store, asked.filters, resolve(asked.store, state).iri if state is not None else "", asked.as_of)
    asked.show(rows, ("state", "what", "is", "since", "certainty", "reason", "status", "disputed", "said_by", "denied_by", "claims"))


@kg.command()
@click.argument("event")
@answer
def support(asked: Asked, event: str) -> None:
    """Show on how many documents and origins an EVENT or claim stands, and why origins are counted as one."""
    from kg.support import support
    from kg.text import as_json, visible

    found = support(asked.store, asked.filters, event)
    if asked.form == "json":
        click.echo(as_json(found), nl=False)
        return
    if asked.form == "table":
        click.echo(visible(f"{found['label']}\ndocuments: {found['documents']}, origins: {found['origins']}"))
        for note in found["joined"]:
            click.echo(visible(f"counted as one: {', '.join(note['origins'])}, because {note['because']}"))
        click.echo()
    asked.show(found["claims"], ("id", "says", "document", "origin", "counted_as", "status"))


def main() -> int:
    """Run the command as it was typed and return the exit code of what happened."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # under an ASCII locale Python hides what is not ASCII in surrogates; what was typed is UTF-8 all the same
    return run([os.fsencode(argument).decode("utf-8", "surrogateescape") for argument in sys.argv[1:]])


def run(arguments: list[str]) -> int:
    """Run the command with arguments and return its exit code; no traceback ever reaches the terminal."""
    try:
        result = kg.main(arguments, prog_name="kg", standalone_mode=False)
        if sys.stdout:  # it may have been closed before we began
            sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except SourcesRefused as refused:
        from kg.text import visible

        click.echo("\n".join(visible(str(problem)) for problem in refused.problems), err=True)
        return _fail(str(refused), refused.exit_code)
    except KgError as error:
        return _fail(str(error), error.exit_code)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # click makes an exit of a pipe that is closed
        # whoever read has seen enough; keep the interpreter from complaining when it closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(f"{error.strerror or error}" + (f": {error.filename}" if error.filename else ""), 1)
    except Exception as error:  # the last line of defence: whatever it is, a person gets a sentence
        return _fail(_our_mistake(error), OUR_MISTAKE)


def _fail(message: str, code: int) -> int:
    from kg.text import visible

    with suppress(OSError):  # where not even standard error can be written, the exit code has to do
        click.echo(f"kg: {visible(message)}", err=True)
    return code


def _our_mistake(error: Exception) -> str:
    import platform
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
    return (f"this is a mistake in kg, not yours: {type(error).__name__} at {where}: {error}\n"
            f"please report this line, what you typed, and Python {platform.python_version()} on {platform.system()}")
