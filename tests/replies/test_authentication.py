"""What our own receiver says of From, and what others say in its name."""

import pytest

from newsletter.replies.authentication import Authenticity, authenticity
from newsletter.replies.parsing import parse

OURS = "mx.example.org"


def told(*results: str, sender: str = "ada@cqc.example", receiver: str = OURS) -> Authenticity:
    lines = "".join(f"Authentication-Results: {result}\n" for result in results)
    return authenticity(parse(f"{lines}From: {sender}\n\nhello".encode()), receiver)


@pytest.mark.parametrize(
    ("results", "word"),
    [
        ("mx.example.org; dmarc=pass header.from=cqc.example", "pass"),
        (
            "mx.example.org 1; dkim=pass header.d=cqc.example; spf=pass; dmarc=pass (p=REJECT) header.from=cqc.example",
            "pass",
        ),
        ("MX.Example.ORG;\n dmarc=pass\n header.from=CQC.example", "pass"),
        ("mx.example.org; dmarc=fail (p=NONE) header.from=cqc.example", "fail"),
        ("mx.example.org; spf=fail smtp.mailfrom=cqc.example; dkim=none", "fail"),
        ("mx.example.org; spf=fail smtp.mailfrom=lists.example; dkim=pass header.d=cqc.example", "unknown"),
        ("mx.example.org; spf=softfail; dkim=none", "unknown"),
        ("mx.example.org; none", "unknown"),
        ("mx.example.org; dmarc=pass header.from=evil.example", "unknown"),
        ("mx.example.org; spf=pass (dmarc=pass header.from=cqc.example)", "unknown"),
        ("mx.example.org.evil.example; dmarc=pass header.from=cqc.example", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_it_says_is_what_counts(results: str, word: str) -> None:
    assert told(results) == word


def test_only_the_topmost_of_our_own_counts() -> None:
    good, bad = (f"{OURS}; dmarc={word} header.from=cqc.example" for word in ("pass", "fail"))
    assert told("other.example; dmarc=pass", bad, good) == "fail"
    assert told(good, bad) == "pass"


def test_without_a_receiver_nothing_is_known() -> None:
    assert told(f"{OURS}; dmarc=pass header.from=cqc.example", receiver="") == "unknown"


def test_microsoft_writes_no_name() -> None:
    result = (
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=cqc.example; dkim=pass (signature was verified) "
        "header.d=cqc.example;dmarc=pass action=none header.from=cqc.example;compauth=pass reason=100"
    )
    assert told(result, receiver="microsoft-365") == "pass"
    assert told(result) == "unknown"
    assert told(result.replace("dmarc=pass", "dmarc=fail"), receiver="microsoft-365") == "fail"


@pytest.mark.parametrize("sender", ["ada@cqc.example, eve@evil.example", "ada@cqc.example\nFrom: eve@evil.example", ""])
def test_a_mail_of_two_authors_or_none_is_never_vouched_for(sender: str) -> None:
    assert told(f"{OURS}; dmarc=pass header.from=cqc.example", sender=sender) == "unknown"
