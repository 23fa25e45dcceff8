"""Welsh pages and mails: from the same catalogue, and off until a named speaker has signed it."""

from collections.abc import Callable

import pytest
from reader import Reader, heading, page, text_of

from newsletter.web.site import ROUTES
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
SIGNED = '{cy = "A Named Speaker"}'


@pytest.fixture
def welsh(make_site: Callable[..., Workspace], read_by: Callable[..., Reader]) -> Reader:
    return read_by(make_site(NEWSLETTER__PAGES__REVIEWED=SIGNED))


def test_welsh_is_off_until_somebody_signs_it(reader: Reader) -> None:
    assert reader.get("/cy/subscribe").status_code == 404
    assert not page(reader.get("/subscribe")).xpath("//a[@hreflang='cy']")


def test_every_page_is_there_in_welsh_and_leads_to_its_twin(welsh: Reader) -> None:
    for route in ROUTES:
        if route.is_translated and "<" not in route.path and route.name != "feed":
            answer = welsh.get(f"/cy/{route.path}")
            assert (answer.status_code, answer["Content-Language"]) == (200, "cy")
            assert page(answer).get("lang") == "cy"
            assert page(answer).xpath("//a[@hreflang='en']/@href") == [f"/{route.path}"]
            assert page(welsh.get(f"/{route.path}")).xpath("//a[@hreflang='cy']/@href") == [f"/cy/{route.path}"]
    assert welsh.get("/en/subscribe").status_code == 404
    assert welsh.get("/xx/subscribe").status_code == 404


def test_who_joins_in_welsh_is_answered_in_welsh(welsh: Reader) -> None:
    assert (
        heading(welsh.send("/cy/subscribe", address="ada@example.org")) == "Un cam arall: edrychwch yn eich mewnflwch"
    )
    welsh.wait()
    assert welsh.told() == [("ada@example.org", "Cadarnhewch: The Example Bulletin")]
    assert welsh.mails()[0]["Content-Language"] == "cy"
    assert "Gofynnodd rhywun" in text_of(welsh.mails()[0])
    path = welsh.link()
    assert path.startswith("/cy/confirm/")
    assert heading(welsh.send(path)) == "Rydych ar y rhestr"


def test_what_is_typed_wrong_is_told_in_welsh(welsh: Reader) -> None:
    answer = welsh.send("/cy/subscribe", address="nonsense")
    assert "Mae'r cyfeiriad yn anghyflawn" in page(answer).text_content()


def test_the_team_s_own_pages_say_in_which_language_they_are(welsh: Reader) -> None:
    answer = welsh.get("/cy/privacy")
    assert page(answer).xpath("//main/div/@lang") == ["en"]
    root = welsh.workspace.root / "pages"
    root.mkdir()
    (root / "privacy.md").write_text("# Privacy\n\nWords.\n")
    (root / "privacy.cy.md").write_text("# Preifatrwydd\n\nGeiriau <date:2025-11-25>.\n")
    assert heading(welsh.get("/cy/privacy")) == "Preifatrwydd"
    assert heading(welsh.get("/privacy")) == "Privacy"


def test_a_path_in_base_url_stands_before_every_link(
    make_site: Callable[..., Workspace], read_by: Callable[..., Reader]
) -> None:
    base = "https://www.example.org/bulletin"
    reader = read_by(make_site(NEWSLETTER__NEWSLETTER__BASE_URL=base, NEWSLETTER__PAGES__REVIEWED=SIGNED))
    answer = reader.get("/cy/subscribe")  # as the web server in front passes it on
    for link in page(answer).xpath("//a/@href|//form/@action|//link/@href"):
        assert link.startswith(("#", "/bulletin/", "https://")), link
    reader.send("/cy/subscribe", address="ada@example.org")
    reader.wait()
    assert f"{base}/cy/confirm/" in text_of(reader.mails()[0])
