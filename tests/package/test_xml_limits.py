"""Parts of XML that are too deep are told, however their tags are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.package.xml_limits import MOST_LEVELS, excess


def nested(levels: int, opening: bytes = b"<a>", inside: bytes = b"x") -> bytes:
    return opening * levels + inside + b"</a>" * levels


@pytest.mark.parametrize(
    ("opening", "inside"),
    [
        (b"<a>", b"x"),
        (b"<a b=\"c/d\" e='/'>", b""),
        (b'<a b="/>">', b""),
        (b"<a>/>", b""),
        (b"<a><!-- </a> --><b/>", b"<b></b>"),
        (b"<a><?go </a></a>?>", b""),
        (b"<a><![CDATA[</a>/>]]>", b""),
        (b"<a><b/><b></b>", b"<b c='>'/>"),
    ],
)
def test_a_hundred_levels_and_no_more(opening: bytes, inside: bytes) -> None:
    for levels, refused in ((MOST_LEVELS - 2, False), (MOST_LEVELS, True)):
        part = b'<?xml version="1.0"?><r>' + nested(levels, opening, inside) + b"</r>"
        assert bool(excess(part)) is refused


def test_what_is_not_closed_counts_too() -> None:
    assert excess(b"<a>" * 101)
    assert not excess(b"<a>" * 50)


def test_utf16_is_read() -> None:
    assert excess(nested(101).decode().encode("utf-16"))
    assert not excess(nested(99).decode().encode("utf-16"))


def test_levels_go_on_from_one_block_to_the_next() -> None:
    many = b"<c><v>1</v></c>" * 150_000
    assert excess(b"<r>" + many + b"<a>" + many + nested(99) + b"</a></r>")
    assert not excess(b"<r>" + many + b"<a>" + many + nested(98) + b"</a></r>")


@given(st.lists(st.sampled_from([b"<a>", b"</a>", b"<b/>", b"x", b'<c d="/">', b"</c>"])))
def test_short_parts_are_never_too_deep(pieces: list[bytes]) -> None:
    assert not excess(b"".join(pieces[:90]))


def test_what_is_not_well_formed_is_left_to_its_readers() -> None:
    assert not excess(b"<a><!-- c --></b>" + nested(200))
