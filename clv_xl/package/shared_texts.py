"""The texts that the cells of a workbook share, and those that stand in their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clv_xl.package.relations import main_part, relations
from clv_xl.package.text_escapes import decoded
from clv_xl.package.xml_parts import read_by

if TYPE_CHECKING:
    from clv_xl.package.workbook_file import Package


def shared_texts(package: Package) -> list[str]:
    """Return the texts that cells refer to by number, as Excel shows them; it may have none."""
    targets = relations(package, main_part(package)).values()
    part = next((one for one in targets if one.lower().endswith("sharedstrings.xml")), "")
    content = package.get(part, b"")
    reader = _Reader()
    if content:
        read_by(reader, content)
    return reader.texts


def item_text(item: Any) -> str:
    """Return the text of an element, joined of its runs, without the reading aids of Japanese."""
    pieces = (one for one in item.iter("{*}t") if not one.getparent().tag.endswith("}rPh"))
    return decoded("".join([text for piece in pieces for text in piece.itertext()]))


class _Reader:
    """Gathers texts from tags as they come: there may be a million, and no tree is made of them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._is_text = self._is_aid = False

    def start(self, tag: str, _: Any) -> None:
        match tag.rpartition("}")[2]:
            case "t":
                self._is_text = not self._is_aid
            case "rPh":
                self._is_aid = True

    def end(self, tag: str) -> None:
        match tag.rpartition("}")[2]:
            case "t":
                self._is_text = False
            case "rPh":
                self._is_aid = False
            case "si":
                self.texts.append(decoded("".join(self._pieces)))
                self._pieces.clear()

    def data(self, text: str) -> None:
        if self._is_text:
            self._pieces.append(text)

    def close(self) -> None:
        pass
