"""Writes what an issue becomes into a folder, to be looked at, tested or pasted elsewhere."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.content.issue import Issue
from newsletter.errors import InputError, Problem
from newsletter.rendering import Rendered, Theme, render, variants
from newsletter.rendering.message import InlineImage, Recipient, build_message

if TYPE_CHECKING:
    from newsletter.rendering.dkim import Signer

# What stands in message.eml instead of a subscriber, so that two builds of one issue are the same bytes.
PLACEHOLDER = Recipient(address="reader@example.org", name="A Reader")

_LIST = ".built"  # in the folder of a build: what that build wrote


def inline_images(rendered: Rendered) -> tuple[InlineImage, ...]:
    """The pictures that travel inside a mail; none where our server hosts them."""
    return tuple(
        InlineImage(cid=image.cid, media_type=image.content_type, data=image.content) for image in rendered.embedded
    )


def sample_message(
    issue: Issue,
    theme: Theme,
    rendered: Rendered,
    *,
    recipient: Recipient = PLACEHOLDER,
    is_test: bool = False,
    signer: "Signer | None" = None,
    sent: datetime | None = None,
    name: str = "",
) -> bytes:
    """One copy outside any mailing; signed where a signer is given.

    Date and Message-ID are fixed by the issue, unless it is really `sent`: mail programs drop a second copy of an id.
    `name` stands in the Message-ID where answers are to be known by it.
    """
    publication = theme.publication
    fixed = datetime.combine(issue.date, time(9), ZoneInfo(publication.timezone))
    name = name or (secrets.token_hex(8) if sent else f"{issue.id}.{rendered.variant.key.replace('+', '-')}")
    return build_message(
        html=rendered.html,
        text=rendered.text,
        subject=rendered.subject,
        inline_images=inline_images(rendered),
        publication=publication,
        recipient=recipient,
        message_id=f"<sample.{name}@{publication.list_id}>",
        date=sent or fixed,
        unsubscribe_token=None,
        feedback_id=f"sample:{issue.id}:bulletin:sample",
        language=rendered.variant.language,
        is_test=is_test,
        signer=signer,
    )


def build(issue: Issue, theme: Theme, out: Path) -> list[Path]:
    """Write every variant below `out`, the plainest at its top; returns the files written.

    All is rendered before the first byte is written, so bad input leaves the folder as it was. What an earlier build
    wrote there and this one does not is removed; whatever else lies in the folder stays.
    """
    chosen = variants(issue)
    rendered = [render(issue, theme, variant) for variant in chosen]
    files = {
        (out if number == 0 else out / version.variant.key) / name: content
        for number, version in enumerate(rendered)
        for name, content in _files(issue, theme, version)
    }
    try:
        leftovers = _written_before(out) - set(files)
        _write({**files, out / _LIST: _listed(files, out)})
        _remove(leftovers, out)
    except OSError as error:
        message = f"this folder can't be written: {error.strerror or error}; name another with --out"
        raise InputError([Problem(message=message, file=str(out))]) from None
    return list(files)


def _files(issue: Issue, theme: Theme, rendered: Rendered) -> Iterator[tuple[str, bytes]]:
    yield "index.html", rendered.html.encode()
    yield "message.eml", sample_message(issue, theme, rendered)
    yield "text.txt", rendered.text.encode()
    yield "web.html", rendered.web_html.encode()
    yield "web-fragment.html", rendered.web_fragment.encode()
    for image in rendered.images:
        yield f"images/{image.name}", image.content
    for event in rendered.calendars:
        yield f"events/{event.name}", event.content


def _write(files: Mapping[Path, bytes]) -> None:
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _listed(files: Iterable[Path], out: Path) -> bytes:
    return "".join(f"{path.relative_to(out).as_posix()}\n" for path in files).encode()


def _written_before(out: Path) -> set[Path]:
    """What the list of an earlier build names, as far as it lies in the folder."""
    try:
        names = (out / _LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    found = {out / name for name in names if name}
    return {path for path in found if path.resolve().is_relative_to(out.resolve()) and path.is_file()}


def _remove(leftovers: Iterable[Path], out: Path) -> None:
    for path in leftovers:
        path.unlink()
        for folder in path.relative_to(out).parents[:-1]:
            with suppress(OSError):  # it holds something else
                (out / folder).rmdir()
