"""The exceptions of clv_xl, one small tree that knows nothing of spreadsheets.

Every message is a sentence for the person who typed the formula: it names the argument, the row
where there is one, and what to do about it. It never quotes a text from the data, which may be
somebody's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


class ClvError(Exception):
    """Base of every error that clv_xl reports on purpose.

    Parameters
    ----------
    sentence : str
        What is wrong and what to do about it.
    argument : str, optional
        The argument at fault, by its public name.
    """

    def __init__(self, sentence: str, *, argument: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.argument = argument
        self.caveats: tuple[Caveat, ...] = ()
        """What is to be said of the input besides."""

    def with_sentence(self, sentence: str) -> Self:
        """Return the same error with another sentence."""
        return type(self)(sentence, argument=self.argument)


class ArgumentError(ClvError):
    """An argument is missing, of the wrong type or shape, or names an unknown option."""


class MissingArgumentError(ArgumentError):
    """A required argument is left out or empty."""


class DomainError(ClvError):
    """A number lies outside its domain, a sum diverges, or a fit has no maximum."""


class ZeroDenominatorError(ClvError):
    """The denominator of a ratio is 0."""


class NoAnswerError(ClvError):
    """The input is valid, but the data hold no answer."""


@dataclass(frozen=True)
class Caveat:
    """A reason to treat a result with care; there is a result all the same."""

    sentence: str
    argument: str = ""


class FileError(ClvError):
    """A file cannot be read or written as asked; it is left as it was."""


class HostError(ClvError):
    """A spreadsheet program is missing, or does not do what was asked of it."""
