"""What all tests share: the folder of the project, the built graph, and which skips are not allowed."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# a shared machine may be slow, and a failure has to be the same for everybody
settings.register_profile("kg", deadline=None, derandomize=True, database=None)
settings.load_profile("kg")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def texts() -> Path:
    """Return the folder of source texts, or skip; where KG_REQUIRE names texts a skip is a failure."""
    folder = os.environ.get("KG_TEXTS")
    if folder and Path(folder).is_dir():
        return Path(folder)
    missing("texts", "no source texts here (set KG_TEXTS): their locators are not checked")
    raise AssertionError  # never reached


def missing(what: str, sentence: str) -> None:
    """Skip a test for want of something, or fail it where KG_REQUIRE says that it must be there."""
    if what in os.environ.get("KG_REQUIRE", "").split(","):
        pytest.fail(f"KG_REQUIRE asks for {what}, but: {sentence}")
    pytest.skip(sentence)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def stored_graph() -> None:
    """Make the store of the committed exports where a fresh clone has none yet, so that no command has to say that it does."""
    from kg.store import open_store

    with redirect_stderr(io.StringIO()):
        open_store(ROOT)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stored_graph: None) -> Run:
    """Return a function that runs `kg` with arguments in the project's folder: exit code, standard output, standard error."""
    from kg.cli import run as kg

    def call(*arguments: str, folder: Path = ROOT) -> tuple[int, str, str]:
        monkeypatch.setenv("KG_FOLDER", str(folder))
        monkeypatch.delenv("KG_ENDPOINT", raising=False)
        code = kg(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


# ---- The page in a real browser

READY = "document.documentElement.dataset.ready === 'yes'"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the pages of all invented views."""
    from page_fixture import grown_view, hostile_view, invented_view

    from kg import page

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
        missing("browser", "no chromium on this machine: browser tests not run")
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


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the text of axe-core, from the package that brings it."""
    found = find_spec("axe_playwright_python")
    if not found or not found.origin:
        missing("browser", "axe-playwright-python is not installed: the page was not searched for barriers")
    assert found is not None
    return (Path(str(found.origin)).parent / "axe.min.js").read_text("utf-8")
