"""Two workbook files, part by part."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from lxml import etree

from clv_xl.package import Package, open_package
from clv_xl.package.namespaces import MAIN

TOLERANCE: Final = 1e-9
"""How far stored values may lie apart, as libraries differ in the last digit."""
_MAIN: Final = f"{{{MAIN}}}"
_MOST: Final = 5


def differences(first: Path, second: Path) -> list[str]:
    """Return a sentence for each difference between two workbooks.

    Stored values may differ by `TOLERANCE`.

    Parameters
    ----------
    first, second : Path
    """
    one, other = open_package(first), open_package(second)
    found = [f"{name} is missing" for name in other.names if name not in one.names]
    found += [f"{name} should not be there" for name in one.names if name not in other.names]
    for name in one.names:
        if name in other.names:
            found += list(_in_part(one, other, name))[:_MOST]
    return found


def _in_part(one: Package, other: Package, name: str) -> Iterator[str]:
    left, right = one.read(name), other.read(name)
    if left == right:
        return
    if not name.startswith("xl/worksheets/sheet"):
        yield f"{name} differs"
        return
    trees = etree.fromstring(left), etree.fromstring(right)
    for here, there in zip_longest(trees[0].iter(), trees[1].iter()):
        if here is None or there is None:
            yield f"{name} differs in length"
            return
        difference = _difference(here, there)
        if difference:
            cell = here.getparent() if here.tag != f"{_MAIN}c" else here
            place = "" if cell is None else cell.get("r") or ""
            yield f"{name} {place}: {difference}"


def _difference(here: Any, there: Any) -> str:
    """What differs between two elements themselves, or nothing."""
    if here.tag != there.tag or dict(here.attrib) != dict(there.attrib):
        return f"{etree.QName(here).localname} differs"
    left, right = here.text or "", there.text or ""
    if left == right:
        return ""
    if here.tag == f"{_MAIN}v":
        try:
            if math.isclose(float(left), float(right), rel_tol=TOLERANCE, abs_tol=TOLERANCE):
                return ""
        except ValueError:
            pass
    unlike = (at for at, (one, other) in enumerate(zip_longest(left, right)) if one != other)
    start = max(next(unlike) - 10, 0)
    found, built = (text[start : start + 40] for text in (left, right))
    return f"{etree.QName(here).localname} is '{found}', a fresh build has '{built}'"
