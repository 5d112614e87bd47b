"""Put the certificates of a time stamp in order (X.690, section 11.6: the members of a set are sorted).

Some authorities send them as they come, and a strict reader refuses that. No signature covers their order, and sorting
changes no length. What is not of the shape expected is given back as it came, for the reader to refuse.
"""

_SEQUENCE, _CERTIFICATES, _EXPLICIT = 0x30, 0xA0, 0xA0


def sorted_certificates(response: bytes) -> bytes:
    """The same TimeStampResp (RFC 3161) with its certificates sorted."""
    try:
        at = _certificates(response)
        if at is None:
            return response
        start, end = at
        parts = sorted(response[one:other] for one, other in _members(response, start, end))
        return response[:start] + b"".join(parts) + response[end:]
    except (ValueError, IndexError):
        return response


def _certificates(data: bytes) -> tuple[int, int] | None:
    """Where the contents of SignedData's certificates stand: response, token, its content, SignedData, [0]."""
    whole = _inside(data, 0, _SEQUENCE)
    _, token = list(_members(data, *whole))[:2]
    _, content = list(_members(data, *_inside(data, token[0], _SEQUENCE)))[:2]
    signed = _inside(data, _inside(data, content[0], _EXPLICIT)[0], _SEQUENCE)
    for start, _ in list(_members(data, *signed))[3:]:
        if data[start] == _CERTIFICATES:
            return _inside(data, start, _CERTIFICATES)
    return None


def _inside(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """Where the contents of the element at a place begin and end."""
    start, end = _element(data, at)
    if data[at] != tag:
        raise ValueError
    return start, end


def _members(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Where each element between two places begins and ends, head included."""
    members = []
    while start < end:
        _, after = _element(data, start)
        members.append((start, after))
        start = after
    if start != end:
        raise ValueError
    return members


def _element(data: bytes, at: int) -> tuple[int, int]:
    length, start = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + length > len(data):
        raise ValueError
    return start, start + length
