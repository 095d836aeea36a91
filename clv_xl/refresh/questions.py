"""What a source leaves open, and the answers that there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

from clv_xl.errors import ArgumentError

DECIMAL_MARKS: Final = {",": "decimal comma, as in 1.234,56", ".": "decimal point, as in 1,234.56"}
DATE_ORDERS: Final = {"dmy": "day, month, year", "mdy": "month, day, year"}


class QuestionError(ArgumentError):
    """Something can be read in more than one way.

    Parameters
    ----------
    sentence : str
        What is open.
    argument : str
        What it is asked about.
    option : str
        The option of `refresh` that takes the answer.
    choices : mapping of answer to what it means
    """

    def __init__(
        self,
        sentence: str,
        *,
        argument: str = "",
        option: str = "",
        choices: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence, argument=argument)
        self.option = option
        self.choices = dict(choices or {})

    def with_sentence(self, sentence: str) -> Self:
        """Return the same question in another sentence."""
        return type(self)(
            sentence, argument=self.argument, option=self.option, choices=self.choices
        )
