"""`kill -9` while what was posted on the pages is acted on and the mails that follow leave: nobody's mail is lost."""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from killing import kill_once, nursery, scene

from newsletter.workspace import Workspace

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]
PEOPLE, KILLS = 120, 25

POST = """
from newsletter.models import PostedKind
from newsletter.services.posting import Sender, post
from newsletter.subscribers.addresses import parse_address
for person in Subscriber.objects.all():
    post(workspace, PostedKind.LEAVE, parse_address(person.address), Sender(network="", language="en"))
"""

# What `newsletter serve` does each second, when the minute has passed after which an attempt that died is made again.
ANSWER = """
from django.utils import timezone
from newsletter.models import AutomaticMail, PostedForm
from newsletter.services.answering import answer_posted
from newsletter.services.outgoing import send_due
AutomaticMail.objects.filter(state="waiting").update(next_at=timezone.now())
print("sending", flush=True)
while answer_posted(workspace) or send_due(workspace):
    pass
print(PostedForm.objects.exclude(next_at=None).count(), AutomaticMail.objects.exclude(state="sent").count())
"""


def test_every_notice_leaves_however_often_the_process_is_killed(make_workspace: Callable[..., Workspace]) -> None:
    """Ten of these people are taken off and told, the others are asked first: one mail each, and one to staff."""
    chance = random.Random(20251128)
    with scene(make_workspace().root, people=PEOPLE, connections=1) as site:
        site.run(POST, patience=60)
        with nursery(site, ANSWER) as ready:
            for done in range(KILLS):
                left = PEOPLE - len(set(site.taken()))
                kill_once(site, ready, chance, max(1, left // (KILLS - done + 1)), least=1)
        assert len(set(site.taken())) < PEOPLE, "the last kill came when all was over"
        assert site.run(ANSWER, patience=60).split() == ["sending", "0", "0"]
        taken = Counter(site.taken())
    assert set(taken) > {f"r{number}@example.org" for number in range(PEOPLE)}, "somebody's mail is lost"
    assert taken.total() - len(taken) <= KILLS, "more than what was on the wire came twice"
