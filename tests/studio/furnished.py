"""A workspace with something of everything in it, and the address of a real thing for every line of the table."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone
from inbox_player import Inbox
from PIL import Image
from small_issue import ANN, BODIES, ISSUE, WELCOME

from newsletter.models import (
    Cover,
    Delivery,
    DraftRemark,
    DraftRound,
    Edition,
    LinkPurpose,
    Mailing,
    QueueItem,
    Reply,
    Role,
    Subscriber,
    TrustLevel,
    User,
    WebCorrection,
    WithdrawnPicture,
)
from newsletter.services.audit import record_act
from newsletter.services.deciding import take_off
from newsletter.services.editing.history import record, snapshots
from newsletter.services.editing.keeping import keep
from newsletter.services.editing.previewing import preview
from newsletter.services.list_uploads import keep_upload
from newsletter.services.one_time_links import make_link, token_of
from newsletter.services.planning import plan
from newsletter.services.steering import start
from newsletter.web.routes import Route
from newsletter.workspace import Workspace

NOW = "2025-11-03T10:00:00Z"
PICTURE = "0123456789abcdef0123.png"
_ENDS = ("accepted", "refused", "in_doubt")
_WAIVERS = "waivers:\n  - {rule: doubled-word, by: Ann Example, reason: A quotation.}\n"


@dataclass(frozen=True, kw_only=True)
class House:
    """What stands in it, as the parts of an address name it."""

    workspace: Workspace
    parts: dict[str, dict[str, str]]  # by the first word of a path; "" for all others

    def address(self, route: Route) -> str:
        """Where a line of the table is to be seen here."""
        first = route.path.removeprefix("studio/").split("/")[0]
        lists = "items" if "/items/" in route.path else "covers" if "/covers/" in route.path else first
        known = self.parts[""] | self.parts.get(lists, {}) | self.parts.get(route.name, {})
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: known[found[1]], route.path)


def furnish(workspace: Workspace, edition: Edition, people: list[Subscriber]) -> House:
    """Put it all in; three people are enough."""
    issue = _issue(workspace)
    mailing = _mailing(workspace, edition)
    reply, item = _replies(workspace, edition)
    users = _team()
    _past(workspace, edition, people, users)
    token = keep_upload(
        workspace, "list.csv", b"email,name\nann@example.org,Ann Invented\nbroken@@x,Bea\nreader1@example.org,Reader\n"
    )
    (mail,) = list((workspace.outbox / "automatic").glob("*.eml"))[:1]
    everywhere = {
        "issue": "2025-11",
        "name": "dot.png",
        "number": str(users[1].pk),
        "anything": "nothing/here",
        "token": token,
        "body": "imb",
        "provider_id": "organisation",
        "folder": "automatic",
        "key": preview(workspace, "2025-11").key,
        "look": "light",
        "version": "en",
        "snapshot": snapshots(workspace, "2025-11")[0].id,
        "kind": "letter",
        "part": "welcome",
    }
    return House(
        workspace=workspace,
        parts={
            "": everywhere,
            "issues": {"number": str(DraftRemark.objects.get().pk), **issue},
            "covers": {"number": str(Cover.objects.get().pk)},
            "mailings": {"number": str(mailing.pk), "part": "in_doubt"},
            "people": {"number": str(people[0].pk)},
            "replies": {"number": str(reply.pk)},
            "items": {"number": str(item.pk)},
            "studio-event": {"part": "seminar"},
            "studio-frame-picture": {"name": preview(workspace, "2025-11").rendered.images[0].name},
            "studio-segment": {"name": "scotland"},
            "studio-asset": {"name": "studio.css"},
            "studio-link": {"token": token_of(workspace, make_link(LinkPurpose.INVITATION, users[1]))},
            "studio-practice-mail": {"name": mail.name},
            "studio-practice-html": {"name": mail.name},
        },
    )


def _issue(workspace: Workspace) -> dict[str, str]:
    folder = workspace.issues / "2025-11"
    (folder / "images").mkdir(parents=True)
    Image.new("RGB", (40, 40), "#aa5533").save(folder / "images" / "dot.png")
    (folder / "issue.yaml").write_text(ISSUE + _WAIVERS)
    (workspace.subscribers / "bodies.toml").write_text(BODIES)
    record(workspace, "2025-11", ISSUE.replace("Hello", "Good day"), by="Ben Example")
    keep(workspace, "2025-11", WELCOME, ANN, {"text": ["Words that nobody saved."]}, "")
    return {}


def _mailing(workspace: Workspace, edition: Edition) -> Mailing:
    made = plan(workspace, edition)
    start(made)
    for row, state in zip(Delivery.objects.order_by("pk"), _ENDS, strict=False):
        Delivery.objects.filter(pk=row.pk).update(state=state, attempt=1, code=550, reply_text="No such user")
    Mailing.objects.filter(pk=made.pk).update(started_at=timezone.now(), reason="The first one was cut.")
    WebCorrection.objects.create(
        issue_id="2025-11", edition=edition, note="The date was wrong.", by="Ann", at=timezone.now()
    )
    WithdrawnPicture.objects.create(issue_id="2025-11", name="dot.png", reason="Asked", by="Ann", at=timezone.now())
    return made


def _replies(workspace: Workspace, edition: Edition) -> tuple[Reply, QueueItem]:
    inbox = Inbox(workspace)
    inbox.trust(TrustLevel.SUGGEST)
    inbox.write("How do I get the next issue in large print?", sender="Vera Invented <vera@home.example>")
    reply = inbox.write("Could you please add me to the mailing list?", sender="Mia Invented <mia@home.example>")
    folder = workspace.data / "queue"
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (40, 40), "#225588").save(folder / PICTURE)
    item = QueueItem.objects.create(
        kind="news",
        source="form:1",
        at=NOW,
        title="A prize",
        address="cai@example.org",
        address_compared="cai@example.org",
        body="imb",
        content={"headline": "A prize", "text": "We won it.", "link": "https://prizes.example/", "credit": "Ada"},
        picture=PICTURE,
    )
    for kind in ("feedback", "alert"):
        content = {"text": "So it is.", "message": "So it is."}
        QueueItem.objects.create(kind=kind, source=f"form:{kind}", at=NOW, title="A remark", content=content)
    sent = DraftRound.objects.create(
        issue_id=edition.issue_id, places={"1": "welcome"}, source_hash="0" * 64, people=1, by="Ann", at=NOW
    )
    DraftRemark.objects.create(
        round=sent, number=1, text="A comma too many.", author="Bea", source="<1@x>", position=1, at=NOW
    )
    return reply, item


def _team() -> list[User]:
    names = {"Ann Example": Role.ADMINISTRATOR, "Ben Example": Role.EDITOR, "Cai Example": Role.APPROVER}
    made = [
        User.objects.create_user(
            f"{name[:3].lower()}@example.org", None, name=name, role=role, last_login=timezone.now()
        )
        for name, role in names.items()
    ]
    today = date.today()  # noqa: DTZ011  (a day is enough)
    Cover.objects.create(user=made[1], first=today, last=today + timedelta(days=9), by="Ann Example", at=NOW)
    return made


def _past(workspace: Workspace, edition: Edition, people: list[Subscriber], users: list[User]) -> None:
    Subscriber.objects.filter(pk=people[0].pk).update(
        tags=["training"], attributes={"team": "North"}, role="Clerk", body="imb", nation="scotland", language="en"
    )
    take_off(workspace, people[1], mechanism="staff", by="Ann Example", reason="Asked by telephone.")
    record_act("approve", f"edition {edition.pk}", by="Ann Example", user=users[0], reason="Because.")
    Inbox(workspace).wait()
    assert Path(workspace.outbox / "automatic").is_dir()
