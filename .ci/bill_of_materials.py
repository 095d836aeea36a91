"""Writes what clv_xl is made of here, as CycloneDX JSON: `bill_of_materials.py [FILE]`.

The packages are those that an installed clv_xl needs, in the versions that are installed, with
their licences and with who needs whom. Run it with the Python that has clv_xl. In the gate, which
names the lock file too, a version that is not the locked one is a failure.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = "clv-xl"


def needed() -> dict[str, list[str]]:
    """Return the names of clv_xl and all that it needs here, each with what it needs itself."""
    graph: dict[str, list[str]] = {}
    todo = [(ROOT, frozenset[str]())]
    while todo:
        name, extras = todo.pop()
        if name in graph:
            continue
        asked = [Requirement(line) for line in distribution(name).requires or ()]
        wanted = [one for one in asked if _is_wanted(one, extras)]
        graph[name] = sorted({canonicalize_name(one.name) for one in wanted})
        todo += [(canonicalize_name(one.name), frozenset(one.extras)) for one in wanted]
    return graph


def _is_wanted(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras})


def bill() -> dict[str, Any]:
    """Return the bill of materials."""
    graph = needed()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": component(ROOT, "application")},
        "components": [component(name, "library") for name in sorted(graph) if name != ROOT],
        "dependencies": [
            {"ref": _purl(name), "dependsOn": [_purl(other) for other in graph[name]]}
            for name in sorted(graph)
        ],
    }


def component(name: str, kind: str) -> dict[str, Any]:
    """Return the record of one package."""
    installed = distribution(name)
    record = {
        "type": kind,
        "bom-ref": _purl(name),
        "name": name,
        "version": installed.version,
        "purl": _purl(name),
    }
    licence = _licence(installed)
    return record | ({"licenses": [licence]} if licence else {})


def _purl(name: str) -> str:
    return f"pkg:pypi/{name}@{distribution(name).version}"


def _licence(installed: Distribution) -> dict[str, Any] | None:
    known = installed.metadata
    if expression := known.get("License-Expression"):
        return {"expression": expression}
    classifiers = [text for text in known.get_all("Classifier", []) if text.startswith("License")]
    first_line = (known.get("License") or "").strip().partition("\n")[0]
    name = ", ".join(text.rpartition(" :: ")[2] for text in classifiers) or first_line
    return {"license": {"name": name}} if name else None


def not_locked(made: dict[str, Any], lock: str) -> list[str]:
    """Return a sentence for each package of a bill that the lock has in no such version."""
    locked = set(re.findall(r"^(\S+?)==(\S+)", lock, re.MULTILINE))
    return [
        f"{one['name']} {one['version']} is not locked; run .ci/lock."
        for one in made["components"]
        if (one["name"], one["version"]) not in locked
    ]


def main() -> int:
    """Write the bill and return the status of the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="By default it is printed.")
    parser.add_argument("--lock", type=Path, help="The lock file to compare with.")
    asked = parser.parse_args()
    made = bill()
    text = json.dumps(made, indent=1) + "\n"
    if asked.file:
        asked.file.parent.mkdir(parents=True, exist_ok=True)
        asked.file.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    faults = not_locked(made, asked.lock.read_text("utf-8")) if asked.lock else []
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return min(len(faults), 1)


if __name__ == "__main__":
    sys.exit(main())
