"""The file of the VBA project, read by programs that are not ours: olefile and oletools."""

import io
import struct
import warnings

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.hosts.vba import compound_file
from clv_xl.hosts.vba.compression import CHUNK, compress
from clv_xl.hosts.vba.project import (
    PROJECT_ID,
    SOURCE_ONLY,
    Kind,
    Module,
    description,
    directory,
    name_map,
    obfuscate,
    vba_project,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of a library that oletools uses
    from oletools.olevba import VBA_Parser, decompress_stream

SHEET_COUNTS = (1, 5, 64, 65, 99, 300)


def book(sheets):
    return [
        Module("ThisWorkbook", Kind.WORKBOOK, "Option Explicit\n"),
        *(
            Module(f"Sheet{n}", Kind.SHEET, f"Option Explicit\n' {n}\n")
            for n in range(1, sheets + 1)
        ),
        Module("Functions", Kind.STANDARD, 'Option Explicit\n\' caf\u00e9 "x"\n' + "Dim a\n" * 900),
    ]


# Compression.


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="cp1252"), max_size=3000), st.integers(1, 12))
def test_text_comes_back(text, times):
    data = (text * times).encode("cp1252")
    assert decompress_stream(bytearray(compress(data))) == data


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=3640))
def test_any_bytes_come_back_while_they_fit(data):
    assert decompress_stream(bytearray(compress(data))) == data


@pytest.mark.parametrize(
    "size", [0, 1, 2, 3, 15, 16, 17, 4095, 4096, 4097, 8191, 8192, 8193, 50_000]
)
@pytest.mark.parametrize("period", [1, 2, 3, 7, 251, 4000, 4099])
def test_repetitions_of_every_length(size, period):
    unit = bytes(place * 7919 % 251 for place in range(period))
    data = (unit * (size // period + 1))[:size]
    assert decompress_stream(bytearray(compress(data))) == data


def test_every_copy_length_at_every_width_of_offset():
    for before in (16, 17, 32, 33, 64, 65, 128, 129, 1024, 1025, 2048, 2049):
        data = bytes(place * place % 256 for place in range(before)) + b"#" * (CHUNK - before)
        assert decompress_stream(bytearray(compress(data))) == data


def noise(size):
    state, found = 1, bytearray()
    while len(found) < size:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        found.append(state >> 56)
    return bytes(found)


def test_a_full_chunk_that_does_not_compress_is_stored_as_it_is():
    data = noise(CHUNK) + b"text " * 100
    packed = compress(data)
    assert struct.unpack_from("<H", packed, 1)[0] == 0x3FFF
    assert packed[3 : 3 + CHUNK] == data[:CHUNK]
    assert decompress_stream(bytearray(packed)) == data


def test_a_part_of_a_chunk_that_does_not_compress_is_refused():
    with pytest.raises(ValueError, match="4096"):
        compress(noise(CHUNK - 1))


def test_source_shrinks():
    text = b"Public Function CLV(ByVal a As Variant) As Variant\r\n" * 200
    assert len(compress(text)) < len(text) / 10


# The compound file.


def strict(data):
    return olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE)


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


# The project.


@pytest.mark.parametrize("sheets", SHEET_COUNTS)
def test_other_programs_read_every_module_as_it_was_written(sheets):
    modules = book(sheets)
    data = vba_project(modules)
    with strict(data) as file:
        assert not file.parsing_issues
        assert file.openstream("VBA/_VBA_PROJECT").read() == SOURCE_ONLY
        stored = {path[-1] for path in file.listdir() if path[0] == "VBA"}
        assert stored == {module.name for module in modules} | {"dir", "_VBA_PROJECT"}
        for module in modules:
            text = decompress_stream(bytearray(file.openstream(f"VBA/{module.name}").read()))
            assert text == module.stored_text.encode("cp1252")
    parser = VBA_Parser("vbaProject.bin", data=data)
    read = {place.rpartition("/")[2]: text for _, place, _, text in parser.extract_macros()}
    assert len(read) == len(modules)
    for module in modules:
        assert read[module.name] == module.stored_text
    parser.close()


def test_equal_modules_give_equal_bytes():
    assert vba_project(book(5)) == vba_project(book(5))


def test_the_directory_has_the_records_of_the_specification_in_order():
    data, place, found = directory(book(1)), 0, []
    while place < len(data):
        number, size = struct.unpack_from("<HI", data, place)
        size = 6 if number == 0x09 else size  # the version's size field says 4
        found.append((number, data[place + 6 : place + 6 + size]))
        place += 6 + size
    head = [0x01, 0x02, 0x14, 0x03, 0x04, 0x05, 0x40, 0x06, 0x3D, 0x07, 0x08, 0x09, 0x0C, 0x3C]
    module = [0x19, 0x47, 0x1A, 0x32, 0x1C, 0x48, 0x31, 0x1E, 0x2C]
    assert [number for number, _ in found] == [
        *head,
        *[0x16, 0x3E, 0x0D],
        *[0x0F, 0x13],
        *[*module, 0x22, 0x2B],
        *[*module, 0x22, 0x2B],
        *[*module, 0x21, 0x2B],
        0x10,
    ]
    values = dict(found)
    assert values[0x0F] == struct.pack("<H", 3)
    assert values[0x03] == struct.pack("<H", 1252)
    assert values[0x31] == bytes(4)
    libid = values[0x0D]
    assert struct.unpack_from("<I", libid)[0] == len(libid) - 10


def test_the_project_lists_its_modules_once_and_in_order():
    lines = description(book(2)).split("\r\n")
    assert lines[:5] == [
        f'ID="{PROJECT_ID}"',
        "Document=ThisWorkbook/&H00000000",
        "Document=Sheet1/&H00000000",
        "Document=Sheet2/&H00000000",
        "Module=Functions",
    ]
    assert lines[-1] == ""
    assert name_map(book(1)).startswith(b"ThisWorkbook\0T\0h\0i\0s\0")
    assert name_map(book(1)).endswith(b"\0\0\0\0")


def shown(field):
    """[MS-OVBA] 2.4.3.3, the other way round."""
    data = bytes.fromhex(field)
    seed, version, key = data[0], data[0] ^ data[1], data[0] ^ data[2]
    plain, before, before_last, result = key, data[2], data[1], []
    for byte in data[3:]:
        result.append(byte ^ ((before_last + plain) & 0xFF))
        plain, before_last, before = result[-1], before, byte
    result = bytes(result[(seed & 6) // 2 :])
    assert version == 2
    assert key == sum(PROJECT_ID.encode()) & 0xFF
    assert struct.unpack_from("<I", result)[0] == len(result) - 4
    return result[4:]


@pytest.mark.parametrize("data", [bytes(4), bytes(1), b"\xff", bytes(range(20))])
def test_disguised_fields_say_what_they_should(data):
    assert shown(obfuscate(data)) == data


def test_two_modules_of_one_name_are_refused():
    twice = [*book(1), Module("SHEET1", Kind.SHEET, "")]
    with pytest.raises(ValueError, match="one name"):
        vba_project(twice)


def test_text_outside_the_code_page_is_refused():
    with pytest.raises(UnicodeEncodeError):
        vba_project([Module("ThisWorkbook", Kind.WORKBOOK, "' \u4ef7\n")])
