"""SpamAssassin, offline, on the finished messages of the sample."""

import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
from sample_copies import Copy

from newsletter.rendering.message import InlineImage, Recipient, build_message, make_message_id

pytestmark = pytest.mark.heavy

MOST = 0.5  # points; 5 is spam
_STATUS = re.compile(r"^X-Spam-Status: .*?score=(-?[\d.]+) .*?tests=(.*?)\s+autolearn=", re.DOTALL | re.MULTILINE)


def message(copy: Copy) -> bytes:
    """The copy as an invented reader would get it."""
    rendered, publication = copy.rendered, copy.workspace.publication
    images = [
        InlineImage(cid=image.cid, media_type=image.content_type, data=image.content)
        for image in rendered.images
        if f"cid:{image.cid}" in rendered.html
    ]
    return build_message(
        html=rendered.html,
        text=rendered.text,
        subject=rendered.subject,
        inline_images=images,
        publication=publication,
        recipient=Recipient(address="reader@body.example", name="Rhiannon Reader"),
        message_id=make_message_id("m1", "d1", publication.from_address.partition("@")[2]),
        date=datetime.combine(copy.view.issue.date, time(10), UTC),
        unsubscribe_token="abcdefgh234567",
        feedback_id=f"m1:{copy.issue_id}:bulletin:m1",
        language=rendered.variant.language,
    )


def spam_score(program: str, mail: bytes) -> tuple[float, str]:
    """Points, and the rules that gave them."""
    # -L: no lookups in the network; -x: no preferences of whoever runs this.
    command = [program, "-L", "-x", "-t", "--cf=report_safe 0"]
    judged = subprocess.run(command, input=mail, capture_output=True, check=True, timeout=60).stdout.decode("latin-1")
    found = _STATUS.search(judged)
    assert found, "SpamAssassin wrote no X-Spam-Status that can be read"
    return float(found[1]), re.sub(r"\s+", "", found[2])


def test_the_finished_mail_is_far_from_spam(copies: list[Copy], require: Callable[[str], str]) -> None:
    program = require("spamassassin")
    scores = {str(copy): spam_score(program, message(copy)) for copy in copies}
    assert not {name: score for name, score in scores.items() if score[0] > MOST}


def test_a_mail_that_looks_like_spam_scores_high(require: Callable[[str], str]) -> None:
    mail = b"Subject: VIAGRA CHEAP!!! 100% FREE\r\n\r\nDear friend, click here to claim $1,000,000\r\n"
    assert spam_score(require("spamassassin"), mail)[0] > MOST
