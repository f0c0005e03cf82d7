"""Where each node of the picture stands: worked out at build time, the same on every machine.

The method is stress majorization: nodes are drawn as far apart as they are steps apart, so a story (things a few
steps from each other) stays together. Small components use all distances (Gansner, Koren, North 2004), large ones a
sample of pivots (Ortmann, Klimenta, Brandes 2016), which keeps the cost near linear. Then labels are pushed apart.

Only `+ - * /` and square roots are used, summed in a fixed order: processors differ in the last bit of sines and of
matrix products, and a difference of one bit would grow to another picture.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from heapq import heappop, heappush
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Box = tuple[float, float]
Point = tuple[float, float]

STEP = 118.0
"""How long a link wants to be, in the picture's units; a label is some 12 units high."""
ASPECT = 1.3
"""Width of the whole picture over its height, as on a screen beside a pane of evidence."""
ALL_PAIRS = 300
PIVOTS = 32
UNTANGLED = 600
"""Above this many nodes no screen shows all labels at once: only the dots are pushed off each other."""
DOT: Box = (26.0, 26.0)
SEARCHED = 2000
"""Above this many the page opens on a neighbourhood, which it lays out itself: nobody sees the whole."""
_GAP = 8.0
_CELL = 30.0
_PACKED = 150
_TURNS = tuple(step / 8 for step in range(-8, 9))


def positions(nodes: Iterable[str], links: Iterable[tuple[str, str]],
              boxes: Mapping[str, Box]) -> dict[str, tuple[int, int]]:
    """Return whole-number coordinates for every node, x to the right and y down, around the origin.

    `boxes` gives the width and height a node needs with its label. The order of nodes and links makes no difference.
    """
    names = sorted(set(nodes))
    neighbours = _adjacency(names, links)
    parts = [_part(members, neighbours, boxes) for members in _components(names, neighbours)]
    placed = _pack(parts, boxes, neighbours)
    if not placed:
        return {}
    middle_x = (min(x for x, _ in placed.values()) + max(x for x, _ in placed.values())) / 2
    middle_y = (min(y for _, y in placed.values()) + max(y for _, y in placed.values())) / 2
    return {name: (round(placed[name][0] - middle_x), round(placed[name][1] - middle_y)) for name in names}


def _adjacency(names: Sequence[str], links: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {name: set() for name in names}
    for start, end in links:
        if start != end and start in found and end in found:
            found[start].add(end)
            found[end].add(start)
    return {name: sorted(others) for name, others in found.items()}


def _components(names: Sequence[str], neighbours: Mapping[str, list[str]]) -> list[list[str]]:
    """Return the connected parts, largest first."""
    seen: set[str] = set()
    parts = []
    for name in names:
        if name not in seen:
            reached = list(_steps_from(name, neighbours))
            seen.update(reached)
            parts.append(sorted(reached))
    return sorted(parts, key=lambda part: (-len(part), part[0]))


def _steps_from(start: str, neighbours: Mapping[str, list[str]]) -> dict[str, int]:
    steps = {start: 0}
    queue = deque([start])
    while queue:
        name = queue.popleft()
        for other in neighbours[name]:
            if other not in steps:
                steps[other] = steps[name] + 1
                queue.append(other)
    return steps


def _ways_from(start: str, neighbours: Mapping[str, list[str]]) -> dict[str, float]:
    """Return how far away each node wants to be: links between those with many ties are longer, to give them room."""
    ways = {start: 0.0}
    done: set[str] = set()
    queue = [(0.0, start)]
    while queue:
        way, name = heappop(queue)
        if name in done:
            continue
        done.add(name)
        for other in neighbours[name]:
            further = way + 0.8 + 0.1 * sqrt(len(neighbours[name]) * len(neighbours[other]))
            if further < ways.get(other, further + 1):
                ways[other] = further
                heappush(queue, (further, other))
    return ways


def _part(members: list[str], neighbours: Mapping[str, list[str]], boxes: Mapping[str, Box]) -> dict[str, Point]:
    """Return the positions of one connected part."""
    if len(members) == 1:
        return {members[0]: (0.0, 0.0)}
    if len(members) == 2:
        return {members[0]: (0.0, 0.0), members[1]: (STEP, 0.0)}
    distances = _distances(members, neighbours)
    points = _majorize(_start(distances), *_terms(members, neighbours, distances))
    turned = _turn([(float(x) * STEP, float(y) * STEP) for x, y in zip(points[0], points[1], strict=True)])
    if len(members) > SEARCHED:
        return dict(zip(members, turned, strict=True))
    room = [boxes[name] if len(members) <= UNTANGLED else DOT for name in members]
    return dict(zip(members, _untangle(turned, room), strict=True))


def _distances(members: list[str], neighbours: Mapping[str, list[str]]) -> Floats:
    """Return a row of distances for every pivot: all nodes, or in a large part those farthest from each other."""
    import numpy as np

    index = {name: number for number, name in enumerate(members)}
    count = len(members) if len(members) <= ALL_PAIRS else PIVOTS
    rows = np.zeros((count, len(members)))
    nearest = [float(len(members))] * len(members)
    pivot = max(range(len(members)), key=lambda number: (len(neighbours[members[number]]), -number))
    for row in range(count):
        start = members[row] if count == len(members) else members[pivot]
        walk = _ways_from if count == len(members) else _steps_from
        for name, steps in walk(start, neighbours).items():
            rows[row, index[name]] = steps
            nearest[index[name]] = min(nearest[index[name]], steps)
        pivot = max(range(len(members)), key=lambda number: (nearest[number], -number))
    return rows


def _start(distances: Floats) -> Floats:
    """Return first coordinates: the two main directions of the centred squared distances (pivot MDS)."""
    import numpy as np

    squares = distances * distances
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()
    axes: list[Floats] = []
    for turn in range(2):
        axis = np.array([((number * 7919 + turn * 104729) % 1009) / 1009 - 0.5 for number in range(distances.shape[1])])
        for _ in range(40):
            for other in axes:
                axis = axis - other * float((axis * other).sum())
            weights = (centred * axis).sum(axis=1)
            axis = (centred * weights[:, None]).sum(axis=0)
            length = float(np.sqrt((axis * axis).sum()))
            axis = axis / length if length else axis
        axes.append(axis)
    nudge = np.array([(number * 2654435761 % 4096) / 4096 - 0.5 for number in range(distances.shape[1])])
    spread = np.array(axes) * (float(distances.max()) * np.sqrt(float(distances.shape[1])) / 3)
    # nodes with the same neighbours would stand on one spot, where nothing ever parts them
    moved: Floats = spread + np.array([nudge, nudge[::-1]]) * 0.5
    return moved


def _terms(members: list[str], neighbours: Mapping[str, list[str]], distances: Floats) -> tuple[Any, Any, Any, Any]:
    """Return who is drawn by whom, how far away it should be, and how much that counts."""
    import numpy as np

    size = len(members)
    if distances.shape[0] == size:
        mover, other = np.nonzero(distances)
        wanted = distances[mover, other]
        return mover, other, wanted, 1 / (wanted * wanted)
    index = {name: number for number, name in enumerate(members)}
    pairs = [(index[name], index[near]) for name in members for near in neighbours[name]]
    pivots = np.array([int(np.nonzero(row == 0)[0][0]) for row in distances])
    rows, movers = np.nonzero(distances)
    far = distances[rows, movers]
    region = _regions(distances)
    counts = region[rows, (far // 2).astype(int)]
    mover = np.concatenate([np.array([one for one, _ in pairs]), movers])
    other = np.concatenate([np.array([one for _, one in pairs]), pivots[rows]])
    wanted = np.concatenate([np.ones(len(pairs)), far])
    weight = np.concatenate([np.ones(len(pairs)), counts / (far * far)])
    return mover, other, wanted, weight


def _regions(distances: Floats) -> Floats:
    """Return for each pivot how many of the nodes nearest to it stand within so many steps: what it speaks for."""
    import numpy as np

    nearest = distances.argmin(axis=0)
    reach = int(distances.max()) + 1
    rows = [np.bincount(distances[row, nearest == row].astype(int), minlength=reach).cumsum()
            for row in range(distances.shape[0])]
    return np.array(rows, dtype=float)


def _majorize(points: Floats, mover: Any, other: Any, wanted: Any, weight: Any) -> Floats:
    """Return the points after a fixed number of steps, each towards where the others want it."""
    import numpy as np

    size = points.shape[1]
    total = np.bincount(mover, weights=weight, minlength=size)
    for _ in range(160 if size <= ALL_PAIRS else 50):
        delta_x, delta_y = points[0, mover] - points[0, other], points[1, mover] - points[1, other]
        length = np.sqrt(delta_x * delta_x + delta_y * delta_y)
        ratio = wanted / np.maximum(length, 1e-6)
        pull_x = np.bincount(mover, weights=weight * (points[0, other] + delta_x * ratio), minlength=size)
        pull_y = np.bincount(mover, weights=weight * (points[1, other] + delta_y * ratio), minlength=size)
        points = np.array([pull_x, pull_y]) / total
    return points


def _turn(points: list[Point]) -> list[Point]:
    """Return the points turned so that their frame is as wide as a screen and as small as can be."""
    def turned(slope: float) -> list[Point]:
        cosine, sine = (1 - slope * slope) / (1 + slope * slope), 2 * slope / (1 + slope * slope)
        return [(x * cosine - y * sine, x * sine + y * cosine) for x, y in points]

    def frame(slope: float) -> float:
        shape = turned(slope)
        width = max(x for x, _ in shape) - min(x for x, _ in shape)
        height = max(y for _, y in shape) - min(y for _, y in shape)
        return round(max(width, height * ASPECT), 6)

    return turned(min(_TURNS, key=lambda slope: (frame(slope), slope)))


def _untangle(points: list[Point], boxes: list[Box]) -> list[Point]:
    """Return the points moved until no box lies on another, or until patience ends: each pair parts the short way."""
    room = sum(width * height for width, height in boxes)
    wide = max(x for x, _ in points) - min(x for x, _ in points) + 1
    high = max(y for _, y in points) - min(y for _, y in points) + 1
    grow = max(1.0, sqrt(room * 1.35 / (wide * high)))
    xs, ys = [x * grow for x, _ in points], [y * grow for _, y in points]
    for _ in range(120 if len(points) <= ALL_PAIRS else 15):
        order = sorted(range(len(xs)), key=lambda one: (xs[one] - boxes[one][0] / 2, one))
        if not _push_apart(order, xs, ys, boxes):
            break
    return list(zip(xs, ys, strict=True))


def _push_apart(order: list[int], xs: list[float], ys: list[float], boxes: list[Box]) -> bool:
    moved = False
    active: list[int] = []
    for one in order:
        left = xs[one] - boxes[one][0] / 2
        # half a unit of slack: a pair that was just parted must not stay in the list for its rounding
        active = [other for other in active if xs[other] + boxes[other][0] / 2 > left + 0.5]
        for other in active:
            across = (boxes[one][0] + boxes[other][0]) / 2 - abs(xs[one] - xs[other])
            down = (boxes[one][1] + boxes[other][1]) / 2 - abs(ys[one] - ys[other])
            if across <= 0.5 or down <= 0.5:
                continue
            moved = True
            axis, push = (xs, across) if across < down else (ys, down)
            sign = 1 if (axis[one], one) > (axis[other], other) else -1
            axis[one] += sign * push / 2
            axis[other] -= sign * push / 2
        active.append(one)
    return moved


def _pack(parts: list[dict[str, Point]], boxes: Mapping[str, Box],
          neighbours: Mapping[str, list[str]]) -> dict[str, Point]:
    """Return all positions: the largest part in the middle, each other in the nearest gap that holds it."""
    placed: dict[str, Point] = {}
    taken: set[tuple[int, int]] = set()
    ordered = sorted(parts, key=lambda part: (-len(part), min(part)))
    for part in ordered[:_PACKED]:
        cells = _cells(part, boxes, neighbours)
        across, down = next(spot for spot in _spiral() if taken.isdisjoint(_moved(cells, *spot)))
        taken.update(_moved(cells, across, down))
        placed.update({name: (x + across * _CELL, y + down * _CELL) for name, (x, y) in part.items()})
    return placed | _shelved(ordered[_PACKED:], placed, boxes)


def _cells(part: Mapping[str, Point], boxes: Mapping[str, Box],
           neighbours: Mapping[str, list[str]]) -> set[tuple[int, int]]:
    """Return the squares of a coarse net that a part covers with its labels and its links."""
    cells = set()
    for name, (x, y) in part.items():
        width, height = boxes[name][0] / 2 + _GAP, boxes[name][1] / 2 + _GAP
        cells |= {(across, down) for across in range(int((x - width) // _CELL), int((x + width) // _CELL) + 1)
                  for down in range(int((y - height) // _CELL), int((y + height) // _CELL) + 1)}
        for other in neighbours[name]:
            if other > name:
                end_x, end_y = part[other]
                cells |= {(int((x + (end_x - x) * step / 12) // _CELL), int((y + (end_y - y) * step / 12) // _CELL))
                          for step in range(13)}
    return cells


def _moved(cells: set[tuple[int, int]], across: int, down: int) -> set[tuple[int, int]]:
    return {(x + across, y + down) for x, y in cells}


def _spiral() -> Iterator[tuple[int, int]]:
    """Yield the squares of the net, those in the smallest frame of the wanted shape first."""
    yield 0, 0
    for reach in range(1, 100_000):
        yield from _rim(reach)


@cache
def _rim(reach: int) -> list[tuple[int, int]]:
    """Return the squares of a frame that are in no smaller one."""
    high, lower = int(reach / ASPECT), int((reach - 1) / ASPECT)
    rim = [(x, y) for x in range(-reach, reach + 1) for y in range(-high, high + 1)
           if abs(x) == reach or (high > lower and abs(y) == high)]
    return sorted(rim, key=lambda spot: (spot[0] * spot[0] + spot[1] * spot[1] * ASPECT, spot))


def _shelved(parts: list[dict[str, Point]], placed: dict[str, Point], boxes: Mapping[str, Box]) -> dict[str, Point]:
    """Return places below all that is placed for parts too many to look for a gap for each."""
    limit = max(STEP * 2 * max(1.0, sqrt(len(parts))), max((x for x, _ in placed.values()), default=0.0) * 2)
    down = max((y for _, y in placed.values()), default=0.0) + STEP
    across = deep = 0.0
    shelved: dict[str, Point] = {}
    for part in parts:
        left, top, right, bottom = _frame(part, boxes)
        if across and across + right - left > limit:
            across, down, deep = 0.0, down + deep + _GAP, 0.0
        shelved |= {name: (x - left + across - limit / 2, y - top + down) for name, (x, y) in part.items()}
        across += right - left + _GAP
        deep = max(deep, bottom - top)
    return shelved


def _frame(part: Mapping[str, Point], boxes: Mapping[str, Box]) -> tuple[float, float, float, float]:
    return (min(x - boxes[name][0] / 2 for name, (x, _) in part.items()),
            min(y - boxes[name][1] / 2 for name, (_, y) in part.items()),
            max(x + boxes[name][0] / 2 for name, (x, _) in part.items()),
            max(y + boxes[name][1] / 2 for name, (_, y) in part.items()))
