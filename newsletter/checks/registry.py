"""Every rule, family by family. A new rule is a file, and a line in the `__init__` of its family."""

from enum import StrEnum

from newsletter.checks.rule import Rule
from newsletter.checks.rules import accessibility, clients, delivery, links, mailing, words


class Family(StrEnum):
    """Whose work a rule does."""

    WORDS = "words"  # a careful editor's
    ACCESSIBILITY = "accessibility"  # an accessibility auditor's
    CLIENTS = "clients"  # an e-mail developer's
    LINKS = "links"
    DELIVERY = "delivery"  # a postmaster's
    MAILING = "whole mailing"  # whoever presses Send


FAMILIES: dict[Family, tuple[Rule, ...]] = {
    Family.WORDS: words.RULES,
    Family.ACCESSIBILITY: accessibility.RULES,
    Family.LINKS: links.RULES,
    Family.CLIENTS: clients.RULES,
    Family.DELIVERY: delivery.RULES,
    Family.MAILING: mailing.RULES,
}
RULES: tuple[Rule, ...] = tuple(rule for rules in FAMILIES.values() for rule in rules)
