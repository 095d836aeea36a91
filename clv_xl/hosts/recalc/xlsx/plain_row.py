"""The plain form of a row, as nearly all programs write rows: one expression without backtracking.

Tags have no prefix, each row and cell has its place first, a cell holds its formula, then its value
or its text in one piece; attributes stand in double quotes behind one blank.
"""

from __future__ import annotations

from typing import Final

_ATTRIBUTES: Final = rb"(?: [^\s\"'<>=/]++=\"[^\"<>]*+\")*+ ?+"
_TEXT: Final = rb"[^<]*+"
_CELL: Final = (
    rb'<c r="[A-Z]{1,3}(?P=row)"' + _ATTRIBUTES + rb"(?:/>|>"
    rb"(?:<f" + _ATTRIBUTES + rb"(?:/>|>" + _TEXT + rb"</f>))?+"
    rb"(?:<v" + _ATTRIBUTES + rb"(?:/>|>" + _TEXT + rb"</v>)"
    rb"|<is><t" + _ATTRIBUTES + rb"(?:/>|>" + _TEXT + rb"</t>)</is>)?+</c>)"
)
PLAIN_ROW: Final = (
    rb'<row r="(?P<row>[1-9][0-9]{0,6})"' + _ATTRIBUTES + rb"(?:/>|>(?:\s*+"
    + _CELL + rb")*+\s*+</row>)"
)  # fmt: skip
