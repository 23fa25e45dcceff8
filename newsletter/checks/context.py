"""All that rules may look at, frozen. Facts that nobody filled in are None, and a rule that needs them is not run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property

from lxml import html as lxml_html
from lxml.etree import _Element

from newsletter.checks.facts import DomainFact, LinkFact, MailingFact, PageFact, SpamFact, Spelling
from newsletter.checks.prose import Found, LinkUse, Passage, PictureUse, walk_issue
from newsletter.content.check_config import CheckConfig
from newsletter.content.issue import Issue
from newsletter.content.yaml_file import YamlFile
from newsletter.errors import Problem
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.theme import Theme


@dataclass(frozen=True, kw_only=True)
class CheckContext:
    """One issue and what is known about it."""

    issue: Issue
    config: CheckConfig = field(default_factory=CheckConfig)  # what the workspace says about its checks
    source: YamlFile | None = None  # the file, for its lines
    theme: Theme | None = None  # colours, and who publishes
    mails: tuple[Rendered, ...] | None = None  # every variant; None where rendering failed or was not done
    refusals: tuple[Problem, ...] | None = None  # why rendering failed; None where it was not tried
    link_facts: Mapping[str, LinkFact] | None = None  # by address, from a link probe
    messages: tuple[bytes, ...] | None = None  # a copy of every variant as it would be mailed
    spelling: Spelling | None = None  # None where no dictionary is there
    spam: tuple[SpamFact, ...] | None = None  # of every variant
    pages: tuple[PageFact, ...] | None = None  # of every variant, look and width
    mailing: MailingFact | None = None
    domain: DomainFact | None = None
    tracked: tuple[str, ...] | None = None  # files with personal data that git tracks
    people: tuple[str, ...] | None = None  # who may sign; None where the workspace keeps no such list
    today: date | None = None  # the day of checking; without it only the issue's own date counts
    rule_ids: frozenset[str] | None = None  # every rule there is, for what names one

    @cached_property
    def _found(self) -> tuple[Found, ...]:
        return tuple(walk_issue(self.issue))

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every run of words."""
        return tuple(found for found in self._found if isinstance(found, Passage))

    @cached_property
    def links(self) -> tuple[LinkUse, ...]:
        """Every link that editors wrote."""
        return tuple(found for found in self._found if isinstance(found, LinkUse))

    @cached_property
    def pictures(self) -> tuple[PictureUse, ...]:
        """Every picture."""
        return tuple(found for found in self._found if isinstance(found, PictureUse))

    @cached_property
    def parsed_messages(self) -> tuple[EmailMessage, ...]:
        """Each copy as a mail program reads it."""
        return tuple(message_from_bytes(message, policy=policy.default) for message in self.messages or ())

    @cached_property
    def documents(self) -> tuple[_Element, ...]:
        """The HTML of every variant as a tree; conditional comments stay comments."""
        # From bytes: text with an encoding in an XML declaration is refused.
        parser = lxml_html.HTMLParser(encoding="utf-8")
        return tuple(lxml_html.document_fromstring(mail.html.encode(), parser=parser) for mail in self.mails or ())
