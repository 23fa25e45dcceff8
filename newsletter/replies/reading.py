"""One mail laid out for the rules: the mail, the layers of its text, and who we are."""

from dataclasses import dataclass, replace
from functools import cached_property

from newsletter.replies.mail import IncomingMail
from newsletter.replies.ourselves import Ourselves
from newsletter.replies.quoting import Inner, Separated, separate
from newsletter.replies.quoting.words import FORWARD_PREFIX, plain


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What every rule looks at. What costs time is worked out when first asked for, and once."""

    mail: IncomingMail
    ours: Ourselves

    @cached_property
    def body(self) -> Separated:
        """The layers of the text, our own sentences taken out of the new words."""
        body = separate(self.mail.text)
        return replace(body, new=self.ours.text.subtract(body.new).strip("\n"))

    @property
    def new_words(self) -> str:
        """What was written now."""
        return self.body.new

    @cached_property
    def inner(self) -> tuple[Inner, ...]:
        """Mails inside, the outermost first: in the text, or enclosed as files."""
        enclosed = (_as_inner(self.mail, at) for at in range(len(self.mail.enclosed)))
        return (*self.body.inner, *enclosed)

    @property
    def has_inner(self) -> bool:
        """There is a mail inside; cheaper than to lay all of them out."""
        return bool(self.body.mark or self.mail.enclosed)

    @cached_property
    def is_forward(self) -> bool:
        """Somebody passes another mail on."""
        mark = self.body.mark
        if not self.has_inner:
            return False
        if mark is None or mark.forwarded or FORWARD_PREFIX.match(plain(self.mail.subject)):
            return True
        return mark.divided and not self.new_words


def _as_inner(mail: IncomingMail, at: int) -> Inner:
    enclosed = mail.enclosed[at]
    outer = IncomingMail(size=0, fields=enclosed.fields)
    return Inner(
        sender=outer.sender,
        recipients=outer.recipients,
        subject=outer.subject,
        text=separate(enclosed.text).new,
        forwarded=True,
        divided=True,
    )
