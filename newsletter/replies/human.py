"""Reads what a person wants: their own words first, then, if they only pass a mail on, those of the mail inside."""

import re
from dataclasses import dataclass, replace

from newsletter.replies.flags import flags_in
from newsletter.replies.intents import Decision, Evidence, Letter, read_intent
from newsletter.replies.intents.decide import ACTS
from newsletter.replies.intents.tagging import Tagged
from newsletter.replies.mailboxes import Mailbox
from newsletter.replies.people import addresses_of, names_another
from newsletter.replies.quoting import Inner
from newsletter.replies.reading import Reading
from newsletter.replies.second_reader import second_opinion
from newsletter.replies.verdict import Intent, Kind, Reason, Verdict

_PASSED_ON = re.compile(
    r"\b(below|fyi|f\.y\.i|for (your )?(info|information|action|awareness)|one for you|over to you|can you (help"
    r"|action|deal|pick|sort|add|do)|please (action|deal|add|advise|pick|see)|forward(ed|ing)?|passing (this "
    r"|it )?on|pass(ed)? (this |it )?on|as (discussed|requested|promised)|er gwybodaeth|isod|see attached"
    r"|this came|came in|for the bulletin|for the next)\b",
    re.IGNORECASE,
)
# The writer has seen to it, or wants nothing done.
_SETTLED = re.compile(
    r"\b(only|already|no (need|action)|nothing|ignore|do(n['\u2019]t| not)|(i|we)(['\u2019]ve| have|['\u2019]ll| will)?"
    r" (told|tell|said|asked?|repl(y|ied)|answer(ed)?|dealt|deal|explain(ed)?|wrote|written|added|removed|sorted))\b",
    re.IGNORECASE,
)
_SHORT = 200  # characters; who writes more has something of their own to say


@dataclass(frozen=True, kw_only=True)
class Understood:
    """An intent with its evidence, and in whose words it stands."""

    decision: Decision
    letter: Letter
    inside: bool = False  # in those of the mail inside


def read_human(reading: Reading) -> Verdict:
    """The verdict on a mail that no machine wrote."""
    understood = _understood(reading)
    understood = replace(
        understood, decision=second_opinion(understood.decision, understood.letter, only_doubts=understood.inside)
    )
    intent, letter = understood.decision.intent, understood.letter
    if intent in (Intent.SUBSCRIBE_SELF, Intent.UNSUBSCRIBE) and names_another(understood.decision, letter):
        intent = Intent.AMBIGUOUS
    if understood.inside and intent is Intent.SUBSCRIBE_SELF:
        intent = Intent.SUBSCRIBE_OTHER  # the writer asks for somebody else: the one inside is asked, never the writer
    flags = dict(flags_in(_flagged(reading, understood)))
    inner = reading.inner[0].sender.address if reading.is_forward and reading.inner[0].sender else ""
    return Verdict(
        kind=Kind.HUMAN,
        intent=intent,
        flags=tuple(flags),
        addresses=_addresses(intent, understood, reading),
        reply_text=reading.new_words,
        reasons=(*flags.values(), *_reasons(understood, reading)),
        forwarded_by_other=inner,
    )


def _addresses(intent: Intent, understood: Understood, reading: Reading) -> tuple[str, ...]:
    """Whose subscription it concerns; who wrote the mail inside, if that is all there is or the writer names them."""
    named = () if intent is Intent.AMBIGUOUS else addresses_of(understood.decision, understood.letter)
    inside = reading.inner[0].sender if reading.is_forward else None
    if named or inside is None:
        return named
    called = any(re.search(rf"\b{re.escape(name)}\b", reading.new_words) for name in inside.name.split())
    meant = intent is Intent.FORWARD_ONLY or (intent is Intent.SUBSCRIBE_OTHER and called)
    return (inside.address,) if meant else ()


def _understood(reading: Reading) -> Understood:
    letter = outer_letter(reading)
    decision = read_intent(letter)
    if decision.intent in ACTS or not reading.is_forward:
        return Understood(decision=decision, letter=letter)
    inner = reading.inner[0]
    passed_on = len(reading.new_words) < _SHORT and (
        not reading.new_words.strip() or _PASSED_ON.search(reading.new_words)
    )
    if inner.sender and reading.ours.are(inner.sender.address):
        passed_on = False if reading.new_words.strip() else passed_on
    elif passed_on and not _SETTLED.search(reading.new_words) and (inside := _inside(inner, reading)):
        return inside
    if passed_on or (decision.intent is Intent.AMBIGUOUS and not decision.evidence):
        seen = Evidence(rule="forward", says="passes a mail on", quote=inner.subject, intent=Intent.FORWARD_ONLY)
        return Understood(decision=Decision(intent=Intent.FORWARD_ONLY, evidence=(seen,)), letter=letter)
    return Understood(decision=decision, letter=letter)


def _inside(inner: Inner, reading: Reading) -> Understood | None:
    # Who wrote to somebody else spoke of "their list"; by now that is ours.
    words = re.sub(
        r"\b(their|the NPM( people| team)?'s) (?=(\w+ ){0,2}(list|bulletin|newsletter)\b)", "your ", inner.text
    )
    letter = Letter(sender=inner.sender, subject=inner.subject, words=words, ours=reading.ours)
    decision = read_intent(letter)
    unclear = decision.intent is Intent.AMBIGUOUS and any(each.intent in ACTS for each in decision.evidence)
    wanted = unclear or decision.intent in (*ACTS, Intent.CONTRIBUTION)
    return Understood(decision=decision, letter=letter, inside=True) if wanted and inner.sender else None


def outer_letter(reading: Reading) -> Letter:
    mail = reading.mail
    return Letter(
        sender=_writer(reading),
        subject=mail.subject,
        words=reading.new_words,
        ours=reading.ours,
        copied=mail.recipients,
        attachments=len(mail.attachments),
    )


def _writer(reading: Reading) -> Mailbox | None:
    """From; where that is ours, as a form on a website sends it, Reply-To."""
    mail = reading.mail
    if mail.reply_to and (mail.sender is None or reading.ours.are(mail.sender.address)):
        return mail.reply_to[0]
    return mail.sender


def _flagged(reading: Reading, understood: Understood) -> list[Tagged]:
    """All sentences that may raise a flag: the writer's, and those of the mail that they pass on."""
    outer = understood.letter if not understood.inside else outer_letter(reading)
    sentences = list(outer.all_sentences)
    if reading.is_forward and (inner := reading.inner[0]).sender and not reading.ours.are(inner.sender.address):
        sentences += Letter(
            sender=inner.sender, subject=inner.subject, words=inner.text, ours=reading.ours
        ).all_sentences
    return sentences


def _reasons(understood: Understood, reading: Reading) -> list[Reason]:
    reasons = [Reason(rule=each.rule, says=each.says, quote=each.quote) for each in understood.decision.evidence]
    if reading.is_forward and (sender := reading.inner[0].sender):
        reasons.append(Reason(rule="forwarded", says="the mail inside was written by", quote=str(sender)))
    if not reasons:
        said = "nothing new was written" if not reading.new_words.strip() else "no rule knows these words"
        reasons.append(Reason(rule="ambiguous", says=said, quote=reading.new_words[:200]))
    return reasons
