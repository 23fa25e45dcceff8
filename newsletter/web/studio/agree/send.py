"""The page before an issue leaves: to whom, when, how long it takes. What is sent was approved before."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse

from newsletter.content.wording import REASONS
from newsletter.errors import ConflictError, InputError, NewsletterError
from newsletter.models import Edition, Mailing
from newsletter.services.approvals import ApprovalResult, standing_of
from newsletter.services.correcting import correctable, corrects_issue
from newsletter.services.forecasting import forecast_sending
from newsletter.services.headcounts import count_subscribed
from newsletter.services.hold_window import first_moment, require_after_window, send_after_window
from newsletter.services.planning import forecast, of_another_text, twin_of
from newsletter.services.preflight import require_ready
from newsletter.services.schedules import local, parse_moment
from newsletter.services.segmenting import preview_segments
from newsletter.services.trying import send_test
from newsletter.subscribers.addresses import parse_address
from newsletter.web.public.fields import COMPLAINTS, LineField, OneOf
from newsletter.web.studio.agree.versions import version_names
from newsletter.web.studio.plainly import plainly
from newsletter.web.studio.posted import posted
from newsletter.web.studio.screen import Screen
from newsletter.workspace import Workspace

_EVERYBODY = "everybody"
_KEPT = ("to", "when", "day", "time", "edition")  # what the page with the numbers hands on


class SendForm(forms.Form):
    """To whom, and when."""

    to = OneOf(label="Who gets it")
    again = LineField(
        label="Why do they get this issue once more?",
        help_text="An earlier text of it went out already. What you write here is recorded.",
        required=False,
    )
    when = OneOf(label="When it leaves")
    day = forms.CharField(
        label="Day",
        max_length=10,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=COMPLAINTS,
    )
    time = LineField(label="Time in the UK", help_text="Such as 09:30.", longest=12)
    edition = forms.CharField(max_length=64, widget=forms.HiddenInput(), error_messages=COMPLAINTS)

    def __init__(self, *arguments: Any, workspace: Workspace, edition: Edition, practice: bool, **options: Any) -> None:  # noqa: ANN401
        """Take what is sent, and in which workspace."""
        super().__init__(*arguments, **options)
        self._workspace, self._edition, self._practice = workspace, edition, practice
        wrong = correctable(workspace, edition)[:5]
        self.corrections = {f"mailing:{mailing.pk}": mailing for mailing in wrong}
        self._choices("to", _audiences(workspace, self.corrections))
        minutes = workspace.config.studio.hold
        now = f"Now: the first mail leaves in {minutes} minutes, and until then Stop undoes it" if minutes else "Now"
        self._choices("when", [("now", now), ("at", "At a time")])
        self.before = of_another_text(edition, practice=practice)
        for name in ("day", "time"):  # to be filled in by whoever chooses a time
            self.fields[name].required = not self.is_bound or self.data.get("when") == "at"

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_edition(self) -> str:
        """Raise where another text was approved since the page was opened."""
        if self.cleaned_data["edition"] != self._edition.content_hash:
            raise forms.ValidationError("Another text was approved since you opened this page. Look at it again.")
        return self._edition.content_hash

    def clean(self) -> dict[str, Any]:
        """A moment that there is."""
        filled = self.cleaned_data
        if filled.get("when") == "at" and filled.get("day") and filled.get("time"):
            self._parse_moment()
        return filled

    def _parse_moment(self) -> None:
        zone, filled = ZoneInfo(self._workspace.publication.timezone), self.cleaned_data
        try:
            filled["at"] = parse_moment(f"{filled['day']}T{filled['time']}", zone, now=datetime.now(UTC))
            require_after_window(self._workspace, self._edition, filled["at"])
        except (InputError, ConflictError) as error:
            self.add_error("time", plainly(str(error)))

    @property
    def wish(self) -> dict[str, Any]:
        """What `send_after_window` and `forecast` are asked, beside the moment."""
        kind, _, name = self.cleaned_data["to"].partition(":")
        return {
            "segment": name if kind == "segment" else "",
            "correcting": self.corrections.get(self.cleaned_data["to"]),
            "again": self.cleaned_data.get("again", "") if kind != "mailing" else "",
        }

    @property
    def needs_reason(self) -> bool:
        """Whether an earlier text of this issue went out, and those who have it are not who is meant."""
        return self.before is not None and self.wish["correcting"] is None

    @property
    def to_words(self) -> str:
        """The audience, in words."""
        return str(dict(self.fields["to"].choices)[self.cleaned_data["to"]])  # type: ignore[attr-defined]

    @property
    def moment(self) -> datetime | None:
        """None for the first there is."""
        return self.cleaned_data.get("at")

    def twin(self) -> Mailing | None:
        """What was planned just so before, in another tab or by somebody else."""
        wish = self.wish
        if wish.pop("again"):
            return None
        return twin_of(self._edition, practice=self._practice, **wish)


def _audiences(workspace: Workspace, corrections: dict[str, Mailing]) -> list[tuple[str, str]]:
    wrong = [(key, f"Only those who have mailing {row.pk}, {row.edition.issue_id}") for key, row in corrections.items()]
    everybody = (_EVERYBODY, f"Everybody on the list: {count_subscribed():,}")
    some = [
        (f"segment:{each.segment.id}", each.segment.name + (f": {each.count:,}" if each.count is not None else ""))
        for each in preview_segments(workspace, walk=False)
    ]
    return [*wrong, everybody, *some]


def send(screen: Screen, issue: str) -> HttpResponse:
    """Choose; then look at what that means; then it is so. Only the last is posted, so one can go back and forth."""
    loaded, standing = screen.workspace.load_issue(issue), standing_of(screen.workspace, issue)
    title = f"Send: {loaded.title}"
    if standing is None or not standing.complete:
        return _not_yet(screen, issue, title, standing)
    form = _form(screen, issue, standing.edition)
    if not form.is_valid():
        return _choose(screen, issue, title, standing, form)
    if twin := form.twin():
        words = "This was done already, so nothing was done now. Here is where it stands."
        return screen.go("studio-mailing", number=twin.pk, notice=words)
    made: list[Mailing] = []
    if screen.request.method == "POST" and screen.done(
        form, lambda: made.append(_send(screen, standing.edition, form))
    ):
        return screen.go("studio-mailing", number=made[0].pk, notice="It is set. Nobody has anything yet.")
    return _check(screen, issue, title, standing.edition, form)


def _choose(screen: Screen, issue: str, title: str, standing: ApprovalResult, form: SendForm) -> HttpResponse:
    sent = Mailing.objects.filter(edition__issue_id=issue, practice=screen.practice).order_by("-pk")
    first = local(screen.workspace, first_moment(screen.workspace, standing.edition))
    values: dict[str, Any] = {"form": form, "issue": issue, "standing": standing, "sent": sent[:5], "first": first}
    return screen.show("web/studio/send.html.j2", title=title, **values)


def _not_yet(screen: Screen, issue: str, title: str, standing: ApprovalResult | None) -> HttpResponse:
    """Also where somebody comes back to a form whose text was changed since."""
    status = 409 if screen.request.method == "POST" else 200
    return screen.show("web/studio/send_not_yet.html.j2", title=title, issue=issue, standing=standing, status=status)


def _form(screen: Screen, issue: str, edition: Edition) -> SendForm:
    wrong = correctable(screen.workspace, edition).first()
    to = f"mailing:{wrong.pk}" if wrong and corrects_issue(issue) else _EVERYBODY
    initial = {"to": to, "when": "now", "edition": edition.content_hash}
    given: dict[str, Any] = {"workspace": screen.workspace, "edition": edition, "practice": screen.practice}
    if "to" in screen.request.GET and screen.request.method != "POST":
        given |= {"data": screen.request.GET}
    return screen.form(SendForm, initial=initial, **given)


def _check(screen: Screen, issue: str, title: str, edition: Edition, form: SendForm) -> HttpResponse:
    outlook = forecast(screen.workspace, edition, **form.wish)
    people = sum(outlook.variants.values())
    first = first_moment(screen.workspace, edition)
    return screen.show(
        "web/studio/send_check.html.j2",
        title=title,
        issue=issue,
        form=form,
        outlook=outlook,
        people=people,
        leaves=local(screen.workspace, form.moment or first),
        takes=forecast_sending(screen.workspace, people).sentence(may_close=True),
        trouble=_trouble(screen, edition),
        values={name: form.data.get(name, "") for name in _KEPT},
        reasons=REASONS,
        names=version_names(screen.workspace, edition.variants.all()),
    )


def _trouble(screen: Screen, edition: Edition) -> str:
    try:
        require_ready(screen.workspace, edition)
    except NewsletterError as error:
        return plainly(str(error))
    return ""


def _send(screen: Screen, edition: Edition, form: SendForm) -> Mailing:
    if form.needs_reason and not form.wish["again"]:
        raise ConflictError("An earlier text of this issue went out already. Say why they get it once more.")
    outlook = forecast(screen.workspace, edition, **form.wish)
    if not outlook.variants:
        raise ConflictError("Nobody would get it, so nothing was done. Choose another audience.")
    return send_after_window(screen.workspace, edition, by=screen.member.name, at=form.moment, **form.wish)


@posted
def test_copy(screen: Screen, issue: str) -> HttpResponse:
    """One copy of each version to whoever asks."""
    address = parse_address(screen.member.email)
    send_test(screen.workspace, screen.workspace.load_issue(issue), address, practice=screen.practice)
    where = "into the outbox of this computer" if screen.practice else f"to {screen.member.email}"
    back = "studio-send" if screen.may("approver") else "studio-agree"
    return screen.go(back, issue=issue, notice=f"A test copy went {where}.")
