"""Sizes that tell little: bytes filled up to whole blocks before they are sealed."""

from ninefold.errors import InvalidError

_LENGTH = 8


def pad(data: bytes, block: int) -> bytes:
    """The length, the bytes, and zeros up to a multiple of `block`."""
    length = _LENGTH + len(data)
    return len(data).to_bytes(_LENGTH, "big") + data + bytes(-length % block)


def unpad(padded: bytes) -> bytes:
    """What `pad` was given; anything else raises `InvalidError`."""
    length = int.from_bytes(padded[:_LENGTH], "big")
    data, rest = padded[_LENGTH : _LENGTH + length], padded[_LENGTH + length :]
    if len(data) != length or rest.strip(b"\x00"):
        raise InvalidError("These bytes were not filled up as they should be; they are damaged.")
    return data
