"""Shapes that run macros leave a drawing; pictures, charts and other shapes stay."""

from __future__ import annotations

from clv_xl.values_copy.buttons import without_buttons

START = '<x:wsDr xmlns:x="x" xmlns:mc="mc">'
BUTTON = '<x:sp macro="[0]!Run" textlink=""/>'
SHAPE = '<x:sp macro="" textlink=""/>'


def left(*anchors: str) -> str | None:
    content = without_buttons(f"{START}{''.join(anchors)}</x:wsDr>".encode())
    return None if content is None else content.decode().split(START)[1].removesuffix("</x:wsDr>")


def anchor(inside: str) -> str:
    return f"<x:oneCellAnchor>{inside}<x:clientData/></x:oneCellAnchor>"


def test_a_button_goes_with_its_anchor() -> None:
    assert left(anchor(SHAPE), anchor(BUTTON)) == anchor(SHAPE)


def test_nothing_is_left_of_a_drawing_of_buttons() -> None:
    assert left(anchor(BUTTON), anchor(BUTTON)) is None


def test_a_button_in_a_group_leaves_the_group() -> None:
    assert left(anchor(f"<x:grpSp>{BUTTON}{SHAPE}</x:grpSp>")) == anchor(
        f"<x:grpSp>{SHAPE}</x:grpSp>"
    )


def test_an_alternative_of_a_button_goes_as_a_whole() -> None:
    choice = f"<mc:AlternateContent><mc:Choice>{anchor(BUTTON)}</mc:Choice></mc:AlternateContent>"
    assert left(choice, anchor(SHAPE)) == anchor(SHAPE)


def test_a_picture_stays_and_runs_nothing() -> None:
    assert left(anchor('<x:pic macro="Run"/>')) == anchor('<x:pic macro=""/>')


def test_a_drawing_without_buttons_is_untouched() -> None:
    content = f"{START}{anchor(SHAPE)} </x:wsDr>".encode()
    assert without_buttons(content) is content
