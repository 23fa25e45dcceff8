"""Who may work in the studio: inviting, roles, new links, closing."""

from django import forms
from django.http import Http404, HttpResponse

from newsletter.models import OneTimeLink, Role, User
from newsletter.services import accounts
from newsletter.services.one_time_links import address_of
from newsletter.services.second_factor import has_code
from newsletter.web.public.fields import AddressField, LineField, OneOf
from newsletter.web.studio.screen import Screen
from newsletter.web.studio.tabs import tabs

_ROLES = [
    (Role.EDITOR, "Editor: writes, sends drafts for comment, looks after people and replies"),
    (Role.APPROVER, "Approver: the same, and approves issues and sends them"),
    (Role.ADMINISTRATOR, "Administrator: all of it, and looks after accounts and going live"),
]


class InviteForm(forms.Form):
    """Whom, and as what."""

    name = LineField(label="Name")
    address = AddressField(label="E-mail address", help_text="They sign in with it.")
    role = OneOf(label="What they may do", choices=_ROLES, initial=Role.EDITOR)


class RoleForm(forms.Form):
    """As what."""

    role = OneOf(label="What they may do", choices=_ROLES)


def all_accounts(screen: Screen) -> HttpResponse:
    """Everybody, those whose account is closed last."""
    users = User.objects.order_by("-is_active", "name", "pk")
    return screen.show(
        "web/studio/accounts.html.j2",
        title="Accounts",
        tabs=tabs(screen),
        users=users,
        has_come_in=accounts.has_come_in,
    )


def invite(screen: Screen) -> HttpResponse:
    """Somebody new, or somebody whose account was closed."""
    form = screen.form(InviteForm)
    made: list[OneTimeLink] = []
    if screen.done(form, lambda: made.append(_invited(screen, form))):
        return _handed_over(screen, made[0], "Invited")
    return screen.show("web/studio/invite.html.j2", title="Invite somebody", form=form)


def one_account(screen: Screen, number: int) -> HttpResponse:
    """One person's account; its form gives another role."""
    user = _account(number)
    form = screen.form(RoleForm, initial={"role": user.role})
    if screen.done(form, lambda: accounts.change_role(user, Role(form.cleaned_data["role"]), by=screen.member)):
        return screen.go("studio-account", number=number, notice=f"{user.name} has another role now.")
    came = accounts.has_come_in(user)
    return screen.show(
        "web/studio/account.html.j2", title=user.name, form=form, account=user, came=came, has_code=has_code(user)
    )


def new_link(screen: Screen, number: int) -> HttpResponse:
    """A new invitation for who has not come in, a way back for who has."""
    user = _account(number)
    if accounts.has_come_in(user):
        return _handed_over(screen, accounts.recovery_link(user, by=screen.member), "A way back in")
    return _handed_over(screen, accounts.invite_again(screen.workspace, user, by=screen.member), "Invited again")


def remove(screen: Screen, number: int) -> HttpResponse:
    """Close somebody's account."""
    user = _account(number)
    accounts.remove(user, by=screen.member)
    return screen.go("studio-accounts", notice=f"The account of {user.name} is closed, and they are signed out.")


def _invited(screen: Screen, form: InviteForm) -> OneTimeLink:
    filled = form.cleaned_data
    return accounts.invite(
        screen.workspace,
        name=filled["name"],
        address=filled["address"].compared,
        role=Role(filled["role"]),
        by=screen.member,
    )


def _handed_over(screen: Screen, link: OneTimeLink, title: str) -> HttpResponse:
    """The link to copy, once: it is shown nowhere else."""
    address = address_of(screen.workspace, link, screen.server)
    mailed = bool(screen.workspace.publication.base_url) and link.purpose == "invitation"
    return screen.show("web/studio/link_made.html.j2", title=title, link=link, address=address, mailed=mailed)


def _account(number: int) -> User:
    user = User.objects.filter(pk=number).first()
    if user is None:
        raise Http404
    return user
