"""`kg bench --page`: our page beside pyvis's own of the same graph, opened in one browser; plain words where it cannot be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, missing

from kg import bench_page
from kg.bench import sizes_of
from kg.bench_page import NAMES, Compared, Opened, page_table, pyvis_page
from kg.errors import KgError, Misuse

ROWS = [{"id": "a", "label": "Ana"}, {"id": "b", "label": "Bo"}]


@pytest.mark.browser
def test_both_pages_of_the_graph_are_opened_searched_and_dragged(tmp_path: Path) -> None:
    if not any(map(shutil.which, bench_page.BROWSERS)):
        missing("browser", "no chromium on this machine: the bench of the page not run")
    # a process of its own, since Playwright can be started but once in each
    code = "import sys, kg.bench_page, kg.cli; kg.bench_page.STOPPED = 3; sys.exit(kg.cli.run(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", code, "bench", "--page", "100", "--out", str(tmp_path / "page.md")], cwd=ROOT, check=False,
                          capture_output=True, text=True)
    out, err = done.stdout, done.stderr
    assert done.returncode == 0, err
    assert (tmp_path / "page.md").read_text("utf-8") == out
    rows = [line.strip("| ").split(" | ") for line in out.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 2
    for row in rows:
        names, lines, size, usable, found, frame = row[:6]
        assert int(names) > 50
        assert int(lines) > 50
        assert 0.5 < float(size) < 2
        assert float(usable) > 0
        assert float(found) > 0
        assert re.fullmatch(r"\d+ \(\d+\)", frame)
    assert "stopped after 3 s" in out
    assert "opening pyvis's own" in err


@pytest.mark.browser
def test_a_page_that_hangs_is_given_up(tmp_path: Path) -> None:
    if not any(map(shutil.which, bench_page.BROWSERS)):
        missing("browser", "no chromium on this machine: the bench of the page not run")
    (tmp_path / "page.html").write_text("<script>setTimeout(() => { for (;;); }, 100)</script>", "utf-8")
    code = ("import sys, pathlib; from kg import bench_page as bench; bench.START = 3; here = pathlib.Path(sys.argv[1])\n"
            "with bench.chromium(here) as launch: print(bench._open(launch, here / 'page.html', 'window.never', 2))")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)
    assert "usable=None" in done.stdout, done.stderr


def test_pyvis_gets_every_link_of_a_pair() -> None:
    told = pyvis_page(ROWS, [{"from": "a", "to": "b", "label": word} for word in ("met", "met again")])
    assert '"label": "met"' in told
    assert '"label": "met again"' in told


def test_what_was_not_usable_is_said_to_be_so() -> None:
    table = page_table([Compared(20000, 60000, Opened(70_000_000, 4.96, 1.0, (16.7, 33.4)), Opened(9_000_000, None))])
    assert table.splitlines()[-1] == "| 20,000 | 60,000 | 70.00 | 5.0 | 1.0 | 17 (33) | 9.00 | not within 60 | – |"


@pytest.mark.parametrize("text", ["", "many", "99", "2000,", "1e3", "50001", "9" * 30])
def test_nonsense_numbers_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Misuse, match="--page takes whole numbers from 100 to 50000, as in 100,1000"):
        sizes_of("--page", text, NAMES)


def test_a_missing_driver_or_browser_is_said_in_plain_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(KgError, match="needs a Chromium; none is installed"), bench_page.chromium(tmp_path):
        pass
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(KgError, match="Playwright, which is not installed"), bench_page.chromium(tmp_path):
        pass


def test_only_this_bench_imports_the_browsers_driver() -> None:
    users = [path.name for path in (ROOT / "kg").glob("*.py") if "playwright" in path.read_text("utf-8")]
    assert users == ["bench_page.py"]
