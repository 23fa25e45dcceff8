"""An edition as approval leaves it, without the second that rendering and checking take."""

from django.utils import timezone

from newsletter.models import Approval, Edition, Variant
from newsletter.services.frozen import FrozenEdition, FrozenVariant, write_edition
from newsletter.subscribers.segments import load_segments
from newsletter.workspace import Workspace


def approved_edition(workspace: Workspace) -> Edition:
    """An edition that two people approved: English, and English for Scotland."""
    frozen = FrozenEdition(
        issue_id="2025-11",
        source_hash="0" * 64,
        variants=tuple(
            FrozenVariant(
                key="+".join(["en", *audiences]),
                language="en",
                audiences=audiences,
                subject="November",
                preheader="What is new",
                html=f"<p>Hello {' '.join(audiences)}</p>",
                text=f"Hello {' '.join(audiences)}",
                web_html='<!DOCTYPE html><html lang="en"><main lang="en"><p>Hello</p></main></html>',
                web_fragment="<p>Hello</p>",
            )
            for audiences in ((), ("scotland",))
        ),
        files={"images/dot.png": b"not really a picture"},
        segments=load_segments(workspace.subscribers / "segments.toml"),
    )
    name = write_edition(workspace.editions, frozen)
    row = Edition.objects.create(issue_id="2025-11", content_hash=name, source_hash="0" * 64, folder=name)
    for variant in frozen.variants:
        Variant.objects.create(
            edition=row,
            key=variant.key,
            language="en",
            audiences=list(variant.audiences),
            subject="November",
            html_hash=variant.html_hash,
            html_bytes=1,
            text_bytes=1,
        )
    for person in ("Ann Approver", "Bob Approver"):
        Approval.objects.create(edition=row, person=person, person_key=person.casefold(), at=timezone.now())
    return row
