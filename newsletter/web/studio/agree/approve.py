"""What will be sent, shown before somebody says that it may."""

from collections.abc import Sequence
from html import escape

from django import forms
from django.http import Http404, HttpResponse

from newsletter.content.issue import Issue
from newsletter.errors import NewsletterError
from newsletter.rendering import Rendered
from newsletter.services.agreeing import agreement_on, mail_shown
from newsletter.services.approvals import ApprovalResult
from newsletter.services.approving import approve
from newsletter.services.checking import look_over
from newsletter.services.correcting import corrected_by
from newsletter.services.covers import cover_of, may_approve, require_may_approve
from newsletter.services.headcounts import count_subscribed
from newsletter.services.receipts import receipt_at_a_glance
from newsletter.web.public.fields import COMPLAINTS, TextField
from newsletter.web.studio.agree.versions import version_names
from newsletter.web.studio.plainly import plainly
from newsletter.web.studio.screen import Screen

_TEXT = """<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>Plain text</title>
<style>body {{ margin: 1rem; background: #ffffff; color: #16222a; }}
pre {{ font: 0.875rem/1.5 monospace; white-space: pre-wrap; }}</style><pre>{text}</pre></html>"""


class SeenForm(forms.Form):
    """Which state of the issue somebody looked at."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput(), error_messages=COMPLAINTS)


class AloneForm(SeenForm):
    """Why one person's word is to be enough."""

    reason = TextField(
        label="Why can nobody else approve it?", help_text="It is recorded, and the team reads it.", longest=500, rows=3
    )


def agree(screen: Screen, issue: str) -> HttpResponse:
    """The issue as it would leave, with what is to fix, and the button."""
    form = screen.form(SeenForm)
    if screen.done(form, lambda: _approve(screen, issue, form)):
        return screen.go("studio-agree", issue=issue, notice="You approved it. Your word is recorded.")
    title = f"Agree: {screen.workspace.load_issue(issue).title}"
    at_once = form.is_bound or "look" in screen.request.GET  # else the page fetches it by itself
    looked = _looked_at(screen, issue) if at_once else None
    return screen.show("web/studio/agree.html.j2", title=title, form=form, issue=issue, looked=looked)


def look(screen: Screen, issue: str) -> HttpResponse:
    """What is to be approved, as a part of the page: to render and check an issue takes a second or two."""
    part = screen.fill("web/studio/agree_look.html.j2", issue=issue, looked=_looked_at(screen, issue))
    return screen.protected(HttpResponse(part))


def _looked_at(screen: Screen, issue: str) -> dict[str, object]:
    try:
        agreement = agreement_on(screen.workspace, issue)
    except NewsletterError as error:
        return {"broken": plainly(str(error)).splitlines()}
    return {
        "broken": [],
        "agreement": agreement,
        "names": version_names(screen.workspace, [version.variant for version in agreement.versions]),
        "whom": _whom(screen, issue),
        "may_approve": may_approve(screen.workspace, screen.member),
        "cover": cover_of(screen.workspace, screen.member),
    }


def _whom(screen: Screen, issue: str) -> str:
    """To how many it goes: those who have what it corrects, else everybody."""
    if wrong := corrected_by(screen.workspace, issue):
        have = receipt_at_a_glance(wrong).count("accepted")
        return f"{_people(have)} who {'has' if have == 1 else 'have'} mailing {wrong.pk}, {wrong.edition.issue_id}"
    return f"{_people(count_subscribed())} on the list today, if it goes to everybody"


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


def alone(screen: Screen, issue: str) -> HttpResponse:
    """One person's word is enough, half an hour later."""
    form = screen.form(AloneForm, initial={"seen": screen.request.GET.get("seen", "")})
    if screen.done(form, lambda: _approve(screen, issue, form)):
        notice = "You approved it alone. The rest of the team is told, and it can leave in 30 minutes."
        return screen.go("studio-agree", issue=issue, notice=notice)
    return screen.show("web/studio/alone.html.j2", title="Approve alone", form=form, issue=issue)


def _approve(screen: Screen, issue: str, form: forms.Form) -> ApprovalResult:
    require_may_approve(screen.workspace, screen.member)

    def gate(loaded: Issue, versions: Sequence[Rendered]) -> Sequence[str]:
        return ["What is to fix stands below."] if look_over(screen.workspace, loaded, versions).blocking else []

    return approve(
        screen.workspace,
        issue,
        by=screen.member.name,
        user=screen.member,
        gate=gate,
        alone_because=form.cleaned_data.get("reason", ""),
        seen=form.cleaned_data["seen"],
    )


def mail(screen: Screen, issue: str, version: str) -> HttpResponse:
    """One version of the mail, for a frame; with `?text` as those read it who see no HTML."""
    shown = mail_shown(screen.workspace, issue, version)
    if shown is None:
        raise Http404
    if "text" not in screen.request.GET:
        return screen.framed(shown.html)
    return screen.framed(_TEXT.format(language=escape(shown.variant.language), text=escape(shown.text)))
