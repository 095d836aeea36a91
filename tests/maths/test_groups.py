"""Groups of rows: as many as there are rows cost no more than a few."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from clv_xl.maths import groups, segments
from clv_xl.maths.arrays import Labels


class Counted(list[object]):
    """A list that counts how often it is gone through."""

    times = 0

    def __iter__(self) -> Iterator[object]:
        self.times += 1
        return super().__iter__()


def test_names_in_an_order_are_gone_through_once_however_many_there_are() -> None:
    names = Counted(str(number) for number in range(1000))
    order = list(range(1000, -1, -1))
    assert groups.ordered_names(Labels(np.arange(1000), names), order) == [groups.ALL, *names[::-1]]
    assert names.times == 1


def test_a_column_of_customers_in_the_place_of_segments_is_said() -> None:
    codes = np.arange(1000)
    (caveat,) = segments.single_customer_caveats(Labels(codes, list(map(str, codes))))
    assert caveat.argument == "segment"
    assert caveat.sentence == (
        "segment has a value of its own for each of the 1,000 customers, as a column of customers "
        "has; give the column that says to which group each customer belongs"
    )
    two_share_one = np.append(codes, 0)
    assert not segments.single_customer_caveats(Labels(two_share_one, list(map(str, codes))))


def test_a_few_segments_of_one_customer_each_are_segments() -> None:
    codes = np.arange(20)
    assert not segments.single_customer_caveats(Labels(codes, list(map(str, codes))))
