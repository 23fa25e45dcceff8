"""How well and how fast replies are understood: our figures beside those of the libraries that are installed.

python bench/replies.py [quality|speed|memory|worst ...]     all four without a word
pip install flufl.bounce mail-parser-reply email-reply-parser email-forward-parser     for the libraries' columns
"""

import gc
import logging
import resource
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec

from crafted_mails import crafted
from reply_collections import Labelled, Seen, figures, items
from written_replies import ISSUE, ours, written

from newsletter.replies import classify

_MANY = 100_000


def by_us(item: Labelled) -> Seen:
    """The public `classify`."""
    verdict = classify(item.raw)
    recipients = {address.lower() for address in (*verdict.recipients, verdict.recipient) if address}
    return Seen(
        kind=verdict.kind.value,
        recipients=recipients,
        reply_text=verdict.reply_text,
        forwarded_from=verdict.forwarded_by_other,
    )


def by_flufl(item: Labelled) -> Seen:
    """flufl.bounce; it raises on some real mail, which counts as nothing seen."""
    from email import message_from_bytes

    all_failures = import_module("flufl.bounce").all_failures
    try:
        logging.disable()  # it logs a traceback for each of its detectors that breaks
        temporary, permanent = all_failures(message_from_bytes(item.raw))
    except Exception:  # noqa: BLE001  (whatever it raises is what is measured)
        return Seen(kind="raised", recipients=set())
    kind = "bounce_hard" if permanent else "bounce_soft" if temporary else "none"
    return Seen(kind=kind, recipients={address.decode("ascii", "replace").lower() for address in permanent | temporary})


def by_mail_parser_reply(item: Labelled) -> Seen:
    """mail-parser-reply with all its languages."""
    module = import_module("mailparser_reply")
    languages = list(import_module("mailparser_reply.constants").MAIL_LANGUAGES)
    return _stripped(item, lambda text: module.EmailReplyParser(languages=languages).parse_reply(text=text))


def by_email_reply_parser(item: Labelled) -> Seen:
    """Zapier's email-reply-parser."""
    return _stripped(item, import_module("email_reply_parser").EmailReplyParser.parse_reply)


def by_forward_parser(item: Labelled) -> Seen:
    """email-forward-parser, of text bodies."""
    if not item.body or item.source != "crisp-forward":
        return Seen()
    read = import_module("emailforwardparser.forward_parser").get_forwarded_metadata
    found = read(item.body, (item.label.get("subjects") or [None])[0])
    return Seen(forwarded_from=found.email.from_.address or ("somebody" if found.forwarded else ""))


def _stripped(item: Labelled, strip: Callable[[str], str | None]) -> Seen:
    if not item.body or item.reply_text is None or "<html" in item.body.lower():
        return Seen()
    try:
        return Seen(reply_text=strip(item.body) or "")
    except Exception:  # noqa: BLE001  (whatever it raises is what is measured)
        return Seen(reply_text="")


_LIBRARIES: dict[str, tuple[str, Callable[[Labelled], Seen]]] = {
    "flufl.bounce": ("flufl.bounce", by_flufl),
    "mail-parser-reply": ("mailparser_reply", by_mail_parser_reply),
    "email-reply-parser": ("email_reply_parser", by_email_reply_parser),
    "email-forward-parser": ("emailforwardparser", by_forward_parser),
}


def quality() -> None:
    """The table of measures."""
    if not items():
        print("The collections are not here.")
        return
    columns = {"this project": figures(by_us)}
    for name, (module, see) in _LIBRARIES.items():
        if _installed(module):
            columns[name] = figures(see)
        else:
            print(f"({name} is not installed)")
    print(f"{'':38}" + "".join(f"{name:>22}" for name in columns))
    for measure in columns["this project"]:
        cells = (str(column[measure]) if measure in column else "" for column in columns.values())
        print(f"{measure:38}" + "".join(f"{cell:>22}" for cell in cells))
    print(f"{'quoted words for joining or leaving left':38}{leaked():>22}")


def leaked() -> str:
    """Of our own replies without these words, how many keep some of those that they quote."""
    replies = [reply for which in ("tuning", "final") for reply in written(which) if reply.kind == "human"]
    own = [reply for reply in replies if not _names_it(reply.own_words)]
    kept = sum(_names_it(classify(reply.raw, ours()).reply_text) for reply in own)
    return f"{kept}/{len(own)} {100 * kept / len(own):.1f}%"


def _names_it(text: str) -> bool:
    return any(word in text.lower() for word in ("subscribe", "remove me", "mailing list"))


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def typical() -> list[bytes]:
    """Replies of 30 KB: our own texts, each over a long bulletin."""
    bulletin = "\n".join(f"> {line}" for line in (ISSUE * 70).split("\n"))[:29_000]
    quote = f"\n\nOn Fri, 7 Nov 2025 at 10:00, NPM Bulletin <bulletin@npm.example> wrote:\n\n{bulletin}\n".encode()
    return [reply.raw[:1000].rstrip() + quote for reply in written("tuning") if b"multipart" not in reply.raw][:300]


def speed() -> None:
    """Messages a second on one core, the best of three rounds."""
    mails = typical()
    best = min(_seconds(mails) for _ in range(3))
    size = sum(map(len, mails)) / len(mails) / 1024
    print(f"speed: {len(mails) / best:.0f} messages of {size:.0f} KB a second on one core")


def _seconds(mails: list[bytes]) -> float:
    begun = time.process_time()
    for mail in mails:
        classify(mail, ours())
    return time.process_time() - begun


def memory() -> None:
    """Whether it grows over a hundred thousand."""
    mails = [reply.raw for reply in written("tuning")]
    for count in range(_MANY + 1):
        classify(mails[count % len(mails)].replace(b"Robin", b"Robin%d" % count), ours())
        if count in (_MANY // 10, _MANY // 2, _MANY):
            gc.collect()
            print(f"memory after {count}: {_resident():.0f} MB")


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def worst() -> None:
    """The slowest of the crafted messages and of the collections."""
    candidates: Iterator[tuple[str, bytes]] = iter([*crafted(), *((item.path, item.raw) for item in items())])
    took = []
    for name, raw in candidates:
        begun = time.perf_counter()
        classify(raw, ours())
        took.append((time.perf_counter() - begun, name))
    for seconds, name in sorted(took, reverse=True)[:5]:
        print(f"worst: {seconds:.2f} s {name}")


if __name__ == "__main__":
    for part in sys.argv[1:] or ["quality", "speed", "worst", "memory"]:
        {"quality": quality, "speed": speed, "memory": memory, "worst": worst}[part]()
