"""Where else to find the organisation."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import OneLine, Url, Words
from newsletter.content.sections.base import Section, Strict


class Account(Strict):
    """One account elsewhere."""

    name: Words = Field(description="Name of the service, as readers know it.")
    url: Url = Field(description="Address of the account.")


class Social(Section):
    """Links to the organisation's accounts elsewhere, in words: icons vanish where images are off."""

    type: Literal["social"]
    heading: OneLine = Field("Follow us", description="Heading.")
    accounts: list[Account] = Field(min_length=1, description="The accounts.")
