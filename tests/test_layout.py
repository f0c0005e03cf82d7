"""Places of the picture: the same whatever the order, stories together, labels apart, near linear."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from kg import layout

BOX = (100.0, 44.0)


def story(name: str, size: int) -> tuple[list[str], list[tuple[str, str]]]:
    """Return a ring of invented parties with spokes to the first."""
    nodes = [f"{name}{number}" for number in range(size)]
    links = [(nodes[at], nodes[(at + 1) % size]) for at in range(size)]
    return nodes, links + [(nodes[0], node) for node in nodes[2::2]]


def place(nodes: list[str], links: list[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    return layout.positions(nodes, links, dict.fromkeys(nodes, BOX))


def test_every_node_has_whole_coordinates_and_order_makes_no_difference() -> None:
    nodes, links = story("a", 12)
    first = place(nodes, links)
    again = place(nodes[::-1], [(end, start) for start, end in links[::-1]])
    assert first == again
    assert set(first) == set(nodes)
    assert all(isinstance(at, int) for spot in first.values() for at in spot)


def test_nothing_one_and_two_nodes_have_places() -> None:
    assert layout.positions([], [], {}) == {}
    assert place(["a"], []) == {"a": (0, 0)}
    both = place(["a", "b"], [("a", "b"), ("a", "a"), ("a", "gone")])
    assert both["a"] != both["b"]


def test_no_label_lies_on_another() -> None:
    nodes, links = story("a", 40)
    spots = list(place(nodes, links).values())
    for at, one in enumerate(spots):
        for other in spots[at + 1:]:
            assert abs(one[0] - other[0]) > BOX[0] - 3 or abs(one[1] - other[1]) > BOX[1] - 3


def test_a_story_stays_together() -> None:
    left, left_links = story("a", 14)
    right, right_links = story("b", 14)
    spots = place(left + right, [*left_links, *right_links, (left[3], right[4])])

    def mean(pairs: list[tuple[str, str]]) -> float:
        gaps: list[float] = [((spots[a][0] - spots[b][0]) ** 2 + (spots[a][1] - spots[b][1]) ** 2) ** 0.5 for a, b in pairs]
        return sum(gaps) / len(gaps)

    within = mean([(a, b) for part in (left, right) for a in part for b in part if a < b])
    between = mean([(a, b) for a in left for b in right])
    assert within * 1.6 < between


def test_parts_without_a_link_do_not_overlap() -> None:
    nodes: list[str] = []
    links: list[tuple[str, str]] = []
    for name in "abcdef":
        more, ties = story(name, 6)
        nodes, links = nodes + more, links + ties
    spots = place([*nodes, "alone", "lone"], links)
    assert len(set(spots.values())) == len(spots)


def test_a_large_part_is_measured_from_a_few_pivots_only(monkeypatch: pytest.MonkeyPatch) -> None:
    walks = 0
    walk = layout._steps_from

    def counted(start: str, neighbours: Mapping[str, list[str]]) -> dict[str, int]:
        nonlocal walks
        walks += 1
        return walk(start, neighbours)

    monkeypatch.setattr(layout, "_steps_from", counted)
    nodes = [f"n{number}" for number in range(3000)]
    assert len(place(nodes, [(nodes[at], nodes[at * 7 // 11]) for at in range(1, 3000)])) == 3000
    assert walks <= layout.PIVOTS + 1


def test_places_do_not_hang_on_hash_seed_or_zone() -> None:
    code = ("import sys; sys.path[:0] = ['.', 'tests']; import test_layout as t; n, l = t.story('a', 30); "
            "print(sorted(t.place(sorted(set(n)), list(set(l))).items()))")
    root = Path(__file__).parent.parent
    outputs = {subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True,
                              env={"PYTHONHASHSEED": seed, "TZ": zone, "PATH": ""}).stdout
               for seed, zone in (("1", "UTC"), ("77", "Asia/Tokyo"))}
    assert len(outputs) == 1
