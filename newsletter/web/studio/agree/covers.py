"""Who may approve while an approver is away."""

from django import forms
from django.http import HttpResponse

from newsletter.models import Role, User
from newsletter.services.covers import arrange_cover, covers, end_cover
from newsletter.web.public.fields import COMPLAINTS
from newsletter.web.studio.posted import posted
from newsletter.web.studio.screen import Screen


class _Day(forms.DateField):
    def __init__(self, *, label: str) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(
            label=label, widget=widget, error_messages=COMPLAINTS | {"invalid": "This is no day; such as 2025-08-01."}
        )


class CoverForm(forms.Form):
    """Who, and between which days."""

    user = forms.ModelChoiceField(
        User.objects.none(), label="Who may approve", empty_label=None, error_messages=COMPLAINTS
    )
    first = _Day(label="From")
    last = _Day(label="To, this day included")

    def __init__(self, *arguments: object, **options: object) -> None:
        """Editors may be asked; the others may approve anyway."""
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        choice = self.fields["user"]
        choice.queryset = User.objects.filter(is_active=True, role=Role.EDITOR).order_by("name")  # type: ignore[attr-defined]
        choice.label_from_instance = lambda user: user.name  # type: ignore[attr-defined]


def arrange(screen: Screen) -> HttpResponse:
    """Covers that hold or will, and a form for another."""
    form = screen.form(CoverForm)
    if screen.done(form, lambda: arrange_cover(screen.workspace, **form.cleaned_data, by=screen.member)):
        name = form.cleaned_data["user"].name
        return screen.go("studio-covers", notice=f"{name} may approve between these days.")
    found = covers(screen.workspace)
    return screen.show("web/studio/covers.html.j2", title="Cover for an approver", form=form, covers=found)


@posted
def end(screen: Screen, number: int) -> HttpResponse:
    """Before its last day."""
    end_cover(number, by=screen.member)
    return screen.go("studio-covers", notice="The cover is over.")
