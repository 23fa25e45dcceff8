"""What the buttons of a card do: each is one call of the desk, and the card says what came of it."""

from collections.abc import Callable, Mapping

from django import forms
from django.http import Http404, HttpResponse

from newsletter.errors import ConflictError, InputError
from newsletter.models import Act, User
from newsletter.replies.verdict import Intent
from newsletter.services.inbox import desk
from newsletter.services.inbox.showing import shown
from newsletter.services.inbox.together import do_together
from newsletter.web.public.fields import OneOf, TextField
from newsletter.web.studio.plainly import plainly
from newsletter.web.studio.replies.places import back_to, number_in, reply_at
from newsletter.web.studio.screen import Screen
from newsletter.workspace import Workspace

_IS: tuple[tuple[Intent, str], ...] = (
    (Intent.SUBSCRIBE_SELF, "They want to join"),
    (Intent.SUBSCRIBE_OTHER, "They want others to join"),
    (Intent.UNSUBSCRIBE, "They want to leave"),
    (Intent.CHANGE_ADDRESS, "They have another address"),
    (Intent.LEFT_POST, "Somebody has left their post"),
    (Intent.CONTRIBUTION, "Something for an issue"),
    (Intent.FEEDBACK, "They say what they think"),
    (Intent.QUESTION, "A question"),
    (Intent.SPAM, "An advertisement or a fraud"),
)


class OtherForm(forms.Form):
    """What it is, and whom it is about."""

    intent = OneOf(label="What is it?", choices=[(intent.value, words) for intent, words in _IS])
    addresses = TextField(
        label="Whose address is it about?",
        help_text="Only where it is another than the sender's: one on a line. For another address: the old one, "
        "then the new one.",
        required=False,
        rows=3,
        longest=2000,
    )


class HandForm(forms.Form):
    """To whom."""

    colleague = OneOf(label="Hand it to", opens=True)

    def __init__(self, *arguments: object, **options: object) -> None:
        """Offer everybody who can sign in."""
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        users = User.objects.filter(is_active=True).order_by("name")
        self.fields["colleague"].choices = [(user.email, user.name) for user in users]  # type: ignore[attr-defined]


def _do(workspace: Workspace, number: int, member: User) -> object:
    return desk.do(workspace, number, by=member.name, user=member)


def _no(_workspace: Workspace, number: int, member: User) -> object:
    return desk.decline(number, by=member.name, user=member)


def _close(_workspace: Workspace, number: int, member: User) -> object:
    return desk.close(number, by=member.name, user=member)


def _undo(workspace: Workspace, number: int, member: User) -> object:
    return desk.undo(workspace, number, by=member.name, user=member)


_DECISIONS: Mapping[str, Callable[[Workspace, int, User], object]] = {
    "do": _do,
    "no": _no,
    "close": _close,
    "undo": _undo,
}


def decide(screen: Screen, number: int) -> HttpResponse:
    """One press. With scripts its card is replaced where it stands, else the queue comes again and says it first."""
    reply, decision = reply_at(number), _DECISIONS.get(str(screen.request.POST.get("do", "")))
    if decision is None:
        raise Http404
    complaint = ""
    try:
        decision(screen.workspace, number, screen.member)
    except (ConflictError, InputError) as error:
        if not getattr(screen.request, "htmx", False):
            raise
        complaint = plainly(str(error))
    if not getattr(screen.request, "htmx", False):
        return back_to(screen, settled=[number])
    reply.refresh_from_db()
    back = str(screen.request.POST.get("back", ""))
    one = shown(screen.workspace, reply)
    return screen.protected(
        HttpResponse(screen.fill("web/studio/replies/one.html.j2", one=one, complaint=complaint, back=back))
    )


def other(screen: Screen, number: int) -> HttpResponse:
    """A person says what a reply is; what is then to be done is suggested, and waits."""
    reply = reply_at(number)
    form = screen.form(OtherForm)
    if screen.done(form, lambda: _correct(screen, number, form)):
        back = screen.url("studio-reply", number=number)
        return HttpResponse(status=303, headers={"Location": back})
    one = shown(screen.workspace, reply)
    return screen.show("web/studio/replies/other.html.j2", title="It is something else", one=one, form=form)


def _correct(screen: Screen, number: int, form: OtherForm) -> None:
    given = form.cleaned_data
    lines = [line.strip() for line in given["addresses"].split("\n") if line.strip()]
    desk.correct(
        screen.workspace,
        number,
        Intent(given["intent"]),
        by=screen.member.name,
        addresses=lines,
        user=screen.member,
    )


def hand(screen: Screen, number: int) -> HttpResponse:
    """To a colleague, for whom it goes on waiting."""
    reply_at(number)
    form = screen.form(HandForm)
    if not form.is_valid():
        raise InputError("Choose a colleague from the list.")
    colleague = User.objects.get(email=form.cleaned_data["colleague"])
    desk.hand_to(number, colleague.email, by=screen.member.name, user=screen.member)
    return screen.go("studio-reply", number=number, notice=f"It waits for {colleague.name}.")


def together(screen: Screen) -> HttpResponse:
    """Several that plainly ask for the same."""
    posted = screen.request.POST
    act = str(posted.get("act", ""))
    numbers = [number for number in map(number_in, posted.getlist("number")) if number]
    if act not in Act or not numbers:
        raise InputError("Nothing was ticked, so nothing was done.")
    result = do_together(screen.workspace, Act(act), numbers, by=screen.member.name, user=screen.member)
    if result.left:
        left = " ".join(result.left)
        return screen.go("studio-replies", notice=f"{len(result.done)} done. {left}")
    return back_to(screen, settled=result.done)
