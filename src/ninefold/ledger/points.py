"""Which encodings of Ed25519 keys and signatures are taken (RFC 8032, section 5.1). Bytes in, nothing or an error out.

The standard leaves open what a verifier does with a point of small order, or with a number written in a second way, and
verifiers answer differently. So whatever two of them could judge differently is refused before one is asked: what
passes here and verifies, verifies everywhere.
"""

from functools import lru_cache

from ninefold.errors import InvalidError, RefusedError

LENGTH = 32
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_SIGN = 1 << 255

# The y coordinates of the eight points of small order: under such a key anybody could sign.
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = {0, 1, _P - 1, _ORDER_8, _P - _ORDER_8}


def require_key(public: bytes, name: str) -> None:
    """Raise `InvalidError` unless these are 32 bytes that encode, in their one form, a point that can be a key.

    `name` is that of the key, for the sentence.
    """
    if type(public) is not bytes or len(public) != LENGTH:
        raise InvalidError("The key of {name} is not an Ed25519 key, which must be 32 bytes.", name=name)
    y = _y(public)
    if y >= _P:
        raise InvalidError("The key of {name} is a weak one: its number is written in a second way.", name=name)
    if y in _SMALL_ORDER:
        raise InvalidError("The key of {name} is a weak one, under which anybody could sign.", name=name)
    if not _on_curve(y):
        raise InvalidError("The key of {name} is no Ed25519 key: its 32 bytes are no point of the curve.", name=name)


def require_signature(signature: bytes, name: str) -> None:
    """Raise `RefusedError` unless both halves of a signature are in their one form, the first not of small order."""
    if len(signature) != 2 * LENGTH:
        raise RefusedError("The signature of {name} does not match the text: it is not 64 bytes long.", name=name)
    y = _y(signature[:LENGTH])
    if y >= _P or y in _SMALL_ORDER or int.from_bytes(signature[LENGTH:], "little") >= _ORDER:
        raise RefusedError("The signature of {name} does not match the text: it is not in its one form.", name=name)


def _y(point: bytes) -> int:
    return int.from_bytes(point, "little") & ~_SIGN


@lru_cache(maxsize=1_024)
def _on_curve(y: int) -> bool:
    """Whether -x² + y² = 1 + d·x²·y² has an x: whether (y² - 1) / (d·y² + 1) is a square (Euler's criterion)."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    return pow(square, (_P - 1) // 2, _P) == 1
