"""Where labels stand so that nothing touches anything: the nearest free place around each point."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import cos, hypot, pi, sin
from typing import NamedTuple

At = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
_DISTANCES = (8, 13, 20, 30, 44, 60, 80, 105, 135, 170, 210, 260)
"""Of a label from its point."""
_FAR = 16
"""From here on a line ties a label to its point."""
_ROUND = (0, 8, 4, 12, 2, 6, 14, 10, 1, 7, 15, 9, 3, 5, 13, 11)
"""Directions around a point in sixteenths of a turn, best first: right, left, above, below, then between."""
_DOT = 6
_CLEAR = 5
"""How much further the next point is from a label than its own."""


class Label(NamedTuple):
    """A placed label: its box, and the line that ties it to its point, if it stands far from it."""

    box: Box
    tie: tuple[At, At] | None


def placed(
    points: Sequence[At], sizes: Sequence[At], inside: Box, taken: Sequence[Box], furthest: float
) -> list[Label] | None:
    """Place a label for each point; all in the same unit.

    Parameters
    ----------
    points : sequence of tuple
        Where they stand.
    sizes : sequence of tuple
        Width and height of the labels.
    inside : tuple
        Box that holds all labels.
    taken : sequence of tuple
        Boxes that no label may touch.
    furthest : float
        Of a label from its point.

    Returns
    -------
    list of Label or None
        No label touches a point, another label, or the line of another; of a few orders to place them in, that with
        the shortest lines. None where there is no room for all.
    """
    every, crowds = range(len(points)), [_crowd(points, place) for place in range(len(points))]
    ranks = [lambda at: -crowds[at], lambda at: -sizes[at][0], lambda at: -points[at][0], lambda at: points[at][0]]
    best: list[Label] | None = None
    for rank in ranks:
        found = _in_order(sorted(every, key=rank), points, sizes, inside, taken, furthest)
        if found is not None and (best is None or _tied(found) < _tied(best)):
            best = found
        if best is not None and not _tied(best):
            break
    return best


def _tied(labels: Sequence[Label]) -> float:
    """Length of all lines."""
    return sum(hypot(tie[0][0] - tie[1][0], tie[0][1] - tie[1][1]) for _, tie in labels if tie)


def _in_order(
    order: Sequence[int],
    points: Sequence[At],
    sizes: Sequence[At],
    inside: Box,
    taken: Sequence[Box],
    furthest: float,
) -> list[Label] | None:
    dots: list[Box] = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in points]
    found, ways = dict[int, Label](), list[Box]()
    for place in order:
        for label in _around(points[place], sizes[place], furthest):
            way, labels = _steps(*label.tie) if label.tie else [], [each.box for each in found.values()]
            if not _within(label.box, inside) or (not label.tie and _nearer_another(label.box, points, place)):
                continue
            if _free([label.box], [*taken, *dots, *labels, *ways]) and _free(way, labels):
                found[place] = label
                ways += way
                break
        else:
            return None
    return [found[place] for place in range(len(points))]


def _crowd(points: Sequence[At], place: int) -> float:
    """How crowded it is around a point."""
    x, y = points[place]
    return sum(1 / (10 + hypot(x - other_x, y - other_y)) for other_x, other_y in points)


def _around(point: At, size: At, furthest: float) -> Iterator[Label]:
    """Labels around a point, the nearest first."""
    (x, y), (wide, high) = point, size
    for far, turn in product((each for each in _DISTANCES if each <= furthest), _ROUND):
        right, up = cos(turn * pi / 8), sin(turn * pi / 8)
        edge = x + far * right, y + far * up
        left, low = edge[0] - wide * (1 - right) / 2, edge[1] - high * (1 - up) / 2
        box = left, low, left + wide, low + high
        yield Label(box, (point, edge) if far >= _FAR else None)


def _nearer_another(box: Box, points: Sequence[At], place: int) -> bool:
    """Whether a label could be taken for that of another point, which does not lie under its own."""
    gaps = [hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - y, 0, y - box[3])) for x, y in points]
    return any(gap < gaps[place] + _CLEAR for gap, at in zip(gaps, points, strict=True) if at != points[place])


def _steps(start: At, end: At) -> list[Box]:
    """The line from one place to another as small boxes, without its ends."""
    (x, y), (to_x, to_y) = start, end
    many = max(2, int(hypot(to_x - x, to_y - y) / 3))
    shares = [step / many for step in range(1, many)]
    return [
        (x + s * (to_x - x) - 1, y + s * (to_y - y) - 1, x + s * (to_x - x) + 1, y + s * (to_y - y) + 1) for s in shares
    ]


def _within(box: Box, inside: Box) -> bool:
    return box[0] >= inside[0] and box[1] >= inside[1] and box[2] <= inside[2] and box[3] <= inside[3]


def _free(boxes: Sequence[Box], taken: Sequence[Box]) -> bool:
    """Whether no box meets one that is taken."""
    return not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for a in boxes for b in taken)
