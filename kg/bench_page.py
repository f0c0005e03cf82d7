"""`kg bench --page`: how large the page is and how soon it can be used, beside pyvis's own page of the same graph, in one run.

Both are opened in the same headless Chromium from a file, without a network. Usable is when all data are read and the picture
stands, or the search where the graph is too large for a picture; for pyvis, when its loading bar is gone.
"""

from __future__ import annotations

import csv
import io
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from typing import Any

from kg.errors import KgError

STOPPED = 60
"""After how many seconds pyvis's own page is given up."""
LONGEST = 240
START = 10
"""How many seconds the browser itself may take to start."""
NAMES = range(100, 50_001)
"""How many names an invented graph may have."""
CLAIMS_OF_A_NAME = 3.25
"""How many claims an invented graph has for each of its names; in the five documents they are three."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

_READY = "document.documentElement.dataset.ready === 'yes'"
_SETTLED = """typeof network !== 'undefined' && network
    && (bar => !bar || bar.style.display === 'none')(document.getElementById('loadingBar'))"""
_FRAMES = """() => { window.__frames = []; let before = performance.now(); const each = now => { window.__frames.push(now - before);
    before = now; if (window.__frames) requestAnimationFrame(each); }; requestAnimationFrame(each); }"""


@dataclass(frozen=True)
class Opened:
    """What became of a page: its bytes, seconds to be usable and to find a name, milliseconds a frame when dragged.

    Of the frames the median is told and what 95 in 100 keep within. None is what could not be measured.
    """

    size: int
    usable: float | None
    found: float | None = None
    frame: tuple[float, float] | None = None


@dataclass(frozen=True)
class Compared:
    """Our page and pyvis's own of one graph with so many names and lines."""

    names: int
    lines: int
    ours: Opened
    theirs: Opened


def compare_pages(folder: Path, scratch: Path, numbers: list[int], say: Callable[[str], None]) -> list[Compared]:
    """Return the comparison for the graph of a folder and for an invented one of each number of names, made in `scratch`.

    Raises KgError where there is no browser or nothing to drive it with.
    """
    from kg.synthetic import write_graph

    rows = []
    with chromium(scratch) as launch:
        for number in (0, *numbers):
            graph = scratch / f"names-{number}" if number else folder
            say(f"making both pages of {f'{number} names' if number else 'the graph here'} …")
            if number:
                write_graph(graph, folder / "ontology", round(number * CLAIMS_OF_A_NAME))
            rows.append(_compare(launch, graph, scratch, say))
            say(page_table(rows[-1:]).splitlines()[-1])
    return rows


Launch = Callable[[int], AbstractContextManager[Any]]


@contextmanager
def chromium(scratch: Path) -> Iterator[Launch]:
    """Return a function that opens a headless Chromium for so many seconds at most; profiles go into a folder.

    Raises KgError where Playwright or Chromium is missing.
    """
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        playwright = import_module("playwright.sync_api")
    except ImportError:
        raise KgError("kg bench --page drives a browser by Playwright, which is not installed; `make` installs it") from None
    if not path:
        raise KgError(f"kg bench --page needs a Chromium; none is installed as {', '.join(BROWSERS)}")
    with playwright.sync_playwright() as running:
        yield lambda limit: _running(running, path, scratch, limit)


@contextmanager
def _running(playwright: Any, path: str, scratch: Path, limit: int) -> Iterator[Any]:
    """Run a Chromium of our own: Playwright waits without end for a page that hangs, and only the browser's end frees it."""
    profile = Path(tempfile.mkdtemp(prefix="profile-", dir=scratch))
    process = subprocess.Popen([path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0",
                                f"--user-data-dir={profile}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watch = threading.Timer(limit + START, process.kill)
    try:
        told = profile / "DevToolsActivePort"
        while not (told.is_file() and told.read_text().count("\n")):
            if process.poll() is not None:
                raise KgError(f"{path} ended as soon as it was started")
            time.sleep(0.05)
        browser = _connected(playwright, f"http://127.0.0.1:{told.read_text().split()[0]}")
        watch.start()  # from now on: a slow start is not a page that hangs
        yield browser
    finally:
        watch.cancel()
        process.kill()
        process.wait()


def _connected(playwright: Any, address: str) -> Any:
    """Connect to a Chromium that has just started; on a busy machine the first call may go unanswered."""
    for _ in range(3):
        with suppress(import_module("playwright.sync_api").TimeoutError):
            return playwright.chromium.connect_over_cdp(address, timeout=15_000)
    raise KgError("the Chromium that was started does not answer; try again when the machine is less busy")


def _compare(launch: Launch, graph: Path, scratch: Path, say: Callable[[str], None]) -> Compared:
    from kg.exports import PAGE, make_exports

    files = make_exports(graph).files
    nodes, links = (list(csv.DictReader(io.StringIO(files[name].decode()))) for name in ("nodes.csv", "links.csv"))
    ours, theirs = scratch / "ours.html", scratch / "theirs.html"
    ours.write_bytes(files[PAGE])
    theirs.write_text(pyvis_page(nodes, links), encoding="utf-8")
    say("opening ours …")
    first = _open(launch, ours, _READY, LONGEST, max(nodes, key=lambda row: int(row["claims"]))["label"])
    say(f"opening pyvis's own, for {STOPPED} s at most …")
    return Compared(len(nodes), len(links), first, _open(launch, theirs, _SETTLED, STOPPED))


def pyvis_page(nodes: Iterable[Mapping[str, str]], links: Iterable[Mapping[str, str]]) -> str:
    """Return pyvis's own page of a graph, in the variant that works without a network and keeps every link."""
    network = import_module("pyvis.network").Network(directed=True, cdn_resources="in_line")
    labels = {row["id"]: row["label"] for row in nodes}
    network.add_nodes([*labels], label=[*labels.values()])
    for row in links:
        if row["from"] in labels and row["to"] in labels:  # two events that may be one are no names; our page has no such line either
            network.add_edge(row["from"], row["to"], label=row["label"])
    return str(network.generate_html())


def _open(launch: Launch, path: Path, condition: str, limit: int, name: str = "") -> Opened:
    """Open a page, wait for it, drag it, and find a name where it can be searched."""
    size = path.stat().st_size
    with launch(limit) as browser, suppress(import_module("playwright.sync_api").Error):
        shown = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True).new_page()
        shown.set_default_timeout(limit * 1000)
        shown.goto(path.as_uri(), wait_until="commit")
        # the page's own clock, which began with its loading; asked by a function, since its policy forbids texts as code
        usable = shown.wait_for_function(f"() => ({condition}) && performance.now()", polling=20).json_value() / 1000
        frame = _frame(shown)
        if not name:
            return Opened(size, usable, None, frame)
        found = _seconds_to_find(shown, name)
        # now something is chosen; and where the graph is too large for a picture, now there is one
        return Opened(size, usable, found, max(frame, _frame(shown), key=itemgetter(1)))
    return Opened(size, None)


def _seconds_to_find(shown: Any, name: str) -> float:
    before = time.perf_counter()
    shown.fill("#q", name)
    shown.keyboard.press("Enter")
    shown.locator("#pane h2", has_text=name).wait_for()
    return time.perf_counter() - before


def _frame(shown: Any) -> tuple[float, float]:
    """Return the milliseconds between frames while the picture was dragged to and fro: the median, and what 95 in 100 keep within."""
    box = shown.locator("canvas").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    shown.mouse.move(x, y)
    shown.mouse.down()
    shown.evaluate(_FRAMES)
    for step in range(60):
        shown.mouse.move(x + 3 * (step % 30), y + 2 * (step % 20))
    frames: list[float] = shown.evaluate("() => { const all = window.__frames; window.__frames = null; return all; }")
    shown.mouse.up()
    return statistics.median(frames), statistics.quantiles(frames, n=20)[-1]


def page_table(rows: Iterable[Compared]) -> str:
    """Return the comparison as Markdown."""
    lines = ["| names | lines | ours: MB | usable, s | name found, s | a frame, ms | pyvis's: MB | usable, s | a frame, ms |",
             "|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        cells = [f"{row.names:,}", f"{row.lines:,}", f"{row.ours.size / 1e6:.2f}", _number(row.ours.usable, ".1f", f"not within {LONGEST}"),
                 _number(row.ours.found, ".1f"), _frames(row.ours), f"{row.theirs.size / 1e6:.2f}",
                 _number(row.theirs.usable, ".1f", f"not within {STOPPED}"), _frames(row.theirs)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _frames(opened: Opened) -> str:
    return "–" if opened.frame is None else "{:.0f} ({:.0f})".format(*opened.frame)


def _number(value: float | None, form: str, otherwise: str = "–") -> str:
    return otherwise if value is None else format(value, form)
