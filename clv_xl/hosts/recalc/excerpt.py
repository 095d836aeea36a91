"""The rows of a long sheet that formulas fill, parsed without all the others.

A sheet of 100,000 orders may hold one formula. Its other rows stay as they lie in the file, each
run of them marked in the parsed tree by a processing instruction, and go back to their places when
the tree is written.
"""

from __future__ import annotations

import re
from typing import Final

_SHORT: Final = 200_000
_FORMULA: Final = re.compile(rb"<f[\s/>]")
_BLOCK: Final = re.compile(rb"<f [^>]*?ref=\"\$?[A-Z]+\$?[0-9]+:\$?[A-Z]+\$?([0-9]+)\"")
_MARK: Final = "clv_xl-rows"
_MARKED: Final = re.compile(rb"<\?clv_xl-rows (\d+)\?>")
_UNUSUAL: Final = (b"<!--", b"<![CDATA[", b"<?clv_xl-rows")


def excerpt(content: bytes) -> tuple[bytes, list[bytes]]:
    """Return a sheet with marks for the rows that no formula fills, and what the marks stand for.

    Parameters
    ----------
    content : bytes
        A sheet whose tags have no prefix and whose cells say where they are.
    """
    start, end = content.find(b"<sheetData>"), content.rfind(b"</sheetData>")
    if len(content) < _SHORT or min(start, end) < 0 or any(sign in content for sign in _UNUSUAL):
        return content, []
    start += len(b"<sheetData>")
    pieces = [content[:start]]
    gaps: list[bytes] = []
    done = start
    while (found := _FORMULA.search(content, done, end)) is not None:
        row = content.rfind(b"<row ", done, found.start())
        after = content.find(b"</row>", found.end(), end) + len(b"</row>")
        if row < 0 or after < len(b"</row>"):
            return content, []
        _skip(content[done:row], pieces, gaps)
        block = _BLOCK.match(content, found.start())
        if block is not None:
            below = content.find(b'<row r="%d"' % (int(block[1]) + 1), after, end)
            after = end if below < 0 else below
        pieces.append(content[row:after])
        done = after
    _skip(content[done:end], pieces, gaps)
    pieces.append(content[end:])
    return b"".join(pieces), gaps


def _skip(rows: bytes, pieces: list[bytes], gaps: list[bytes]) -> None:
    if rows:
        pieces.append(f"<?{_MARK} {len(gaps)}?>".encode())
        gaps.append(rows)


def restored(content: bytes, gaps: list[bytes]) -> bytes:
    """Return a sheet with the rows that its marks stand for."""
    if not gaps:
        return content
    pieces = _MARKED.split(content)
    pieces[1::2] = [gaps[int(number)] for number in pieces[1::2]]
    return b"".join(pieces)
