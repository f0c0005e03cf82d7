"""Manners at the terminal: narrow ones, plain ones, slow work, slips of the pen, and the shells that complete what is typed."""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from conftest import ROOT, Run
from fixtures import small_built

from kg import asking
from kg.text import columns_of, table

KG = Path(sys.executable).with_name("kg")


def environment(**more: str) -> dict[str, str]:
    """Return an environment in which `kg` is found and asks the small graph."""
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG")}
    return {**kept, "PATH": f"{KG.parent}:{os.environ['PATH']}", "TERM": "xterm", "KG_FOLDER": str(small_built()), **more}


def on_a_terminal(columns: int, *arguments: str, **more: str) -> str:
    """Return what `kg` prints on a terminal of so many columns, standard error included."""
    upper, lower = pty.openpty()
    fcntl.ioctl(lower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    running = subprocess.Popen([sys.executable, "-m", "kg", *arguments], cwd=ROOT, stdout=lower, stderr=lower, env=environment(**more))
    os.close(lower)
    said = b""
    while True:
        try:
            part = os.read(upper, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        said += part
    running.wait()
    os.close(upper)
    return said.decode().replace("\r\n", "\n")


# ---- narrow terminals


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_an_answer_fits_the_terminal(columns: int) -> None:
    said = on_a_terminal(columns, "who-met-whom")
    assert "Ana Ruiz" in said
    assert max(map(columns_of, said.splitlines())) <= columns


def test_rows_too_wide_for_any_table_are_shown_a_name_and_value_a_line() -> None:
    rows = [["Ana Ruiz", "a long story of many words", ""], ["Jon Berg", "short", "seen"]]
    assert table(["who", "what", "as_what"], rows, 20) == (
        "who      Ana Ruiz\nwhat     a long\n         story of\n         many words\n\n"
        "who      Jon Berg\nwhat     short\nas what  seen\n")


def test_what_is_piped_is_never_shaped_by_a_terminal() -> None:
    wide = table(["who", "what"], [["a" * 60, "b" * 60]])
    assert wide.splitlines()[1] == "a" * 60 + "  " + "b" * 60


# ---- plain terminals


def test_a_passage_is_bold_only_where_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "width", lambda: 80)
    for name, value, bold in (("TERM", "xterm", True), ("NO_COLOR", "", True), ("NO_COLOR", "1", False), ("TERM", "dumb", False)):
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("NO_COLOR", "")
        monkeypatch.setenv(name, value)
        assert asking.bold() is bold
    monkeypatch.setattr(asking, "width", lambda: 0)
    assert asking.bold() is False


# ---- slow work


def test_long_work_is_told_on_a_terminal_and_nowhere_else(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SILENT_SECONDS", 0)
    with asking.working("building"):
        time.sleep(1.3)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with asking.working("building"):
        time.sleep(1.3)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("\rkg: building … 1 s")
    assert err.endswith(" \r")


def test_short_work_is_not_talked_about(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with asking.working("building"):
        pass
    assert capsys.readouterr().err == ""


# ---- slips


def test_a_slip_in_a_command_is_answered_with_what_may_be_meant_questions_too(run: Run) -> None:
    for typed, meant in (("who-met-hwom", "who-met-whom"), ("shwo", "show"), ("who-is-acused", "who-is-accused")):
        code, out, err = run(typed)
        assert (code, out) == (2, "")
        assert f"No such command '{typed}'. " in err
        assert f"'{meant}'" in err.split("Did you mean")[1]


def test_an_ambiguous_name_is_listed_with_kind_and_id(run: Run) -> None:
    code, out, err = run("show", "minister")
    assert (code, out) == (3, "")
    assert "Defense Minister of Israel (Post): israeli-defence-minister" in err
    assert "defence minister sacked in 2009 (Person): defense-news-accord/sacked-defence-minister" in err


# ---- shells


def completed(shell: str, typed: str) -> list[str]:
    """Return what a shell offers to complete what was typed."""
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here: its completion was not tried")
    scripts = {
        "bash": 'eval "$(_KG_COMPLETE=bash_source kg)"; read -ra COMP_WORDS <<< "$1"; [[ $1 == *" " ]] && COMP_WORDS+=(""); '
                'COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _kg_completion kg; printf "%s\\n" "${COMPREPLY[@]}"',
        "zsh": 'autoload -Uz compinit; compinit -u -D; '
               'compadd() { print -l -- ${(P)${@[-1]}} }; _describe() { print -l -- ${(P)${@[-2]}} }; '
               'eval "$(_KG_COMPLETE=zsh_source kg)"; words=(${=1}); CURRENT=${#words}; _kg_completion',
        "fish": '_KG_COMPLETE=fish_source kg | source; complete -C "$argv[1]"',
    }
    quiet = {"bash": ["bash", "--norc", "-c", scripts["bash"], "bash", typed], "zsh": ["zsh", "-f", "-c", scripts["zsh"], "zsh", typed],
             "fish": ["fish", "--no-config", "-c", scripts["fish"], typed]}
    done = subprocess.run(quiet[shell], capture_output=True, text=True, check=False, env=environment())
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_options_and_names(shell: str) -> None:
    assert KG.is_file()
    assert any(line.startswith("who-met-whom") for line in completed(shell, "kg who-m"))
    assert any(line.startswith("--format") for line in completed(shell, "kg claims --for"))
    assert any(line.replace("\\", "").startswith("Ana Ruiz") for line in completed(shell, "kg show ana"))


def test_bash_gets_a_name_of_several_words_as_one_word() -> None:
    assert r"Ana\ Ruiz" in completed("bash", "kg show ana")


def test_documents_and_what_may_be_included_are_completed() -> None:
    first = sorted(path.stem for path in (small_built() / "sources" / "documents").glob("*.yaml"))[0]
    assert first in completed("bash", f"kg claims --without {first[:3]}")
    assert completed("bash", "kg claims --include planned,a") == ["planned,alleged"]
