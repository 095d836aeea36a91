"""Formulas filled down a column: the same but for the rows of their relative references."""

from __future__ import annotations

from clv_xl.hosts.recalc.formula.grammar import relative_rows


class FilledDown:
    """A formula as it reads in the other rows of its column; it is taken apart when that is asked.

    Parameters
    ----------
    text : str
    row : int
        Where it stands.

    Examples
    --------
    >>> FilledDown("CLV(A2, $B$1) + SUM(C1:C2)", 2).text_at(9)
    'CLV(A9, $B$1) + SUM(C8:C9)'
    """

    __slots__ = ("_distances", "_pieces", "row", "text")

    def __init__(self, text: str, row: int) -> None:
        self.text = text
        self.row = row
        self._pieces: list[str] = []
        self._distances: list[int] = []

    def text_at(self, row: int) -> str:
        """Return the formula as it reads in that row."""
        if not self._pieces:
            self._take_apart()
        if not self._distances:
            return str(row).join(self._pieces)
        parts = [self._pieces[0]]
        for distance, piece in zip(self._distances, self._pieces[1:], strict=True):
            parts += [str(row + distance), piece]
        return "".join(parts)

    def _take_apart(self) -> None:
        """Note the text between relative rows, and how far each of these is from the own row."""
        done = 0
        for start, end in relative_rows(self.text):
            self._pieces.append(self.text[done:start])
            self._distances.append(int(self.text[start:end]) - self.row)
            done = end
        self._pieces.append(self.text[done:])
        if not any(self._distances):
            self._distances.clear()
