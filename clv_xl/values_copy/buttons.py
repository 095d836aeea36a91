"""What runs macros on a sheet: shapes of its drawing, form controls and ActiveX controls."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

from lxml import etree

from clv_xl.package.relations import Parts, typed_relations, unrelate
from clv_xl.package.xml_parts import parse, serialize
from clv_xl.values_copy.book import relation_id
from clv_xl.values_copy.formulas import Surviving

_SHAPES: Final = frozenset({"sp", "cxnSp"})
_ALTERNATIVES: Final = frozenset({"Choice", "Fallback", "AlternateContent"})
_ANCHORS: Final = frozenset({"twoCellAnchor", "oneCellAnchor", "absoluteAnchor"})
_ACTIVE_X: Final = "control"
_LEGACY: Final = "vmlDrawing"
_LEGACY_NAMES: Final = frozenset({"id", "spid"})
_LEGACY_NUMBER: Final = re.compile(r"_x0000_s(\d+)$")


class _Control(NamedTuple):
    """A control that runs macros: its element, the number of its shape, its relation."""

    element: Any
    shape: str
    relation: str


def remove_buttons(parts: Parts, sheet: str, surviving: Surviving) -> None:
    """Remove from a sheet what runs macros.

    Pictures and charts stay, but run none; so do controls that only write into a cell. ActiveX
    controls go, all of which need macros.

    Parameters
    ----------
    parts : dict
        Changed in place.
    sheet : str
        The name of the sheet's part.
    surviving : Surviving
    """
    root = parse(parts[sheet])
    controls = list(_controls(parts, sheet, root))
    shapes = {control.shape for control in controls}
    doomed = {control.relation for control in controls}
    for control in controls:
        _remove(control.element)
    for relation in typed_relations(parts, sheet):
        content = parts.get(relation.target)
        if content is None or relation.kind not in {"drawing", _LEGACY}:
            continue
        if relation.kind == "drawing":
            left = without_buttons(content, surviving, shapes)
        else:
            left = without_legacy_buttons(content, shapes)
        if left is None:
            doomed.add(relation.id)
            _remove_reference(root, relation.id)
        else:
            parts[relation.target] = left
    if doomed:
        parts[sheet] = serialize(root)
        unrelate(parts, sheet, doomed)


def without_buttons(
    content: bytes, surviving: Surviving, shapes: Collection[str] = ()
) -> bytes | None:
    """Return a drawing without shapes that run a macro, None if nothing is left of it.

    Parameters
    ----------
    content : bytes
        The part of a drawing.
    surviving : Surviving
        Tells which formulas still work: a shape whose text is that of another cell keeps it.
    shapes : collection of str, optional
        The numbers of shapes that stand for controls to be removed.
    """
    root = parse(content)
    elements = list(root.iter(etree.Element))
    running = [element for element in elements if element.get("macro")]
    running += [shape for shape in elements if _number_of(shape) in shapes]
    failing = [
        element
        for element in elements
        if element.get("textlink") and not surviving.works(element.get("textlink"))
    ]
    if not running and not failing:
        return content
    for element in failing:
        element.set("textlink", "")
    for element in running:
        if etree.QName(element).localname in _SHAPES:
            _remove(element)
        else:
            element.set("macro", "")
    return serialize(root) if len(root) else None


def without_legacy_buttons(content: bytes, shapes: Collection[str] = ()) -> bytes | None:
    """Return a drawing of comments and controls without what runs a macro, None if none is left.

    Parameters
    ----------
    content : bytes
        The part of a drawing in VML, which not every program writes well-formed.
    shapes : collection of str, optional
        The numbers of shapes that stand for controls to be removed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(content, parser)
    if root is None:
        return content
    found = list(root.iter("{*}shape"))
    running = [shape for shape in found if _runs_macro(shape) or _legacy_number(shape) in shapes]
    if not running:
        return content
    for shape in running:
        shape.getparent().remove(shape)
    return serialize(root) if len(running) < len(found) else None


def _controls(parts: Parts, sheet: str, root: Any) -> Iterator[_Control]:
    """Yield the controls of a sheet that run macros."""
    related = {relation.id: relation for relation in typed_relations(parts, sheet)}
    for element in root.iter("{*}control"):
        relation = related.get(relation_id(element))
        if relation is None:
            continue
        properties = element.find("{*}controlPr")
        runs = properties is not None and properties.get("macro")
        content = parts.get(relation.target, b"<none/>")
        is_button = relation.kind != _ACTIVE_X and parse(content).get("objectType") == "Button"
        if runs or is_button or relation.kind == _ACTIVE_X:
            yield _Control(element, element.get("shapeId", ""), relation.id)


def _number_of(shape: Any) -> str | None:
    """Return the number of a shape; None for any other element."""
    if etree.QName(shape).localname not in _SHAPES:
        return None
    found = shape.find("*/{*}cNvPr")
    return None if found is None else str(found.get("id"))


def _legacy_number(shape: Any) -> str | None:
    for name, value in shape.attrib.items():
        found = _LEGACY_NUMBER.search(value)
        if found and etree.QName(name).localname in _LEGACY_NAMES:
            return str(found[1])
    return None


def _runs_macro(shape: Any) -> bool:
    data = shape.find("{*}ClientData")
    return data is not None and (
        data.get("ObjectType") == "Button" or data.find("{*}FmlaMacro") is not None
    )


def _remove_reference(root: Any, relation: str) -> None:
    """Remove the element by which a sheet refers to a drawing."""
    for element in [one for one in root if relation_id(one) == relation]:
        root.remove(element)


def _remove(element: Any) -> None:
    """Remove an element, with its anchor and the groups that hold nothing else."""
    parent = element.getparent()
    while parent.getparent() is not None and (
        etree.QName(parent).localname in _ANCHORS
        or (
            etree.QName(parent).localname in {*_ALTERNATIVES, "controls"}
            and all(one is element or _is_alternative(one) for one in parent)
        )
    ):
        element, parent = parent, parent.getparent()
    parent.remove(element)


def _is_alternative(element: Any) -> bool:
    """Whether an element is only shown where another one is not understood."""
    return etree.QName(element).localname == "Fallback"
