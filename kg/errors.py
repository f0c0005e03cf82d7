"""What can go wrong, and how it is said.

The error tree; each class knows the exit code of the command that meets it:

    KgError                 1  anything the program expects to happen
    ├── SourcesRefused      1  the curated files have problems; carries all of them
    ├── BuildFailed         1  an output could not be made or verified; the old one is untouched
    ├── Misuse              2  the command was asked for something that makes no sense
    ├── NameUnknown         3  no entity, or more than one, goes by a name
    └── Stopped             5  a limit was reached before the answer was complete
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Place(NamedTuple):
    """A point in a curated file: path as shown to people, line and column counted from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return `path:line:column`, which editors and terminals can open."""
        return f"{self.path}:{self.line}:{self.column}"


class Problem(NamedTuple):
    """One mistake in the curated files: where, a stable code, what is wrong, and what to do about it."""

    place: Place
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Return the problem on one line, or two where there is a hint.

        >>> print(Problem(Place("sources/people.yaml", 3, 5), "S01", "unknown key 'labl'", "did you mean 'label'?"))
        sources/people.yaml:3:5: S01 unknown key 'labl'; did you mean 'label'?
        """
        return f"{self.place}: {self.code} {self.message}" + (f"; {self.hint}" if self.hint else "")


class KgError(Exception):
    """Anything the program expects to happen; its text is a sentence for the person at the terminal."""

    exit_code = 1


class SourcesRefused(KgError):
    """The curated files have problems; nothing was built from them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep all problems, ordered by place."""
        self.problems = sorted(set(problems))
        super().__init__(self.summary())

    def summary(self) -> str:
        """Return how many problems there are, in words."""
        number = len(self.problems)
        return f"{number} problem{'' if number == 1 else 's'} in the sources; nothing was changed"


class BuildFailed(KgError):
    """An output could not be made, written or verified; what was there before is untouched."""


class Misuse(KgError):
    """The command was asked for something that makes no sense."""

    exit_code = 2


class NameUnknown(KgError):
    """No entity goes by a name, or several do; the text lists what may be meant."""

    exit_code = 3


class Stopped(KgError):
    """A limit was reached before the answer was complete."""

    exit_code = 5
