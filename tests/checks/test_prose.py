"""The walk over an issue: every word, link and picture, with place and language."""

from newsletter.checks.prose import LinkUse, Passage, PictureUse, walk_issue
from newsletter.content.issue import Issue

ISSUE = Issue.model_validate(
    {
        "title": "Title",
        "preheader": "Preheader",
        "date": "2025-11-07",
        "events": [{"id": "meeting", "title": "Meeting", "date": "2025-11-27", "url": "https://a.gov.uk/meeting"}],
        "sections": [
            {
                "type": "spotlights",
                "id": "reports",
                "items": [
                    {
                        "id": "first",
                        "body": "cqc",
                        "title": "Report",
                        "summary": "# Head\n\nSome **bold** words, [a\nlink](https://a.gov.uk/*x*), <event:meeting>.",
                        "quote": {"text": "It works.", "by": "Somebody"},
                        "image": {"file": "a.png", "alt": "A chart", "caption": "Under it"},
                        "link": {"text": "Read it", "url": "https://a.gov.uk/report"},
                        "translations": {
                            "cy": {"title": "Adroddiad", "link": {"text": "Darllen", "url": "https://b.uk"}}
                        },
                    }
                ],
            },
            {"type": "social", "id": "social", "accounts": [{"name": "Mastodon", "url": "https://m.uk"}]},
        ],
    }
)
FOUND = list(walk_issue(ISSUE))
PASSAGES = {found.text: found for found in FOUND if isinstance(found, Passage)}
LINKS = {found.url: found for found in FOUND if isinstance(found, LinkUse)}


def test_every_text_is_walked_as_it_is_read() -> None:
    assert list(PASSAGES) == [
        "Title",
        "Preheader",
        "Meeting",
        "Spotlight reports",
        "Report",
        "Head",
        "Some bold words, a link, Thursday 27 November 2025.",
        "It works.",
        "Somebody",
        "A chart",
        "Under it",
        "Read it",
        "Adroddiad",
        "Darllen",
        "Follow us",
        "Mastodon",
    ]


def test_headings_quotations_and_languages_are_told_apart() -> None:
    assert [text for text, passage in PASSAGES.items() if passage.heading] == ["Head"]
    assert [text for text, passage in PASSAGES.items() if passage.quoted] == ["It works.", "Somebody"]
    assert [text for text, passage in PASSAGES.items() if passage.language == "cy"] == ["Adroddiad", "Darllen"]


def test_every_link_is_walked_with_the_words_it_is_read_by() -> None:
    assert {url: link.words for url, link in LINKS.items()} == {
        "https://a.gov.uk/meeting": "",
        "https://a.gov.uk/*x*": "a link",
        "https://a.gov.uk/report": "Read it",
        "https://b.uk": "Darllen",
        "https://m.uk": "Mastodon",
    }
    assert not LINKS["https://a.gov.uk/meeting"].labelled


def test_places_can_be_followed_from_the_root() -> None:
    assert LINKS["https://b.uk"].spot.location == ("sections", 0, "items", 0, "translations", "cy", "link", "url")
    assert LINKS["https://b.uk"].spot.section == "reports"
    assert PASSAGES["Under it"].spot.field == "items.0.image.caption"
    assert [found.spot.field for found in FOUND if isinstance(found, PictureUse)] == ["items.0.image"]
