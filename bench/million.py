"""A list of a million with its history, for `bench/studio.py`: 58 mailings to 3,500, two to all, replies that wait.

The rows are written by a few statements and without waiting for the disk: nobody relies on this ledger. Of each mailing
one in a hundred was sent back, left out or is in doubt; of the two to everybody one is half-way.
"""

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from written_replies import written

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.models import Edition
    from newsletter.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
EARLIER, FEW = 58, 3_500
_READ = 300  # replies that are read; the rest are copies of them
_PERSON = """
INSERT INTO newsletter_subscriber (public_id, address, address_compared, name, body, role, nation, language, tags,
    attributes, status, paused_until, basis, joined_at, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, '', ?, ?, '[]', '{}', ?, ?, 'consent', ?, ?, ?)
"""
_CONSENT = """
INSERT INTO newsletter_consentrecord (at, event, mechanism, basis, source, wording, reason, by, subscriber_id)
SELECT joined_at, 'imported', 'import', basis, 'people.csv', '', '', 'Bench', id FROM newsletter_subscriber
"""
_FATE = """CASE WHEN s.id % 100 <> 7 THEN {going} WHEN s.id % 1000 = 7 THEN 'skipped' WHEN s.id % 5000 = 107
THEN 'in_doubt' ELSE 'refused' END"""
_DELIVERIES = """
INSERT INTO newsletter_delivery (mailing_id, subscriber_id, variant_id, address_key, message_id, date, state, reason,
    attempt, fence, owner, code, enhanced, reply_text, provider_ref, updated_at)
SELECT :mailing, id, :variant, CASE WHEN :open THEN lower(hex(randomblob(32))) END,
    '<' || :uid || '.' || lower(hex(randomblob(8))) || '@npm.example>', :at, state,
    CASE state WHEN 'skipped' THEN 'left' ELSE '' END, state <> 'pending', 1, '',
    CASE state WHEN 'accepted' THEN 250 WHEN 'refused' THEN 550 END,
    CASE state WHEN 'accepted' THEN '2.0.0' WHEN 'refused' THEN '5.1.1' ELSE '' END,
    CASE state WHEN 'refused' THEN 'No such user here' ELSE '' END, '', :at
FROM (SELECT s.id, {fate} AS state FROM newsletter_subscriber s ORDER BY s.id LIMIT :people)
"""
_ATTEMPTS = """
INSERT INTO newsletter_attempt (delivery_id, number, at, outcome, code, enhanced, reply_text, transport)
SELECT id, 1, updated_at, state, code, enhanced, reply_text, 'outbox' FROM newsletter_delivery
WHERE state IN ('accepted', 'refused', 'in_doubt') ORDER BY id
"""
_BOUNCES = """
INSERT INTO newsletter_bounce (delivery_id, cause, status, source, at)
SELECT id, 'gone', '550 5.1.1', 'mailing ' || mailing_id, updated_at FROM newsletter_delivery WHERE state = 'refused'
"""
_PLANNED = """
UPDATE newsletter_mailing SET (first_delivery, last_delivery, versions) = (
    SELECT min(id), max(id), json_object(CAST(variant_id AS TEXT), count(*)) FROM newsletter_delivery
    WHERE mailing_id = newsletter_mailing.id)
"""
_SUPPRESSIONS = """
INSERT INTO newsletter_suppression (address_key, key_id, reason, at)
SELECT lower(hex(randomblob(32))), :key, 'erased', '2025-06-01' FROM newsletter_subscriber LIMIT :people
"""


def prepared(folder: Path, people: int, replies: int) -> "Workspace":
    """The workspace in this folder, seeded where it is new."""
    is_new = not (folder / "newsletter.toml").exists()
    if is_new:
        shutil.copytree(ROOT / "issues", folder / "issues")
        shutil.copytree(ROOT / "subscribers", folder / "subscribers")
        shutil.copy(ROOT / "newsletter.toml", folder)
    from newsletter.settings import database_path, setup
    from newsletter.workspace import load_workspace

    os.environ["NEWSLETTER__APPROVAL__PEOPLE"] = "1"
    workspace = load_workspace(folder)
    workspace.data.mkdir(exist_ok=True)
    setup(workspace)
    from newsletter.services.migrating import migrate

    migrate(workspace)
    if is_new:
        _seed(workspace, database_path(workspace), people)
        _seed_replies(workspace, database_path(workspace), replies)
    return workspace


def _seed(workspace: "Workspace", database: Path, people: int) -> None:
    from newsletter.models.headcounts import COUNT_FROM, COUNT_NOBODY_WHO_COMES, COUNT_WHO_COMES
    from newsletter.services.approving import approve
    from newsletter.services.drafting import draft_correction
    from newsletter.services.keys import key_of

    draft_correction(workspace, "2025-11")
    for issue in ("2025-11", "2025-11-correction", "2025-12"):
        approve(workspace, issue, by="Ann", gate=lambda _issue, _versions: [])
    key = key_of(workspace).id
    rows = list(_mailings(workspace, people))
    bare = sqlite3.connect(database)
    with bare:
        bare.execute("PRAGMA synchronous = OFF")
        bare.execute("PRAGMA cache_size = -400000")
        bare.execute(COUNT_NOBODY_WHO_COMES)
        bare.executemany(_PERSON, _people(workspace, people))
        bare.execute(COUNT_FROM.replace("%s", "0"))
        bare.execute(COUNT_WHO_COMES)
        bare.execute(_CONSENT)
        for row in rows:
            going = "CASE WHEN s.id % 2 THEN 'pending' ELSE 'accepted' END" if row["open"] else "'accepted'"
            bare.execute(_DELIVERIES.format(fate=_FATE.format(going=going)), row)
        for statement in (_ATTEMPTS, _BOUNCES, _PLANNED):
            bare.execute(statement)
        bare.execute(_SUPPRESSIONS, {"key": key, "people": people // 200})
    bare.close()


def _people(workspace: "Workspace", people: int) -> Iterator[tuple[Any, ...]]:
    """At the bodies' own domains and a thousand others; a twentieth has left, one in five hundred pauses."""
    chance, bodies = random.Random(1), list(workspace.bodies.values())
    first, last = ("Ann", "Bob", "Siân", "Ailsa", "Íde", "Heledd"), ("Other", "Smith", "Günther", "Urquhart", "Example")
    for number in range(people):
        body = bodies[chance.randrange(len(bodies))]
        domain = body.domains[0] if number % 3 and body.domains else f"mail{number % 1000}.example"
        address = f"reader{number}@{domain}"
        status = "unsubscribed" if number % 20 == 3 else "subscribed"
        paused = "2099-01-01" if number % 500 == 4 else None
        joined = "2021-01-01" if number < FEW else "2025-09-20"
        name = f"{first[number % 6]} {last[number % 5]} {number}"
        language = "cy" if number % 25 == 0 else ""
        typed = f"Reader{address[6:]}"
        person = (chance.getrandbits(62) + 1, typed, address, name, body.id, body.nation, language)
        yield (*person, status, paused, joined, joined, joined)


def _mailings(workspace: "Workspace", people: int) -> Iterator[dict[str, Any]]:
    """Write the mailings; yields what the statement of their deliveries asks for. The last is the sample's November."""
    from django.utils import timezone

    from newsletter.models import Edition, Mailing

    now, november = timezone.now(), Edition.objects.get(issue_id="2025-11")
    for number in range(EARLIER + 2):
        at = now - timedelta(days=30 * (EARLIER + 1 - number))
        is_open = number == EARLIER
        edition = november if number > EARLIER else _edition(workspace, number, at)
        chosen = people if number >= EARLIER else min(FEW, people)
        mailing = Mailing.objects.create(
            edition=edition,
            practice=True,
            transport="outbox:",
            state="paused" if is_open else "finished",
            chosen=chosen,
            planned_at=at,
            started_at=at,
            finished_at=None if is_open else at,
        )
        variants = {"mailing": mailing.pk, "variant": edition.variants.order_by("pk").values_list("pk", flat=True)[0]}
        yield {**variants, "uid": mailing.uid, "open": is_open, "at": f"{at:%Y-%m-%d %H:%M:%S}", "people": chosen}


def _edition(workspace: "Workspace", number: int, at: "datetime") -> "Edition":
    from newsletter.models import Approval, Edition, Variant
    from newsletter.services.frozen import FrozenEdition, FrozenVariant, write_edition

    issue = f"20{20 + number // 12}-{number % 12 + 1:02}"
    variant = FrozenVariant(
        key="en",
        language="en",
        audiences=(),
        subject=issue,
        preheader="News",
        html="<p>Hello</p>",
        text="Hello",
        web_html="<p>Hello</p>",
        web_fragment="<p>Hello</p>",
    )
    frozen = FrozenEdition(issue_id=issue, source_hash=f"{number:064x}", variants=(variant,), files={})
    name = write_edition(workspace.editions, frozen)
    edition = Edition.objects.create(issue_id=issue, content_hash=name, source_hash=frozen.source_hash, folder=name)
    Variant.objects.create(edition=edition, key="en", language="en", subject=issue, html_bytes=1, text_bytes=1)
    Approval.objects.create(edition=edition, person="Ann", person_key="ann", at=at)
    return edition


_COPY_REPLY = """
INSERT INTO newsletter_reply ({columns}, fingerprint, at) SELECT {columns}, :name, :at FROM newsletter_reply
WHERE id = :first
"""
_COPY_ITEM = """
INSERT INTO newsletter_queueitem ({columns}, source, at, reply_id)
SELECT {columns}, 'reply:' || :name, :at, :new FROM newsletter_queueitem WHERE reply_id = :first
"""


def _seed_replies(workspace: "Workspace", database: Path, replies: int) -> None:
    """Some that the project wrote are read for what they are; the rest are copies of them, letter and all."""
    from newsletter.models import Act, Reply, TrustLevel
    from newsletter.services.inbox.arriving import hand_in
    from newsletter.services.inbox.handling import handle_received
    from newsletter.services.inbox.trust import set_level

    for act in Act:
        set_level(workspace, act, TrustLevel.SUGGEST, by="Bench")
    for one in written("tuning")[:_READ]:
        hand_in(workspace, one.raw, source="bench")
    while handle_received(workspace):
        pass
    read = list(Reply.objects.filter(state="waiting_for_staff").order_by("pk").values_list("pk", "fingerprint"))
    replied, queued = _columns("newsletter_reply"), _columns("newsletter_queueitem")
    bare = sqlite3.connect(database)
    with bare:
        for number in range(replies - len(read)):
            first, fingerprint = read[number % len(read)]
            values: dict[str, object] = {"name": sha256(b"%d" % number).hexdigest(), "first": first}
            values["at"] = f"2025-11-{number % 28 + 1:02} {number % 24:02}:{number % 60:02}:00"
            values["new"] = bare.execute(_COPY_REPLY.format(columns=replied), values).lastrowid
            bare.execute(_COPY_ITEM.format(columns=queued), values)
            copy = letter_of(workspace, str(values["name"]))
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.hardlink_to(letter_of(workspace, fingerprint))
    bare.close()


def _columns(table: str) -> str:
    """All but those that a copy has of its own."""
    from django.db import connection

    with connection.cursor() as cursor:
        names = [row[1] for row in cursor.execute(f"PRAGMA table_info({table})").fetchall()]
    own = {"id", "fingerprint", "at", "reply_id"} | ({"source"} if table.endswith("item") else set())
    return ", ".join(f'"{name}"' for name in names if name not in own)


def letter_of(workspace: "Workspace", fingerprint: str) -> Path:
    """Where the bytes of a reply lie."""
    from newsletter.services.inbox.letters import letter_path

    return letter_path(workspace, fingerprint)
