"""A reply as it is laid before people: its card, and the letter as written with the deciding words marked in it."""

from dataclasses import dataclass

from newsletter.models import Act, QueueItem, QueueKind, QueueState, Reply, ReplyState, StepKind
from newsletter.replies.highlighting import Piece, highlighted
from newsletter.replies.parsing import parse
from newsletter.replies.quoting import separate
from newsletter.replies.verdict import Kind
from newsletter.services.inbox.cards import Card, card_of
from newsletter.services.inbox.letters import read_letter
from newsletter.workspace import Workspace

_LARGEST = 300_000  # bytes of a letter that is read again to be shown; what is larger is shown by its new words alone
_LONGEST_QUOTED = 30_000  # characters
_LONG = 1_500  # characters of new words
_MOST_QUOTES, _ENOUGH_QUOTED = (
    2,
    110,
)  # quotations, and characters of them, that the sentence repeats; the letter marks all


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One reply, ready for a page."""

    card: Card
    number: int
    sender_name: str
    sender: str
    understood: str  # the card's sentence, without its full stop
    because: tuple[str, ...]  # the words of the letter that say so
    subject: tuple[Piece, ...]
    words: tuple[Piece, ...]
    ending: str  # signature and footer
    quoted: tuple[Piece, ...]  # what of ours or others they sent back
    attachments: tuple[str, ...]  # names; none is ever opened
    is_open: bool
    is_urgent: bool  # it must reach a person
    is_left_alone: bool  # read while the inbox only watches
    item: int  # the news that was filed of it and waits for its issue; 0 where there is none
    handed: str  # whom it was left to, such as `for Ben Example`; empty where it is anybody's

    @property
    def is_long(self) -> bool:
        """Its words are shown in a frame that scrolls."""
        return sum(len(piece.text) for piece in self.words) > _LONG

    @property
    def is_quoted_decisive(self) -> bool:
        """The deciding words stand in what was quoted."""
        return any(piece.decides for piece in self.quoted) and not any(piece.decides for piece in self.words)


@dataclass(frozen=True, kw_only=True)
class _Rest:
    ending: str = ""
    quoted: str = ""
    attachments: tuple[str, ...] = ()


def shown(workspace: Workspace, reply: Reply) -> Shown:
    """One reply with all that its page says."""
    card = card_of(workspace, reply)
    rest = _rest(workspace, reply, card.words)
    return Shown(
        card=card,
        number=reply.pk,
        sender_name=reply.sender_name,
        sender=reply.sender,
        understood=card.understood.rstrip("."),
        because=_because(card),
        subject=highlighted(card.subject, card.quotes),
        words=highlighted(card.words.strip("\n"), card.quotes),
        ending=rest.ending,
        quoted=highlighted(rest.quoted, card.quotes),
        attachments=rest.attachments,
        is_open=reply.state in (ReplyState.WAITING, ReplyState.CLASSIFIED),
        is_urgent=bool(reply.flags),
        is_left_alone=reply.state == ReplyState.CLASSIFIED,
        item=_item(reply),
        handed=_handed(reply),
    )


def _handed(reply: Reply) -> str:
    last = reply.steps.order_by("-pk").first()
    return last.outcome if last and last.kind == StepKind.HANDED else ""


def _item(reply: Reply) -> int:
    if reply.act != Act.CONTRIBUTION or reply.state != ReplyState.DONE:
        return 0
    waiting = QueueItem.objects.filter(reply=reply, kind=QueueKind.NEWS, state=QueueState.WAITING)
    return waiting.values_list("pk", flat=True).first() or 0


def _because(card: Card) -> tuple[str, ...]:
    """Quotations that are not parts of one another, on one line each."""
    chosen: list[str] = []
    for quote in (" ".join(quote.split()) for quote in card.quotes):
        enough = len(chosen) == _MOST_QUOTES or sum(map(len, chosen)) > _ENOUGH_QUOTED
        if quote and not enough and not any(quote in other or other in quote for other in chosen):
            chosen.append(quote)
    return tuple(chosen)


def _rest(workspace: Workspace, reply: Reply, words: str) -> _Rest:
    """All of a letter but the new words. Only what the guarded reader could read is read again here."""
    if reply.kind in ("", Kind.QUARANTINED) or reply.size > _LARGEST:
        return _Rest()
    raw = read_letter(workspace, reply.fingerprint)
    if raw is None:
        return _Rest()
    mail = parse(raw)
    layers = separate(mail.text)
    ours = _without(layers.new, words)
    quoted = "\n".join(filter(None, (ours, layers.quoted.strip("\n"))))
    names = tuple(attachment.name or "a file without a name" for attachment in mail.attachments)
    return _Rest(ending=layers.endings.strip("\n"), quoted=quoted[:_LONGEST_QUOTED], attachments=names)


def _without(new: str, words: str) -> str:
    """Lines of our own that a mail program quoted without a sign of it."""
    theirs = {line.strip() for line in words.split("\n")}
    return "\n".join(line for line in new.split("\n") if line.strip() and line.strip() not in theirs)
