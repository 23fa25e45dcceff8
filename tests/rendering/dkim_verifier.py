"""Judges signatures with dkimpy, a verifier that is not ours, over a DNS that knows one record."""

import base64
from types import SimpleNamespace

import dkim
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newsletter.rendering.dkim import Signer

RSA_PEM, ED25519_PEM = (
    key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for key in (generate_private_key(65537, 2048), Ed25519PrivateKey.generate())
)
SIGNERS = [Signer.from_pem(domain="office.example", selector="s1", pem=pem) for pem in (RSA_PEM, ED25519_PEM)]


class _VerifyKey:
    """What dkimpy uses of PyNaCl, so that Ed25519 is judged where PyNaCl is not installed; all else is dkimpy's own."""

    def __init__(self, key: bytes, encoder: object) -> None:  # noqa: ARG002
        self._key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))

    def verify(self, digest: bytes, signature: bytes) -> None:
        self._key.verify(signature, digest)


dkim.nacl = SimpleNamespace(
    signing=SimpleNamespace(VerifyKey=_VerifyKey),
    encoding=SimpleNamespace(Base64Encoder=None),
    exceptions=SimpleNamespace(BadSignatureError=InvalidSignature, ValueError=ValueError),
)


def verifies(message: bytes, signer: Signer, record: str | None = None) -> bool:
    """Whether a receiver that finds the signer's record, or another one, in the DNS takes the signature for good."""
    name = f"{signer.selector}._domainkey.{signer.domain}.".encode()
    answers = {name: (record or signer.record).encode()}
    return dkim.verify(message, dnsfunc=lambda asked, timeout=5: answers.get(asked))  # noqa: ARG005
