"""Parts that are XML: parsed without fetching or expanding anything, and serialized."""

from __future__ import annotations

from typing import Any

from lxml import etree

from clv_xl.errors import FileError
from clv_xl.package.damage import DAMAGED


def parse(content: bytes) -> Any:
    """Return the root element of a part.

    Raises
    ------
    FileError
        The part is not well-formed.
    """
    return read_by(None, content)


def read_by(target: Any, content: bytes) -> Any:
    """Let an object see the tags and texts of a part as they come, as `XMLParser(target=...)` does.

    Raises
    ------
    FileError
        The part is not well-formed.
    """
    parser = etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise FileError(DAMAGED) from None


def serialize(root: Any) -> bytes:
    """Return an element and all below it as the content of a part."""
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content
