"""What an accessibility auditor would find, by WCAG 2.2. Findings are told in this order."""

from newsletter.checks.rule import Rule
from newsletter.checks.rules.accessibility import (
    alt_texts,
    html_document,
    html_headings,
    html_images,
    html_tables,
    structure,
    text_contrast,
    theme_contrast,
)

RULES: tuple[Rule, ...] = (
    structure.RULE,
    alt_texts.RULE,
    theme_contrast.RULE,
    text_contrast.RULE,
    html_document.RULE,
    html_headings.RULE,
    html_images.RULE,
    html_tables.RULE,
)
