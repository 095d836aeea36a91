"""Which of the cells that show an error are its cause, and which only follow from another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from clv_xl.hosts.recalc.solver.circular import strongly_connected
from clv_xl.hosts.recalc.solver.order import Block, Cells, Node
from clv_xl.hosts.recalc.xlsx.book import Place


def first_causes(
    errors: Mapping[Place, Sequence[Block]], references: Callable[[Place], Iterable[Block]]
) -> dict[Place, Place]:
    """Return the cause of each formula cell that shows an error: the cell itself, or another.

    A formula that reads an error follows from it. Of several causes it follows from the first in
    the book; cells that read each other in a circle, and no other error, from the first of them.

    Parameters
    ----------
    errors : mapping
        By the place of each formula, the blocks of cells that show its errors, or that are blank
        because of one. The blocks have no cell in common.
    references : callable
        The blocks that a formula cell refers to.
    """
    formulas = {Place(*block[:3]): place for place, blocks in errors.items() for block in blocks}
    shown = Cells((Place(*block[:3]), block[1:]) for blocks in errors.values() for block in blocks)
    known: dict[Node, list[Node]] = {}
    found: dict[Node, Place] = {}

    def needs(node: Node) -> list[Node]:
        if node not in known:
            below: Iterable[Node] = (
                read(node)
                if isinstance(node, Place)
                else (formulas[cell] for cell in shown.inside(node))
            )
            known[node] = list(dict.fromkeys(below))
        return known[node]

    def read(place: Place) -> Iterator[Node]:
        """Yield what a formula reads, a single cell as its formula."""
        for block in references(place):
            if block[1:3] != block[3:5]:
                yield block
            elif (cell := shown.at(block)) is not None:
                yield formulas[cell]

    starts: list[Node] = list(errors)
    for together in strongly_connected(starts, needs):
        outside = {found[one] for member in together for one in needs(member) if one in found}
        own = [member for member in together if isinstance(member, Place)]
        if outside or own:
            found.update(dict.fromkeys(together, min(outside or own)))
    return {place: found[place] for place in errors}
