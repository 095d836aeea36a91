"""Compound files, read by olefile."""

import olefile
import pytest
from hosts.vba.example_project import SHEET_COUNTS, book, strict
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.hosts.vba import compound_file
from clv_xl.hosts.vba.project import (
    vba_project,
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text("abcdefXYZ0123_", min_size=1, max_size=31).map(str.lower),
        st.integers(0, 9000),
        max_size=40,
    ),
    st.booleans(),
)
def test_streams_of_any_number_and_size_come_back(sizes, deep):
    streams = {
        f"VBA/{name}" if deep else name: bytes([n % 256]) * size
        for n, (name, size) in enumerate(sizes.items())
    }
    with strict(compound_file.write(streams)) as file:
        assert not file.parsing_issues
        assert sorted(map("/".join, file.listdir())) == sorted(streams)
        for path, data in streams.items():
            assert file.openstream(path).read() == data


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 4095, 4096, 4097, 65_536, 3_000_000])
def test_sizes_at_the_borders_of_sectors(size):
    with strict(compound_file.write({"a": b"x" * size, "b": b"y" * 70})) as file:
        assert file.openstream("a").read() == b"x" * size
        assert file.openstream("b").read() == b"y" * 70
        assert not file.parsing_issues


def test_a_file_too_large_for_its_table_is_refused():
    with pytest.raises(ValueError, match="7 megabytes"):
        compound_file.write({"a": bytes(8_000_000)})


@pytest.mark.parametrize("name", ["", "a" * 32, "a:b", "a!b", "VBA//x"])
def test_names_that_the_format_cannot_hold_are_refused(name):
    with pytest.raises(ValueError, match="cannot be a name"):
        compound_file.write({name: b""})


def test_names_that_differ_by_capitals_are_refused():
    with pytest.raises(ValueError, match="capitals"):
        compound_file.write({"a": b"", "A": b""})


def entries(data):
    """The directory as the bytes have it: name, type, colour, left, right, child."""
    file = strict(data)
    found = {}
    for number in range(len(file.direntries)):
        entry = file._load_direntry(number) if file.direntries[number] is None else None
        entry = entry or file.direntries[number]
        found[number] = (entry.name, entry.entry_type, entry.color, entry.sid_left, entry.sid_right)
    return file, found


@pytest.mark.parametrize("sheets", SHEET_COUNTS)
def test_siblings_are_a_search_tree_without_two_reds_in_a_row(sheets):
    file, found = entries(vba_project(book(sheets)))
    storage = next(e for e in file.direntries if e is not None and e.name == "VBA")
    missing = olefile.NOSTREAM

    def walk(number, red_above):
        if number == missing:
            return [], {0}
        name, _, colour, left, right = found[number]
        red = colour == 0
        assert not (red and red_above)
        names_left, depth_left = walk(left, red)
        names_right, depth_right = walk(right, red)
        depths = {depth + (not red) for depth in depth_left | depth_right}
        return [*names_left, name, *names_right], depths

    names, black_depths = walk(storage.sid_child, red_above=False)
    assert len(names) == sheets + 4
    assert names == sorted(names, key=lambda name: (len(name), name.upper()))
    assert len(black_depths) == 1
