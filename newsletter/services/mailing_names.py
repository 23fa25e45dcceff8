"""Which mailing somebody means: by its number, or by the name of the issue where that leaves no question."""

from collections.abc import Callable

from newsletter.errors import InputError
from newsletter.models import Mailing

_MOST_TOLD = 8


def mailings_named(name: str) -> list[Mailing]:
    """The mailing with this number, or all of the issue with this name, latest first. Raises InputError for none."""
    rows = Mailing.objects.select_related("edition").order_by("-pk")
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 19 else 0
    found = list(rows.filter(pk=number)) or list(rows.filter(edition__issue_id=name))
    if not found:
        raise InputError(
            f"There is no mailing {name[:60]}; name one by its number, or by its issue. `newsletter status` lists them."
        )
    return found


def mailing_named(name: str, *, fits: Callable[[Mailing], bool] = lambda _mailing: True) -> Mailing:
    """The one that is meant; of several of one issue the only one that `fits` what is to be done.

    Raises InputError where there is none, or where several could be meant.
    """
    found = mailings_named(name)
    fitting = list(filter(fits, found))
    if len(found) == 1 or len(fitting) == 1:
        return (fitting or found)[0]
    listed = ", ".join(map(_described, (fitting or found)[:_MOST_TOLD]))
    raise InputError(f"Issue {name} has several mailings: {listed}; give the number of the one you mean.")


def _described(mailing: Mailing) -> str:
    segment = f"segment {mailing.segment}" if mailing.segment else ""
    facts = [mailing.get_state_display(), "practice" if mailing.practice else "", segment, mailing.reason]
    return f"{mailing.pk} ({', '.join(filter(None, facts))})"
