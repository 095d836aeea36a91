"""Alternative text of charts: what a screen reader says in the place of the picture."""

from __future__ import annotations

from typing import Any, Final

from clv_xl.package.namespaces import CHART, OFFICE, PICTURE, TEXT
from clv_xl.package.relations import relations
from clv_xl.package.xml_parts import parse, serialize

_DRAWING: Final = "xl/drawings/drawing"
_SPACES: Final = {"a": TEXT, "c": CHART}
_KINDS: Final = {"barChart": "Bar chart", "lineChart": "Line chart", "scatterChart": "Chart"}


def describe_charts(parts: dict[str, bytes]) -> None:
    """Put into every chart of a written workbook what it is and what it compares.

    Parameters
    ----------
    parts : dict of part name to content
        Changed in place.
    """
    for name in [part for part in parts if part.startswith(_DRAWING)]:
        root, related = parse(parts[name]), relations(parts, name)
        for frame in root.iter(f"{{{PICTURE}}}graphicFrame"):
            (shown,) = frame.iter(f"{{{CHART}}}chart")
            (properties,) = frame.iter(f"{{{PICTURE}}}cNvPr")
            properties.set("descr", _text(parse(parts[related[shown.get(f"{{{OFFICE}}}id")]])))
        parts[name] = serialize(root)


def _text(chart: Any) -> str:
    """Return a text such as "Bar chart: Revenue by month. Shown: Returning, New"."""

    def texts(path: str) -> list[str]:
        return [str(text) for text in chart.xpath(path, namespaces=_SPACES)]

    kind = next(
        word for tag, word in _KINDS.items() if chart.find(f".//{{{CHART}}}{tag}") is not None
    )
    title = "".join(texts("c:chart/c:title//a:t/text()"))
    series = texts(".//c:ser/c:tx/c:v/text() | .//c:ser/c:tx/c:strRef/c:strCache//c:v/text()")
    upwards = texts(".//c:plotArea/c:valAx[last()]/c:title//a:t/text()")
    shown = ", ".join(series or upwards)
    return f"{kind}: {title}. Shown: {shown}" if shown else f"{kind}: {title}"
