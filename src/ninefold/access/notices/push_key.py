"""The key by which this workspace shows browsers' makers that it is the one to which a browser subscribed.

It proves a sender and opens nothing. Made when it is first needed, `keys/push.key`; a sealed
backup holds it beside the other keys, so that browsers know the sender again.
"""

from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from ninefold.disk import read_private, write_private
from ninefold.errors import ConflictError, InvalidError

_LONGEST = 2_048


def push_key(workspace: Path) -> ec.EllipticCurvePrivateKey:
    """The workspace's key; a new one where there is none."""
    path = workspace / "keys" / "push.key"
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        with suppress(ConflictError):  # another process was quicker
            write_private(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return _read(path)


def _read(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(read_private(path, _LONGEST), password=None)
    except ValueError:
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise InvalidError("{path} holds no key for messages to browsers; remove it, and a new one is made.", path=path)
    return key
