"""The exports: the same bytes everywhere, replaced whole or not at all, and read back by parsers that did not write them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import rdflib
from conftest import ROOT, Run
from fixtures import built_copy, small_built, small_folder

from kg.before import MANIFEST
from kg.exports import DATA, PAGE, Built, make_exports, publish, stale

SUMS = """
import hashlib, json, sys
from pathlib import Path
from kg.exports import make_exports
print(json.dumps({name: hashlib.sha256(data).hexdigest() for name, data in make_exports(Path(sys.argv[1])).files.items()}))
"""


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder's exports."""
    return {path.name: path.read_bytes() for path in (folder / "exports").iterdir()}


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return built_copy(tmp_path / "graph")


@pytest.fixture(scope="module")
def made() -> Built:
    return make_exports(small_built())


@pytest.fixture(scope="module")
def smaller(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return the exports of the invented corpus without one of its documents."""
    folder = small_folder(tmp_path_factory.mktemp("smaller") / "graph")
    shrink(folder)
    return make_exports(folder)


def shrink(folder: Path) -> None:
    """Take away what the second document says, and whoever only it speaks of."""
    sources = folder / "sources"
    (sources / "documents" / "gazette-report.yaml").unlink()
    (sources / "inferences.yaml").unlink()
    (sources / "events.yaml").unlink()
    (sources / "deals.yaml").write_text("deals:\n  - {id: rotor-lot, kind: deal, label: lot of rotors of 2031}\n", "utf-8")
    for path in (sources / "people.yaml", sources / "organisations.yaml"):
        names = path.read_text("utf-8").replace("wire-tour, gazette-report", "wire-tour").replace("gazette-report", "wire-tour")
        path.write_text(names, "utf-8")


# ---- the same bytes

def test_builds_are_the_same_bytes_under_any_hash_seed_time_zone_and_locale() -> None:
    settings = [{"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
                {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
    running = [subprocess.Popen([sys.executable, "-c", SUMS, str(ROOT)], env=environment(**each), stdout=subprocess.PIPE, cwd="/")
               for each in settings]
    first, second = (json.loads(process.communicate()[0]) for process in running)
    assert set(first) == {*DATA, PAGE, MANIFEST}
    assert first == second


def test_the_order_in_which_files_were_written_makes_no_difference(made: Built, tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "graph")
    for path in sorted((folder / "sources").rglob("*.yaml"), reverse=True):
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(data)
    assert make_exports(folder).files == made.files


def test_no_export_names_this_machine(made: Built) -> None:
    for name, data in made.files.items():
        assert str(Path.home()).encode() not in data or str(Path.home()) == "/", name
        assert str(ROOT).encode() not in data, name
        assert b"_:" not in data if name.endswith(".nt") else True


def test_the_committed_exports_are_those_of_the_sources() -> None:
    built = make_exports(ROOT)
    wrong = [name for name in (*DATA, MANIFEST) if not (ROOT / "exports" / name).is_file()
             or (ROOT / "exports" / name).read_bytes() != built.files[name]]
    assert not wrong, f"{', '.join(wrong)} in exports/ {'is' if len(wrong) == 1 else 'are'} stale: run `kg build` and commit exports/"


def test_check_names_what_is_stale_missing_or_not_ours_and_writes_nothing(folder: Path, run: Run) -> None:
    assert run("build", "--check", folder=folder) == (0, "exports/ is fresh\n", "")
    exports = folder / "exports"
    (exports / "claims.csv").write_text("changed", "utf-8")
    (exports / "graph.ttl").unlink()
    (exports / "notes.txt").write_text("mine", "utf-8")
    before = contents(folder)
    assert run("build", "--check", folder=folder)[:2] == (
        1, "exports/claims.csv is stale\nexports/graph.ttl is missing\nexports/notes.txt is not one of ours\n")
    assert contents(folder) == before


# ---- whole or not at all

TRIALS = """
import os, pickle, random, signal, sys, time
from pathlib import Path
from kg.exports import publish
folder = Path(sys.argv[1])
sets = pickle.load(open(sys.argv[2], "rb"))
chance = random.Random(7)


def standing():
    found = {path.name: path.read_bytes() for path in (folder / "exports").iterdir()}
    return next((number for number, built in enumerate(sets) if built.files == found), None)


began = time.monotonic()
publish(folder, sets[1], True)
longest = time.monotonic() - began
killed = changed = 0
for trial in range(int(sys.argv[3])):
    before = standing()
    child = os.fork()
    if child == 0:
        publish(folder, sets[1 - before], True)
        os._exit(0)
    time.sleep(chance.uniform(0, 1.2 * longest))
    os.kill(child, signal.SIGKILL)
    if os.waitpid(child, 0)[1] == signal.SIGKILL:
        killed += 1
    else:
        longest *= 0.8  # the first build was slower than most
    after = standing()
    if after is None:
        sys.exit(f"a mixed set after {trial} trials: {sorted(path.name for path in (folder / 'exports').iterdir())}")
    changed += after != before
publish(folder, sets[0], True)
left = sorted(path.name for path in (folder / ".kg").iterdir())
print(killed, changed, standing(), *left)
"""


def test_a_build_that_is_killed_leaves_the_old_or_the_new_set_whole(folder: Path, made: Built, smaller: Built, tmp_path: Path) -> None:
    (tmp_path / "sets").write_bytes(pickle.dumps([made, smaller]))
    trials = subprocess.run([sys.executable, "-c", TRIALS, str(folder), str(tmp_path / "sets"), "20"], env=environment(),
                            capture_output=True, text=True, check=False)
    assert trials.returncode == 0, trials.stderr
    killed, changed, standing, *left = trials.stdout.split()
    assert int(killed) >= 5
    assert int(killed) + int(changed) >= 5
    assert standing == "0"
    assert {f"store-{made.checksum[:16]}", "build.lock"} <= set(left)
    assert set(left) <= {"before", "build.lock", *(f"store-{built.checksum[:16]}" for built in (made, smaller))}


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from kg.cli import run
sys.exit(run(["--folder", sys.argv[2], "build"]))
"""


@pytest.mark.parametrize("room", ["none", "too little for the store", "too little for the last file"])
def test_a_build_without_room_leaves_the_old_set_and_says_so_in_one_sentence(room: str, folder: Path, made: Built, run: Run) -> None:
    largest = max(map(len, made.files.values()))
    limit = {"none": 0, "too little for the store": 10_000, "too little for the last file": largest - 100}[room]
    places = folder / "sources" / "places.yaml"
    places.write_text(places.read_text("utf-8").replace("Rivertown", "Riverton"), "utf-8")
    before = contents(folder)
    # without -B the process would leave bytecode cut short beside the program, for everybody
    built = subprocess.run([sys.executable, "-B", "-c", LIMITED, str(limit), str(folder)], env=environment(), capture_output=True,
                           text=True, check=False)
    assert contents(folder) == before
    assert (built.returncode, built.stdout) == (1, "")
    assert built.stderr.startswith("kg: ")
    assert built.stderr.count("\n") == 1
    assert "mistake in kg" not in built.stderr
    assert not list((folder / ".kg").glob("*.part"))
    assert run("build", folder=folder)[0] == 0
    assert contents(folder) != before


def test_a_stranger_s_file_is_neither_overwritten_nor_taken_along(folder: Path, run: Run) -> None:
    (folder / "exports" / "thesis.docx").write_text("years of work", "utf-8")
    before = contents(folder)
    assert run("build", folder=folder) == (
        1, "", "kg: exports/ is replaced as a whole, and holds what no build made: thesis.docx; move it away\n")
    assert contents(folder) == before


def test_a_graph_that_would_shrink_is_refused_unless_that_is_allowed(folder: Path, run: Run) -> None:
    before = contents(folder)
    shrink(folder)
    code, out, err = run("build", folder=folder)
    assert (code, out) == (1, "")
    assert err == ("kg: the graph would shrink from 18 claims to 10, more than the 10 % that sources/graph.yaml allows; "
                   "if that is meant, add --allow-shrink\n")
    assert contents(folder) == before
    assert run("build", "--allow-shrink", folder=folder)[0] == 0
    assert json.loads((folder / "exports" / MANIFEST).read_bytes())["counts"]["claims"] == 10


def test_builds_at_once_end_in_one_whole_set(folder: Path, made: Built) -> None:
    for path in (folder / "exports").iterdir():
        path.write_bytes(b"")
    command = [sys.executable, "-m", "kg", "--folder", str(folder), "build"]
    running = [subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for process in running:
        _, err = process.communicate()
        assert (process.returncode, err) == (0, "")
    assert contents(folder) == made.files
    assert sorted(path.name for path in (folder / ".kg").iterdir()) == ["before", "build.lock", "cache", f"store-{made.checksum[:16]}"]


def test_a_first_build_needs_no_folder_of_exports(tmp_path: Path, made: Built) -> None:
    folder = small_folder(tmp_path / "graph")
    publish(folder, made)
    assert contents(folder) == made.files
    assert stale(folder, made) == []


def test_the_store_of_the_build_before_is_kept_for_who_reads_it_and_older_ones_are_forgotten(
        folder: Path, made: Built, smaller: Built) -> None:
    (folder / ".kg" / "store-0123456789abcdef").mkdir()
    publish(folder, smaller, allow_shrink=True)
    assert {path.name for path in (folder / ".kg").glob("store-*")} == {f"store-{built.checksum[:16]}" for built in (made, smaller)}
    publish(folder, smaller)
    assert [path.name for path in (folder / ".kg").glob("store-*")] == [f"store-{smaller.checksum[:16]}"]


# ---- a part of the graph, written elsewhere

def test_a_part_is_written_whole_to_the_file_named_and_leaves_the_exports(folder: Path, tmp_path: Path, run: Run) -> None:
    before = contents(folder)
    code, out, _ = run("export", "nodes", "--without", "gazette-report", "--out", str(tmp_path / "part.csv"), folder=folder)
    assert (code, out.partition(", ")[0]) == (0, "10 claims")
    assert (tmp_path / "part.csv").read_text("utf-8").startswith("id,kind,label,")
    assert "Mara Okafor" not in (tmp_path / "part.csv").read_text("utf-8")
    assert contents(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph", "part.csv"]


def test_a_part_is_not_written_in_place_of_what_is_no_file(folder: Path, tmp_path: Path, run: Run) -> None:
    """As the superuser, `--out /dev/null` must not put a file where the device was."""
    pipe, target, link = tmp_path / "pipe", tmp_path / "target.csv", tmp_path / "link.csv"
    os.mkfifo(pipe)
    code, _, err = run("export", "nodes", "--out", str(pipe), folder=folder)
    assert (pipe.is_fifo(), code in (1, 2), err.count("\n")) == (True, True, 1)
    target.write_text("old", "utf-8")
    link.symlink_to(target)
    assert run("export", "nodes", "--out", str(link), folder=folder)[0] == 0
    assert link.is_symlink()
    assert target.read_text("utf-8").startswith("id,kind,label,")


@pytest.mark.parametrize("out", ["missing/part.csv", "graph", "file/part.csv"])
def test_a_part_that_cannot_be_written_is_told_in_a_sentence(out: str, folder: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("a file", "utf-8")
    code, got, err = run("export", "nodes", "--out", str(tmp_path / out), folder=folder)
    assert (got, code in (1, 2), "mistake in kg" in err) == ("", True, False)
    assert err.splitlines()[-1].startswith(("kg: ", "Error: "))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "graph"]


# ---- read back by others

def graph(data: bytes, form: str) -> set[Any]:
    """Return the triples that rdflib finds, as text so that equal numbers written differently stay different."""
    found = rdflib.Graph()
    found.parse(data=data, format=form)
    return {tuple(term.n3() for term in triple) for triple in found}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader of JSON-LD uses it
def test_rdflib_finds_the_same_triples_in_every_rdf_export(made: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    monkeypatch.setattr(rdflib.term, "NORMALIZE_LITERALS", False, raising=False)
    lines = graph(made.files["graph.nt"], "nt")
    assert len(lines) == made.triples == made.files["graph.nt"].count(b"\n")
    assert graph(made.files["graph.ttl"], "turtle") == lines
    assert graph(made.files["graph.jsonld"], "json-ld") == lines


def test_n_triples_are_sorted_and_each_stands_once(made: Built) -> None:
    lines = made.files["graph.nt"].decode().removesuffix("\n").split("\n")
    assert lines == sorted(set(lines))


@pytest.mark.parametrize(("name", "what"), [("claims.csv", "claims"), ("nodes.csv", "nodes"), ("links.csv", "links")])
def test_each_table_has_a_row_for_each_thing_it_counts(name: str, what: str, made: Built) -> None:
    rows = list(csv.DictReader(io.StringIO(made.files[name].decode(), newline="")))
    assert len(rows) == json.loads(made.files[MANIFEST])["counts"][what]
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(None not in row and None not in row.values() for row in rows)


def test_networkx_reads_the_links_back_as_a_multigraph(made: Built) -> None:
    found = nx.read_graphml(io.BytesIO(made.files["graph.graphml"]), force_multigraph=True)
    rows = list(csv.DictReader(io.StringIO(made.files["links.csv"].decode(), newline="")))
    assert found.is_directed()
    assert sorted((row["from"], row["to"], row["id"]) for row in rows) == sorted(found.edges(keys=True))
    assert {node for row in rows for node in (row["from"], row["to"])} == set(found.nodes)
    labels = {row["id"]: row["label"] for row in csv.DictReader(io.StringIO(made.files["nodes.csv"].decode(), newline=""))}
    assert all(data["label"] == labels[node] for node, data in found.nodes(data=True) if node in labels)


def test_the_manifest_tells_the_truth(made: Built) -> None:
    manifest = json.loads(made.files[MANIFEST])
    described = {**manifest["files"], PAGE: manifest["page"]}
    assert set(described) == {*DATA, PAGE}
    for name, entry in described.items():
        assert entry["sha256"] == hashlib.sha256(made.files[name]).hexdigest()
        assert entry["bytes"] == len(made.files[name])
    assert manifest["store"] == manifest["files"]["graph.nt"]["sha256"] == made.checksum
    assert manifest["counts"]["claims"] == made.claims == 18
    assert manifest["counts"]["documents"] == 2
    assert manifest["counts"]["triples"] == made.triples


HOSTILE = {"works": "=HYPERLINK(\"https://evil.example\",\"x\")", "forge": "+1+1", "office": "-2", "ministry": "@SUM(A1:A9)",
           "guard": "＝1+1", "club": "a \"b\" <c> & d, e; f\\g", "owls": "<script>alert(1)</script>", "cats": "]]> --> %s {x} ${y}"}


def test_hostile_names_stay_names_in_every_export(tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "graph")
    entities = "".join(f"  - {{id: {key}, kind: company, label: {json.dumps(label)}}}\n" for key, label in HOSTILE.items())
    events = folder / "sources" / "events.yaml"
    events.write_text(events.read_text("utf-8") + entities, "utf-8")
    (folder / "sources" / "documents" / "storm.yaml").write_text(
        "document: {title: '=1+1', language: en, chain: [mirror]}\nclaims:\n"
        f"  - {{id: c1, kind: meeting, participants: [{', '.join(HOSTILE)}], evidence: {{paragraph: 1, words: '=cmd'}}}}\n", "utf-8")
    files = make_exports(folder).files
    for name in ("claims.csv", "nodes.csv", "links.csv"):
        cells = [cell for row in csv.reader(io.StringIO(files[name].decode(), newline="")) for cell in row]
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))]
    nodes = {row["id"]: row["label"] for row in csv.DictReader(io.StringIO(files["nodes.csv"].decode(), newline=""))}
    assert all(nodes[key].removeprefix("'") == label for key, label in HOSTILE.items())
    labels = {str(label) for label in rdflib.Graph().parse(data=files["graph.ttl"], format="turtle").objects(
        None, rdflib.RDFS.label)}
    assert set(HOSTILE.values()) <= labels
    found = nx.read_graphml(io.BytesIO(files["graph.graphml"]), force_multigraph=True)
    assert {found.nodes[key]["label"] for key in HOSTILE} == set(HOSTILE.values())
