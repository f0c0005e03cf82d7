"""The README tells the truth: its commands are run, its answers compared, its two commands and its files exist."""

from __future__ import annotations

import re
import shlex

import pytest
from conftest import ROOT, Run

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
COMMANDS = [(lines[0][5:], "\n".join(lines[1:])) for block in BLOCKS for part in re.split(r"(?m)^(?=\$ kg )", block)
            if (lines := part.rstrip().split("\n")) and lines[0].startswith("$ kg ")]


@pytest.mark.parametrize(("command", "answer"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_of_the_readme_answers_as_it_says(command: str, answer: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_TEXTS", raising=False)
    code, out, err = run(*shlex.split(command))
    assert code in (0, 4), err
    assert out.rstrip() == answer.rstrip(), f"the README is stale; `kg {command}` answers:\n{out}"


def test_the_readme_opens_with_a_question_and_its_answer() -> None:
    head = README.split("\n\n")
    assert head[1].endswith("?")
    assert head[2].startswith("```console\n$ kg ")


def test_every_command_the_readme_names_exists(run: Run) -> None:
    named = set(re.findall(r"`kg ([a-z][a-z-]+)", README))
    assert len(named) > 10
    for name in sorted(named):
        code, out, err = run(name, "--help")
        assert code == 0, err
        assert out.startswith("Usage: kg ")


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?m)^make ?(\w*)", README.split("## Two commands")[1].split("```")[1]):
        assert f"\n{target or 'all'}:" in makefile


@pytest.mark.parametrize("path", sorted({path for path in re.findall(r"`([\w./-]+/[\w./-]*|[A-Z]{5,})`", README) if "," not in path}))
def test_every_path_the_readme_names_exists(path: str) -> None:
    built = {"exports/graph.html", ".venv/bin/kg"}
    assert path in built or (ROOT / path).exists(), path
