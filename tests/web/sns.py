"""Amazon SNS as seen from outside: messages signed as its documents say, and the certificate that it publishes."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

BASIC = "Basic " + base64.b64encode(b"hook:a-long-secret").decode()
CERTIFICATE_URL = "https://sns.eu-west-2.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HASHES = {"1": hashes.SHA1(), "2": hashes.SHA256()}


def certificate(*, days: int = 30, key: rsa.RSAPrivateKey = KEY) -> bytes:
    """A certificate as PEM that runs out in so many days."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    end = datetime.now(UTC) + timedelta(days=days)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    dated = builder.not_valid_before(end - timedelta(days=60)).not_valid_after(end)
    return dated.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


CERTIFICATES = {CERTIFICATE_URL: certificate()}


def signed_by_sns(
    message: Mapping[str, Any],
    *,
    version: str = "2",
    url: str = CERTIFICATE_URL,
    key: rsa.RSAPrivateKey = KEY,
) -> dict[str, Any]:
    """The message with what SNS adds to it."""
    whole = {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-2:123456789012:mails", **message}
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    words = "".join(f"{name}\n{whole[name]}\n" for name in names if name in whole)
    signature = key.sign(words.encode(), padding.PKCS1v15(), HASHES[version])
    facts = {"SignatureVersion": version, "Signature": base64.b64encode(signature).decode(), "SigningCertURL": url}
    return whole | facts


def sns_headers(message: Mapping[str, Any]) -> dict[str, str]:
    """The headers it comes with, and the password."""
    return {
        "Authorization": BASIC,
        "x-amz-sns-message-type": message["Type"],
        "x-amz-sns-message-id": message["MessageId"],
    }
