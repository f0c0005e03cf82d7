"""The manual: fresh with the program, complete, the same wherever it is written, and readable by man."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest
from conftest import ROOT, Run

from kg import cli, errors, manual
from kg.blocks import Block, Heading, Listing, Paragraph, Terms, man_page, markdown, web_page
from kg.questions import load_question

COMMANDS = (ROOT / "docs" / "commands.md").read_text("utf-8")
PAGE = (ROOT / "docs" / "kg.1").read_text("utf-8")
NASTY: list[Block] = [Heading(1, "<b>*T*</b>"), Heading(2, ".SH x"), Paragraph(".so /etc/passwd"),
                      Paragraph("'br \\n(.g <script> & `x` _y_ a_b é"),
                      Listing((".ex", "'no", "-- <x>")), Terms((("--a 'B'", "\\fB.<i>*c*</i>"),))]


def written(root: Path) -> dict[str, str]:
    """Return the pages as `kg docs` would write them now for a graph folder."""
    above = cli.kg.make_context("kg", ["--folder", str(root)], resilient_parsing=True)
    return manual.pages(click.Context(click.Command("docs"), parent=above))


def test_the_manual_is_fresh(root: Path) -> None:
    assert manual.stale(root / "docs", written(root)) == [], "run `make docs` and commit docs/"


def test_the_manual_is_the_same_in_any_terminal_locale_and_zone(root: Path, tmp_path: Path) -> None:
    for number, (columns, locale) in enumerate((("20", "C"), ("300", "C.UTF-8"))):
        environment = {"COLUMNS": columns, "LC_ALL": locale, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": str(number)}
        done = subprocess.run([sys.executable, "-m", "kg", "--folder", str(root), "docs", "--out", str(tmp_path / str(number))], cwd=root,
                              check=True, capture_output=True, env=environment)
        assert done.stderr == b""
    for name, text in written(root).items():
        assert {(tmp_path / number / name).read_text("utf-8") for number in "01"} == {text}


def test_the_manual_has_the_commands_of_the_help_in_its_groups(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    named = re.findall(r"(?m)^  ([a-z][a-z-]+)  ", out)
    assert len(named) > 30
    assert re.findall(r"(?m)^### kg (.*)$", COMMANDS) == named
    groups = re.findall(r"(?m)^([A-Z][a-z ]+):$", out)[1:]
    assert [title for title in re.findall(r"(?m)^## (.*)$", COMMANDS) if title in groups] == groups


@pytest.mark.parametrize("path", sorted((ROOT / "ontology" / "questions").glob("*.rq")), ids=lambda path: path.stem)
def test_each_question_stands_with_its_text_parameters_columns_and_examples(path: Path) -> None:
    question = load_question(ROOT, path.stem)
    part = COMMANDS.split(f"\n### kg {path.stem}\n")[1].split("\n### ")[0].split("\n## ")[0]
    assert question.title in part
    for name, _, text in question.parameters:
        assert f"- `{name.upper()}`: {text}" in part
    assert re.findall(r"(?m)^- `([a-z_]+)`: ", part) == [name for name, _ in question.columns]
    for example in question.examples:
        assert f"\n{example}\n" in part


def test_options_all_answers_share_are_told_once() -> None:
    assert COMMANDS.count("- `--according-to NAME`") == 1
    assert COMMANDS.count("Takes the options of every answer.") > 20
    assert "- `--max-hops " in COMMANDS.split("### kg path")[1].split("\n### ")[0]


def test_every_exit_code_of_the_program_is_told() -> None:
    told = {code for code, _ in manual.EXIT_CODES}
    errors_of_ours: list[type[errors.KgError]] = [errors.KgError, *errors.KgError.__subclasses__()]
    assert {"0", "4", str(cli.OUR_MISTAKE), str(cli.INTERRUPTED), *(str(one.exit_code) for one in errors_of_ours)} == told


def test_every_variable_that_the_program_reads_is_told() -> None:
    read = {name for path in (ROOT / "kg").glob("*.py") for name in re.findall(r"\bKG_[A-Z]{3,}\b", path.read_text("utf-8"))}
    told = {name for names, _ in manual.ENVIRONMENT for name in names.split(", ")}
    assert read == {name for name in told if name.startswith("KG_")}


@pytest.mark.parametrize("command", [["mandoc", "-Tlint", "-Wwarning"], ["groff", "-ww", "-man", "-Tutf8", "-b"]], ids=["mandoc", "groff"])
@pytest.mark.parametrize("text", [PAGE, man_page("kg", "kg 1", NASTY)], ids=["the manual", "nasty words"])
def test_man_reads_it_without_a_warning(command: list[str], text: str) -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"no {command[0]} here: the man page was not tried with it")
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
    remarks = done.stderr.decode() + (done.stdout.decode() if command[0] == "mandoc" else "")
    # a date of writing would be a clock
    assert [line for line in remarks.splitlines() if "missing date" not in line] == []


def test_words_are_never_commands_to_roff() -> None:
    for line in man_page("kg", "kg 1", NASTY).splitlines():
        assert not line.startswith("'")
        assert not line.startswith(".") or re.match(r"\.(TH|SH|SS|PP|TP|nf|fi|RS|RE)\b", line)
    assert man_page("kg", "kg 1", NASTY).isascii()


def test_words_are_never_markup() -> None:
    text = web_page(NASTY)
    assert "<script>" not in text
    assert "<b>" not in text
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(text)
    assert set(tags) == {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "pre", "dl", "dt", "dd"}
    assert r"\*T\*" in markdown(NASTY)
    assert r"\<script>" in markdown(NASTY)
    assert "a_b" in markdown(NASTY)


def test_stale_and_missing_pages_are_named(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "manual"
    assert run("docs", "--out", str(folder))[0] == 0
    assert run("docs", "--out", str(folder), "--check") == (0, f"{folder} is fresh\n", "")
    (folder / "commands.md").write_text("old", "utf-8")
    (folder / "kg.1").unlink()
    (folder / "commands.html").unlink()
    code, out, _ = run("docs", "--out", str(folder), "--check")
    assert (code, out) == (1, f"{folder}/commands.md is stale\n{folder}/kg.1 is missing\n")


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    code, out, err = run("docs", "--out", str(tmp_path / "file" / "manual"))
    assert (code, out) == (1, "")
    assert "could not be made" in err
    assert "Traceback" not in err
