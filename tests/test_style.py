"""Types and style: mypy, strict, and ruff find nothing."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

BESIDE = str(Path(sys.executable).parent)


def checked(*command: str) -> tuple[int, str]:
    """Run a tool over the project; return its exit code and all it said."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_mypy_finds_nothing() -> None:
    if not importlib.util.find_spec("mypy"):
        pytest.skip("no mypy here: types are not checked")
    code, said = checked(sys.executable, "-m", "mypy", "--config-file", "setup.cfg", "kg", "tests")
    assert code == 0, said


def test_mypy_is_asked_to_be_strict() -> None:
    assert "\nstrict = true\n" in (ROOT / "setup.cfg").read_text("utf-8")


def test_ruff_finds_nothing() -> None:
    ruff = shutil.which("ruff", path=BESIDE) or shutil.which("ruff")
    if not ruff:
        pytest.skip("no ruff here: style is not checked")
    code, said = checked(ruff, "check", "--output-format", "concise", "kg", "tests")
    assert code == 0, said
