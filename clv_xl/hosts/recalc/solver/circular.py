"""Circular references: which formula cells depend on themselves, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

_T = TypeVar("_T", bound=Hashable)

AFTER_A_CYCLE: Final = "It depends on a circular reference, so it keeps its value."
_NAMED: Final = 4


def circular_sentence(cells: Sequence[str]) -> str:
    """Return the sentence for the cells of a cycle, the first few named in their order."""
    named = " -> ".join([*cells[:_NAMED], cells[0]])
    return f"Circular reference: {named}. Change one of these formulas."


def strongly_connected(starts: Iterable[_T], needs: Callable[[_T], list[_T]]) -> Iterator[list[_T]]:
    """Yield the strongly connected parts, what is needed first (Tarjan, without recursion).

    Parameters
    ----------
    starts : iterable
    needs : callable
        What a node depends on.
    """
    number: dict[_T, int] = {}
    lowest: dict[_T, int] = {}
    stack: list[_T] = []
    on_stack: set[_T] = set()
    for start in starts:
        if start in number:
            continue
        number[start] = lowest[start] = len(number)
        stack.append(start)
        on_stack.add(start)
        path: list[tuple[_T, Iterator[_T]]] = [(start, iter(needs(start)))]
        while path:
            node, rest = path[-1]
            for below in rest:
                if below not in number:
                    number[below] = lowest[below] = len(number)
                    stack.append(below)
                    on_stack.add(below)
                    path.append((below, iter(needs(below))))
                    break
                if below in on_stack:
                    lowest[node] = min(lowest[node], number[below])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    cycle = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        cycle.append(member)
                        if member == node:
                            break
                    yield cycle
