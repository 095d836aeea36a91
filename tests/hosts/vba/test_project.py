"""The file of the VBA project, read by olefile and oletools."""

import struct
import warnings

import pytest
from hosts.vba.example_project import SHEET_COUNTS, book, strict

from clv_xl.hosts.vba.project import (
    PROJECT_ID,
    SOURCE_ONLY,
    Module,
    ModuleKind,
    description,
    directory,
    name_map,
    obfuscate,
    vba_project,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of a library that oletools uses
    from oletools.olevba import VBA_Parser, decompress_stream


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


def clear_field(field):
    """[MS-OVBA] 2.4.3.3, reversed: the data of an obfuscated field."""
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
def test_obfuscated_fields_hold_their_data(data):
    assert clear_field(obfuscate(data)) == data


def test_two_modules_of_one_name_are_refused():
    twice = [*book(1), Module("SHEET1", ModuleKind.SHEET, "")]
    with pytest.raises(ValueError, match="one name"):
        vba_project(twice)


def test_text_outside_the_code_page_is_refused():
    with pytest.raises(UnicodeEncodeError):
        vba_project([Module("ThisWorkbook", ModuleKind.WORKBOOK, "' \u4ef7\n")])
