"""A workspace's own reading of replies, behind ours: `[inbox] classifier` names a function of its own code.

    def read(letter: bytes, verdict: newsletter.replies.Verdict) -> Verdict: ...

It sees what ours said and may say otherwise. What it raises, or gives that is no verdict, counts for nothing; and a
mail that ours could not read, or that must reach a person, is never shown to it.
"""

import logging
from collections.abc import Callable
from importlib import import_module

from newsletter.errors import InputError
from newsletter.replies.verdict import Kind, Verdict
from newsletter.services.inbox.reading import Classifier
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

SecondReading = Callable[[bytes, Verdict], object]


def with_plugged(workspace: Workspace, classifier: Classifier) -> Classifier:
    """Our classifier, then the workspace's where there is one. Raises InputError where that is not to be found."""
    if not workspace.config.inbox.classifier:
        return classifier
    second = _find(workspace.config.inbox.classifier)

    def read(raw: bytes) -> Verdict:
        verdict = classifier(raw)
        if verdict.kind == Kind.QUARANTINED or verdict.flags:
            return verdict
        return _second_word(second, raw, verdict)

    return read


def _second_word(second: SecondReading, raw: bytes, verdict: Verdict) -> Verdict:
    try:
        said = second(raw, verdict)
    except Exception as error:  # noqa: BLE001  (theirs must not stop ours)
        logger.warning("the classifier of [inbox] failed at a reply: %s", type(error).__name__)
        return verdict
    return said if isinstance(said, Verdict) else verdict


def _find(name: str) -> SecondReading:
    module, _, function = name.partition(":")
    try:
        found: SecondReading = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError):
        raise InputError(
            f"[inbox] classifier names '{name}', which can't be imported; write it as module:function."
        ) from None
    return found
