"""The part that gives every other part of an Office file its content type."""

from __future__ import annotations

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
