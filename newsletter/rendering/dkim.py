"""DKIM signatures (RFC 6376, with Ed25519 by RFC 8463), c=relaxed/simple, and what all copies share done once.

The body is the same in all copies of a variant and so are most header fields, so a `Seal` keeps the body's hash, the
state of SHA-256 after those fields, and the signature field up to its `b=`. A copy costs the hash of its few own fields
and one private-key operation, during which Python's lock is free.

Every field that a reader sees or a mail program acts on is signed, and named once more than it occurs: then nobody can
add a second From or another way to unsubscribe. There is no t= and no x=: a copy that is tried again days later has the
same bytes. Nothing here writes a log.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from newsletter.errors import InputError
from newsletter.rendering.headers import LINE

# In the order in which the factory writes them: first the fields that all copies share, then a copy's own.
SHARED = (
    "From", "Reply-To", "Subject", "Date", "List-Id", "Feedback-ID", "Content-Language", "MIME-Version", "Content-Type",
)  # fmt: skip
OWN = ("To", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post")
# Named once more than they occur. Not List-Id and Feedback-ID: an honest relay or list may add its own.
OVERSIGNED = (
    "From", "Reply-To", "Subject", "Date", "To", "Cc", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
)  # fmt: skip

_SHARED_KEYS, _OWN_KEYS = (tuple(name.lower().encode() for name in names) for names in (SHARED, OWN))
_LEAST_BITS, _MOST_BITS = 2048, 4096  # RFC 8301: receivers need not verify longer ones, and ignore short ones
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*")


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Signs for one domain with one key."""

    domain: str  # d=, in ASCII; aligned with the From address for DMARC
    selector: str  # s=: the key's TXT record stands at selector._domainkey.domain
    key: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        """Raises InputError for a domain or selector that is no DNS name, or an RSA key of an unfit size."""
        if not (_NAME.fullmatch(self.domain) and _NAME.fullmatch(self.selector)):
            raise InputError(
                "The domain and the selector of DKIM are DNS names such as example.org and s2025; correct them."
            )
        if isinstance(self.key, RSAPrivateKey) and not _LEAST_BITS <= self.key.key_size <= _MOST_BITS:
            raise InputError(f"The DKIM key is RSA with {self.key.key_size} bits; make one with {_LEAST_BITS} bits.")

    @classmethod
    def from_pem(cls, *, domain: str, selector: str, pem: bytes) -> Self:
        """Take a private key in PEM, not encrypted. Raises InputError for anything but RSA and Ed25519."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, UnsupportedAlgorithm):
            raise InputError("The DKIM key is not a private key in PEM; make one with `openssl genrsa 2048`.") from None
        except TypeError:
            raise InputError("The DKIM key is encrypted with a passphrase; store it without one.") from None
        if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
            raise InputError("The DKIM key is neither RSA nor Ed25519; make one with `openssl genrsa 2048`.")
        return cls(domain=domain, selector=selector, key=key)

    @property
    def algorithm(self) -> str:
        """The value of a=."""
        return "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"

    @property
    def is_slow(self) -> bool:
        """Whether a signature costs so much that it is worth a thread of its own."""
        return isinstance(self.key, RSAPrivateKey)

    @cached_property
    def public_key(self) -> str:
        """The value of p= in DNS: Base64 of the public key, DER for RSA and bare for Ed25519 (RFC 8463 section 4)."""
        if isinstance(self.key, RSAPrivateKey):
            raw = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode("ascii")

    @property
    def record(self) -> str:
        """The TXT record that must stand in the DNS at `selector._domainkey.domain`."""
        kind = "rsa" if isinstance(self.key, RSAPrivateKey) else "ed25519"
        return f"v=DKIM1; k={kind}; p={self.public_key}"

    def seal(self, shared: bytes, body: bytes) -> "Seal":
        """Do once what all copies share: their common header fields and the body, in CRLF."""
        return Seal(self, shared, body)

    def sign(self, digest: bytes) -> bytes:
        """The raw signature of a SHA-256 digest; the same for the same digest."""
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(digest, PKCS1v15(), _PREHASHED)
        return self.key.sign(digest)  # RFC 8463 section 3: the digest is the message


_PREHASHED = Prehashed(SHA256())
_FIELD_ENDS = re.compile(rb"\r\n(?![ \t])")


class Seal:
    """Signs the copies of one variant."""

    def __init__(self, signer: Signer, shared: bytes, body: bytes) -> None:
        """Hash the body and the fields that all copies share. May be used by several threads at once."""
        self._signer = signer
        self.head = _head(signer, body_hash(body))  # the field's value up to and with `b=`
        self._field = f"DKIM-Signature: {self.head}".encode("ascii")
        # RFC 6376 section 3.7: the signature's own field is hashed last, with an empty b= and no line end.
        self._last = relaxed(self._field + b"\r\n").removesuffix(b"\r\n")
        self._state = hashlib.sha256(_in_order(shared, _SHARED_KEYS))

    def field(self, own: bytes) -> bytes:
        """The finished DKIM-Signature field of a copy with these header fields of its own."""
        state = self._state.copy()
        state.update(_in_order(own, _OWN_KEYS))
        state.update(self._last)
        packed = base64.b64encode(self._signer.sign(state.digest()))
        lines = [packed[start : start + LINE - 1] for start in range(0, len(packed), LINE - 1)]
        return b"%b\r\n %b\r\n" % (self._field, b"\r\n ".join(lines))


def body_hash(body: bytes) -> str:
    """The value of bh=: SHA-256 of the body in simple form, which ends in exactly one CRLF (section 3.4.3)."""
    while body.endswith(b"\r\n"):
        body = body[:-2]
    return base64.b64encode(hashlib.sha256(body + b"\r\n").digest()).decode("ascii")


def relaxed(header_field: bytes) -> bytes:
    """One whole field in relaxed form, section 3.4.2: name in lower case, single blanks, none at the ends."""
    name, _, value = header_field.partition(b":")
    return b"%b:%b\r\n" % (name.strip().lower(), b" ".join(value.split()))


def _in_order(block: bytes, keys: tuple[bytes, ...]) -> bytes:
    """The relaxed fields of a block in the order in which h= names them; an absent one adds nothing."""
    fields = {raw.partition(b":")[0].lower(): relaxed(raw) for raw in _FIELD_ENDS.split(block.removesuffix(b"\r\n"))}
    if not fields.keys() <= set(keys):
        raise ValueError("a header field is not among those that are signed")
    return b"".join([fields[key] for key in keys if key in fields])


def _head(signer: Signer, digest: str) -> str:
    """Folded where the grammar allows it: after a semicolon, and in h= after a colon."""
    lines = [f"v=1; a={signer.algorithm}; c=relaxed/simple;", f"d={signer.domain}; s={signer.selector};"]
    lines += _folded_names((*SHARED, *OWN, *OVERSIGNED))
    return "\r\n ".join([*lines, f"bh={digest};", "b="])


def _folded_names(names: tuple[str, ...]) -> list[str]:
    lines = ["h="]
    for name in names:
        if len(lines[-1]) + len(name) + 1 >= LINE:
            lines.append("")
        lines[-1] += f"{name}:"
    lines[-1] = f"{lines[-1][:-1]};"
    return lines
