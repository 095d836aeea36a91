"""Judges what pip-audit found in the locked packages: `audit.py ANSWER ERRORS`.

Fails where packages could be looked up and one has a known vulnerability, or pip-audit itself
failed. Where its service cannot be reached, or knows none of the packages, one line says so.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

NO_CONNECTION = ("Could not connect", "ConnectionError", "ServiceError", "Timeout")


class Verdict(NamedTuple):
    """Whether the gate may go on, and what it prints."""

    passed: bool
    sentence: str


def judge(answer: str, errors: str) -> Verdict:
    """Return the verdict on pip-audit's JSON and on what it wrote to standard error."""
    if not answer:
        unreached = any(word in errors for word in NO_CONNECTION)
        return Verdict(unreached, _not_audited() if unreached else f"pip-audit failed:\n{errors}")
    packages = json.loads(answer)["dependencies"]
    audited = [package for package in packages if "vulns" in package]
    found = [
        f"{package['name']} {package['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version yet'}"
        for package in audited
        for fault in package["vulns"]
    ]
    if found:
        return Verdict(False, "\n".join(found))
    if not audited:
        return Verdict(True, _not_audited())
    return Verdict(
        True, f"{len(audited)} of {len(packages)} packages audited: no known vulnerability."
    )


def _not_audited() -> str:
    return "Not audited: the service that knows of vulnerabilities does not answer here."


if __name__ == "__main__":
    verdict = judge(*(Path(name).read_text("utf-8") for name in sys.argv[1:]))
    sys.stdout.write(f"{verdict.sentence}\n")
    sys.exit(not verdict.passed)
