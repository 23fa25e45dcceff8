"""A member of staff as tests play one: signed in, opens screens, fills in their forms, presses buttons."""

from typing import Any

import lxml.html
from django.test import Client

from newsletter.models import Role, User
from newsletter.services.accounts import add_account
from newsletter.workspace import Workspace


def page(answer: Any) -> Any:
    """The parsed page of an answer."""
    return lxml.html.document_fromstring(answer.content.decode())


def words(answer: Any) -> str:
    """All that a page says in its own part."""
    return " ".join(page(answer).xpath("string(//main)").split())


class Staff:
    """One person with a browser of their own; `role` may be empty for nobody. The CSRF check is on."""

    def __init__(self, workspace: Workspace, role: str = Role.EDITOR, name: str = "") -> None:
        self.workspace = workspace
        self.client = Client(enforce_csrf_checks=True, **{"newsletter.workspace": workspace})
        self.user: User | None = None
        if role:
            name = name or role.title()
            self.user = add_account(f"{name.split()[0].lower()}@example.org", name, role, by="the tests")
            self.client.force_login(self.user)

    def get(self, path: str = "", **options: Any) -> Any:
        return self.client.get(f"/studio/{path}", **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        """Post as the studio's own pages do, with their field, and follow nothing."""
        field = page(self.get()).xpath("//input[@name='csrfmiddlewaretoken']/@value")
        own = {"csrfmiddlewaretoken": field[0]} if field else {}
        return self.client.post(f"/studio/{path}", {**own, **(data or {})}, **options)

    def press(self, path: str, words: str, data: dict[str, Any] | None = None) -> Any:
        """Open a screen, fill in the form that has this button, press it and go where it leads."""
        (form,) = (
            form
            for form in page(self.get(path)).xpath("//form[@method='post']")
            if any(" ".join(button.text_content().split()) == words for button in form.xpath(".//button"))
        )
        given = {name: value for name, value in form.form_values() if value is not None}
        (button,) = (button for button in form.xpath(".//button") if " ".join(button.text_content().split()) == words)
        pressed = {button.get("name"): button.get("value", "")} if button.get("name") else {}
        target = form.get("action") or f"/studio/{path}"
        return self.client.post(target, {**given, **pressed, **(data or {})}, follow=True)
