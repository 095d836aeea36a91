"""How names of customers are compared: each engine's expressions, and what the others lack.

RFM_SUMMARY trims names, brings forms of a letter together (Unicode NFKC) and folds capitals.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from clv_xl.coercion import label_key

KEY_FUNCTION: Final = "clv_xl_name_key"
WRITTEN_FUNCTION: Final = "clv_xl_name_as_written"

_ASCII_ONLY: Final = (
    "Names that differ in capitals and blanks are one customer. Other forms of the same letter, "
    "such as full-width ones, count as different here: this database cannot compare them."
)


class Names(NamedTuple):
    """Expressions of `name`, and what to say of them."""

    key: str
    """By which names are equal."""
    written: str
    """As it is shown."""
    number: str = "name"
    """What stands for a customer, from the key; numbers are faster than texts."""
    note: str = ""


def as_written(name: str) -> str:
    """Return a name as it is shown.

    Examples
    --------
    >>> as_written("  Ann ")
    'Ann'
    """
    return name.strip()


def name_key(name: str) -> str:
    """Return what names are compared by, as RFM_SUMMARY does.

    Examples
    --------
    >>> name_key(" ANN ")
    'ann'
    """
    return label_key(name)


FUNCTIONS: Final = {KEY_FUNCTION: name_key, WRITTEN_FUNCTION: as_written}
"""What our own engines call for names of other letters than plain ones."""


def _own(plain: str, number: str = "name") -> Names:
    """Return expressions that leave to Python only what is not printable ASCII."""
    return Names(
        f"CASE WHEN {plain} THEN LOWER(TRIM(name)) ELSE {KEY_FUNCTION}(name) END",
        f"CASE WHEN {plain} THEN TRIM(name) ELSE {WRITTEN_FUNCTION}(name) END",
        number,
    )


ENGINES: Final = {
    "duckdb": _own("NOT REGEXP_MATCHES(name, '[^ -~]')", "DENSE_RANK() OVER (ORDER BY name)"),
    "spark": _own("NOT name RLIKE '[^ -~]'"),
}
"""Where statements run by us."""

DIALECTS: Final = {
    "bigquery": Names("NORMALIZE_AND_CASEFOLD(TRIM(name), NFKC)", "TRIM(name)"),
    "clickhouse": Names("LOWER(TRIM(normalizeUTF8NFKC(name)))", "TRIM(name)"),
    "databricks": Names("LOWER(TRIM(name))", "TRIM(name)", note=_ASCII_ONLY),
    "duckdb": Names("LOWER(TRIM(name))", "TRIM(name)", note=_ASCII_ONLY),
    "postgres": Names("LOWER(TRIM(NORMALIZE(name, NFKC)))", "TRIM(name)"),
    "redshift": Names("LOWER(TRIM(name))", "TRIM(name)", note=_ASCII_ONLY),
    "snowflake": Names("LOWER(TRIM(name))", "TRIM(name)", note=_ASCII_ONLY),
    "spark": Names("LOWER(TRIM(name))", "TRIM(name)", note=_ASCII_ONLY),
    "trino": Names("LOWER(TRIM(NORMALIZE(name, NFKC)))", "TRIM(name)"),
}
"""In print, for others to run."""
