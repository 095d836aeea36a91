"""Options that several commands have: files, backups, limits of computing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

FILE = click.Path(path_type=Path, dir_okay=False)
BACKUP = click.option(
    "--backup",
    is_flag=True,
    help="Keep the last three versions of FILE beside it: NAME.backup-1.xlsx (newest) to -3.",
)


_LIMITS = (
    ("cells", click.IntRange(1), "Most cells that one formula may read (20 million)."),
    ("evaluations", click.IntRange(1), "Most times that all formulas are computed (100,000)."),
    ("seconds", click.FloatRange(0, min_open=True), "Most seconds that computing takes (900)."),
    ("memory", click.IntRange(1), "Most megabytes (1,000, and 40 for each of the file; Linux)."),
)


def limited(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that limit what computing may take."""

    @functools.wraps(command)
    def run(**options: Any) -> None:
        from clv_xl.hosts.recalc.budget import Budget, Limits, spending

        given = {name: options.pop(f"limit_{name}") for name, _, _ in _LIMITS}
        limits = Limits(**{name: limit for name, limit in given.items() if limit is not None})
        click.get_current_context().with_resource(spending(Budget(limits)))
        command(**options)

    for name, kind, told in reversed(_LIMITS):
        run = click.option(f"--limit-{name}", type=kind, help=told)(run)
    return run
