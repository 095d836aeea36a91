"""Shapes that run macros leave a drawing; pictures, charts and other shapes stay."""

from __future__ import annotations

from lxml import etree

from clv_xl.values_copy.buttons import without_buttons, without_legacy_buttons
from clv_xl.values_copy.formulas import Surviving

START = '<x:wsDr xmlns:x="x" xmlns:mc="mc">'
BUTTON = '<x:sp macro="[0]!Run" textlink=""/>'
SHAPE = '<x:sp macro="" textlink=""/>'


def left(*anchors: str) -> str | None:
    content = without_buttons(f"{START}{''.join(anchors)}</x:wsDr>".encode(), Surviving({}))
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
    assert without_buttons(content, Surviving({})) is content


def test_a_button_for_excel_only_leaves_no_choice_behind() -> None:
    """As the template writes it."""
    choice = "<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback/></mc:AlternateContent>"
    assert left(choice.format(anchor(BUTTON)), anchor(SHAPE)) == anchor(SHAPE)
    assert left(choice.format(anchor(BUTTON))) is None


def test_a_shape_keeps_the_text_of_a_cell_of_another_workbook() -> None:
    linked = '<x:sp macro="" textlink="{}"><x:t>12</x:t></x:sp>'
    assert left(anchor(linked.format("[1]Sheet1!$A$1"))) == anchor(linked.format(""))
    own = anchor(linked.format("Data!$A$1"))
    assert left(own) == own


NUMBERED = '<x:sp><x:nvSpPr><x:cNvPr id="{}"/></x:nvSpPr></x:sp>'


def test_the_shape_of_a_control_goes_by_its_number() -> None:
    content = f"{START}{anchor(NUMBERED.format(5))}{anchor(NUMBERED.format(6))}</x:wsDr>".encode()
    found = without_buttons(content, Surviving({}), {"5"})
    assert found is not None
    assert b'id="6"' in found
    assert b'id="5"' not in found
    assert found.count(b"oneCellAnchor") == 2


# Comments and controls as they are drawn in VML.

LEGACY = '<xml xmlns:v="v" xmlns:o="o" xmlns:x="x">{}</xml>'
NOTE = '<v:shape id="_x0000_s1"><x:ClientData ObjectType="Note"/></v:shape>'
CHECK = '<v:shape id="Box" o:spid="_x0000_s7"><x:ClientData ObjectType="Checkbox">{}</x:ClientData>'
CHECK += "</v:shape>"
PUSH = '<v:shape id="Push"><x:ClientData ObjectType="Button"/></v:shape>'
MACRO = "<x:FmlaMacro>[0]!Run</x:FmlaMacro>"


def legacy(*shapes: str, numbers: tuple[str, ...] = ()) -> list[str] | None:
    content = LEGACY.format("".join(shapes)).encode()
    found = without_legacy_buttons(content, numbers)
    if found is None:
        return None
    return [str(one.get("id")) for one in etree.fromstring(found).iter("{*}shape")]


def test_notes_and_boxes_stay_without_the_buttons_beside_them() -> None:
    assert legacy(NOTE, PUSH, CHECK.format("")) == ["_x0000_s1", "Box"]
    assert legacy(NOTE, CHECK.format(MACRO)) == ["_x0000_s1"]
    assert legacy(NOTE, CHECK.format(""), numbers=("7",)) == ["_x0000_s1"]
    assert legacy(PUSH) is None


def test_notes_that_are_not_well_formed_are_untouched() -> None:
    content = LEGACY.format(f"{NOTE}<br>").encode()
    assert without_legacy_buttons(content) is content
