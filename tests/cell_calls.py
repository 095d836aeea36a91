"""Function calls as from a cell: only what the cell shows, without the sentences behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clv_xl import call as calls
from clv_xl.cells import Cell


def call(name: str, arguments: Sequence[Any], **options: Any) -> Cell | list[list[Cell]]:
    """Return the cells of a reply."""
    return calls.call(name, arguments, **options).cells
