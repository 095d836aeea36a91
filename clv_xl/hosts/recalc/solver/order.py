"""In which order formula cells depend on each other, as far as their text says it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import NamedTuple, TypeAlias

from clv_xl.hosts.recalc.solver.circular import strongly_connected
from clv_xl.hosts.recalc.xlsx.book import Place

Block: TypeAlias = tuple[int, int, int, int, int]  # sheet, top, left, bottom, right
Node: TypeAlias = Place | Block


class Cells:
    """Formula cells by place, to find those inside a block quickly.

    Parameters
    ----------
    blocks : mapping of Place to what its formula fills
        Formula cells that fill more than themselves count as every cell they fill.
    """

    def __init__(self, blocks: Iterable[tuple[Place, tuple[int, int, int, int]]]) -> None:
        self._rows: dict[int, dict[int, list[int]]] = {}
        self._places: set[Place] = set()
        self._wide: dict[int, list[tuple[Place, tuple[int, int, int, int]]]] = {}
        for place, block in blocks:
            self._places.add(place)
            self._rows.setdefault(place.sheet, {}).setdefault(place.column, []).append(place.row)
            if block[0] != block[2] or block[1] != block[3]:
                self._wide.setdefault(place.sheet, []).append((place, block))
        for columns in self._rows.values():
            for rows in columns.values():
                rows.sort()

    def at(self, block: Block) -> Place | None:
        """Return the formula cell that gives a value to a single cell."""
        place = Place(*block[:3])
        if place in self._places:
            return place
        return next(self.inside(block), None) if place.sheet in self._wide else None

    def inside(self, block: Block) -> Iterator[Place]:
        """Yield the formula cells that give a value to some cell of the block."""
        sheet, top, left, bottom, right = block
        columns = self._rows.get(sheet)
        if columns is None:
            return
        few = right - left < len(columns)
        wanted = range(left, right + 1) if few else sorted(c for c in columns if left <= c <= right)
        for column in wanted:
            rows = columns.get(column)
            if rows:
                for index in range(bisect_left(rows, top), bisect_right(rows, bottom)):
                    yield Place(sheet, rows[index], column)
        for place, (first, start, last, end) in self._wide.get(sheet, ()):
            meets = first <= bottom and last >= top and start <= right and end >= left
            own = top <= place.row <= bottom and left <= place.column <= right
            if meets and not own:
                yield place


@dataclass(slots=True)
class Step:
    """Custom cells that depend on those of earlier steps only.

    Parameters
    ----------
    evaluations : int, count
        How often the native formulas must have been computed before, since the plan began.
    places : list of Place
    """

    evaluations: int
    places: list[Place]


@dataclass(slots=True)
class Plan:
    """What to compute when.

    Parameters
    ----------
    steps : list of Step
    circular : list of lists of Place
        Formula cells that depend on themselves, cycle by cycle.
    dependent_on_cycle : list of Place
        Custom cells that depend on such a cycle.
    affected : set of Place
        Custom cells that depend on a block that has changed.
    """

    steps: list[Step] = field(default_factory=list)
    circular: list[list[Place]] = field(default_factory=list)
    dependent_on_cycle: list[Place] = field(default_factory=list)
    affected: set[Place] = field(default_factory=set)


class Ready(NamedTuple):
    """When a value can be read: after so many evaluations, after so many steps since the last."""

    evaluations: int = 0
    steps: int = 0


class When(NamedTuple):
    """When custom calls can read a value, and by how many evaluations native formulas have."""

    ready: Ready = Ready()
    seen: int = 1


class EngineUse(Flag):
    """What a custom cell needs the engine for."""

    DIRECT = 0
    ARGUMENTS = auto()
    """Some argument of its calls is a formula, not a reference or a constant."""
    RESULT = auto()
    """With the values of its calls in their place, it still is a formula."""


def plan(
    custom: Iterable[Place],
    cells: Cells,
    references: Callable[[Place], Iterable[Block]],
    engine_use: Callable[[Place], EngineUse],
    changed: Sequence[Block] = (),
    unstable: Container[Place] = (),
) -> Plan:
    """Return the order in which custom cells can be computed, with as few evaluations as possible.

    Only what custom cells depend on is looked at, so a book full of native formulas costs nothing.

    Parameters
    ----------
    custom : places of the custom cells
    cells : Cells
    references : callable
        The blocks that a formula cell refers to.
    engine_use : callable
        What a custom cell needs the engine for.
    changed : sequence of Block
        Cells that a spilling formula has just filled or left.
    unstable : container of Place
        Formula cells that count as changed: their text does not say what they read.
    """
    mine: set[Node] = set(custom)
    result = Plan()
    steps: dict[Ready, list[Place]] = {}
    when: dict[Node, When] = {}
    blocks: dict[Block, list[Node]] = {}
    bad: set[Node] = set()
    touched: set[Node] = set()

    def needs(node: Node) -> list[Node]:
        if isinstance(node, Place):
            return list(dict.fromkeys(_nodes(references(node), cells, changed)))
        if node not in blocks:
            blocks[node] = list(cells.inside(node))
        return blocks[node]

    for cycle in strongly_connected(mine, needs):
        node = cycle[0]
        below = needs(node)
        if len(cycle) > 1 or node in below:
            found = [member for member in cycle if isinstance(member, Place)]
            result.circular.append(sorted(found))
            when.update(dict.fromkeys(cycle, When()))
            bad.update(cycle)
            continue
        if (changed or unstable) and (
            any(one in touched for one in below)
            or (isinstance(node, Place) and node in unstable)
            or (not isinstance(node, Place) and any(_meet(node, block) for block in changed))
        ):
            touched.add(node)
        ready = max((when[one].ready for one in below), default=Ready())
        seen = max((when[one].seen for one in below), default=1)
        if any(one in bad for one in below):
            bad.add(node)
            when[node] = When()
            if isinstance(node, Place) and node in mine:
                result.dependent_on_cycle.append(node)
        elif not isinstance(node, Place):
            when[node] = When(ready, seen)
        elif node in mine:
            asks = engine_use(node)
            if EngineUse.ARGUMENTS in asks:
                ready = max(ready, Ready(seen))
            steps.setdefault(ready, []).append(node)
            later = Ready(ready.evaluations + 1)
            at_once = Ready(ready.evaluations, ready.steps + 1)
            when[node] = When(later if EngineUse.RESULT in asks else at_once, later.evaluations)
        else:
            when[node] = When(Ready(seen), seen)
    result.steps = [Step(ready.evaluations, steps[ready]) for ready in sorted(steps)]
    result.affected = {node for node in touched if isinstance(node, Place) and node in mine}
    return result


def _meet(one: Block, other: Block) -> bool:
    return (
        one[0] == other[0]
        and one[1] <= other[3]
        and one[3] >= other[1]
        and one[2] <= other[4]
        and one[4] >= other[2]
    )


def _nodes(blocks: Iterable[Block], cells: Cells, changed: Sequence[Block]) -> Iterator[Node]:
    """Yield what a formula depends on: a single cell as its formula, or not at all if constant."""
    for block in blocks:
        if block[1] != block[3] or block[2] != block[4]:
            yield block
            continue
        found = cells.at(block)
        if found is not None:
            yield found
        if changed and any(_meet(block, one) for one in changed):
            yield block
