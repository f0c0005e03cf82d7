"""The commands that search chains: the shortest, all of them, what lies around, what parts two things, on what a chain stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kg.asking import Asked, Command, Name, answer, bold, width
from kg.errors import Misuse
from kg.text import visible

if TYPE_CHECKING:
    from kg.frontiers import ChainFilters

NO_CHAIN = 4

CHAIN_OPTIONS = (
    click.option("--not-through", multiple=True, metavar="NAME", help="Leave chains out that run through somebody or something."),
    click.option("--only", multiple=True, metavar="KIND", help="Use links of these kinds alone, as in --only meeting."),
    click.option("--not", "never", multiple=True, metavar="KIND", help="Use no links of these kinds, as in --not tenure."),
)


def _chain_options(command: Command) -> Command:
    for option in reversed(CHAIN_OPTIONS):
        command = option(command)
    return command


def _chain_filters(asked: Asked, not_through: tuple[str, ...], only: tuple[str, ...], never: tuple[str, ...]) -> ChainFilters:
    from kg.frontiers import ChainFilters
    from kg.resolve import resolve, resolve_kind

    kinds = (frozenset(resolve_kind(asked.store, kind) for kind in several) for several in (only, never))
    return ChainFilters(asked.by_the_day(), frozenset(resolve(asked.store, name).iri for name in not_through), *kinds)


def _two_ends(asked: Asked, a: str, b: str) -> tuple[str, str]:
    from kg.resolve import resolve

    start, end = resolve(asked.store, a), resolve(asked.store, b)
    if start == end:
        raise Misuse(f"'{a}' and '{b}' are both {start.label}; a chain needs two ends")
    return start.iri, end.iri


@click.command()
@click.argument("a", type=Name())
@click.argument("b", type=Name())
@answer
@_chain_options
@click.option("--through", multiple=True, metavar="NAME", help="Keep chains alone that run through somebody or something.")
@click.option("--in-time-order", is_flag=True, help="Keep chains alone in which no hop certainly goes back in time.")
@click.option("--avoid-hubs", type=click.IntRange(1), metavar="N", help="Run through nothing that is linked to more than N others.")
@click.option("--max-hops", type=click.IntRange(1, 30), default=12, show_default=True, help="How long a chain may be.")
@click.option("--count", type=click.IntRange(1, 100), default=5, show_default=True, help="How many equally short chains to show.")
def path(asked: Asked, a: str, b: str, not_through: tuple[str, ...], only: tuple[str, ...], never: tuple[str, ...],
         through: tuple[str, ...], in_time_order: bool, avoid_hubs: int | None, max_hops: int, count: int) -> None:
    """Show the shortest chains between A and B, every hop with what shows it.

    Documents, outlets, posts, places and states are never steps in between.

    \b
    kg path Tasmagambetov Hasanov
    kg path Mayermanov "Soltam Systems" --include inferred --in-time-order
    """
    from kg.chains import Conditions, conditioned_chains
    from kg.network import find_chains, path_answer, why_not
    from kg.resolve import resolve

    start, end = _two_ends(asked, a, b)
    filters = _chain_filters(asked, not_through, only, never)
    conditions = Conditions(frozenset(resolve(asked.store, name).iri for name in through), in_time_order, avoid_hubs or 0)
    if conditions.any():
        found = path_answer(conditioned_chains(asked.store, start, end, filters, conditions, count, max_hops))
    else:
        found = path_answer(find_chains(asked.store, start, end, filters, count, max_hops))
    if not found["paths"]:
        bare = find_chains(asked.store, start, end, filters, 1, max_hops).chains if conditions.any() else ()
        found["why_not"] = ("no chain meets the conditions; without --through, --in-time-order and --avoid-hubs there is one of "
                            f"{len(bare[0][1])} hops" if bare else why_not(asked.store, start, end, filters, max_hops))
    _show_path(asked, found)


@click.command()
@click.argument("a", type=Name())
@click.argument("b", type=Name())
@answer
@_chain_options
@click.option("--in-time-order", is_flag=True, help="Keep chains alone in which no hop certainly goes back in time.")
@click.option("--hops", type=click.IntRange(1, 8), default=3, show_default=True, help="How long a chain may be.")
@click.option("--count", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many chains to show.")
def between(asked: Asked, a: str, b: str, not_through: tuple[str, ...], only: tuple[str, ...], never: tuple[str, ...],
            in_time_order: bool, hops: int, count: int) -> None:
    """Show all chains between A and B up to a length, shortest first."""
    from kg.chains import Conditions, chains_between
    from kg.network import path_answer, why_not

    start, end = _two_ends(asked, a, b)
    filters = _chain_filters(asked, not_through, only, never)
    found = path_answer(chains_between(asked.store, start, end, filters, hops, count, Conditions(in_time_order=in_time_order)))
    if not found["paths"]:
        found["why_not"] = why_not(asked.store, start, end, filters, hops)
    _show_path(asked, found)


@click.command()
@click.argument("name", type=Name())
@answer
@_chain_options
@click.option("--hops", type=click.IntRange(1, 6), default=1, show_default=True, help="How far to go.")
def around(asked: Asked, name: str, not_through: tuple[str, ...], only: tuple[str, ...], never: tuple[str, ...], hops: int) -> None:
    """Show who and what is within some hops of NAME, and by what."""
    from kg.chains import around
    from kg.resolve import resolve

    rows = around(asked.store, resolve(asked.store, name).iri, _chain_filters(asked, not_through, only, never), hops)
    asked.show(rows, ("hops", "from", "label", "to", "date", "status", "mode", "inferred", "disputed", "said_by", "denied_by", "claims"))


@click.command()
@click.argument("a", type=Name())
@click.argument("b", type=Name())
@answer
@_chain_options
def cut(asked: Asked, a: str, b: str, not_through: tuple[str, ...], only: tuple[str, ...], never: tuple[str, ...]) -> None:
    """Show whose removal parts A from B: each that does alone, else the smallest group that does together."""
    from kg.chains import cut
    from kg.text import as_json, render

    start, end = _two_ends(asked, a, b)
    found = cut(asked.store, start, end, _chain_filters(asked, not_through, only, never))
    if asked.form == "json":
        click.echo(as_json(found), nl=False)
    else:
        rows = [{"removing": how, **each} for how in ("alone", "together") for each in found[how]]
        click.echo(render(rows, ("removing", "label", "id"), asked.form, width()), nl=False)
    if found["why_not"]:
        click.echo(visible(f"kg: {found['why_not']}"), err=True)


def _show_path(asked: Asked, found: dict[str, Any]) -> None:
    from kg.text import as_json, evidence_text, path_text, render

    hops = [hop for chain in found["paths"] for hop in chain["hops"]]
    if asked.evidence:
        from kg.evidence import add_evidence

        add_evidence(asked.store, asked.folder, hops, asked.texts)
    if asked.form == "json":
        click.echo(as_json(found), nl=False)
    elif asked.form == "table":
        click.echo(path_text(found), nl=False)
        if asked.evidence:
            entries = {entry["id"]: entry for hop in hops for entry in hop["evidence"]}
            click.echo("\n" + evidence_text(list(entries.values()), bold=bold()), nl=False)
    else:
        rows = [{"chain": number, **hop} for number, chain in enumerate(found["paths"], 1) for hop in chain["hops"]]
        columns = ("chain", "from", "label", "to", "date", "status", "mode", "inferred", "disputed", "through_office", "claims")
        click.echo(render(rows, columns, asked.form), nl=False)
    if not found["paths"]:
        click.echo(visible(f"kg: {found['why_not']}"), err=True)
        click.get_current_context().exit(NO_CHAIN)


@click.command()
@click.argument("a", required=False, type=Name())
@click.argument("b", required=False, type=Name())
@answer
def fragile(asked: Asked, a: str | None, b: str | None) -> None:
    """Show what falls if one document, one origin or one allegation falls: every event, or the best chain between A and B."""
    from kg.frontiers import ChainFilters
    from kg.support import fragile, fragile_path

    if a and not b:
        raise Misuse("a chain needs two ends: kg fragile A B")
    if a and b:
        start, end = _two_ends(asked, a, b)
        asked.show(fragile_path(asked.store, start, end, ChainFilters(asked.by_the_day())), ("without", "what", "chain", "claims"))
        return
    asked.show(fragile(asked.store, asked.filters),
               ("label", "carried_by", "document", "origin", "status", "said_by", "denied_by", "claims"))
