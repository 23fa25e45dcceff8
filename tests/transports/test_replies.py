"""SMTP replies out of a stream of bytes, however they are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.transports.pipelined.replies import LONGEST_LINE, LONGEST_REPLY, ReplyReader

WORDS = st.binary(max_size=80).map(lambda words: words.replace(b"\n", b"").replace(b"\r", b""))
REPLY = st.tuples(st.integers(200, 599), st.lists(WORDS, min_size=1, max_size=4))


def wire(code: int, lines: list[bytes]) -> bytes:
    marks = [b"-"] * (len(lines) - 1) + [b" "]
    return b"".join(b"%d%s%s\r\n" % (code, mark, line) for mark, line in zip(marks, lines, strict=True))


def read(*pieces: bytes) -> list[tuple[int, bytes]]:
    reader = ReplyReader()
    return [reply for piece in pieces for reply in reader.feed(piece)]


@given(st.lists(REPLY, max_size=6), st.data())
def test_replies_are_the_same_however_the_stream_is_cut(replies: list[tuple[int, list[bytes]]], data: object) -> None:
    stream = b"".join(wire(*reply) for reply in replies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))  # type: ignore[attr-defined]
    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read(*pieces) == [(code, b"\n".join(lines)) for code, lines in replies]


@given(st.binary(max_size=300), st.integers(0, 300))
def test_no_bytes_break_the_reader_and_a_cut_changes_nothing(noise: bytes, cut: int) -> None:
    replies = read(noise[:cut], noise[cut:])
    assert replies == read(noise)
    assert all(code == -1 or 100 <= code <= 999 for code, _ in replies)


@pytest.mark.parametrize(
    ("stream", "replies"),
    [
        (b"250 \r\n", [(250, b"")]),
        (b"250\r\n", [(250, b"")]),
        (b"250 ok\n", [(250, b"ok")]),
        (b"250-first\r\n250\r\n", [(250, b"first\n")]),
        (b"250-one\r\n550 another\r\n", [(550, b"one\nanother")]),
        (b"garbage\r\n", [(-1, b"garbage")]),
        (b"\r\n", [(-1, b"")]),
        (b"2500 ok\r\n", [(-1, b"2500 ok")]),
        (b"099 ok\r\n", [(-1, b"099 ok")]),
        (b"250-one\r\nhuh\r\n250 ok\r\n", [(-1, b"one\nhuh"), (250, b"ok")]),
        ("²50 ok\r\n".encode(), [(-1, "²50 ok".encode())]),
    ],
)
def test_lines_that_are_unusual_or_no_replies(stream: bytes, replies: list[tuple[int, bytes]]) -> None:
    assert read(stream) == replies


@pytest.mark.parametrize(
    "stream",
    [
        b"250 " + b"x" * LONGEST_LINE,
        b"250 " + b"x" * LONGEST_LINE + b"\r\n",
        b"x" * (10 * LONGEST_LINE),
        (b"250-" + b"x" * 1000 + b"\r\n") * (LONGEST_REPLY // 1000 + 1),
    ],
)
def test_what_never_ends_is_noticed_and_what_came_before_is_not_lost(stream: bytes) -> None:
    reader = ReplyReader()
    replies = [reply for start in range(0, len(stream), 700) for reply in reader.feed(stream[start : start + 700])]
    assert (reader.endless, replies) == (True, [])
    reader = ReplyReader()
    assert reader.feed(b"250 ok\r\n" + stream) == [(250, b"ok")]
    assert reader.endless
