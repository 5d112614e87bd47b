"""The outer form of an age file (age-encryption.org/v1), read without any key: is it one, and how much is in it?

The server takes nothing into a vault that is not encrypted, or whose length would tell more than it must.
"""

import re

from ninefold.errors import InvalidError

_VERSION = b"age-encryption.org/v1\n"
_LONGEST_HEADER = 4096
_CHUNK, _TAG, _NONCE = 1 << 16, 16, 16
_B64 = rb"[A-Za-z0-9+/]"
# A stanza's body is wrapped at 64 signs and ends with a shorter line, which may be empty.
_STANZA = re.compile(rb"-> ([!-~]+(?: [!-~]+)*)\n((?:" + _B64 + rb"{64}\n)*" + _B64 + rb"{0,63})\n")
# 32 bytes in their only spelling: the last sign has no stray bits.
_OF_32 = _B64 + rb"{42}[AEIMQUYcgkosw048]"
_X25519 = re.compile(rb"X25519 " + _OF_32)
_MAC = re.compile(rb"--- " + _OF_32 + rb"\n")


def plaintext_size(sealed: bytes) -> int:
    """How many bytes are in an age file to exactly one X25519 key; `InvalidError` for anything else."""
    wrong = InvalidError("This is not a file encrypted with age to one key; encrypt it first.")
    if not sealed.startswith(_VERSION):
        raise wrong
    head, at, keys = sealed[:_LONGEST_HEADER], len(_VERSION), 0
    while stanza := _STANZA.match(head, at):
        at = stanza.end()
        keys += bool(_X25519.fullmatch(stanza[1]))
        # Beside the one key only grease, which no key reads, may stand there.
        if not _X25519.fullmatch(stanza[1]) and not stanza[1].split(b" ")[0].endswith(b"-grease"):
            raise wrong
    mac = _MAC.match(head, at)
    if keys != 1 or mac is None:
        raise wrong
    return _payload_size(len(sealed) - mac.end(), wrong)


def _payload_size(length: int, wrong: InvalidError) -> int:
    """The payload is a nonce and chunks of 64 KiB, each with its tag; only the last one may be shorter."""
    chunks = length - _NONCE
    if chunks < _TAG:
        raise wrong
    full, rest = divmod(chunks, _CHUNK + _TAG)
    if 0 < rest <= _TAG and chunks != _TAG:
        raise wrong
    return full * _CHUNK + max(0, rest - _TAG)
