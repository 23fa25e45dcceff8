"""Amazon SNS signs what it posts: proved by the certificate that the call names, from Amazon's own host alone.

The signature says that Amazon's SNS sent it, for whomever: anybody may have a topic there. That it comes from our own
topic is proved by the password in the address, which anymail asks for first.
https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import binascii
import re
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import Certificate, load_pem_x509_certificate
from django.http import HttpRequest

from newsletter.services.probes.certificates import fetch_certificate

_HOST = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?")
_HASHES = {"1": SHA1, "2": SHA256}
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_KEPT = 8  # certificates; Amazon changes the one of a region about once a year


class SnsSignatures:
    """Judges signatures, and keeps the certificates it had to fetch for that."""

    def __init__(self, fetch: Callable[[str], bytes] = fetch_certificate) -> None:
        """Take what fetches a certificate by its address; it may raise UnavailableError."""
        self._fetch = fetch
        self._known: OrderedDict[str, Certificate] = OrderedDict()

    def prove(self, message: Mapping[str, Any]) -> bool:
        """Whether SNS signed this message. Raises UnavailableError where the certificate can't be had now."""
        url, version = str(message.get("SigningCertURL", "")), _HASHES.get(str(message.get("SignatureVersion")))
        if version is None or not _is_amazons(url):
            return False
        try:
            key = self._certificate(url).public_key()
            if not isinstance(key, RSAPublicKey):
                return False
            key.verify(b64decode(str(message.get("Signature"))), _signed(message), PKCS1v15(), version())
        except (InvalidSignature, ValueError, binascii.Error):
            return False
        return True

    def _certificate(self, url: str) -> Certificate:
        """The certificate at an address. Raises ValueError for what is none, or not of this time."""
        found = self._known.get(url) or load_pem_x509_certificate(self._fetch(url))
        if not found.not_valid_before_utc <= datetime.now(UTC) <= found.not_valid_after_utc:
            raise ValueError("the certificate is not of this time")
        self._known[url] = found
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return found


def _is_amazons(url: str) -> bool:
    try:
        parts = urlsplit(url)
        plain = parts.port in (None, 443) and "@" not in parts.netloc and not parts.query
    except ValueError:
        return False
    is_there = parts.scheme == "https" and _HOST.fullmatch(parts.hostname or "") is not None
    return is_there and plain and parts.path.endswith(".pem")


def _signed(message: Mapping[str, Any]) -> bytes:
    """The words that are signed, each name and value on a line of its own; no Subject where none was given."""
    names = _NOTIFICATION if message.get("Type") == "Notification" else _CONFIRMATION
    return "".join(f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None).encode()


signatures = SnsSignatures()


class SignedTrackingWebhookView(AmazonSESTrackingWebhookView):  # type: ignore[misc]
    """anymail's view, which checks the password, and after it the signature."""

    def run_validators(self, request: HttpRequest) -> None:
        """Raise AnymailWebhookValidationFailure for what is not proved, UnavailableError where that can't be told."""
        super().run_validators(request)
        if not signatures.prove(self._parse_sns_message(request)):
            raise AnymailWebhookValidationFailure("Amazon's signature does not fit")
