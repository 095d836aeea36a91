"""The part that gives every other part of an Office file its content type."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from lxml import etree

from clv_xl.package.namespaces import CONTENT_TYPES, TYPES
from clv_xl.package.relations import Parts
from clv_xl.package.xml_parts import parse, serialize

NO_TYPES = f'<Types xmlns="{TYPES}"/>'.encode()
"""That part without any entry."""


def add_part(parts: Parts, name: str, content: bytes, content_type: str) -> None:
    """Add a part with its content type."""
    parts[name] = content
    set_content_type(parts, name, content_type)


def set_content_type(parts: Parts, name: str, content_type: str) -> None:
    """Set the content type of a part, replacing an earlier one."""
    root = parse(parts[CONTENT_TYPES])
    for entry in root:
        if entry.get("PartName") == f"/{name}":
            if entry.get("ContentType") == content_type:
                return
            entry.set("ContentType", content_type)
            break
    else:
        attributes = {"PartName": f"/{name}", "ContentType": content_type}
        etree.SubElement(root, f"{{{TYPES}}}Override", attributes)
    parts[CONTENT_TYPES] = serialize(root)


def set_default_type(parts: Parts, extension: str, content_type: str) -> None:
    """Set the content type of parts with an extension, if it has none yet."""
    root = parse(parts[CONTENT_TYPES])
    defaults = root.findall(f"{{{TYPES}}}Default")
    if all(entry.get("Extension") != extension for entry in defaults):
        attributes = {"Extension": extension, "ContentType": content_type}
        root.insert(len(defaults), etree.Element(f"{{{TYPES}}}Default", attributes))
        parts[CONTENT_TYPES] = serialize(root)


def forget_parts(parts: Parts, names: Collection[str]) -> None:
    """Remove the content types that only parts needed that are there no more.

    Parameters
    ----------
    parts : dict
        The parts that are left.
    names : collection of str
        The parts that were removed.
    """
    root = parse(parts[CONTENT_TYPES])
    overrides = {entry.get("PartName", "").lstrip("/"): entry for entry in root}
    gone = {_extension(name) for name in names}
    needed = {_extension(name) for name in parts if name not in overrides}
    doomed = [overrides[name] for name in names if name in overrides]
    doomed += [entry for entry in root if entry.get("Extension", "").lower() in gone - needed]
    for entry in doomed:
        root.remove(entry)
    if doomed:
        parts[CONTENT_TYPES] = serialize(root)


def _extension(name: str) -> str:
    return posixpath.splitext(name)[1].lstrip(".").lower()
