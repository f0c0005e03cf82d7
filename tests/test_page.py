"""The page: what its text holds, and what it does in a real browser."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from page_fixture import HOSTILE, grown_view, hostile_view, invented_view

from kg import page

ROOT = Path(__file__).parent.parent
ASSETS = ROOT / "kg" / "assets"
READY = "document.documentElement.dataset.ready === 'yes'"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the pages of all invented views."""
    folder = tmp_path_factory.mktemp("pages")
    for name, view in (("invented", invented_view()), ("hostile", hostile_view()), ("many", grown_view(2400)),
                       ("empty", {"title": "Nothing", "documents": [], "entities": [], "claims": [], "links": [], "legend": []})):
        (folder / f"{name}.html").write_text(page.build_page(view), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return one Chromium for all tests; without one they skip, unless KG_REQUIRE names the browser."""
    chromium = shutil.which("chromium")
    if not chromium:
        message = "no chromium on this machine: browser tests not run"
        if "browser" in os.environ.get("KG_REQUIRE", ""):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGS)
        yield running
        running.close()


Open = Callable[..., Any]


@pytest.fixture(scope="session")
def pages() -> Iterator[dict[str, tuple[Any, list[str]]]]:
    """Return the pages open so far, by name and options, each with what went wrong in it: loading costs the most."""
    opened: dict[str, tuple[Any, list[str]]] = {}
    yield opened
    for shown, _ in opened.values():
        shown.context.close()


@pytest.fixture
def open_page(browser: Any, built: Path, pages: dict[str, tuple[Any, list[str]]]) -> Iterator[Open]:
    """Return a function that opens a page; afterwards nothing may have been asked for, and nothing gone wrong."""
    def opened(name: str = "invented", address: str = "", **options: Any) -> Any:
        key = f"{name} {sorted(options.items())}"
        if key not in pages:
            pages[key] = _load(browser, f"file://{built / name}.html", options)
        shown, _ = pages[key]
        if options.get("java_script_enabled", True):
            shown.evaluate("address => { location.hash = '#' + address; }", f"fresh={len(pages)}")
            shown.wait_for_function("document.querySelector('#pane h2').textContent === 'What you are looking at'")
            shown.evaluate("address => { location.hash = address; document.activeElement.blur(); }", address)
            shown.wait_for_function("address => location.hash.length > 1 || !address", arg=address)
            shown.wait_for_timeout(30)
        return shown

    yield opened
    assert [what for _, wrong in pages.values() for what in wrong] == []


def _load(browser: Any, address: str, options: dict[str, Any]) -> tuple[Any, list[str]]:
    wrong: list[str] = []
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "accept_downloads": True, **options})
    shown = context.new_page()
    shown.set_default_timeout(15000)
    shown.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    shown.on("console", lambda message: wrong.append(f"console: {message.text}") if message.type in ("error", "warning") else None)
    shown.on("dialog", lambda dialog: wrong.append("dialog"))
    context.on("request", lambda request: None if request.url.startswith(("file:", "blob:"))
               else wrong.append(f"request: {request.url[:99]}"))
    shown.goto(address)
    if options.get("java_script_enabled", True):
        shown.wait_for_function(READY)
    return shown, wrong


# ---- What the text holds


def test_same_view_same_bytes_in_another_process(built: Path) -> None:
    code = ("import sys; sys.path[:0] = ['.', 'tests']; import page_fixture, kg.page; "
            "sys.stdout.buffer.write(kg.page.build_page(page_fixture.invented_view()).encode())")
    for seed in ("1", "99"):
        run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True,
                             env={"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C", "PATH": ""})
        assert hashlib.sha256(run.stdout).digest() == hashlib.sha256((built / "invented.html").read_bytes()).digest()


def test_policy_allows_only_the_pages_own_scripts_and_style(built: Path) -> None:
    text = (built / "invented.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;;")
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1].replace("http-equiv", "")


def test_licence_of_vis_network_is_kept_and_no_map_is_asked_for(built: Path) -> None:
    text = (built / "invented.html").read_text(encoding="utf-8")
    assert "vis.js is dual licensed under both" in text
    assert "sourceMappingURL" not in text


def test_page_of_a_small_graph_is_below_a_megabyte(built: Path) -> None:
    assert (built / "invented.html").stat().st_size < 1_000_000


def test_scripts_never_make_markup_or_code_from_text() -> None:
    own = page.script()
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "fetch(", "XMLHttpRequest"):
        assert word not in own


def test_assets_are_small_modules() -> None:
    for path in sorted((ASSETS / "page").glob("*.js")):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path.name


def test_importing_the_page_costs_nothing() -> None:
    code = "import sys; import kg.page; print([m for m in ('pyvis', 'jinja2', 'networkx', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout == "[]\n"


# ---- What it does in a browser


def text_of(shown: Any, selector: str) -> str:
    return str(shown.inner_text(selector))


@pytest.mark.browser
def test_overview_says_who_what_kinds_and_how_firm(open_page: Open) -> None:
    shown = open_page()
    assert "27 of 27 names · 47 of 47 lines · 47 of 47 claims" in text_of(shown, "#counts")
    assert "claim that somebody made in one of 4 documents" in text_of(shown, "#pane")
    names = shown.locator("#groups .chip-name").all_inner_texts()
    assert names[:3] == ["People", "Companies", "State bodies"]
    assert shown.locator("#groups [aria-pressed=false] .chip-name").all_inner_texts() == ["Places", "Classes", "Posts", "Outlets"]
    assert set(shown.locator("#lines .chip-name").all_inner_texts()) == {
        "asserted", "reported", "alleged", "planned", "hedged", "denied", "inferred"}


@pytest.mark.browser
def test_search_finds_any_spelling(open_page: Open) -> None:
    shown = open_page()
    for typed, name in (
            ("Turbine Works", "Turbine Works"), ("anna ruiz", "Ana Ruiz"), ("inés", "Inés Varga"), ("warga", "Inés Varga"),
            ("r9", "Rotor 9"), ("rotor-9", "Rotor 9"), ("А. Руис", "Ana Ruiz"), ("the guard", "River Guard"), ("customer abroad", "a key customer abroad")):
        shown.keyboard.press("/")
        shown.keyboard.type(typed)
        shown.keyboard.press("Enter")
        assert text_of(shown, "#pane h2") == name


@pytest.mark.browser
def test_search_only_suggests_what_is_alike(open_page: Open) -> None:
    shown = open_page()
    shown.fill("#q", "Okafro")
    assert "Did you mean" in text_of(shown, "#q-none")
    shown.keyboard.press("Enter")
    assert text_of(shown, "#pane h2") == "What you are looking at"
    shown.fill("#q", "Rotor 8")
    assert text_of(shown, "#q-none") == "No such spelling."
    assert shown.locator("#q-list").is_hidden()


@pytest.mark.browser
def test_card_tells_claimant_status_date_and_place(open_page: Open) -> None:
    shown = open_page(address="#c=d3/c6")
    card = text_of(shown, "[data-claim='d3/c6']")
    assert "the Licence Office stopped the rotor lot of 2031" in card
    assert "reported" in card
    assert re.search(r"Turbine Works\s*→\s*Valley Gazette\s*→\s*Northern Wire", card)
    assert "between 20 August 2031 and 31 August 2031" in card
    assert re.search(r"paragraph \d, “", card)


@pytest.mark.browser
def test_source_link_carries_the_words(open_page: Open) -> None:
    shown = open_page(address="#c=d1/c1")
    href = shown.get_attribute("[data-claim='d1/c1'] a.source", "href")
    assert href == "https://mirror.example/a/1#:~:text=began%20here%2C%20well%2Dknown,ended%20there"
    anchored = open_page(address="#c=d4/c1").get_attribute("a.source", "href")
    assert anchored.startswith("https://mirror.example/d/4#top:~:text=")


@pytest.mark.browser
def test_denial_stands_beside_what_it_denies(open_page: Open) -> None:
    shown = open_page(address="#c=d3/c2")
    assert "Turbine Works denied the Valley Gazette's report" in text_of(shown, "[data-claim='d3/c2'] .denial")
    shown = open_page(address="#c=d3/c5")
    assert "Perhaps denied" in text_of(shown, "[data-claim='d3/c5'] .denial")
    shown = open_page(address="#e=river-guard")
    ties = " ".join(shown.locator(".ties li").all_inner_texts())
    assert "alleged by Valley Gazette, denied by Turbine Works" in ties


@pytest.mark.browser
def test_two_meetings_of_a_pair_are_two_lines(open_page: Open) -> None:
    shown = open_page(address="#e=jon-berg")
    assert sum("met Inés Varga" in text for text in shown.locator(".ties li").all_inner_texts()) == 2


@pytest.mark.browser
def test_legend_filters_and_counts_follow(open_page: Open) -> None:
    shown = open_page()
    shown.click("#lines [data-switch=alleged]")
    assert "42 of 47 lines · 43 of 47 claims" in text_of(shown, "#counts")
    shown.click("#groups [data-switch=People]")
    assert "of 27 names" in text_of(shown, "#counts")
    assert shown.evaluate("location.hash").count("People") == 1
    shown.reload()
    shown.wait_for_function(READY)
    assert shown.get_attribute("#lines [data-switch=alleged]", "aria-pressed") == "false"
    shown.click("#counts button")
    assert "47 of 47 claims" in text_of(shown, "#counts")


@pytest.mark.browser
def test_places_are_quiet_until_asked_for(open_page: Open) -> None:
    shown = open_page()
    shown.click("#groups [data-switch=Places]")
    assert shown.get_attribute("#groups [data-switch=Places]", "aria-pressed") == "true"
    shown.click("[data-view=table]")
    assert "Rivertown" in text_of(shown, "#view-table")


@pytest.mark.browser
def test_line_says_its_standing_in_its_shape(open_page: Open, built: Path) -> None:
    shown = open_page()
    with shown.expect_download() as download:
        shown.click("#svg")
    from xml.etree import ElementTree

    tree = ElementTree.parse(download.value.path())
    dashes = {path.get("stroke-dasharray") for path in tree.iter("{http://www.w3.org/2000/svg}path")}
    assert {"none", "8 5", "2.2 4.4", "11 3 2 3"} <= dashes
    texts = "".join(tree.getroot().itertext())
    assert "River Guard" in texts
    with shown.expect_download() as download:
        shown.click("#png")
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


@pytest.mark.browser
def test_no_label_of_the_picture_lies_on_another(open_page: Open) -> None:
    for name, least in (("invented", 25), ("many", 0)):
        shown = open_page(name, "" if name == "invented" else "#e=p100")
        with shown.expect_download() as download:
            shown.click("#svg")
        from xml.etree import ElementTree

        boxes = []
        for text in ElementTree.parse(download.value.path()).iter("{http://www.w3.org/2000/svg}text"):
            spans = list(text)
            ys = [float(span.get("y", 0)) for span in spans]
            # letters are at least four units wide at twelve: a lower bound, so that what touches it does overprint
            half = max(len(span.text or "") for span in spans) * 2
            x = float(spans[0].get("x", 0))
            boxes.append((x - half, min(ys) - 8, x + half, max(ys)))
        assert len(boxes) >= least
        for at, one in enumerate(boxes):
            for other in boxes[at + 1:]:
                assert not (one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


@pytest.mark.browser
def test_clicking_the_picture_selects_what_is_there(open_page: Open) -> None:
    shown = open_page()
    shown.evaluate("location.hash = '#e=rotor-forge'")
    shown.wait_for_function("document.querySelector('#pane h2').textContent === 'Rotor Forge'")
    shown.keyboard.press("Escape")
    shown.wait_for_function("document.querySelector('#pane h2').textContent === 'What you are looking at'")
    box = shown.locator("#picture").bounding_box()
    # somewhere on a coarse net of points there is a name; which one, the layout decides
    for step in range(400):
        shown.mouse.click(box["x"] + 40 + (step % 20) * (box["width"] - 80) / 20, box["y"] + 30 + (step // 20) * (box["height"] - 60) / 20)
        if shown.evaluate("location.hash").startswith("#e="):
            break
    assert shown.evaluate("location.hash").startswith("#e=")


@pytest.mark.browser
def test_without_javascript_the_table_says_everything(open_page: Open) -> None:
    shown = open_page(java_script_enabled=False)
    text = text_of(shown, "main.plain")
    for claim in invented_view()["claims"]:
        assert claim["says"] in text
        assert claim["id"] in text
    assert shown.locator("tr", has_text="demanded a test flight").first.inner_text().count("Denied: Turbine Works") == 1
    assert shown.locator("#app").is_hidden()


@pytest.mark.browser
def test_phone_shows_everything_without_scrolling_sideways(open_page: Open) -> None:
    shown = open_page(address="#e=river-guard", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390
    assert shown.locator("#picture").bounding_box()["height"] > 300
    assert "River Guard" in text_of(shown, "#pane h2")


@pytest.mark.browser
def test_hostile_text_runs_nothing_and_is_shown_as_text(open_page: Open) -> None:
    shown = open_page("hostile")
    for address in ("", "#e=turbine-works", "#e=river-guard", "#c=d3/c2", "#view=timeline", "#view=table", "#e=__proto__", "#c=<img src=x onerror=window.__ran=1>",
                    "#p=%5B%22ana-ruiz%22,%22river-guard%22%5D", "#near=%5B%22rotor-9%22,2%5D", "#hide=%5B%22%3Cscript%3E%22%5D&from=%22&to=<b>"):
        shown.evaluate("address => { location.hash = address }", address)
        shown.wait_for_timeout(60)
        assert shown.evaluate("window.__ran") is None
    hrefs = shown.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))")
    assert all(href.startswith(("#", "http://", "https://")) for href in hrefs)
    assert shown.evaluate("document.querySelectorAll('iframe, object, embed, #pane script, #pane img, #pane style').length") == 0
    shown.evaluate("location.hash = '#e=ana-ruiz'")
    shown.wait_for_timeout(60)
    assert any(bad.split(" ")[0][:7] in text_of(shown, "#pane") for bad in HOSTILE)
    with shown.expect_download():
        shown.click("#svg")


@pytest.mark.browser
def test_hostile_text_without_javascript_is_text(open_page: Open) -> None:
    shown = open_page("hostile", java_script_enabled=False)
    assert "<script>window.__ran=1</script>" in text_of(shown, "main.plain")
    assert shown.locator("main.plain a[href^='javascript']").count() == 0


@pytest.mark.browser
def test_page_of_nothing_opens(open_page: Open) -> None:
    assert "0 of 0 names" in text_of(open_page("empty"), "#counts")


@pytest.mark.browser
def test_large_page_opens_on_a_search_and_shows_a_neighbourhood(open_page: Open) -> None:
    shown = open_page("many")
    assert "too many for one picture" in text_of(shown, "#hint")
    shown.fill("#q", "person number 100")
    shown.keyboard.press("Enter")
    shown.wait_for_function("document.querySelector('#pane h2').textContent === 'Person number 100'")
    assert "Only what is around Person number 100" in text_of(shown, "#counts")
    assert shown.locator("#hint").is_hidden()
