"""The build before, as far as a new one may build upon it: its exports, and what was worked out for them.

They may be built upon only where this very program made them and nobody has touched them since. So `.kg/before/built.json` names
the checksum of the program and of the libraries that it writes with, that of the manifest, which has those of all exports, and
those of what lies beside it. What does not fit is not there. The folder can be removed at any time.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from kg.difference import lines_of

MANIFEST = "manifest.json"
"""The export that names all others with their checksums."""

_LIBRARIES = ("pyoxigraph", "numpy", "pyyaml", "edtf")


class Before:
    """What the build before left in a graph folder, each thing proven when it is asked for; empty where that build is not ours."""

    def __init__(self, folder: Path) -> None:
        """Read what that build wrote of itself."""
        self._folder = folder
        self._files: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self.holds: dict[str, int] = {}
        """How many records each export was found to hold when it was read back."""
        self.store = ""
        """The checksum of its N-Triples, which names its store."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            record = json.loads(_beside(folder, "built").read_bytes())
            text = (folder / "exports" / MANIFEST).read_bytes()
            if record["program"] == program() and record["manifest"] == _sum(text):
                manifest = json.loads(text)
                self._files = {name: file["sha256"] for name, file in manifest["files"].items()}
                self._kept, self.holds, self.store = record["kept"], record["holds"], manifest["store"]

    def export(self, name: str) -> bytes:
        """Return an export, or nothing where it is not what was built."""
        return _proven(self._folder / "exports" / name, self._files.get(name, ""))

    @cached_property
    def lines(self) -> list[str]:
        """The sorted N-Triples lines of its graph; none where that is not what was built."""
        return lines_of(self.export(next((name for name, checksum in self._files.items() if checksum == self.store), "")))

    def kept(self, name: str) -> Any:
        """Return what was kept under a name beside the exports, or None."""
        data = _proven(_beside(self._folder, name), self._kept.get(name, ""))
        return json.loads(data) if data else None


def keep(folder: Path, manifest: bytes, holds: Mapping[str, int], beside: Mapping[str, Any]) -> None:
    """Note that this program has just written the exports of a manifest, how many records each holds, and what to keep beside them."""
    texts = {name: json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() for name, value in beside.items()}
    record = {"program": program(), "manifest": _sum(manifest), "holds": holds, "kept": {name: _sum(text) for name, text in texts.items()}}
    with suppress(OSError):  # a folder that cannot be written to is no reason not to build
        (folder / ".kg" / "before").mkdir(parents=True, exist_ok=True)
        for name, text in {**texts, "built": json.dumps(record).encode()}.items():
            _beside(folder, name).write_bytes(text)  # what is cut short does not fit its checksum


@cache
def program() -> str:
    """Return the checksum of what makes exports: every source of this program, and the versions of the libraries that they come from."""
    from importlib.metadata import version

    here = Path(__file__).parent
    sources = [path.read_bytes() for path in sorted(here.glob("*.py"))]
    return _sum(b"\0".join([*sources, platform.python_version().encode(), *(version(name).encode() for name in _LIBRARIES)]))


def _beside(folder: Path, name: str) -> Path:
    return folder / ".kg" / "before" / f"{name}.json"


def _proven(path: Path, checksum: str) -> bytes:
    """Return the bytes of a file that has this checksum, or none."""
    with suppress(OSError):
        data = path.read_bytes() if checksum else b""
        if _sum(data) == checksum:
            return data
    return b""


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
