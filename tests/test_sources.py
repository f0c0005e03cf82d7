"""Bad input: one mistake a file (fixtures/bad), each told by exactly the message beside it and by nothing else."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pyoxigraph
import pytest
from conftest import ROOT, Run
from fixtures import HERE, problems_in, schema, small_folder

from kg.rdf import Writer
from kg.readings import read_together
from kg.sources import load_corpus

BAD = sorted((HERE / "bad").glob("*.yaml"))

UNWRITABLE: dict[str, tuple[bytes, str]] = {
    "not UTF-8": (
        "document: {title: Fähre}\n".encode("latin-1"),
        "sources/documents/storm.yaml:1:20: Y02 byte 0xe4 is not UTF-8; save the file as UTF-8"),
    "UTF-16": (
        "document:\n".encode("utf-16"),
        "sources/documents/storm.yaml:1:1: Y02 byte 0xff is not UTF-8; save the file as UTF-8"),
    "UTF-8 cut short": (
        "document:\n  title: Fä".encode()[:-1],
        "sources/documents/storm.yaml:2:11: Y02 byte 0xc3 is not UTF-8; save the file as UTF-8"),
    "a raw NUL": (
        b"document:\n  title: a\0b\n",
        "sources/documents/storm.yaml:2:11: Y04 an invisible character, U+0000 control character; remove it"),
    "a raw escape": (
        b"document:\n  title: \x1b[31mred\n",
        "sources/documents/storm.yaml:2:10: Y04 an invisible character, U+001B control character; remove it"),
    "a second byte order mark": (
        "\ufeffdocument:\n  \ufefftitle: a\n".encode(),
        "sources/documents/storm.yaml:2:3: Y04 an invisible character, U+FEFF ZERO WIDTH NO-BREAK SPACE; remove it"),
    "a next-line character that would add a key": (
        "document:\n  title: a\u0085b: c\n".encode(),
        "sources/documents/storm.yaml:2:11: Y04 an invisible character, U+0085 control character; remove it"),
    "a file of many megabytes": (
        b"#" * 4_000_001,
        "sources/documents/storm.yaml:1:1: Y01 the file has 4000001 bytes; split it: at most 4000000 are read"),
    "a text of many pages": (
        b"document:\n  title: " + b"a" * 20_001,
        "sources/documents/storm.yaml:2:10: Y01 a text of 20001 characters; at most 20000 are read"),
    "brackets without end": (
        b"[" * 100_000,
        "sources/documents/storm.yaml:1:13: Y05 nested more than 12 deep; write it flatter"),
}
"""Mistakes that a file of text in the repository cannot hold, with their messages."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_folder(tmp_path / "graph")


def drop(folder: Path, bad: Path) -> None:
    """Put a bad file where its first line says."""
    text = bad.read_text(encoding="utf-8")
    at = folder / text.removeprefix("# ").partition(": ")[0]
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_text(text, encoding="utf-8")


def expected(bad: Path) -> list[str]:
    return bad.with_suffix(".txt").read_text(encoding="utf-8").splitlines()


def test_the_invented_corpus_has_no_problem(folder: Path) -> None:
    assert problems_in(folder, texts=True) == []


@pytest.mark.parametrize("bad", BAD, ids=[path.stem for path in BAD])
def test_a_mistake_is_told_by_its_message_and_by_nothing_else(bad: Path, folder: Path) -> None:
    drop(folder, bad)
    assert problems_in(folder, texts=True) == expected(bad)


@pytest.mark.parametrize("what", UNWRITABLE)
def test_bytes_that_are_no_text_are_told_by_one_message(what: str, folder: Path) -> None:
    data, message = UNWRITABLE[what]
    (folder / "sources" / "documents" / "storm.yaml").write_bytes(data)
    assert problems_in(folder) == [message]


NO_GRAPH = "sources/graph.yaml:1:1: S02 there is no sources/graph.yaml; write title, publisher and licence into it"


def said_somewhere() -> list[str]:
    """Return every message that a test here expects, as `CODE message; hint`."""
    lines = [NO_GRAPH, *(line for bad in BAD for line in expected(bad)), *(message for _, message in UNWRITABLE.values())]
    return [line.split(": ", 1)[1] for line in lines]


def messages_of(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (code, pattern of the message) for each problem that a module can make."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        for code, message in zip(node.args, node.args[1:], strict=False):
            if isinstance(code, ast.Constant) and isinstance(code.value, str) and re.fullmatch(r"[YSCT]\d\d", code.value):
                parts = message.values if isinstance(message, ast.JoinedStr) else [message]
                yield code.value, "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in parts)


MESSAGES = sorted({found for path in sorted((ROOT / "kg").glob("*.py")) for found in messages_of(ast.parse(path.read_text("utf-8")))})


@pytest.mark.parametrize(("code", "pattern"), MESSAGES, ids=[f"{code} {pattern}" for code, pattern in MESSAGES])
def test_every_message_in_the_program_has_a_file_that_earns_it(code: str, pattern: str) -> None:
    assert any(re.match(f"{code} {pattern}(;|$)", line) for line in said_somewhere())


def test_every_code_in_the_program_is_one_of_those_messages() -> None:
    named = {code for path in (ROOT / "kg").glob("*.py") for code in re.findall(r'"([YSCT]\d\d)"', path.read_text("utf-8"))}
    assert named == {code for code, _ in MESSAGES}


def test_all_problems_of_all_files_are_shown_at_once(folder: Path) -> None:
    names = ("duplicate-key", "flag", "licence-in-words")
    for name in names:
        drop(folder, HERE / "bad" / f"{name}.yaml")
    assert problems_in(folder) == sorted(line for name in names for line in expected(HERE / "bad" / f"{name}.yaml"))


def test_all_problems_of_one_file_are_shown_at_once(folder: Path) -> None:
    (folder / "sources" / "documents" / "storm.yaml").write_text(
        "document: {title: Storm, language: en, chain: [mirror], language: en}\nclaims:\n"
        "  - {id: c1, kind: meting, participants: [ana-ruiz, jon-berg]}\n"
        "  - {id: c2, kind: meeting, participants: [ana-ruis, jon-berg], date: soon, mode: perhaps}\n", "utf-8")
    assert [line.split(" ")[1] for line in problems_in(folder)] == ["Y11", "S06", "C03", "S06", "S07", "S08"]


def test_a_file_that_cannot_be_read_hides_no_other_mistake_and_makes_none(folder: Path) -> None:
    people = folder / "sources" / "people.yaml"
    people.write_text(people.read_text("utf-8").replace("people:", "people:\t"), "utf-8")
    drop(folder, HERE / "bad" / "date-in-words.yaml")
    assert problems_in(folder) == [*expected(HERE / "bad" / "date-in-words.yaml"),
                                   "sources/people.yaml:1:8: Y03 a tab; indent with spaces"]


@pytest.mark.parametrize("broken", ["people", "organisations", "places"])
@pytest.mark.parametrize("bad", ["denies-itself", "done-after-it-was-told", "cites-a-repeat", "alleged-by-nobody", "locator-nowhere"])
def test_a_rule_that_lost_parts_cannot_break_is_told_beside_what_cannot_be_read(bad: str, broken: str, folder: Path) -> None:
    drop(folder, HERE / "bad" / f"{bad}.yaml")
    file = folder / "sources" / f"{broken}.yaml"
    told = problems_in(folder, texts=True)
    file.write_text(file.read_text("utf-8") + "  - {id: one-more, kind: nonsense, label: One more}\n", "utf-8")
    assert set(told) == {line for line in problems_in(folder, texts=True) if " S06 unknown kind 'nonsense'" not in line}


def test_what_a_lost_claim_may_say_is_not_missed(folder: Path) -> None:
    storm = folder / "sources" / "documents" / "storm.yaml"
    storm.write_text("document: {title: Storm, language: en, chain: [mirror]}\n"
                     "matters: [{id: storm-talks, kind: event}]\n"
                     "claims: [{id: c1, kind: meeting, event: storm-talks, participants: [ana-ruiz, jon-berg], mode: perhaps}]\n", "utf-8")
    assert [line.split(" ")[1] for line in problems_in(folder)] == ["C03", "S08"]  # and not that nothing speaks of the talks


def test_without_graph_yaml_one_message_says_what_to_write(folder: Path) -> None:
    (folder / "sources" / "graph.yaml").unlink()
    assert problems_in(folder) == [NO_GRAPH]


IRREGULAR = "sources/documents/storm.yaml:1:1: S12 nothing reads this file; only regular files that lie inside sources/ are read"


def test_a_link_out_of_the_folder_is_not_followed_and_is_named(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("document: {title: hunter2}\n", "utf-8")
    (folder / "sources" / "documents" / "storm.yaml").symlink_to(secret)
    assert problems_in(folder) == [IRREGULAR]


def test_a_pipe_is_not_waited_for_and_is_named(folder: Path) -> None:
    os.mkfifo(folder / "sources" / "documents" / "storm.yaml")
    assert problems_in(folder) == [IRREGULAR]


def test_a_link_to_itself_is_named(folder: Path) -> None:
    loop = folder / "sources" / "documents" / "storm.yaml"
    loop.symlink_to(loop)
    assert problems_in(folder) == [IRREGULAR]


def test_what_an_editor_leaves_behind_is_no_problem(folder: Path) -> None:
    for name in (".people.yaml.swp", "people.yaml~", ".#people.yaml", "#people.yaml#", "README.md", "notes.txt"):
        (folder / "sources" / name).write_text("not: [yaml", "utf-8")
    assert problems_in(folder) == []


def test_claims_keep_what_was_typed(folder: Path) -> None:
    (folder / "sources" / "documents" / "storm.yaml").write_text(
        "document: {title: NO, language: en, chain: [mirror], text: 007, published_note: 12:30}\nclaims:\n"
        "  - {id: c1, kind: meeting, participants: [ana-ruiz, jon-berg], topics: [yes, ~, null, 0x1F, 1e3, 2031-05-12],\n"
        "     evidence: {paragraph: 1, words: on}}\n", "utf-8")
    assert problems_in(folder) == []
    corpus, _ = load_corpus(folder, schema())
    document, claim = corpus.documents["storm"], corpus.claims["storm/c1"]
    assert (document.title, document.text, document.published_note) == ("NO", "007", "12:30")
    assert claim.roles["topics"] == ("yes", "~", "null", "0x1F", "1e3", "2031-05-12")
    assert claim.evidence is not None
    assert claim.evidence.words == "on"


def test_line_ends_of_any_system_mean_the_same(folder: Path) -> None:
    before, _ = load_corpus(folder, schema())
    for path in (folder / "sources").rglob("*.yaml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_corpus(folder, schema()) == (before, [])


def mistaken(text: str, chance: Random) -> str:
    """Return a text with a random slip: a line lost, doubled, moved or cut, a word or a mark where another should be."""
    lines = text.split("\n")
    at, other, slip = chance.randrange(len(lines)), chance.randrange(len(lines)), chance.random()
    words = [*re.finditer(r"[\w-]+", lines[at])]
    if slip < 0.1:
        del lines[at]
    elif slip < 0.2:
        lines.insert(at, lines[other])
    elif slip < 0.3:
        lines[at], lines[other] = lines[other], lines[at]
    elif slip < 0.4:
        lines[at] = lines[at][:chance.randrange(len(lines[at]) + 1)]
    elif slip < 0.8 and words:
        word, strange = chance.choice(words), ["", "[]", "{}", "[[a]]", "null", "-1", "2014-02-30", "..", "nobody-named", "true", "#x"]
        new = chance.choice([*strange, *re.findall(r"[\w-]+", text)])
        lines[at] = lines[at][:word.start()] + new + lines[at][word.end():]
    else:
        place = chance.randrange(len(lines[at]) + 1)
        lines[at] = lines[at][:place] + chance.choice("[]{}:,#&*!|>'\"%@`-? \t…~^\\/<") + lines[at][place:]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(3))
def test_a_file_with_slips_is_refused_with_places_or_makes_a_graph(seed: int, folder: Path) -> None:
    chance = Random(seed)
    files = sorted((folder / "sources").rglob("*.yaml"))
    refused = 0
    for _ in range(40):
        path = chance.choice(files)
        whole = path.read_text("utf-8")
        path.write_text(mistaken(whole, chance), "utf-8")
        told = problems_in(folder)
        refused += bool(told)
        assert all(re.match(r"sources/[^ :]+:\d+:\d+: [YSC]\d\d .+", line) for line in told)
        if not told:
            corpus, _ = load_corpus(folder, schema())
            lines = Writer(corpus, schema(), read_together(corpus, schema())).lines()
            assert len(set(pyoxigraph.parse(input="\n".join(lines), format=pyoxigraph.RdfFormat.N_TRIPLES))) == len(lines)
        path.write_text(whole, "utf-8")
    assert 10 < refused < 40


def test_the_command_prints_every_problem_one_a_line_and_leaves_the_exports(folder: Path, run: Run,
                                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_TEXTS", raising=False)
    names = ("tab", "flag", "licence-in-words")
    lines = sorted(line for name in names for line in expected(HERE / "bad" / f"{name}.yaml"))
    for name in names:
        drop(folder, HERE / "bad" / f"{name}.yaml")
    for command in ("check", "build"):
        assert run(command, folder=folder) == (1, "", "\n".join(lines) + "\nkg: 3 problems in the sources; nothing was changed\n")
    assert not (folder / "exports").exists()
    assert [path.name for path in (folder / ".kg").glob("store-*")] == []  # what was read may be kept for the next time
