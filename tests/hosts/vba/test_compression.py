"""Compression of VBA source, undone by oletools."""

import struct
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.hosts.vba.compression import CHUNK, compress

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of a library that oletools uses
    from oletools.olevba import decompress_stream


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
