"""Relations: which part of an Office file refers to which, by id and type."""

from __future__ import annotations

import posixpath
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias

from lxml import etree

from clv_xl.errors import FileError
from clv_xl.package.namespaces import RELATIONS
from clv_xl.package.xml_parts import parse, serialize

if TYPE_CHECKING:
    from clv_xl.package.workbook_file import Package

Parts: TypeAlias = "dict[str, bytes]"
"""The parts of a file that is being made, by name."""
_NO_RELATIONS: Final = f'<Relationships xmlns="{RELATIONS}"/>'.encode()


class Source(Protocol):
    """Parts by name: a `Package`, or the parts of a file that is being made."""

    def get(self, name: str, default: bytes, /) -> bytes:
        """Return a part's content, or the default if there is no such part."""


class Relation(NamedTuple):
    """A relation to another part: its id, the last word of its type, the name of that part."""

    id: str
    kind: str
    target: str


def typed_relations(source: Source, part: str) -> list[Relation]:
    """Return the relations of a part to other parts, in their order.

    Parameters
    ----------
    source : Package or dict
    part : str
        The part's name; empty for the package itself.
    """
    return [
        Relation(
            entry.get("Id", ""), posixpath.basename(entry.get("Type", "")), _target(part, entry)
        )
        for entry in _root(source, part)
        if entry.get("TargetMode") != "External"
    ]


def relations(source: Source, part: str) -> dict[str, str]:
    """Return the names of the parts that a part refers to, by relation id.

    Parameters
    ----------
    source : Package or dict
    part : str
        The part's name; empty for the package itself.
    """
    return {relation.id: relation.target for relation in typed_relations(source, part)}


def main_part(package: Package) -> str:
    """Return the name of the part that describes the workbook, of usual and strict files.

    Raises
    ------
    FileError
        No relation names one.
    """
    for entry in _root(package, ""):
        if str(entry.get("Type", "")).endswith("/officeDocument"):
            return _target("", entry)
    raise FileError(f"'{package.path.name}' is not an Excel workbook (.xlsx or .xlsm).")


def relate(parts: Parts, part: str, kind: str, target: str) -> str:
    """Add a relation from a part to another, and return its id.

    Parameters
    ----------
    parts : dict
    part : str
        The part's name; empty for the package itself.
    kind : str
        The type of the relation.
    target : str
        The name of the other part.
    """
    root = _root(parts, part)
    used = {entry.get("Id") for entry in root}
    number = next(count for count in range(1, len(used) + 2) if f"rId{count}" not in used)
    where = posixpath.relpath(f"/{target}", f"/{posixpath.dirname(part)}")
    attributes = {"Id": f"rId{number}", "Type": kind, "Target": where}
    etree.SubElement(root, f"{{{RELATIONS}}}Relationship", attributes)
    parts[_relations_part(part)] = serialize(root)
    return f"rId{number}"


def unrelate(parts: Parts, part: str, ids: Collection[str]) -> None:
    """Remove relations of a part by their ids.

    Parameters
    ----------
    parts : dict
    part : str
        The part's name; empty for the package itself.
    ids : collection of str
    """
    root = _root(parts, part)
    doomed = [entry for entry in root if entry.get("Id") in ids]
    for entry in doomed:
        root.remove(entry)
    if doomed and not len(root):
        parts.pop(_relations_part(part), None)
    elif doomed:
        parts[_relations_part(part)] = serialize(root)


def reachable(parts: Parts) -> set[str]:
    """Return the parts to which relations lead from the package itself, theirs included."""
    found: set[str] = set()
    waiting = [""]
    while waiting:
        part = waiting.pop()
        found |= {part, _relations_part(part)}
        targets = set(relations(parts, part).values()) & parts.keys()
        waiting += targets - found
    return found & parts.keys()


def _relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _root(source: Source, part: str) -> Any:
    """Return the root element of a part's relations, empty if it has none."""
    return parse(source.get(_relations_part(part), _NO_RELATIONS))


def _target(part: str, entry: Any) -> str:
    """Return the name of the part that a relation leads to."""
    folder = posixpath.dirname(part)
    return posixpath.normpath(posixpath.join("/", folder, entry.get("Target", ""))).lstrip("/")
