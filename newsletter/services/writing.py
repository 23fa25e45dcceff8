"""What each automatic mail says: one small function for each kind. Words, links and tokens are made when it leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from newsletter.content.wording import phrase
from newsletter.errors import ConflictError
from newsletter.models import AutomaticKind, AutomaticMail, OneTimeLink
from newsletter.rendering.letter_message import LetterMessage
from newsletter.rendering.letters import Letter, render_letter
from newsletter.rendering.personal import Recipient
from newsletter.rendering.site import Site, languages
from newsletter.rendering.words import translator
from newsletter.services.archive import Published, edition_of, published
from newsletter.services.one_time_links import PATH, token_of
from newsletter.services.personal_links import token_for, token_for_request
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.tokens import Purpose
from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Step:
    """The one thing that a mail asks for: a page of ours, and the mail to us that does the same without a server."""

    words: str
    page: str = ""
    command: str = ""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the functions below write with: whose mail it is, and in which language."""

    workspace: Workspace
    mail: AutomaticMail

    @cached_property
    def language(self) -> str:
        """The reader's, where our words in it are signed; else the newsletter's own."""
        offered = languages(self.workspace.publication, self.workspace.config.pages)
        return self.mail.language if self.mail.language in offered else offered[0]

    @property
    def site(self) -> Site:
        """Addresses of our pages in that language."""
        return Site(publication=self.workspace.publication, language=self.language)

    @cached_property
    def latest(self) -> Published | None:
        """The issue that was sent last."""
        return next(iter(published(self.workspace)), None)

    @property
    def by_reply(self) -> tuple[str, ...]:
        """That an answer will do, where answers come in."""
        return (BY_REPLY,) if self.workspace.takes_replies else ()

    def token(self, purpose: Purpose) -> str:
        """A token for the person whom the mail is about."""
        if self.mail.subscriber is None:
            raise ConflictError("This mail is about nobody who is still here.")
        return token_for(self.workspace, purpose, self.mail.subscriber)

    def request_token(self) -> str:
        """The token that says yes to the request which the mail is about."""
        if self.mail.request is None:
            raise ConflictError("What this mail asks for is no longer wanted.")
        return token_for_request(self.workspace, self.mail.request)

    def say(self, words: str, **values: str) -> str:
        """A phrase in that language."""
        who = self.workspace.publication
        known = {"name": who.name, "organisation": who.organisation, "reply_address": who.reply_address}
        return translator(self.language)(words).format(**{**known, **self.mail.facts, **values})

    def letter(
        self, title: str, *lines: str, subject: str = "", step: Step | None = None, after: tuple[str, ...] = ()
    ) -> Letter:
        """A letter made of phrases; a step that needs a server is left out where there is none."""
        url = self.site.url(step.page) if step and step.page else ""
        command = step.command if step and not url else ""
        return Letter(
            language=self.language,
            subject=self.say(subject or title),
            title=self.say(title),
            lines=tuple(map(self.say, (*lines, *([BY_MAIL] if command else [])))),
            button=self.say(step.words) if step and (url or command) else "",
            address=url or (self.site.mail(command) if command else ""),
            command=command,
            after=tuple(map(self.say, after)),
        )


BY_MAIL = phrase("The button opens a mail to us that is written already: send it as it is.")
BY_REPLY = phrase("Or answer this mail with the word yes.")


def confirm(desk: Desk) -> Letter:
    """To an address for which somebody asked to join."""
    token = desk.request_token()
    return desk.letter(
        phrase("Do you want to get {name}?"),
        phrase("Somebody, most likely you, asked us to send {name} to this address."),
        phrase("Press the button to say yes. Until then you are not on the list."),
        subject=phrase("Please confirm: {name}"),
        step=Step(words=phrase("Yes, send me {name}"), page=f"confirm/{token}", command=f"{Purpose.CONFIRM} {token}"),
        after=(
            *desk.by_reply,
            phrase("You did not ask? Then do nothing: without your yes we forget this within a week."),
        ),
    )


def welcome(desk: Desk) -> Letter:
    """To somebody who has just joined."""
    latest = desk.latest
    follows = phrase("The latest issue comes in a mail of its own.")
    is_there = phrase("Until the next issue comes, here is the latest one:")
    news = () if latest is None else (is_there if desk.site.url() else follows,)
    return desk.letter(
        phrase("Welcome to {name}"),
        phrase("You are on the list: {name} comes to this address from now on."),
        *news,
        step=Step(words=phrase("Read the latest issue"), page=f"archive/{latest.issue_id}/") if latest else None,
        after=(phrase("Every issue says how to leave. We do not track whether you open a mail or what you click."),),
    )


def goodbye(desk: Desk) -> Letter:
    """To somebody who has just left, or was taken off by a person who had their address or their mail."""
    token = desk.token(Purpose.UNDO)
    return desk.letter(
        phrase("You are off the list"),
        phrase("{name} does not come to this address any more. If you wanted that, there is nothing to do."),
        phrase("It was not you? Somebody may have typed your address, or pressed a link in a mail that you forwarded."),
        subject=phrase("You are off the list of {name}"),
        step=Step(words=phrase("Put me back on the list"), page=f"undo/{token}", command=f"{Purpose.UNDO} {token}"),
        after=(phrase("You can come back in this way for 30 days."),),
    )


def leave(desk: Desk) -> Letter:
    """To somebody whose address was typed when unusually many of their colleagues' had been."""
    token = desk.token(Purpose.UNSUBSCRIBE)
    return desk.letter(
        phrase("Do you want to leave {name}?"),
        phrase("Somebody typed this address on our page for leaving."),
        phrase("Unusually many people have left there today, so we ask you first."),
        step=Step(
            words=phrase("Take me off the list"), page=f"leave/{token}", command=f"{Purpose.UNSUBSCRIBE} {token}"
        ),
        after=(phrase("You did not ask? Then do nothing: you stay on the list."),),
    )


def stay(desk: Desk) -> Letter:
    """To somebody whom their organisation's own list no longer names."""
    token = desk.token(Purpose.UNSUBSCRIBE)
    return desk.letter(
        phrase("Do you still want {name}?"),
        phrase("Your organisation sent us a list of its people, and your address is not on it."),
        phrase("You stay on our list unless you say otherwise: if you want to go on reading, there is nothing to do."),
        step=Step(
            words=phrase("Take me off the list"), page=f"leave/{token}", command=f"{Purpose.UNSUBSCRIBE} {token}"
        ),
        after=(phrase("Has your address changed? Please answer this mail and tell us the new one."),),
    )


def settings(desk: Desk) -> Letter:
    """To a subscriber who asked for the link to their settings."""
    return desk.letter(
        phrase("Your settings"),
        phrase("Here is the link to your settings that you asked for. It works for a day."),
        phrase("It is for you alone: please do not pass this mail on."),
        subject=phrase("Your settings for {name}"),
        step=Step(words=phrase("Open my settings"), page=f"settings/{desk.token(Purpose.PREFERENCES)}"),
        after=(phrase("You did not ask? Then do nothing: nothing was changed."),),
    )


def move(desk: Desk) -> Letter:
    """To the new address of a subscriber."""
    token = desk.request_token()
    return desk.letter(
        phrase("Is this your new address?"),
        phrase("A reader of {name} asked us to send it to this address from now on."),
        subject=phrase("Please confirm your new address: {name}"),
        step=Step(
            words=phrase("Yes, this is my address"), page=f"move/{token}", command=f"{Purpose.CHANGE_ADDRESS} {token}"
        ),
        after=(
            *desk.by_reply,
            phrase("You did not ask? Then do nothing: without your yes we forget this within a day."),
        ),
    )


def moved(desk: Desk) -> Letter:
    """To the former address of a subscriber who has moved."""
    return desk.letter(
        phrase("Your address was changed"),
        phrase("{name} goes to your new address from now on. This is the last mail to this one."),
        phrase("It was not you? Please answer this mail, and we put it right."),
        subject=phrase("Your address for {name} was changed"),
    )


def alert(desk: Desk) -> Letter:
    """To staff, whose language is English."""
    return desk.letter(
        "Something unusual on the pages of {name}",
        "{what}",
        "What came in since is kept. Nothing has to be done at once; have a look when you can.",
    )


def flagged(desk: Desk) -> Letter:
    """To the person who is named for replies of this sort, whose language is English."""
    return desk.letter(
        "A reply needs you",
        "Reply {number} looks like this: {what}.",
        "The program has not answered it and does nothing about it. Please read it in the inbox, or in the mailbox.",
        subject="A reply to {name} needs you: {what}",
    )


def answer(desk: Desk) -> Letter:
    """What a person of the team writes to somebody, in their own words."""
    facts = desk.mail.facts
    lines = tuple(line.strip() for line in facts["text"].splitlines() if line.strip())
    by = f"{facts['by']}, {desk.workspace.publication.name}"
    return Letter(language=desk.language, subject=facts["subject"], title="", lines=lines, by=by)


def alone(desk: Desk) -> Letter:
    """To the rest of the team, whose language is English."""
    return desk.letter(
        "One person approved {issue} alone",
        "{person} approved {issue} without a second person: {why}",
        "It can leave from {when} on. If it should not, open the issue in the studio before then and press Stop, or "
        "answer this mail.",
        subject="Approved by one person alone: {issue}",
    )


def invitation(desk: Desk) -> Letter:
    """To somebody who is to work in the studio."""
    link = OneTimeLink.objects.filter(pk=int(desk.mail.facts["link"]), used_at=None).first()
    if link is None:
        raise ConflictError("This invitation was taken up, or sent again.")
    return desk.letter(
        "Come and write {name} with us",
        "{inviter} invites you, {person}, to the studio in which {name} is written and sent.",
        "Press the button and choose a password. The link is for you alone, works once, and runs out after a week.",
        subject="Your invitation to write {name}",
        step=Step(words="Accept the invitation", page=f"{PATH}{token_of(desk.workspace, link)}"),
        after=("You do not know what this is? Then do nothing: the invitation runs out by itself.",),
    )


LETTERS: Mapping[AutomaticKind, Callable[[Desk], Letter]] = {
    AutomaticKind.CONFIRM: confirm,
    AutomaticKind.WELCOME: welcome,
    AutomaticKind.GOODBYE: goodbye,
    AutomaticKind.LEAVE: leave,
    AutomaticKind.STAY: stay,
    AutomaticKind.SETTINGS: settings,
    AutomaticKind.MOVE: move,
    AutomaticKind.MOVED: moved,
    AutomaticKind.ANSWER: answer,
    AutomaticKind.FLAGGED: flagged,
    AutomaticKind.ALERT: alert,
    AutomaticKind.ALONE: alone,
    AutomaticKind.INVITATION: invitation,
}


def write(workspace: Workspace, mail: AutomaticMail) -> bytes:
    """The finished mail. Raises ConflictError where what it is about is gone, InputError for a broken template."""
    desk = Desk(workspace=workspace, mail=mail)
    made = _latest_issue(desk) if mail.kind == AutomaticKind.LATEST else _written(desk)
    return made.build(workspace.signer())


def _written(desk: Desk) -> LetterMessage:
    letter = LETTERS[AutomaticKind(desk.mail.kind)](desk)
    html, text = render_letter(letter, desk.workspace.theme)
    return _message(
        desk,
        subject=letter.subject,
        html=html,
        text=text,
        language=letter.language,
        is_personal=bool(letter.by),
    )


def _latest_issue(desk: Desk) -> LetterMessage:
    """The latest issue as everybody may read it, byte for byte as approved, for who has just joined."""
    if desk.latest is None:
        raise ConflictError("No issue has been sent yet.")
    edition = edition_of(desk.workspace, desk.latest)
    variant = edition.variant(desk.latest.version(desk.mail.language).key)
    return _message(
        desk,
        subject=variant.subject,
        html=variant.html,
        text=variant.text,
        language=variant.language,
        images=edition.inline_images(variant),
        unsubscribe_token=desk.token(Purpose.UNSUBSCRIBE),
    )


def _message(desk: Desk, **parts: object) -> LetterMessage:
    mail = desk.mail
    return LetterMessage(
        publication=desk.workspace.publication,
        recipient=Recipient(address=parse_address(mail.address).deliverable),
        message_id=mail.message_id,
        date=mail.date,
        answers=mail.answers,
        **parts,  # type: ignore[arg-type]
    )
