"""The program's shape: layers that import only downwards, small modules, short functions, no drawer for odds and ends."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

LAYERS = (
    "errors dates names terms child",                             # words: what goes wrong, when, who, by what address
    "model schema reader text folder vetting guard triples blocks difference",  # records, the ontology, YAML; typed queries
    "fields readings texts store ntriples wire solutions cache before",  # typed fields; how claims stand; texts; the graph on disk; lines
    "claims sentences checks lint questions synthetic scaffold remote",  # one claim; one line; the rules; named questions
    "sources links coverage asof narrow lists resolve frontiers queries protocol",  # the corpus; what answers are made of
    "rdf deals evidence layout steps jsonld trig pool glossary cookbook",  # the graph written; claims gathered into steps
    "network service",                                            # steps into chains; what a server answers
    "chains support tables graph standings",                      # answers that combine answers
    "page change splicing __init__ asking gexf neo4j ftm void annotations publishing",  # the picture; what commands share
    "content",                                                    # what the exports are made from
    "formats",                                                    # the table of exports
    "exports",                                                    # everything that is written, at once
    "bench_page bench_sparql",                                    # the page and the queries beside another's
    "searching sparql serve upkeep bench manual",                 # families of commands
    "cli",
    "__main__",
)
"""Read from top to bottom: a module imports only from the lines above its own, so nothing can turn in a circle."""

LEVEL = {module: level for level, line in enumerate(LAYERS) for module in line.split()}
MODULES = sorted((ROOT / "kg").glob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each module of ours that a module imports, at its top, in a function or for types only."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{line} imports by dots; write the module's name"
            names = [f"kg.{name.name}" for name in node.names] if node.module == "kg" else [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        for name in names:
            if name.split(".")[0] == "kg":
                yield line, [*name.split("."), "__init__"][1]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the name and the number of lines of each function of a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.name}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_every_module_has_its_layer_and_every_layer_its_modules() -> None:
    assert {path.stem for path in MODULES} == set(LEVEL)
    assert sum(len(line.split()) for line in LAYERS) == len(LEVEL)


@pytest.mark.parametrize("path", MODULES, ids=[path.stem for path in MODULES])
def test_a_module_imports_only_from_the_layers_above_it_in_the_table(path: Path) -> None:
    wrong = [f"{path.name}:{line} imports {name}" for line, name in imported(path)
             if LEVEL.get(name, len(LAYERS)) >= LEVEL.get(path.stem, -1)]
    assert wrong == []


def test_the_table_is_read_from_real_imports() -> None:
    assert {name for _, name in imported(ROOT / "kg" / "__main__.py")} == {"cli"}
    assert "store" in {name for _, name in imported(ROOT / "kg" / "exports.py")}


@pytest.mark.parametrize("path", MODULES, ids=[path.stem for path in MODULES])
def test_a_module_is_short_enough_to_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_MODULE


def test_nearly_all_functions_fit_on_a_screen() -> None:
    lengths = dict(found for path in MODULES for found in functions(path))
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION}
    assert len(lengths) > 100
    assert len(long) <= 0.05 * len(lengths), long


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    assert not {"util", "utils", "helpers", "common", "misc", "tools", "stuff"} & {path.stem for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=[path.stem for path in MODULES])
def test_a_module_says_in_one_sentence_what_it_is_for(path: Path) -> None:
    sentence = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n\n", maxsplit=1)[0]
    assert 10 < len(sentence) < 500
    assert sentence[0].isupper() or sentence[0] == "`"
    assert sentence[-1] == "."
