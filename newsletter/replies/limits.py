"""How much of a message is read: what hostile mail could make slow or large is refused before it is parsed."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one message; past a bound that says so it is quarantined, past the others the rest is left unread."""

    message_bytes: int = 40 * 2**20  # a larger one is quarantined unread; Gmail and Exchange stop at 25 to 35 MB
    parsed_bytes: int = 2 * 2**20  # what the parser sees of a large one: words come first, pictures after
    header_bytes: int = 64 * 2**10  # a longer header block is quarantined; Postfix's header_size_limit is 100 KiB
    multiparts: int = 100  # more of them or of enclosed messages is a nested bomb: quarantined
    parts: int = 200  # the rest is left unread
    recipients: int = 500  # of one delivery report; the rest is left unread
    depth: int = 20  # deeper parts are left unread
    body_characters: int = 80_000  # of the body's text
    html_characters: int = 1_000_000  # of HTML before it becomes text
