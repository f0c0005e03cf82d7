"""What all tests share: the folder of the project, the built graph, and which skips are not allowed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

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


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `kg` with arguments in the project's folder: exit code, standard output, standard error."""
    from kg.cli import run as kg

    def call(*arguments: str, folder: Path = ROOT) -> tuple[int, str, str]:
        monkeypatch.setenv("KG_FOLDER", str(folder))
        monkeypatch.delenv("KG_ENDPOINT", raising=False)
        code = kg(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call
