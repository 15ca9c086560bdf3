"""Two pictures, drawn here: a PNG (RFC 2083) and a baseline JPEG (ITU T.81)."""

import struct
import zlib
from itertools import chain
from typing import Final

WIDTH: Final = 320
HEIGHT: Final = 160
"""Pixels, as for the width; both are whole blocks of a JPEG."""

_BLOCK: Final = 8
_CODE_BITS: Final = 4
"""Length of each Huffman code for a difference in brightness."""


def png() -> bytes:
    """Return a gradient of colours as PNG, in steps as wide as a block."""
    rows = b"".join(
        b"\0" + bytes(chain.from_iterable((_step(x), _step(y), 180) for x in range(WIDTH)))
        for y in range(HEIGHT)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def jpeg() -> bytes:
    """Return a grey gradient as JPEG: each block of 8 by 8 pixels has one brightness."""
    quantities = b"\0" + bytes([_BLOCK]) * _BLOCK**2
    frame = struct.pack(">BHHBBBB", 8, HEIGHT, WIDTH, 1, 1, 0x11, 0)
    codes = range(2 ** (_CODE_BITS - 1))
    brightness = bytes([0, *_lengths({_CODE_BITS: len(codes)}), *codes])
    texture = bytes([0x10, *_lengths({1: 1}), 0])
    scan = bytes([1, 1, 0, 0, 63, 0])
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xDB, quantities),
            _segment(0xC0, frame),
            _segment(0xC4, brightness),
            _segment(0xC4, texture),
            _segment(0xDA, scan),
            _scanned(),
            b"\xff\xd9",
        )
    )


def _step(position: int) -> int:
    return position // _BLOCK * 6


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def _lengths(counts: dict[int, int]) -> bytes:
    """Return how many codes there are of each length from 1 to 16 bits."""
    return bytes(counts.get(length, 0) for length in range(1, 17))


def _scanned() -> bytes:
    bits: list[str] = []
    last = 0
    for _ in range(HEIGHT // _BLOCK):
        for column in range(WIDTH // _BLOCK):
            level = 2 * column - 40
            bits.append(_difference(level - last) + "0")
            last = level
    written = "".join(bits)
    padded = written + "1" * (-len(written) % 8)
    packed = int(padded, 2).to_bytes(len(padded) // 8)
    return packed.replace(b"\xff", b"\xff\0")


def _difference(amount: int) -> str:
    """Return a difference as the code of its size in bits, and those bits."""
    size = abs(amount).bit_length()
    value = amount if amount >= 0 else amount + 2**size - 1
    return f"{size:0{_CODE_BITS}b}" + (f"{value:0{size}b}" if size else "")
