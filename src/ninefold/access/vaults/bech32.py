"""The spelling of age keys: Bech32 (BIP 173) without its limit of 90 characters, as age uses it."""

from collections.abc import Iterable, Iterator

from ninefold.errors import InvalidError

_SIGNS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM = 6


def encode(prefix: str, data: bytes) -> str:
    """The text of `data` under a prefix in small letters."""
    digits = list(_regroup(data, 8, 5, pad=True))
    check = _polymod([*_expanded(prefix), *digits, *[0] * _CHECKSUM]) ^ 1
    digits += [check >> 5 * (_CHECKSUM - 1 - place) & 31 for place in range(_CHECKSUM)]
    return f"{prefix}1{''.join(_SIGNS[digit] for digit in digits)}"


def decode(prefix: str, text: str) -> bytes:
    """The bytes of a text in small letters under this prefix; any other spelling raises `InvalidError`."""
    wrong = InvalidError("This key is not spelled as age spells keys; copy it again.")
    body = text.removeprefix(f"{prefix}1")
    if body == text or len(body) < _CHECKSUM or len(body) > 1000 or not set(body) <= set(_SIGNS):
        raise wrong
    digits = [_SIGNS.index(sign) for sign in body]
    data = bytes(_regroup(digits[:-_CHECKSUM], 5, 8, pad=False))
    if _polymod([*_expanded(prefix), *digits]) != 1 or encode(prefix, data) != text:
        raise wrong
    return data


def _expanded(prefix: str) -> list[int]:
    return [*(ord(sign) >> 5 for sign in prefix), 0, *(ord(sign) & 31 for sign in prefix)]


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check


def _regroup(values: Iterable[int], old: int, new: int, *, pad: bool) -> Iterator[int]:
    held, bits = 0, 0
    for value in values:
        held, bits = held << old | value, bits + old
        while bits >= new:
            bits -= new
            yield held >> bits & (1 << new) - 1
    if pad and bits:
        yield held << new - bits & (1 << new) - 1
