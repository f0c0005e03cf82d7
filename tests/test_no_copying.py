"""The texts stay outside: no ten words in a row of any of them stand in any file of the project."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import ROOT

LONGEST_RUN = 10
SKIPPED = {".git", ".kg", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__", "node_modules"}


def words_of(text: str) -> list[str]:
    """Return a text's words, in small letters and without marks, so that no change of marks or case hides a copy."""
    return re.findall(r"\w+", text.casefold())


def runs_of(words: list[str]) -> set[tuple[str, ...]]:
    """Return every run of ten words."""
    return {tuple(words[at:at + LONGEST_RUN]) for at in range(len(words) - LONGEST_RUN + 1)}


def files_of(root: Path) -> list[Path]:
    """Return the files of the project: those that git tracks or would, else all but caches and the store."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, capture_output=True,
                            check=False)
    if listed.returncode == 0 and listed.stdout:
        found: Iterable[Path] = (root / name for name in listed.stdout.decode("utf-8", "surrogateescape").split("\0") if name)
    else:
        found = (path for path in root.rglob("*") if not SKIPPED & set(path.relative_to(root).parts))
    return sorted({path for path in [*found, *(root / "exports").glob("*")] if path.is_file()})


def copied(text: str, runs: set[tuple[str, ...]]) -> list[str]:
    """Return the runs of ten words that a file shares with the texts."""
    return sorted(" ".join(run) for run in runs & runs_of(words_of(text)))


def test_a_copy_would_be_found_whatever_its_case_marks_and_line_ends() -> None:
    ten = "one two three four five six seven eight nine ten"
    runs = runs_of(words_of(f"{ten.capitalize()} eleven."))
    assert copied("x «ONE, two – three\nfour five: six seven; eight nine» ten", runs) == [ten]
    assert copied(ten.removesuffix(" ten"), runs) == []


def test_the_project_s_files_are_found_and_those_of_git_are_not() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in files_of(ROOT)}
    assert {"kg/cli.py", "sources/people.yaml", "exports/graph.nt", "tests/test_no_copying.py"} <= found
    assert not [name for name in found if name.startswith((".git/", ".kg/"))]


@pytest.mark.texts
def test_no_ten_words_in_a_row_of_a_text_stand_in_the_project(texts: Path) -> None:
    runs = {run for path in sorted(texts.glob("*.txt")) for run in runs_of(words_of(path.read_text("utf-8")))}
    assert len(runs) > 1000
    found = {path.relative_to(ROOT).as_posix(): shared for path in files_of(ROOT)
             if (shared := copied(path.read_bytes().decode("utf-8", "replace"), runs))}
    assert found == {}
