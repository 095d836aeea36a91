"""The words that a verdict or finding begins with, and how serious each is."""

from __future__ import annotations

import enum


class Severity(enum.Enum):
    """What a reader should do about a cell."""

    GOOD = "good"
    BAD = "bad"
    WARNING = "warning"
    NEUTRAL = "neutral"


class Verdict(enum.Enum):
    """The first words of a sentence that judges; workbooks colour the sentence by them.

    As text it is its word, so that a sentence is written `f"{Verdict.STOP}: costs too much"`.
    """

    YES = "yes", Severity.GOOD
    ALL = "All", Severity.GOOD
    GROW = "Grow", Severity.GOOD
    GOOD = "Good", Severity.GOOD
    RELIABLE = "Reliable", Severity.GOOD
    NO = "no", Severity.BAD
    REFUSED = "Left out", Severity.BAD
    STOP = "Stop", Severity.BAD
    FIX = "Fix", Severity.BAD
    DO_NOT_USE = "Do not use", Severity.BAD
    CHECK = "Check", Severity.WARNING
    IMPROVE = "Improve", Severity.WARNING
    MERGED = "Merged", Severity.WARNING
    IGNORED = "Ignored", Severity.WARNING
    CAUTION = "Use with caution", Severity.WARNING
    READ = "Read", Severity.NEUTRAL
    IN_SHORT = "In short", Severity.NEUTRAL
    SHOWN = "Shown", Severity.NEUTRAL
    INACTIVE = "Inactive", Severity.NEUTRAL

    def __init__(self, word: str, severity: Severity) -> None:
        self.word = word
        self.severity = severity

    def __str__(self) -> str:
        return self.word
