"""The VBA project and the ribbon as parts of a workbook or add-in."""

from __future__ import annotations

from typing import Final

from clv_xl.hosts.vba.ribbon import PART, RELATION, ribbon
from clv_xl.package.content_types import set_default_type
from clv_xl.package.namespaces import WORKBOOK
from clv_xl.package.relations import Parts, relate

PROJECT: Final = "xl/vbaProject.bin"
_TYPE: Final = "application/vnd.ms-office.vbaProject"
_RELATION: Final = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"


def add_project(parts: Parts, project: bytes) -> None:
    """Add a VBA project."""
    set_default_type(parts, "bin", _TYPE)
    parts[PROJECT] = project
    relate(parts, WORKBOOK, _RELATION, PROJECT)


def add_ribbon(parts: Parts) -> None:
    """Add the tab "Customer value"."""
    set_default_type(parts, "xml", "application/xml")
    parts[PART] = ribbon()
    relate(parts, "", RELATION, PART)
