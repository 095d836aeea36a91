"""Text files of columns: their encoding, separator and quoting."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from clv_xl.errors import FileError

SEPARATORS: Final = {";": "semicolon", ",": "comma", "\t": "tab", "|": "vertical bar"}
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_EIGHT_BIT: Final = (
    ("cp1252", "Windows Western European (cp1252)"),
    ("cp1250", "Windows Central European (cp1250)"),
    ("iso8859-2", "Latin 2 (ISO 8859-2)"),
)
_IN_A_WORD: Final = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])|[\x80-\x9f]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SEPARATOR_LINE: Final = re.compile(r"sep=([;,\t|])\r?\n", re.IGNORECASE)


class CsvText(NamedTuple):
    """The rows of a text file, and sentences on how it was read."""

    rows: list[list[str]]
    notes: list[str]


def read_csv(
    content: bytes,
    matched: Callable[[Sequence[Sequence[str]]], int],
    is_polish: Callable[[Sequence[str]], bool],
) -> CsvText:
    """Return the rows of a text file.

    Parameters
    ----------
    content : the bytes of the file
    matched : how many of the headings asked for some rows hold; decides on the separator
    is_polish : whether headings are Polish; decides between encodings of equal standing

    Raises
    ------
    FileError
        The file is empty, no text, or its quotation marks do not close.
    """
    text, encoding = _decoded(content, is_polish)
    given = _SEPARATOR_LINE.match(text)
    if given:
        text = text[given.end() :]
    if not text.strip():
        raise FileError("The file is empty; save the table again with its headings and rows")
    if _CONTROL.search(text):
        raise FileError("The file holds no text; save the table as .csv or .xlsx")
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
    return CsvText(rows, [f"Encoding: {encoding}. Separator: {SEPARATORS[separator]}."])


def _decoded(content: bytes, is_polish: Callable[[Sequence[str]], bool]) -> tuple[str, str]:
    """Return the text, and the name of its encoding.

    UTF-8 is certain where it fits. Of the encodings that give every byte a letter, the one counts
    in which fewest words hold a sign that is no letter.
    """
    try:
        for mark, codec, name in _BYTE_ORDER_MARKS:
            if content.startswith(mark):
                return content.decode(codec), name
        even, odd = content[:2000:2].count(0), content[1:2000:2].count(0)
        if max(even, odd) > len(content[:2000]) / 5:
            return content.decode("utf-16-be" if even > odd else "utf-16-le"), "UTF-16"
    except UnicodeDecodeError:
        raise FileError("The file holds no text; save the table as .csv or .xlsx") from None
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    texts = [(content.decode(codec, "replace"), name) for codec, name in _EIGHT_BIT]
    if is_polish(re.split(r'[;,\t|"\r\n]', texts[0][0][:2000])):
        texts = [*texts[1:], texts[0]]
    return min(texts, key=lambda one: _count_odd_signs(one[0]))


def _count_odd_signs(text: str) -> int:
    return sum(not sign.isalpha() for sign in _IN_A_WORD.findall(text))


def _lines(head: Sequence[str], separator: str) -> list[list[str]]:
    """Return the first lines as rows, whatever their quoting."""
    try:
        return list(csv.reader(head, delimiter=separator)) or [[]]
    except csv.Error:
        return [[]]


def _rows(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return [[cell.strip() for cell in row] for row in reader]
    except csv.Error:
        raise FileError(
            f"A quotation mark does not close in line {reader.line_num} of the file; correct the "
            "line, or save the table again"
        ) from None
