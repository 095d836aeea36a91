"""The shapes of a drawing that run macros."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from clv_xl.package.xml_parts import parse, serialize

_SHAPES: Final = frozenset({"sp", "cxnSp"})
_ANCHORS: Final = frozenset({"twoCellAnchor", "oneCellAnchor", "absoluteAnchor"})


def without_buttons(content: bytes) -> bytes | None:
    """Return a drawing without shapes that run a macro, None if nothing is left of it.

    Pictures and charts stay, but run none.

    Parameters
    ----------
    content : bytes
        The part of a drawing.
    """
    root = parse(content)
    running = [element for element in root.iter(etree.Element) if element.get("macro")]
    if not running:
        return content
    for element in running:
        if etree.QName(element).localname in _SHAPES:
            _remove(element)
        else:
            element.set("macro", "")
    return serialize(root) if len(root) else None


def _remove(shape: Any) -> None:
    """Remove a shape, with its anchor unless it is one of a group."""
    parent = shape.getparent()
    while etree.QName(parent).localname in {"Choice", "AlternateContent", *_ANCHORS}:
        shape, parent = parent, parent.getparent()
    parent.remove(shape)
