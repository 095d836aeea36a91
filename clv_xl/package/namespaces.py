"""Names that the Office file format gives its XML, relation types and parts (ECMA-376)."""

from __future__ import annotations

from typing import Final

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
"""Elements of workbooks, sheets, tables and styles."""
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
"""The attribute ``r:id``, and the beginning of most relation types."""
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
CHART: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
PICTURE: Final = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
"""Elements that place a chart or a picture over the cells of a sheet."""
TEXT: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
"""Elements of the texts in charts and pictures."""
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"

STRICT: Final = "http://purl.oclc.org/ooxml/"
"""How the names of the strict variant of the format begin."""
STRICT_MAIN: Final = f"{STRICT}spreadsheetml/main"
STRICT_OFFICE: Final = f"{STRICT}officeDocument/relationships"

CONTENT_TYPES: Final = "[Content_Types].xml"
WORKBOOK: Final = "xl/workbook.xml"
"""The main part as this program and Excel name it; `relations.main_part` asks the file."""
