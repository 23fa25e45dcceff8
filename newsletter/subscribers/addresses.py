"""E-mail addresses as people type them: read, compared, and kept as a keyed hash."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from newsletter.errors import InputError

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Most addresses are this plain, and email-validator costs some 50 microseconds each. What this pattern takes, the
# validator takes too; double hyphens (IDNA) and reserved endings are left to it.
_COMMON = re.compile(
    rf"(?=.{{1,254}}\Z)(?=[^@]{{1,64}}@)(?!.*--)(?!.*\.(?i:arpa|invalid|local|localhost|onion)\Z)"
    rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z])\Z"
)
_NAMED = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<address>[^<>]*)>")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 .,'()&/-]{,200}")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LONGEST = 1000  # letters of a name and an address with room to spare; keeps hostile input cheap


@dataclass(frozen=True, kw_only=True)
class Address:
    """One address, and the name that stood with it."""

    typed: str  # as it was typed, trimmed and in NFC
    compared: str  # two addresses are the same mailbox if these are equal: lower case, domain in ASCII (IDNA)
    name: str = ""  # display name, if one was given

    @property
    def deliverable(self) -> str:
        """What goes on the envelope: the part before the @ as typed (servers may care), the domain in ASCII."""
        return f"{self.typed.rpartition('@')[0]}@{self.compared.rpartition('@')[2]}"


def parse_address(text: str, *, allow_smtputf8: bool = False) -> Address:
    """Read `a@b.example` or `Name <a@b.example>`. Raises InputError with a sentence that does not repeat the text.

    Syntax only, nothing is looked up; example and test domains pass. Letters outside ASCII before the @ need a mail
    system with SMTPUTF8 all the way, so they are refused unless `allow_smtputf8`.
    """
    typed = unicodedata.normalize("NFC", text.strip())
    if _COMMON.match(typed):
        return Address(typed=typed, compared=typed.lower())
    if _CONTROLS.search(typed) or _OVERRIDES.search(typed.rpartition("<")[2]):
        raise InputError("The address holds a line break or another control character; type it again by hand.")
    if len(typed) > _LONGEST:
        raise InputError("The address is too long; write one such as name@example.org.")
    named = _NAMED.fullmatch(typed)
    if named:
        bare = parse_address(named["address"].removeprefix("mailto:"), allow_smtputf8=allow_smtputf8)
        return Address(typed=bare.typed, compared=bare.compared, name=clean_name(named["name"]))
    return _validated(typed, allow_smtputf8=allow_smtputf8)


def look_alike(address: Address) -> str:
    """Why a domain may be a forgery of another one, in a sentence; empty where nothing speaks for it.

    Two alphabets in one label, or letters of another alphabet that all look like a to z (Unicode TS 39, sections 4 and
    5): "apple" with a Cyrillic a. Scripts that are written together, such as Japanese, are no doubt.
    """
    if "xn--" not in address.compared:
        return ""
    domain = address.compared.rpartition("@")[2]
    labels = [label[4:].encode().decode("punycode") for label in domain.split(".") if label.startswith("xn--")]
    return _LOOKS_ALIKE if any(map(_deceives, labels)) else ""


def _deceives(label: str) -> bool:
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()}
    if len(scripts) > 1:
        return not scripts <= _WRITTEN_TOGETHER
    return scripts == {"CYRILLIC"} and set(label) <= _LIKE_LATIN


_WRITTEN_TOGETHER = {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"}
_LIKE_LATIN = set("0123456789-аеорсухіјѕһԁԛԝӏ")  # noqa: RUF001
_LOOKS_ALIKE = (
    "The domain of this address mixes alphabets, or looks like another domain in letters of another alphabet; "
    "ask the person for it, and add them by hand if it is right."
)


def clean_name(text: str) -> str:
    """A person's name in single blanks, without quotes around it or marks that turn its direction.

    Raises InputError for what a mail header must not hold.
    """
    if _PLAIN_NAME.fullmatch(text):
        return " ".join(text.split())  # most names are, and the rest of this takes five times as long
    name = _OVERRIDES.sub("", unicodedata.normalize("NFC", text)).strip(" ")
    if _CONTROLS.search(name):
        raise InputError("The name holds a line break or another control character; type it again by hand.")
    if "=?" in name or len(name) > 200:
        raise InputError("The name is not readable text of at most 200 letters; type it again by hand.")
    quoted = re.fullmatch(r'"(.*)"', name)
    return " ".join((re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else name).split())


def address_key(compared: str, key: bytes) -> str:
    """A keyed hash of a compared address, 32 hex digits: tells two apart and keeps neither; useless without the key.

    HMAC-SHA-256 cut to 128 bits (RFC 2104 section 5): half of it is as unique, and halves the ledger's largest index.
    """
    return address_hasher(key)(compared)


def address_hasher(key: bytes) -> Callable[[str], str]:
    """`address_key` for many addresses: the two blocks that HMAC begins with are hashed once."""
    block = (key if len(key) <= 64 else hashlib.sha256(key).digest()).ljust(64, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))

    def hashed(compared: str) -> str:
        inside, outside = inner.copy(), outer.copy()
        inside.update(compared.encode())
        outside.update(inside.digest())
        return outside.hexdigest()[:32]

    return hashed


def _validated(typed: str, *, allow_smtputf8: bool) -> Address:
    if typed.count("@") > 1 and re.search(r"[,;\s]", typed):
        raise InputError("Here is more than one address; write one only.")
    try:
        found = validate_email(
            typed, check_deliverability=False, test_environment=True, strict=True, allow_smtputf8=allow_smtputf8
        )
    except EmailNotValidError:
        raise InputError(_what_is_wrong(typed)) from None
    compared = f"{unicodedata.normalize('NFC', found.local_part.casefold())}@{found.ascii_domain.lower()}"
    return Address(typed=typed, compared=compared)


def _what_is_wrong(typed: str) -> str:
    """Our own sentence: the validator's may quote the address, and addresses stay out of logs."""
    local, at, domain = typed.rpartition("@")
    if not typed:
        return "The address is empty; write one such as name@example.org."
    if not at or not local or not domain:
        return "The address is incomplete; write it as name@example.org."
    if re.search(r"\s", typed):
        return "The address has a blank inside; write it as name@example.org."
    if not local.isascii():
        return (
            "The address has letters outside a to z before the @, which most mail systems refuse; ask for another one."
        )
    return "This is not an address that mail can be sent to; compare it with name@example.org."
