"""The command: exit codes, sentences instead of tracebacks, nothing hostile on the terminal, and no import that is not needed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from conftest import ROOT, Run
from fixtures import built_copy, read_storm, schema, small_built

from kg.cli import LATE, kg, main
from kg.dates import bounds
from kg.exports import make_exports, publish
from kg.ntriples import literal

ANSWER, PROBLEMS, MISUSE, UNKNOWN, NO_CHAIN, STOPPED, OURS, INTERRUPTED = 0, 1, 2, 3, 4, 5, 70, 130
LONG = "x" * 5_000
linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {**kept, "PYTHONPATH": str(ROOT), "KG_FOLDER": str(small_built()), **more}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kg", *arguments]


# ---- wrong uses

WRONG: list[tuple[list[str], int, str]] = [
    (["nonsense"], MISUSE, "Error: No such command 'nonsense'."),
    (["../who-met-whom"], MISUSE,
     "Error: No such command '../who-met-whom'. (Did you mean one of: 'who-acquired-whom', 'who-met-whom', 'who-visited-whom'?)"),
    (["who_met_whom"], MISUSE, "Error: No such command 'who_met_whom'. Did you mean 'who-met-whom'?"),
    (["--nonsense"], MISUSE, "Error: No such option '--nonsense'."),
    (["claims", "--nonsense"], MISUSE, "Error: No such option '--nonsense'."),
    (["claims", "--include"], MISUSE, "Error: Option '--include' requires an argument."),
    (["claims", "--include", "everything"], MISUSE, "kg: --include knows no 'everything'; it takes planned, alleged, inferred, hedged"),
    (["claims", "--format", "xml"], MISUSE,
     "Error: Invalid value for '--format': 'xml' is not one of 'table', 'json', 'csv', 'tsv', 'markdown'."),
    (["claims", "ana", "jon"], MISUSE, "Error: Got unexpected extra argument (jon)"),
    (["claims", "--from", "yesterday"], MISUSE,
     "kg: --from is 'yesterday': not as EDTF writes one; write 2017, 2017-09 or 2017-09-11"),
    (["claims", "--to", "2031-02-30"], MISUSE,
     "kg: --to is '2031-02-30': day is out of range for month; write 2017, 2017-09 or 2017-09-11"),
    (["claims", "--without", "nothing"], UNKNOWN, "kg: nothing goes by 'nothing'; `kg documents` lists what there is"),
    (["claims", ""], UNKNOWN, "kg: nothing goes by ''; `kg entities` lists what there is"),
    (["show"], MISUSE, "Error: Missing argument 'NAME'."),
    (["show", ""], UNKNOWN, "kg: nothing goes by ''; `kg entities` lists what there is"),
    (["show", "…"], UNKNOWN, "kg: nothing goes by '…'; `kg entities` lists what there is"),
    (["show", "Ana Ruis"], UNKNOWN, "kg: nothing goes by 'Ana Ruis'; did you mean Ana Ruiz?"),
    (["show", "Rotor 8"], UNKNOWN, "kg: nothing goes by 'Rotor 8'; `kg entities` lists what there is"),
    (["show", "x' } UNION { ?s ?p ?o"], UNKNOWN, "kg: nothing goes by 'x' } UNION { ?s ?p ?o'; `kg entities` lists what there is"),
    (["show", 'x" . ?s ?p ?o . "'], UNKNOWN, "kg: nothing goes by 'x\" . ?s ?p ?o . \"'; `kg entities` lists what there is"),
    (["show", "<https://rivers.example/id/>"], UNKNOWN,
     "kg: nothing goes by '<https://rivers.example/id/>'; `kg entities` lists what there is"),
    (["show", "../../etc/passwd"], UNKNOWN, "kg: nothing goes by '../../etc/passwd'; `kg entities` lists what there is"),
    (["show", "\x00"], UNKNOWN, "kg: nothing goes by '\\x00'; `kg entities` lists what there is"),
    (["show", "\x1b[31mred"], UNKNOWN, "kg: nothing goes by '\\x1b[31mred'; `kg entities` lists what there is"),
    (["path", "ana-ruiz"], MISUSE, "Error: Missing argument 'B'."),
    (["path", "ana-ruiz", "Ana Ruiz"], MISUSE, "kg: 'ana-ruiz' and 'Ana Ruiz' are both Ana Ruiz; a chain needs two ends"),
    (["path", "ana-ruiz", "zzzz"], UNKNOWN, "kg: nothing goes by 'zzzz'; `kg entities` lists what there is"),
    (["path", "ana-ruiz", "jon-berg", "--only", "dance"], MISUSE, "kg: no kind of claim is called 'dance'; did you mean stance?"),
    (["path", "ana-ruiz", "jon-berg", "--max-hops", "0"], MISUSE,
     "Error: Invalid value for '--max-hops': 0 is not in the range 1<=x<=30."),
    (["path", "ana-ruiz", "jon-berg", "--not-through", "zzzz"], UNKNOWN,
     "kg: nothing goes by 'zzzz'; `kg entities` lists what there is"),
    (["path", "rotor-12", "mara-okafor"], NO_CHAIN, "kg: no chain of at most 12 hops, whatever is included"),
    (["who-met-whom", ""], UNKNOWN, "kg: nothing goes by ''; `kg entities` lists what there is"),
    (["who-met-whom", "a", "b", "c"], MISUSE, "Error: Got unexpected extra argument (c)"),
    (["evidence", "nothing/c1"], UNKNOWN, "kg: no claim 'nothing/c1'; `kg claims` lists them"),
    (["check", "--texts", "/nonexistent"], MISUSE, "kg: no folder of texts: /nonexistent"),
    (["--folder", "/nonexistent", "claims"], MISUSE,
     "kg: /nonexistent is no graph folder: it has to hold sources/ and ontology/"),
]


@pytest.mark.parametrize(("arguments", "code", "sentence"), WRONG, ids=[" ".join(map(ascii, arguments)) for arguments, *_ in WRONG])
def test_a_wrong_use_has_its_exit_code_and_its_sentence(arguments: list[str], code: int, sentence: str, run: Run) -> None:
    got, out, err = run(*arguments, folder=small_built())
    assert (got, err.splitlines()[-1]) == (code, sentence)
    assert out == "" or arguments[0] == "check"
    assert "Traceback" not in err
    assert err.count("\n") == 1 or err.startswith("Usage: kg ")


def test_a_name_that_is_very_long_is_refused_like_any_other(run: Run) -> None:
    code, out, err = run("show", LONG, folder=small_built())
    assert (code, out) == (UNKNOWN, "")
    assert err.startswith("kg: nothing goes by 'xxxx")


def test_a_name_that_several_go_by_lists_them_with_their_ids(run: Run) -> None:
    assert run("show", "rotor", folder=small_built()) == (UNKNOWN, "", (
        "kg: 'rotor' can mean 3 things; type more of the name, or an id:\n  Rotor 12 (Drone): rotor-12\n  Rotor 9 (Drone): rotor-9\n"
        "  Rotor Forge (Company): rotor-forge\n"))


@pytest.mark.parametrize("typed", ["Ana Ruiz", "ana ruiz", "RUIZ", "ana-ruiz", " Ana  Ruiz ", "Aña Ruíz", "ana\nruiz"])
def test_any_spelling_finds_the_one_it_means(typed: str, run: Run) -> None:
    code, out, _ = run("show", typed, "--format", "json", folder=small_built())
    assert (code, json.loads(out)["id"]) == (ANSWER, "ana-ruiz")


def test_a_party_of_a_document_left_out_is_told_in_a_sentence(run: Run) -> None:
    for form in ("table", "json"):
        code, _, err = run("show", "wire-tour/client", "--without", "wire-tour", "--format", form, folder=small_built())
        assert code in (ANSWER, UNKNOWN)
        assert "mistake in kg" not in err


def test_an_empty_answer_is_an_answer(run: Run) -> None:
    nothing = ("who-met-whom", "mara-okafor")
    assert run(*nothing, folder=small_built()) == (ANSWER, "", "kg: nothing under these filters\n")
    assert run(*nothing, "--format", "json", folder=small_built()) == (ANSWER, "[]\n", "")


def test_a_search_that_reaches_its_limit_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_built()
    monkeypatch.setattr("kg.frontiers.MOST_NODES", 1)
    code, out, err = run("path", "mara-okafor", "rotor-forge", folder=folder)
    assert (code, out) == (STOPPED, "")
    assert err.startswith("kg: stopped after 1 things ")


def test_a_mistake_of_ours_says_that_it_is_ours_and_what_to_report(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the wheel\x1b[31m came off")

    folder = small_built()
    monkeypatch.setattr("kg.lists.documents", broken)
    code, out, err = run("documents", folder=folder)
    assert (code, out) == (OURS, "")
    first, second = err.splitlines()
    assert first.startswith("kg: this is a mistake in kg, not yours: RuntimeError at test_cli.py:")
    assert first.endswith(": the wheel\\x1b[31m came off")
    assert second.startswith("please report this line, what you typed, and Python 3.")


def test_an_interrupted_command_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    folder = small_built()
    monkeypatch.setattr("kg.lists.documents", interrupted)
    code, out, err = run("documents", folder=folder)
    assert (code, out, err.strip()) == (INTERRUPTED, "", "kg: interrupted")


@linux
def test_a_build_that_waits_for_another_can_be_interrupted_and_changes_nothing(tmp_path: Path) -> None:
    folder = built_copy(tmp_path / "graph")
    before = {path.name: path.read_bytes() for path in (folder / "exports").iterdir()}
    lock = folder / ".kg" / "build.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = subprocess.Popen(command("--folder", str(folder), "build"), env=environment(), stderr=subprocess.PIPE, text=True)
        for _ in range(600):
            open_files = Path(f"/proc/{waiting.pid}/fd")
            if any(os.path.realpath(file) == str(lock) for file in open_files.iterdir()):
                break
            time.sleep(0.05)
        time.sleep(0.1)
        waiting.send_signal(signal.SIGINT)
        _, err = waiting.communicate()
    assert (waiting.returncode, err.strip()) == (INTERRUPTED, "kg: interrupted")
    assert {path.name: path.read_bytes() for path in (folder / "exports").iterdir()} == before


# ---- folders

def test_outside_a_graph_every_command_says_that_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                               capsys: pytest.CaptureFixture[str]) -> None:
    from kg.cli import run

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KG_FOLDER", raising=False)
    for arguments in (["claims"], ["build"], ["check"], ["path", "a", "b"], ["who-met-whom", "a"]):
        assert run(arguments) == MISUSE
        assert capsys.readouterr().err == (
            "kg: no graph here: neither this folder nor one above it holds sources/ and ontology/; name one with --folder\n")
    assert run(["--help"]) == ANSWER
    assert "Usage: kg" in capsys.readouterr().out


def test_a_graph_is_found_from_within_it_by_the_environment_and_by_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                                          capsys: pytest.CaptureFixture[str]) -> None:
    from kg.cli import run

    folder = small_built()
    monkeypatch.delenv("KG_FOLDER", raising=False)
    monkeypatch.chdir(folder / "sources" / "documents")
    assert run(["documents"]) == ANSWER
    monkeypatch.chdir(tmp_path)
    assert run(["--folder", str(folder), "documents"]) == ANSWER
    monkeypatch.setenv("KG_FOLDER", str(folder))
    assert run(["documents"]) == ANSWER
    answers = capsys.readouterr().out
    assert len(answers) % 3 == 0
    assert answers == answers[:len(answers) // 3] * 3


def test_the_option_comes_before_the_environment(tmp_path: Path, run: Run) -> None:
    folder = built_copy(tmp_path / "graph")
    (folder / "exports" / "manifest.json").unlink()
    assert run("--folder", str(folder), "documents", folder=small_built())[:2] == (MISUSE, "")


# ---- streams and locales

def test_whoever_reads_only_a_part_ends_the_command_in_peace() -> None:
    for form in ("json", "table"):  # one is more than a buffer holds, one less
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(command("documents" if form == "table" else "claims", "--format", form), env=environment(), stdout=writer,
                              stderr=subprocess.PIPE, text=True, check=False)
        os.close(writer)
        assert (done.returncode, done.stderr) == (ANSWER, "")


@linux
def test_an_output_that_takes_nothing_is_told_in_one_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        written = subprocess.run(command("claims"), env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (written.returncode, written.stderr) == (PROBLEMS, "kg: No space left on device\n")


@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_stream_that_is_closed_is_no_mistake(closed: str) -> None:
    done = subprocess.run(["sh", "-c", f'"$0" -m kg documents {closed}>&-', sys.executable], env=environment(), capture_output=True,
                          text=True, check=False)
    assert (done.returncode, done.stderr) == (ANSWER, "")


@pytest.mark.parametrize("how", [
    {"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "cp1252"},
    {"PYTHONIOENCODING": "ascii:strict"}, {"LC_ALL": "nowhere.UTF-9"}])
def test_no_locale_breaks_an_answer(how: dict[str, str]) -> None:
    done = subprocess.run(command("show", "Varga", "--format", "json"), env=environment(**how), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (ANSWER, b"")
    shown = done.stdout.decode("cp1252" if "cp1252" in str(how) else "utf-8")
    assert "Inés Varga" in shown or "In\\xe9s Varga" in shown


# ---- hostile names

HOSTILE = "Ana\x1b[31m\x1b]0;owned\x07\x9b2J\u202eziuR\u200b\u2028\rJon"
SHOWS = [["show", "ana-ruiz"], ["show", "ana-ruiz", "--format", "json"], ["show", "ana-ruiz", "--format", "csv"], ["claims"],
         ["claims", "--format", "markdown"], ["claims", "--format", "tsv"], ["entities"], ["entities", "--format", "json"], ["documents"],
         ["who-met-whom"], ["who-met-whom", "--evidence"], ["path", "ana-ruiz", "rotor-forge"], ["path", "ana-ruiz", "ana-ruiz"],
         ["path", "ana-ruiz", "jon-berg", "--without", "wire-tour"], ["evidence", "wire-tour/c1"], ["evidence", "wire-tour/c2"],
         ["support", "wire-tour/c2"], ["around", "turbine-works"], ["cut", "ana-ruiz", "rotor-forge"], ["show", "anna ruitz"],
         ["who-held-which-post"], ["which-deals"], ["fragile"], ["fragile", "ana-ruiz", "rotor-forge"], ["show", "jon"]]

ALL = """
import sys
from kg.cli import run
for stream in (sys.stdout, sys.stderr):
    stream.reconfigure(errors="backslashreplace")
for arguments in eval(sys.argv[1]):
    print("====", *arguments, run(arguments), flush=True)
"""


def on_a_terminal(folder: Path, shows: list[list[str]]) -> str:
    """Return what a terminal gets from several commands."""
    upper, lower = pty.openpty()
    running = subprocess.Popen([sys.executable, "-c", ALL, repr(shows)], env=environment(KG_FOLDER=str(folder), COLUMNS="120"), stdin=lower,
                               stdout=lower, stderr=lower, close_fds=True)
    os.close(lower)
    got = b""
    while True:
        try:
            got += os.read(upper, 65536)
        except OSError:  # the other end is closed
            break
    os.close(upper)
    assert running.wait() == 0
    return got.decode("utf-8")


def test_no_hostile_name_reaches_a_terminal(tmp_path: Path) -> None:
    folder = built_copy(tmp_path / "graph")
    export = folder / "exports" / "graph.nt"
    data = export.read_bytes()
    for name in ("Ana Ruiz", "Works denies the report", "Ruiz met … Monday", "Jon Berg"):
        data = data.replace(name.encode(), literal(f"{name} {HOSTILE}")[1:-1].encode())
    export.write_bytes(data)
    manifest = json.loads((folder / "exports" / "manifest.json").read_bytes())
    manifest["store"] = hashlib.sha256(data).hexdigest()
    (folder / "exports" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    shutil.rmtree(folder / ".kg")
    got = on_a_terminal(folder, SHOWS)
    assert got.count("====") == len(SHOWS)
    assert f" {OURS}\r\n" not in got
    assert got.count("owned") > len(SHOWS)
    plain = got.replace("\r\n", "\n").replace("\x1b[1m", "").replace("\x1b[0m", "")  # the bold of `kg evidence` is our own
    assert [ascii(char) for char in "\x1b\x07\x9b\u202e\u200b\u2028\r" if char in plain] == []


def test_no_hostile_file_name_reaches_a_terminal(tmp_path: Path) -> None:
    folder = built_copy(tmp_path / "graph")
    name = "storm\x1b[31m\x1b]0;owned\x07\u202e.yaml"
    (folder / "sources" / "documents" / name).write_text("a: 1\n", "utf-8")
    (folder / "exports" / name).write_text("mine", "utf-8")
    got = on_a_terminal(folder, [["check"], ["build"], ["build", "--check"]])
    assert "\\x1b]0;owned\\x07" in got
    assert [ascii(char) for char in "\x1b\x07\u202e" if char in got] == []


# ---- what is imported

HEAVY = {"rdflib", "networkx", "pyvis", "jinja2", "numpy", "rich", "edtf", "rapidfuzz", "yaml", "anyascii", "IPython", "pyshacl", "scipy"}

IMPORTED = """
import io, sys
from contextlib import redirect_stdout
from kg.cli import run
with redirect_stdout(io.StringIO()):
    code = run(sys.argv[1:])
print(code, *sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(("arguments", "more"), [
    (["who-met-whom", "ruiz"], set()), (["claims"], set()), (["documents"], set()), (["show", "ruiz"], set()),
    (["evidence", "wire-tour/c2"], set()), (["--help"], {"pyoxigraph"}), (["claims", "--help"], {"pyoxigraph"}),
    (["who-met-whom", "--help"], {"pyoxigraph"})])
def test_a_command_imports_nothing_that_only_others_need(arguments: list[str], more: set[str]) -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED, *arguments], env=environment(), capture_output=True, text=True, check=True)
    code, *modules = done.stdout.split()
    assert code == "0"
    assert {"click", "kg"} <= set(modules)
    assert set(modules) & (HEAVY | more) == set()


# ---- help

def names() -> list[str]:
    return sorted({*kg.commands, *LATE}) + sorted(path.stem for path in (ROOT / "ontology" / "questions").glob("*.rq"))


@pytest.mark.parametrize("name", names())
def test_every_command_tells_what_it_does_in_a_sentence(name: str, run: Run) -> None:
    code, out, err = run(name, "--help")
    assert (code, err) == (ANSWER, "")
    lines = [line.strip() for line in out.splitlines()]
    assert lines[0].startswith(f"Usage: kg {name}")
    assert lines[2][0].isupper()
    assert any(line.endswith((".", "?")) for line in lines[2:5])


def test_help_lists_every_command_once(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == ANSWER
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ") and line.strip() and line[2] != " "]
    assert [name for name in names() if listed.count(name) != 1] == []


def test_the_process_leaves_with_the_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["kg", "nonsense"])
    assert main() == MISUSE
    assert "No such command" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "code"), [(["nonsense"], MISUSE), (["claims", "--format", "json"], ANSWER), (["--version"], ANSWER)])
def test_the_process_ends_with_the_code_and_everything_it_had_to_say(arguments: list[str], code: int, run: Run) -> None:
    done = subprocess.run([sys.executable, "-m", "kg", *arguments], env=environment(KG_FOLDER=str(ROOT)), capture_output=True,
                          text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, *run(*arguments)[1:])


def test_a_name_is_completed_without_a_remark_on_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    from click.shell_completion import ShellComplete

    found = ShellComplete(kg, {"obj": None}, "kg", "_KG_COMPLETE").get_completions(["--folder", str(small_built()), "show"], "ana")
    assert [item.value for item in found][:1] == ["Ana Ruiz"]
    assert capsys.readouterr() == ("", "")
    assert isinstance(kg, click.Group)


# ---- dates that exclude each other

def test_a_meeting_told_with_two_days_that_exclude_each_other_gets_no_impossible_date(tmp_path: Path, run: Run) -> None:
    at = tmp_path / "graph"
    storm = read_storm(at, """
        {id: c1, kind: meeting, event: talks, participants: [jon-berg, mara-okafor], date: 2031-06-20}
        {id: c2, kind: meeting, event: talks, participants: [jon-berg, mara-okafor], date: 2031-06-21, said_by: jon-berg}""",
                       also="matters: [{id: talks, kind: event}]")
    assert storm.event("talks").conflict
    assert schema().kinds["meeting"].encounter == "stated"
    publish(at, make_exports(at))
    row, = (row for row in json.loads(run("who-met-whom", "mara-okafor", "--format", "json", folder=at)[1]))
    for part in row["date"].split(" / "):
        assert part == "" or bounds(part)
    hop = json.loads(run("path", "jon-berg", "mara-okafor", "--format", "json", folder=at)[1])["paths"][0]["hops"][0]
    assert hop["date"] == row["date"]
