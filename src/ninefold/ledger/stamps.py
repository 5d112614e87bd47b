"""Time stamps by other hands (RFC 3161): what an authority is asked, and what its answer proves. Bytes in, bytes out.

An answer says that a text was there at a time. It is believed once its signature leads to a certificate that the reader
named, by one that is made for time stamps and was valid at that time. What is stamped here is the text of a
checkpoint: origin, size and root, without the signatures, which may come and go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.der import sorted_certificates
from ninefold.ledger.notes import split_note
from ninefold.ledger.proofs import read_claim, read_proof

LONGEST_RESPONSE = 1 << 16  # the answers of known authorities have 1 to 7 kB
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_GRANTED = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """The text was there before `time`, says `authority`: the name in the certificate that signed."""

    time: datetime
    authority: str


def read_certificates(pem: str) -> list[x509.Certificate]:
    """The certificates in a text (PEM), at least one."""
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise InvalidError("There is no certificate in PEM, or one of them cannot be read.") from None


def new_request(text: bytes) -> TimeStampRequest:
    """What to ask an authority for: SHA-256, a random number that the answer repeats, and its certificate."""
    return TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()


def open_stamp(
    response: bytes,
    text: bytes,
    trusted: Sequence[x509.Certificate],
    *,
    nonce: int | None = None,
    policy: str = "",
) -> Stamp:
    """What an answer proves of a text, or an error that says why it proves nothing.

    With a `nonce` the answer must be the one to that request, with a `policy` (an object identifier) be given under it.
    """
    read = _read_over(response, text)
    said = read.tst_info
    if nonce is not None and said.nonce != nonce:
        raise RefusedError("The time stamp answers another request.")
    if policy and said.policy.dotted_string != policy:
        raise RefusedError("The time stamp was given under the policy {policy}.", policy=said.policy.dotted_string)
    _require_chain(read, text, trusted)
    return Stamp(said.gen_time, _signed_by(read))


def stamps_in(proof: bytes, trusted: Sequence[x509.Certificate]) -> list[Stamp]:
    """What the time stamps in a proof file prove of its checkpoint; each must hold. `InvalidError` when it has none."""
    read = read_proof(proof)
    responses = read_claim(read.extra).stamps
    if not responses:
        raise InvalidError(
            "The proof file carries no time stamp; ask for one that does (ninefold ledger prove --stamped)."
        )
    text = split_note(read.checkpoint).text.encode()
    return [open_stamp(response, text, trusted) for response in responses]


def require_text(response: bytes, text: bytes) -> datetime:
    """The time that an answer gives to a text, of which nothing else is looked at; an error when it is of another."""
    return _read_over(response, text).tst_info.gen_time


def _read_over(response: bytes, text: bytes) -> TimeStampResponse:
    read = _read(response)
    imprint = read.tst_info.message_imprint
    if imprint.hash_algorithm != _SHA256 or imprint.message != sha256(text).digest():
        raise RefusedError("The time stamp is that of another text.")
    return read


def _read(response: bytes) -> TimeStampResponse:
    if len(response) > LONGEST_RESPONSE:
        raise InvalidError("The time stamp is longer than {longest} bytes.", longest=LONGEST_RESPONSE)
    try:
        read = decode_timestamp_response(sorted_certificates(response))
        granted = read.status == _GRANTED
        _ = granted and read.tst_info.message_imprint.message  # one without a token fails here
    except ValueError:
        raise InvalidError("This is not a time stamp (a TimeStampResp of RFC 3161, in DER).") from None
    if not granted:
        raise RefusedError("The authority gave no time stamp (status {status}).", status=read.status)
    return read


def _require_chain(read: TimeStampResponse, text: bytes, trusted: Sequence[x509.Certificate]) -> None:
    try:
        VerifierBuilder(roots=list(trusted)).build().verify(read, sha256(text).digest())
    except VerificationError as error:
        if "EKU" in str(error) or "certificate purpose" in str(error):
            raise RefusedError("The time stamp was signed by a certificate that is not made for time stamps.") from None
        if "expired" in str(error) or "not yet valid" in str(error):
            raise RefusedError("The time stamp was signed by a certificate that was not valid at its time.") from None
        raise RefusedError(
            "The time stamp was changed, or its signature does not lead to a certificate that you named."
        ) from None
    except ValueError:
        raise InvalidError("The time stamp holds a certificate or a signature that cannot be read.") from None


def _signed_by(read: TimeStampResponse) -> str:
    """The subject of the certificate that signed, which was found to lead to a trusted one."""
    (signer,) = read.signed_data.signer_infos
    for encoded in read.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(encoded)
        if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number):
            return certificate.subject.rfc4514_string()
    raise RefusedError("The time stamp does not carry the certificate that signed it.")
