"""How a stream is cut into pieces that stay the same where the stream does. Bytes in, bytes out.

A table's cut follows its rows, not their position: a row more or less changes the piece in which it stands and no
other. A file is cut at fixed places.
"""

import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from hmac import digest
from typing import BinaryIO

from ninefold.errors import InvalidError
from ninefold.sealing.padding import pad, unpad

SMALLEST, LARGEST = 64 << 10, 1 << 20
BLOCK = 64 << 10  # what a stored piece is filled up to, so that its size tells little
_CUT = 0xFF  # one row in 256 ends a piece that is large enough


def cut_lines(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Pieces of whole lines, each with their number."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= LARGEST or (size >= SMALLEST and zlib.crc32(line) & _CUT == _CUT):
            yield b"".join(held), len(held)
            held, size = [], 0
    if held:
        yield b"".join(held), len(held)


def cut_file(file: BinaryIO) -> Iterator[bytes]:
    """Pieces of a file."""
    while piece := file.read(LARGEST):
        yield piece


def name_of(piece: bytes, key: bytes) -> str:
    """The name under which a piece is kept: the same for the same piece, and a secret without the key."""
    return digest(key, b"ninefold piece v1\x00" + sha256(piece).digest(), "sha256").hex()[:40]


def pack(piece: bytes) -> bytes:
    """Compressed, and filled up to whole blocks; what is to be sealed."""
    return pad(zlib.compress(piece, 1), BLOCK)


def unpack(packed: bytes, longest: int = LARGEST << 6) -> bytes:
    """What `pack` was given; more than `longest` bytes are refused before they are unfolded."""
    unfolding = zlib.decompressobj()
    try:
        piece = unfolding.decompress(unpad(packed), longest)
    except zlib.error:
        raise InvalidError("A piece of the backup is damaged.") from None
    if not unfolding.eof:
        raise InvalidError("A piece of the backup is damaged.")
    return piece
