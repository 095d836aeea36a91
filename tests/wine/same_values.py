"""Whether two workbooks show the same: `same_values.py ONE OTHER`; numbers to nine digits.

Systems compute powers, logarithms and sums of products with other libraries, so their last digits
differ.
"""

import math
import sys
from collections.abc import Iterator
from pathlib import Path

from openpyxl import load_workbook


def shown(path: Path) -> Iterator[tuple[str, str, object]]:
    """Yield sheet, cell and value of every cell that shows one."""
    for sheet in load_workbook(path, data_only=True, read_only=True):
        for row in sheet.iter_rows():
            yield from (
                (sheet.title, cell.coordinate, cell.value) for cell in row if cell.value is not None
            )


def alike(one: object, other: object) -> bool:
    """Return whether two values are the same, numbers to nine digits."""
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


if __name__ == "__main__":
    first, second = (list(shown(Path(path))) for path in sys.argv[1:])
    different = [
        f"{sheet}!{cell}"
        for (sheet, cell, one), (_, place, other) in zip(first, second, strict=False)
        if cell != place or not alike(one, other)
    ]
    sys.stdout.write(f"note  {len(first)} cells\n")
    same = len(first) == len(second) and not different
    sys.stdout.write("all alike\n" if same else f"differ: {' '.join(different[:10])}\n")
