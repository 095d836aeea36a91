"""Text files of columns: their separator and quoting."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence, Set
from typing import Final, NamedTuple

from clv_xl.errors import FileError
from clv_xl.refresh.encodings import NO_TEXT, decoded
from clv_xl.refresh.row_limits import limited

SEPARATORS: Final = {";": "semicolon", ",": "comma", "\t": "tab", "|": "vertical bar"}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
"""A line with its end, one at a time: a copy of the text would take four times its room."""
_SEPARATOR_LINE: Final = re.compile(r"sep=([;,\t|])\r?\n", re.IGNORECASE)


class CsvText(NamedTuple):
    """The rows of a text file, and sentences on how it was read."""

    rows: list[list[str]]
    notes: list[str]


def read_csv(
    content: bytes,
    matched: Callable[[Sequence[Sequence[str]]], int],
    languages: Callable[[Sequence[str]], Set[str]],
    encoding: str = "",
) -> CsvText:
    """Return the rows of a text file.

    Parameters
    ----------
    content : the bytes of the file
    matched : how many of the headings asked for some rows hold; decides on the separator
    languages : in which headings are known; decides between encodings
    encoding : that of the file, by its name in Python; empty if it is to be found

    Raises
    ------
    ArgumentError
        The encoding is not certain, or not the one given.
    FileError
        The file is empty, no text, or its quotation marks do not close.
    """
    text, written_in = decoded(content, encoding, languages)
    given = _SEPARATOR_LINE.match(text)
    if given:
        text = text[given.end() :]
    if not text.strip():
        raise FileError("The file is empty; save the table again with its headings and rows")
    if _CONTROL.search(text):
        raise FileError(NO_TEXT)
    head = text[:20_000].splitlines()[:20]
    separator = (
        given[1]
        if given
        else max(
            SEPARATORS,
            key=lambda one: (matched(rows := _lines(head, one)), len(max(rows, key=len))),
        )
    )
    rows = _rows(text, separator)
    return CsvText(rows, [f"Encoding: {written_in}. Separator: {SEPARATORS[separator]}."])


def _lines(head: Sequence[str], separator: str) -> list[list[str]]:
    """Return the first lines as rows, whatever their quoting."""
    try:
        return list(csv.reader(head, delimiter=separator)) or [[]]
    except csv.Error:
        return [[]]


def _rows(text: str, separator: str) -> list[list[str]]:
    lines = (line[0] for line in _LINE.finditer(text))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        return [[cell.strip() for cell in row] for row in limited(reader)]
    except csv.Error:
        raise FileError(
            f"A quotation mark does not close in line {reader.line_num} of the file; correct the "
            "line, or save the table again"
        ) from None
