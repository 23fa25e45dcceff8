"""What is known of a person beside the address (name, body, role, nation, language, tags), read from what they type."""

import re
from typing import TypedDict, get_args

from newsletter.content.bodies import Bodies, Body
from newsletter.content.wording import LANGUAGE_NAMES
from newsletter.errors import InputError
from newsletter.subscribers.addresses import clean_name

_MOST_TAGS = 50
_LONGEST_ROLE = 100
NATIONS: tuple[str, ...] = get_args(Body.model_fields["nation"].annotation)


class Details(TypedDict, total=False):
    """What is told of somebody; what is left out is not told, an empty value says that there is none."""

    name: str
    body: str  # id from the register
    role: str
    nation: str  # one of NATIONS
    language: str  # BCP 47
    tags: list[str]


def known_body(cell: str, bodies: Bodies | None) -> str:
    """The id of a body, told by its id or a name of it; with None any is taken as it is."""
    if bodies is None or not cell.strip():
        return cell.strip().casefold()
    if body := bodies.id_of(cell):
        return body
    raise InputError("This body is not in subscribers/bodies.toml; write its id or its name there, or add it.")


def role_name(cell: str) -> str:
    """What somebody does, as they say it."""
    role = clean_name(cell)
    if len(role) > _LONGEST_ROLE:
        raise InputError(f"This is longer than {_LONGEST_ROLE} letters; write a role such as Board member.")
    return role


def known_nation(cell: str) -> str:
    """`Northern Ireland` as northern-ireland."""
    nation = re.sub(r"[\W_]+", "-", cell.strip().casefold()).strip("-")
    nation = _ALSO_CALLED.get(nation, nation)
    if nation and nation not in NATIONS:
        raise InputError(f"This nation is not known; write one of {', '.join(NATIONS)}.")
    return nation


_ALSO_CALLED = {
    "cymru": "wales", "alban": "scotland", "yr-alban": "scotland", "alba": "scotland", "lloegr": "england",
    "ni": "northern-ireland", "n-ireland": "northern-ireland", "gogledd-iwerddon": "northern-ireland",
    "wales-and-england": "england-and-wales", "united-kingdom": "uk", "uk-wide": "uk", "u-k": "uk",
}  # fmt: skip


def language_tag(cell: str) -> str:
    """A language as BCP 47, empty for the newsletter's own; `Welsh` and `en_GB` are understood."""
    language = _SPOKEN.get(cell.strip().casefold(), cell.strip().replace("_", "-"))
    if language and not re.fullmatch(r"(?=.{2,35}\Z)[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language):
        raise InputError("A language is a tag such as en, cy or en-GB.")
    return language


_SPOKEN = {
    **{name.casefold(): tag for tag, name in LANGUAGE_NAMES.items()},
    "welsh": "cy", "saesneg": "en", "irish": "ga", "scottish gaelic": "gd", "gaelic": "gd",
}  # fmt: skip


def labels(cell: str) -> tuple[str, ...]:
    """Tags with commas, semicolons or bars between them, each once."""
    found = dict.fromkeys(tag for tag in map(label, re.split(r"[,;|]", cell)) if tag)
    if len(found) > _MOST_TAGS:
        raise InputError(f"These are more than {_MOST_TAGS} tags; keep those that you choose readers by.")
    return tuple(found)


def label(cell: str) -> str:
    """`Annual report` as the label annual-report."""
    name = re.sub(r"[\s_]+", "-", cell.strip().casefold())
    if name and not re.fullmatch(r"(?=.{1,64}\Z)[a-z0-9]+(-[a-z0-9]+)*", name):
        raise InputError("Use letters a to z, digits and single hyphens only, 64 at most.")
    return name
