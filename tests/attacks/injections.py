"""Texts that pretend to be formulas, commands and markup, sent through every output.

    python tests/attacks/injections.py --count 200 --seed 1

Cells that recalc, refresh (of text files, workbooks and data frames, and as the button in Excel)
and share write; the line in the sheet that names the source; values and tables on a terminal, in a
pipe, in a file and as JSON; sentences about formulas, files, sheets and options; results of Python
and of both add-ins. No output of the program is a text file of columns (CSV).

It writes one line of figures, then each fault, and its status is 1 if there was any.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path


def main() -> int:
    """Run it as the command line asks, and return the status."""
    sys.path.append(str(Path(__file__).parents[1]))  # what the tests share
    from hostile_texts import hostile_texts
    from injected import KINDS, checked

    words = argparse.ArgumentParser()
    words.add_argument("--count", type=int, default=200)
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    check = checked(hostile_texts(given.count, given.seed))
    kinds = Counter(fault.kind for fault in check.faults)
    found = ", ".join(f"{kind} {kinds[kind]}" for kind in KINDS)
    sys.stdout.write(
        f"injections: {given.count} texts through {len(check.outputs)} outputs, "
        f"{sum(check.outputs.values()):,} looked at: {found}\n"
    )
    for fault in check.faults:
        sys.stdout.write(f"{' | '.join(fault)}\n")
    return int(bool(check.faults))


if __name__ == "__main__":
    sys.exit(main())
