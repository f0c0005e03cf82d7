"""The page is for everybody: axe-core finds nothing wrong with it, in any colours, on any screen, whatever is open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Open

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
STATES = {
    "overview": "", "a name": "#e=river-guard", "an accusation and its denial": "#c=d3/c2",
    "a line": "#l=flood--river-guard--delta-league--attacked", "the table": "#view=table", "the timeline": "#view=timeline",
    "a chain": '#p=["mara-okafor","jon-berg"]', "no chain": '#p=["ana-ruiz","nobody-here"]',
    "filters that leave nothing": "#from=1900&to=1901", "a neighbourhood": '#near=["rotor-9",2]',
}


def barriers(shown: Any, axe: str) -> list[str]:
    """Return what axe-core finds in the page as it stands: how grave, which rule, where."""
    if not shown.evaluate("Boolean(window.axe)"):
        shown.evaluate(axe)
    found = shown.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert len(found["passes"]) > 15, "axe-core looked at next to nothing"
    return [f"{rule['impact']} {rule['id']} {json.dumps([node['target'] for node in rule['nodes']][:5])}" for rule in found["violations"]]


@pytest.mark.browser
@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE, {**PHONE, "color_scheme": "dark"}],
                         ids=["light", "dark", "phone", "dark phone"])
def test_axe_core_finds_no_barrier_whatever_is_open(open_page: Open, axe: str, options: dict[str, Any]) -> None:
    for name, address in STATES.items():
        assert barriers(open_page(address=address, **options), axe) == [], name


@pytest.mark.browser
def test_axe_core_finds_no_barrier_in_search_and_filters_when_open(open_page: Open, axe: str) -> None:
    shown = open_page()
    shown.fill("#q", "ri")
    assert shown.locator("#q-list").is_visible()
    assert barriers(shown, axe) == []
    shown.fill("#q", "")
    shown.keyboard.press("Escape")
    shown.click("#more")
    assert shown.locator("#more-body").is_visible()
    assert barriers(shown, axe) == []
    shown.click("#more")


@pytest.mark.browser
@pytest.mark.parametrize("name", ["hostile", "empty", "many"])
def test_axe_core_finds_no_barrier_with_hostile_no_or_many_names(open_page: Open, axe: str, name: str) -> None:
    assert barriers(open_page(name), axe) == []


@pytest.mark.browser
def test_axe_core_would_find_a_barrier(open_page: Open, axe: str) -> None:
    shown = open_page("empty")
    shown.evaluate("document.body.append(Object.assign(document.createElement('img'), { id: 'bare' }))")
    assert any("image-alt" in barrier for barrier in barriers(shown, axe))
    shown.evaluate("document.getElementById('bare').remove()")


@pytest.mark.browser
def test_axe_core_finds_no_barrier_in_the_table_for_readers_without_javascript(browser: Any, built: Path, axe: str) -> None:
    text = (built / "invented.html").read_text("utf-8")
    # the table as it stands where scripts are off: axe-core itself needs them on
    plain = text.split("<noscript>")[1].split("</noscript>")[0]
    style = text.split("<style>")[1].split("</style>")[0]
    shown = browser.new_page()
    shown.set_content(f'<!DOCTYPE html><html lang="en"><head><title>Table</title><style>{style}</style></head><body>{plain}</body></html>')
    assert shown.locator("main.plain tr").count() > 40
    assert barriers(shown, axe) == []
    shown.close()


@pytest.mark.browser
def test_axe_core_finds_no_barrier_in_the_manual(browser: Any, axe: str) -> None:
    from kg.blocks import Heading, Listing, Paragraph, Terms, web_page

    shown = browser.new_page()
    shown.set_content(web_page([Heading(1, "Commands"), Heading(2, "Chains"), Heading(3, "kg path"), Paragraph("Show chains."),
                                Terms((("--count N", "How many."),)), Listing(("kg path a b",))]))
    assert barriers(shown, axe) == []
    shown.close()
