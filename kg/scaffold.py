"""The beginnings of a graph: a folder with the ontology and nothing curated yet, and the head of a document to be curated.

Nothing that somebody wrote is ever written over, and nothing is put in that was not given: what a head still lacks, `kg check`
names with its line.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from kg.errors import BuildFailed, Misuse
from kg.terms import is_id
from kg.texts import Text, read_text

_HERE = Path(__file__).parent
IGNORED = ".kg/\nexports/graph.html\n"


def begin(folder: Path, graph: Mapping[str, str]) -> list[str]:
    """Make a graph folder and return what was put into it; `graph` holds what `sources/graph.yaml` says.

    Raises Misuse where the folder holds a graph already, BuildFailed where it cannot be written.
    """
    staging = folder / f".kg-init.{os.getpid()}.part"
    made = []
    try:
        for name in ("sources", "ontology"):
            if (folder / name).exists():
                raise Misuse(f"{folder / name} is there already; a graph begins in a folder without it")
        (staging / "sources" / "documents").mkdir(parents=True)
        shutil.copytree(_shipped("ontology"), staging / "ontology", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        shutil.copy(_shipped("sources") / "README.md", staging / "sources" / "README.md")
        (staging / "sources" / "graph.yaml").write_text(_block(graph), encoding="utf-8")
        for name in ("ontology", "sources"):  # the folder becomes a graph with the last of them
            (staging / name).rename(folder / name)
            made.append(f"{name}/")
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")
            made.append(".gitignore")
    except OSError as error:
        raise BuildFailed(f"no graph could be begun in {folder}: {error.strerror}: {error.filename}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return made


def add_document(folder: Path, text: Path, key: str, head: Mapping[str, str], chain: list[str]) -> tuple[Path, Text]:
    """Write the head of a document whose text is at hand, and return its file and the text; of the text its checksum alone is kept.

    `key` is the document's id, else it is the name of the text. Raises Misuse where the id cannot be one or is taken, or the text
    belongs to another document.
    """
    read = _read(text)
    key = key or text.stem
    if not is_id(key):
        raise Misuse(f"'{key}' cannot be a document's id; give one of small letters, digits and hyphens with --id")
    path = folder / "sources" / "documents" / f"{key}.yaml"
    for other in sorted(path.parent.glob("*.yaml")):
        if read.sha256 in other.read_text(encoding="utf-8", errors="replace"):
            raise Misuse(f"{text.name} is curated already: sources/documents/{other.name} has its checksum")
    body = _block({**head, "text": read.name, "sha256": read.sha256}, "  ", chain)
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(f"document:\n{body}")
    except FileExistsError:
        raise Misuse(f"sources/documents/{key}.yaml is there already; give another id with --id") from None
    except OSError as error:
        raise BuildFailed(f"{path} could not be written ({error.strerror})") from error
    return path, read


def _read(text: Path) -> Text:
    try:
        return read_text(text)
    except OSError as error:
        raise Misuse(f"{text} cannot be read: {error.strerror}") from None


def _block(values: Mapping[str, str], indent: str = "", chain: list[str] | None = None) -> str:
    """Return a YAML mapping of texts, each in quotes so that it stays what was typed.

    >>> print(_block({"title": 'Say "no"'}), end="")
    title: "Say \\"no\\""
    """
    lines = [f"{indent}{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items() if value]
    if chain is not None:
        lines.insert(2, f"{indent}chain: {json.dumps(chain, ensure_ascii=False)}\n")
    return "".join(lines)


def _shipped(name: str) -> Path:
    """Return the folder of the program's own ontology or curating guide: inside an installed package, beside it in a checkout."""
    inside = _HERE / "shipped" / name
    return inside if inside.is_dir() else _HERE.parent / name
