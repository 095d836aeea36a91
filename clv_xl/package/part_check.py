"""What is about to be written is looked at first: a part that no program could open is not saved.

Guaranteed of every part that changed and is XML: it is well-formed, its prefixes are declared, and
its root is the one that it had. Not looked at is whether the elements inside follow the schema of
the format; the tests of what writes them do that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from clv_xl.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_XML: Final = (".xml", ".rels")
_HEAD: Final = 65_536
"""As much of a part as holds its root's tag."""


def refuse_damaged_parts(
    changes: Mapping[str, bytes], before: Callable[[str], bytes | None], shown: str
) -> None:
    """Raise if a part that is to be saved is damaged.

    Parameters
    ----------
    changes : mapping of part name to content
    before : callable
        Returns what a part holds now, None for one that is new.
    shown : str
        The name of the file for the sentence.

    Raises
    ------
    FileError
        Some part is not well-formed, or its root is another than before.
    """
    for name, content in changes.items():
        if not name.lower().endswith(_XML):
            continue
        root, old = root_name(content), before(name)
        if not root or (old is not None and root != root_name(old, whole=False)):
            raise FileError(
                f"'{shown}' was not saved, since a part of it would have been damaged; it is as it "
                "was. Open it in Excel, save it again and retry."
            )


def root_name(content: bytes, *, whole: bool = True) -> str:
    """Return namespace and name of a part's root; empty where the part is not well-formed.

    Expat keeps no tree, so that a part of 100 MB takes a second and no memory. It does not know
    every encoding; what it refuses is read by lxml, as everywhere else.
    """
    found: list[str] = []

    def begin(tag: str, _: object) -> None:
        found.append(tag)
        reader.StartElementHandler = None

    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartElementHandler = begin
    try:
        reader.Parse(content if whole else content[:_HEAD], whole)
    except (expat.ExpatError, ValueError, LookupError):
        if whole or not found:
            return _root_of_tree(content)
    return found[0] if found else _root_of_tree(content)


def _root_of_tree(content: bytes) -> str:
    from lxml import etree

    from clv_xl.package.xml_parts import parse

    try:
        tag = etree.QName(parse(content))
    except FileError:
        return ""
    return f"{tag.namespace} {tag.localname}" if tag.namespace else tag.localname
