"""What differs between a graph and that of the build before, and which of its subjects and claims that touches."""

from __future__ import annotations

from collections.abc import Iterable

from kg.difference import Difference
from kg.ntriples import claim_of
from kg.trig import graphs_of

_OURS = ("id/", "claim/", "event/", "fact/", "same-origin/", "graph>")
"""What follows the base in the names of curated things; all others are of the ontology."""


class Change:
    """What differs between two graphs with one base, and what that touches. Nodes are written in angle brackets.

    `subjects` are all of whom a line went or came. `claims` are the claims among them, and all that speak of any of them: whatever
    is made from a claim, from what lies in it and from what it speaks of is as before for every other claim. `part` has all lines
    from which that can be made anew for the touched claims, the ontology's among them.
    """

    def __init__(self, difference: Difference, before: Iterable[str], lines: Iterable[str], base: str) -> None:
        """Take the difference between the sorted lines of two graphs, and both."""
        self._claims, self._ours = f"<{base}claim/", tuple(f"<{base}{name}" for name in _OURS)
        self.subjects = {line[:line.index(" ")] for line in difference.gone | difference.came}
        self.old = [*dict.fromkeys(line[:line.index(" ")] for line in before)]
        """The subjects of the graph before, in the order of its lines."""
        self._lines: dict[str, list[str]] = {}
        touched = {*self.subjects}
        for line in lines:
            subject = line[:line.index(" ")]
            if (about := self._lines.get(subject)) is None:
                about = self._lines[subject] = []
            about.append(line)
            if line.endswith("> .") and line[line.rindex("<"):-2] in self.subjects:
                touched.add(subject)
        self.new = [*self._lines]
        """The subjects of the graph, in the order of its lines."""
        self.claims = {self._claim(subject) for subject in touched if self._in_claim(subject)}
        self.part = self._part()

    def is_of_the_ontology(self) -> bool:
        """Whether anything else changed than what is curated: then all may read otherwise."""
        return not all(subject.startswith(self._ours) for subject in self.subjects)

    def lines(self) -> list[str]:
        """Return all lines of the subjects that changed, as they are now."""
        return [line for subject in self.new if subject in self.subjects for line in self._lines[subject]]

    def graphs(self, subjects: Iterable[str]) -> list[str]:
        """Return the names of the records of TriG in a graph with these subjects: those that lie in no claim, then two graphs a claim."""
        claims = dict.fromkeys(self._claim(subject) for subject in subjects if self._in_claim(subject))
        return [*(subject for subject in subjects if not self._in_claim(subject)),
                *sorted(graph for claim in claims for graph in graphs_of(claim))]

    def touched_graphs(self) -> set[str]:
        """Return the names of those records of TriG that may be others than before."""
        return {subject for subject in self.subjects if not self._in_claim(subject)}.union(*map(graphs_of, self.claims))

    def _in_claim(self, subject: str) -> bool:
        return subject.startswith(self._claims)

    def _claim(self, subject: str) -> str:
        return claim_of(subject, self._claims)[0]

    def _mentioned(self, subject: str) -> list[str]:
        return [line[line.rindex("<"):-2] for line in self._lines[subject] if line.endswith("> .")]

    def _part(self) -> list[str]:
        own = {subject for subject in self.new if self._in_claim(subject) and self._claim(subject) in self.claims}
        wanted = self.subjects.union(own, *map(self._mentioned, own))
        return [line for subject in self.new if subject in wanted or not subject.startswith(self._ours) for line in self._lines[subject]]
