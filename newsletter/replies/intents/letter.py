"""A person's mail as the rules of intents see it: tagged sentences, who wrote, which addresses stand in the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from newsletter.replies.intents.sentences import sentence, sentences_of
from newsletter.replies.intents.tagging import Tagged, tag
from newsletter.replies.mailboxes import Mailbox, addresses_in
from newsletter.replies.ourselves import Ourselves
from newsletter.replies.quoting.words import FORWARD_PREFIX, REPLY_PREFIX, plain
from newsletter.replies.verdict import Intent

_MANY = 60  # sentences that are read


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What one rule saw in one sentence."""

    rule: str
    says: str  # a few words for people
    quote: str  # the sentence
    intent: Intent | None  # None speaks against acting
    weight: int = 2  # 2 decides alone, 1 only beside others
    addresses: tuple[str, ...] = ()  # where the sentence itself names whose


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One person's words; of a forwarded mail, those of the person inside."""

    sender: Mailbox | None
    subject: str
    words: str
    ours: Ourselves
    copied: tuple[Mailbox, ...] = ()  # To and Cc
    attachments: int = 0

    @cached_property
    def sentences(self) -> Sequence[Tagged]:
        """What was written, sentence by sentence; the writer's own address reads as "my address"."""
        own = self.sender.address if self.sender else ""
        words = re.sub(re.escape(own), "my address", self.words, flags=re.IGNORECASE) if own else self.words
        return [tag(found) for found in sentences_of(words)[:_MANY]]

    @cached_property
    def title(self) -> Tagged | None:
        """The subject, where the writer chose it: not after Re: or Fw:, and not an issue's own."""
        words = plain(self.subject)
        chosen = words and not REPLY_PREFIX.match(words) and not FORWARD_PREFIX.match(words)
        return tag(sentence(self.subject)) if chosen and words not in self.ours.subjects else None

    @property
    def all_sentences(self) -> Sequence[Tagged]:
        """The sentences, then the subject."""
        return [*self.sentences, self.title] if self.title else self.sentences

    @cached_property
    def others(self) -> tuple[str, ...]:
        """Addresses in the text that are neither the writer's nor ours, in order."""
        own = self.sender.compared if self.sender else ""
        return tuple(
            address for address in addresses_in(self.words) if address.lower() != own and not self.ours.are(address)
        )

    @property
    def own(self) -> tuple[str, ...]:
        """The writer's address."""
        return (self.sender.address,) if self.sender else ()
