"""Charts whose formulas no longer work: they draw the values that they have stored."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from clv_xl.package.relations import Parts, unrelate
from clv_xl.package.xml_parts import parse, serialize
from clv_xl.values_copy.book import relation_id
from clv_xl.values_copy.formulas import Surviving, formulas_of

_LITERALS: Final = {"numRef": "numLit", "strRef": "strLit", "multiLvlStrRef": "strLit"}
_OTHER_BOOK: Final = "externalData"


def keep_values(parts: Parts, chart: str, surviving: Surviving) -> None:
    """Put the stored values of a chart in the place of references that no longer work.

    Parameters
    ----------
    parts : dict
        Changed in place.
    chart : str
        The name of the chart's part.
    surviving : Surviving
    """
    root = parse(parts[chart])
    failing = [
        element
        for tag in _LITERALS
        for element in root.iter(f"{{*}}{tag}")
        if not all(map(surviving.works, formulas_of(element)))
    ]
    other = root.findall(f"{{*}}{_OTHER_BOOK}")
    if not failing and not other:
        return
    unrelate(parts, chart, {relation_id(element) for element in other})
    for element in other:
        root.remove(element)
    for element in failing:
        _store(element)
    for extension in list(root.iter("{*}ext")):
        if not all(map(surviving.works, formulas_of(extension))):
            _remove(extension)
    parts[chart] = serialize(root)


def _store(reference: Any) -> None:
    """Put the stored values in the place of a reference; remove what has none."""
    parent = reference.getparent()
    points = _stored_points(reference)
    if etree.QName(parent).localname == "tx":
        _store_name(reference, points)
    elif points is None:
        parent.getparent().remove(parent)
    else:
        literal = etree.Element(_alike(reference, _LITERALS[etree.QName(reference).localname]))
        literal.extend(points)
        parent.replace(reference, literal)


def _stored_points(reference: Any) -> list[Any] | None:
    """Return format, number and values of the points; the innermost level of categories."""
    cache = next((one for one in reference if etree.QName(one).localname.endswith("Cache")), None)
    if cache is None:
        return None
    level = cache.find("{*}lvl")
    if level is None:
        return list(cache)
    return [*cache.findall("{*}ptCount"), *level.findall("{*}pt")]


def _store_name(reference: Any, points: list[Any] | None) -> None:
    """Put a text in the place of the cell that held it: of a series, or of a title."""
    texts = [value.text or "" for point in points or () for value in point.iter("{*}v")]
    parent = reference.getparent()
    if etree.QName(parent.getparent()).localname == "ser":
        value = etree.Element(_alike(reference, "v"))
        value.text = " ".join(texts)
        parent.replace(reference, value)
        return
    drawing = parent.nsmap.get("a", "http://schemas.openxmlformats.org/drawingml/2006/main")
    rich = etree.Element(_alike(reference, "rich"), nsmap={"a": drawing})
    etree.SubElement(rich, f"{{{drawing}}}bodyPr")
    run = etree.SubElement(etree.SubElement(rich, f"{{{drawing}}}p"), f"{{{drawing}}}r")
    etree.SubElement(run, f"{{{drawing}}}t").text = " ".join(texts)
    parent.replace(reference, rich)


def _alike(element: Any, name: str) -> str:
    """Return the name of another element of the same namespace."""
    return f"{{{etree.QName(element).namespace}}}{name}"


def _remove(extension: Any) -> None:
    """Remove an extension, with the list that it leaves empty."""
    group = extension.getparent()
    group.remove(extension)
    if not len(group):
        group.getparent().remove(group)
