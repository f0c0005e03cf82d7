"""Which folder a command works in; found the way git finds its own."""

from __future__ import annotations

from pathlib import Path

from kg.errors import Misuse


def find_folder(given: str | None, environment: str | None, start: Path) -> Path:
    """Return the folder to work in: the one given, else the environment's, else the nearest parent of `start` with sources.

    Raises Misuse where there is none.
    """
    if given or environment:
        folder = Path(given or environment or "")
        if not (folder / "sources").is_dir() or not (folder / "ontology").is_dir():
            raise Misuse(f"{folder} is no graph folder: it has to hold sources/ and ontology/")
        return folder
    for folder in (start, *start.parents):
        if (folder / "sources").is_dir() and (folder / "ontology").is_dir():
            return folder
    raise Misuse("no graph here: neither this folder nor one above it holds sources/ and ontology/; name one with --folder")
