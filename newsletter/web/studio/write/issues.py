"""All issues, and the next one begun from the last."""

import re
from datetime import date

from django import forms
from django.http import HttpResponse

from newsletter.errors import InputError
from newsletter.services.drafting import draft_next
from newsletter.services.editing.outline import Outline, outline
from newsletter.web.public.fields import LineField
from newsletter.web.studio.screen import Screen
from newsletter.workspace import Workspace


class _Begin(forms.Form):
    month = LineField(label="Month of the next issue", help_text="Year and month, such as 2025-12.", longest=7)


def issues(screen: Screen) -> HttpResponse:
    """Every issue, the newest first."""
    form = screen.form(_Begin, initial={"month": _next_month(screen.workspace)})
    if screen.done(form, lambda: draft_next(screen.workspace, form.cleaned_data["month"])):
        notice = "Begun from the last issue. What comes back every month is here; what was news is gone."
        return screen.go("studio-issue", issue=form.cleaned_data["month"], notice=notice)
    rows = [(name, _told(screen.workspace, name)) for name in reversed(screen.workspace.issue_ids())]
    return screen.show("web/studio/write/issues.html.j2", title="Issues", issues=rows, begin=form, form=form)


def _told(workspace: Workspace, issue_id: str) -> Outline | None:
    try:
        return outline(workspace, issue_id)
    except InputError:
        return None  # the list says so; the issue's own page says why


def _next_month(workspace: Workspace) -> str:
    months = [name for name in workspace.issue_ids() if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", name)]
    last = date.fromisoformat(f"{months[-1]}-01") if months else date.today().replace(day=1)  # noqa: DTZ011  (a month)
    return f"{last.year + last.month // 12}-{last.month % 12 + 1:02}"
