"""The texts that the cells of a workbook share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clv_xl.package.relations import main_part, relations
from clv_xl.package.text_escapes import decoded
from clv_xl.package.xml_parts import parse

if TYPE_CHECKING:
    from clv_xl.package.workbook_file import Package


def shared_texts(package: Package) -> list[str]:
    """Return the texts that cells refer to by number, as Excel shows them; it may have none."""
    targets = relations(package, main_part(package)).values()
    part = next((one for one in targets if one.lower().endswith("sharedstrings.xml")), "")
    content = package.get(part, b"")
    return [item_text(item) for item in parse(content).iterfind("{*}si")] if content else []


def item_text(item: Any) -> str:
    """Return the text of an element, joined of its runs, without the reading aids of Japanese.

    Parameters
    ----------
    item : element or None
        That of a shared text, or of one that stands in its cell.
    """
    if item is None:
        return ""
    pieces = (one for one in item.iter("{*}t") if not one.getparent().tag.endswith("rPh"))
    return decoded("".join([text for piece in pieces for text in piece.itertext()]))
