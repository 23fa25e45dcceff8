"""What tests do in the studio as people do it: open a page and read it, press its button."""

import re
from html import unescape
from typing import Any

from django.test import Client


def page(client: Client, path: str, status: int = 200) -> str:
    """The words of a page below `/studio/`, without its marks, on one line."""
    return words_of(client.get(f"/studio/{path}"), status)


def words_of(answer: Any, status: int = 200) -> str:
    """What a page says, on one line."""
    text = answer.content.decode()
    assert answer.status_code == status, text[-2000:]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def approve(client: Client, issue: str = "2025-11") -> Any:
    """Look at an issue and press the button."""
    shown = client.get(f"/studio/issues/{issue}/agree?look").content.decode()
    found = re.search(r'name="seen" value="([0-9a-f]+)"', shown)
    assert found, shown[-3000:]
    return client.post(f"/studio/issues/{issue}/agree", {"seen": found[1]})
