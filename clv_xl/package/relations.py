"""The parts of a workbook file by name, and what ties them together: relations, content types."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from lxml import etree

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES: Final = "[Content_Types].xml"
WORKBOOK: Final = "xl/workbook.xml"

Parts: TypeAlias = "dict[str, bytes]"


def written(root: Any) -> bytes:
    """Return an element and all below it as a part."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def add_part(parts: Parts, name: str, content: bytes, content_type: str) -> None:
    """Add a part with its content type."""
    parts[name] = content
    set_content_type(parts, name, content_type)


def set_content_type(parts: Parts, name: str, content_type: str) -> None:
    """Say what a part is, in the place of what was said before."""
    root = etree.fromstring(parts[CONTENT_TYPES])
    for entry in root:
        if entry.get("PartName") == f"/{name}":
            entry.set("ContentType", content_type)
            break
    else:
        attributes = {"PartName": f"/{name}", "ContentType": content_type}
        etree.SubElement(root, f"{{{TYPES}}}Override", attributes)
    parts[CONTENT_TYPES] = written(root)


def relate(parts: Parts, source: str, kind: str, target: str) -> str:
    """Add a relation from a part to another, and return its id.

    Parameters
    ----------
    parts : dict
    source : str
        The part's name; empty for the package itself.
    kind : str
        The type of the relation.
    target : str
        The name of the other part.
    """
    name = _relations_of(source)
    root = (
        etree.fromstring(parts[name])
        if name in parts
        else etree.fromstring(f'<Relationships xmlns="{RELATIONS}"/>')
    )
    taken = {entry.get("Id") for entry in root}
    number = next(count for count in range(1, len(taken) + 2) if f"rId{count}" not in taken)
    where = posixpath.relpath(f"/{target}", f"/{posixpath.dirname(source)}")
    attributes = {"Id": f"rId{number}", "Type": kind, "Target": where}
    etree.SubElement(root, f"{{{RELATIONS}}}Relationship", attributes)
    parts[name] = written(root)
    return f"rId{number}"


def related(parts: Parts, source: str) -> dict[str, str]:
    """Return the parts that a part has relations to, by the relations' ids."""
    name = _relations_of(source)
    if name not in parts:
        return {}
    folder = posixpath.dirname(source)
    return {
        entry.get("Id", ""): posixpath.normpath(
            posixpath.join("/", folder, entry.get("Target", ""))
        ).lstrip("/")
        for entry in etree.fromstring(parts[name])
        if entry.get("TargetMode") != "External"
    }


def sheet_parts(parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield title and part of every sheet, in their order."""
    targets = related(parts, WORKBOOK)
    for entry in etree.fromstring(parts[WORKBOOK]).iter(f"{{{MAIN}}}sheet"):
        yield entry.get("name", ""), targets[entry.get(f"{{{OFFICE}}}id", "")]


def code_name(parts: Parts, sheet: str) -> str:
    """Return the name by which VBA knows a sheet, by the sheet's part."""
    root: Any = etree.fromstring(parts[sheet])
    return str(root.find(f"{{{MAIN}}}sheetPr").get("codeName"))


def _relations_of(source: str) -> str:
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")
