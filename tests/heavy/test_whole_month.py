"""One month in the studio, in a real browser and over real SMTP: from the first invitation to a report that adds up.

With `NEWSLETTER_PICTURES=FOLDER` it leaves a picture of each step there.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import december
import pytest
from month import Caught, Month, save, told, wait_until, write
from served_site import new_site
from test_studio_in_browser import accept

from newsletter.content.wording import SECTION_NAMES
from newsletter.engine.catcher import mail_catcher

pytestmark = pytest.mark.heavy

TITLE = "NPM Bulletin – December 2025"
GONE, LEAVES = "isaac.garside@ciw.example", "heledd.cadwaladr@cqc.example"
NEW = "nia.new@hiw.example"
ANSWER = """From: The Boss <boss@npm.example>
To: bulletin@npm.example
Subject: Re: {subject}
Message-ID: <answer@npm.example>
In-Reply-To: {id}
Date: Thu, 04 Dec 2025 10:00:00 +0000

1: Please thank the volunteers too.
"""
SENT = "200 chosen = 199 accepted + 1 sent back by their mail system"
CORRECTED = "199 chosen = 198 accepted + 1 left in time"


@pytest.fixture
def month(browser: Any, tmp_path: Path) -> Iterator[Month]:
    folder = tmp_path / "caught"
    with mail_catcher(folder, unknown=[GONE]) as url:
        site = new_site(tmp_path / "bulletin", NEWSLETTER__SENDING__TRANSPORT=url)
        for other in ("2025-12", "gallery"):
            shutil.rmtree(site.root / "issues" / other)
        month = Month(site=site, caught=Caught(folder=folder), browser=browser)
        yield month
        for context in browser.contexts:
            context.close()
    cut_off = ("Failed to load resource", "htmx:")  # a refused form, and a look at the numbers that a click broke off
    assert [line for line in month.said if not any(words in line for words in cut_off)] == []


@pytest.mark.timeout(900)
def test_from_the_first_invitation_to_a_report_that_adds_up(month: Month, tmp_path: Path) -> None:
    with month.served() as said:
        link = re.findall(r"http\S+/studio/link/\S+", said.read_text())[0]
        alys = first_administrator(month, link)
        rowan = invited(month, alys, "Rowan Achebe", "Approver")
        mair = invited(month, alys, "Mair Llewelyn", "Editor")
        people_come_in(month, alys)
        month.site.run("live", "--by", "Alys Prosser")

        begin_december(month, mair)
        edit_every_section(month, mair, december.picture_in(tmp_path))
        mend_what_is_to_fix(month, mair)
        draft_for_comment(month, mair)
        for approver in (rowan, alys):
            agree(month, approver, TITLE, "200 people on the list today")
        set_and_stop(month, rowan, mair)

    with month.served(NEWSLETTER__STUDIO__HOLD="0"):
        number = send(month, rowan, TITLE, 200, SENT)
        everybody = month.caught.receivers(december.SUBJECT)
        assert len(everybody) == len(set(everybody)) == 199
        assert GONE not in everybody
        one_leaves_and_one_joins(month, mair)

        begin_correction(month, rowan, number)
        for approver in (rowan, alys):
            agree(month, approver, f"Correction: {TITLE}", f"199 people who have mailing {number}")
        correction = send(month, rowan, f"Correction: {TITLE}", 198, CORRECTED)
        assert month.caught.receivers("Correction:") == sorted(set(everybody) - {LEAVES})
        reports(month, alys, {number: SENT, correction: CORRECTED})


def first_administrator(month: Month, link: str) -> Any:
    page = month.computer(link)
    month.camera(page, "first")
    write(page, {"name": "Alys Prosser", "address": "alys.prosser@npm.example"})
    accept(page)
    month.camera(page, "practice")
    return page


def invited(month: Month, by: Any, name: str, role: str) -> Any:
    by.click("nav >> text=Settings")
    by.click("text=Accounts")
    by.click("text=Invite somebody")
    write(by, {"name": name, "address": f"{name.lower().replace(' ', '.')}@npm.example"})
    by.check(f"text={role}:")
    month.camera(by, f"invite-{role}")
    by.click("main form button")
    month.camera(by, f"invited-{role}")
    page = month.computer(by.locator("[data-copy]").inner_text())
    assert f"as {role.lower()}" in told(page)
    month.camera(page, f"welcome-{role}")
    accept(page)
    return page


def people_come_in(month: Month, page: Any) -> None:
    page.click("nav >> text=People")
    page.click("text=Bring in a list")
    page.set_input_files("[name='file']", month.site.root / "subscribers" / "sample.csv")
    page.click("text=Look at it")
    assert "200 new: taken in" in told(page)
    page.check("text=Public task")
    month.camera(page, "list")
    page.click("text=Take in the list")
    assert "200 people" in told(page)
    month.camera(page, "people", phone=True)


def begin_december(month: Month, page: Any) -> None:
    page.click("nav >> text=Issues")
    month.camera(page, "issues")
    assert page.locator("[name='month']").input_value() == "2025-12"
    page.click("button:text-is('Begin')")
    assert page.locator("h1").inner_text() == TITLE
    assert "Stands in the way of approval 8" in told(page)
    month.camera(page, "begun")
    page.click("text=Title, subject and date")
    write(page, december.HEAD)
    save(page)


def edit_every_section(month: Month, page: Any, picture: Path) -> None:
    for kind, words in december.EDITED.items():
        page.click(f".part:has(.kind:has-text('{kind}')) h3 a")
        write(page, words)
        month.camera(page, f"edit-{kind}", phone=kind == "Letter")
        save(page)
    page.click("text=Add an event")
    write(page, december.EVENT)
    save(page)
    for kind, words in december.ADDED.items():
        page.click(".part:nth-child(2) >> text=Add below")
        page.click(f".card a:text-is('{kind}')")
        write(page, words)
        save(page)
    add_picture(month, page, picture)
    kinds = {text.partition("·")[0].strip() for text in page.locator("[data-part] .kind").all_inner_texts()}
    assert kinds == set(SECTION_NAMES.values()) == {*december.EDITED, *december.ADDED, "Picture"}
    file = (month.site.root / "issues" / "2025-12" / "issue.yaml").read_text(encoding="utf-8")
    for words in (*december.EDITED.values(), *december.ADDED.values()):
        assert all(re.sub(r"\s+", " ", text) in re.sub(r"\s+", " ", file) for text in words.values()), words


def add_picture(month: Month, page: Any, picture: Path) -> None:
    page.click(".part:nth-child(2) >> text=Add below")
    month.camera(page, "kinds")
    page.click(".card a:text-is('Picture')")
    write(page, {"image.upload": str(picture)})
    page.click(".bar button")
    assert "Alt text" in page.locator(".errors").inner_text()
    month.camera(page, "no-alt")
    write(page, {"image.alt": december.ALT})
    month.camera(page, "picture")
    save(page)


def mend_what_is_to_fix(month: Month, page: Any) -> None:
    month.camera(page, "to-fix", phone=True)
    for about in ("the the", "utm_source"):
        page.click(f".fixes li:has-text('{about}') summary")
        page.click(f".fixes li:has-text('{about}') button:has-text('Fix it')")
        page.wait_for_selector("text=Mended.")
    page.click(".fixes li:has-text('!!') summary")
    month.camera(page, "deal")
    page.fill(".fixes li:has-text('!!') [name='reason']", "It is the end of the year")
    page.click(".fixes li:has-text('!!') button:has-text('Not this time')")
    page.wait_for_selector("text=Accepted in this issue, with your name")
    assert "Nothing to fix." in told(page)
    month.camera(page, "fixed")


def draft_for_comment(month: Month, page: Any) -> None:
    page.click("text='Comments'")
    write(page, {"to": "idris.penhallow@npm.example\nboss@npm.example", "note": "Please answer by Thursday."})
    page.click("text=Send the draft")
    assert "The draft went to 2 people." in told(page)
    month.camera(page, "draft")
    wait_until(page, lambda: len(month.caught.mails(f"[DRAFT] {december.SUBJECT}")) == 2, "both drafts")
    draft = next(mail for mail in month.caught.mails("[DRAFT]") if "boss" in mail["To"])
    month.site.run("inbox", "take", given=ANSWER.format(id=draft["Message-ID"], subject=draft["Subject"]))
    wait_until(
        page, lambda: month.site.ask("SELECT count(*) FROM newsletter_draftremark") == [(1,)], "the boss's answer"
    )
    page.click("text='Comments'")
    assert "Please thank the volunteers too." in told(page)
    month.camera(page, "comment", at="h2:has-text('What came back')")
    page.click("button:has-text('Dealt with')")
    assert "Marked as dealt with." in told(page)


def agree(month: Month, page: Any, title: str, whom: str) -> None:
    page.click("nav >> text=This month")
    page.wait_for_selector("text=Nothing stands in the way of approval")
    month.camera(page, "home")
    page.click(".needs a:has-text('must')")  # two people must approve it, or one more
    page.frame_locator("iframe.mail").locator(f"h1:has-text('{title}')").first.wait_for()
    assert whom in told(page)
    month.camera(page, "agree", phone=True)
    month.camera(page, "mail", at="h2:has-text('The mail')")
    page.click("text=I approve this")
    page.wait_for_selector("text=You approved it. Your word is recorded.")
    page.wait_for_selector("text=You approved this text.")
    month.camera(page, "agreed")


def set_and_stop(month: Month, approver: Any, editor: Any) -> None:
    approver.reload()
    approver.click("text='Send'")
    month.camera(approver, "send")
    approver.check("text=Now: the first mail leaves in 5 minutes")
    approver.click("text=Look at the numbers")
    month.camera(approver, "numbers", phone=True)
    approver.click("text=Send it to 200 people")
    assert re.search("It leaves at .* Nobody has anything yet, and until then Stop undoes it", told(approver))
    month.camera(approver, "held", phone=True)
    editor.click("nav >> text=This month")
    month.camera(editor, "home-held")
    editor.click(f"main >> text='{december.SUBJECT}'")
    editor.click("button:text-is('Stop')")
    assert "It is stopped. Nobody got anything." in told(editor)
    month.camera(editor, "stopped")


def send(month: Month, page: Any, title: str, people: int, receipt: str) -> str:
    """Press the last button and wait for the sum; returns the mailing's number."""
    page.click("nav >> text=Issues")
    page.click(f"text='{title}'")
    page.click("text='Send'")
    page.click("text=Look at the numbers")
    page.click(f"text=Send it to {people} people")
    page.wait_for_selector(".lead:has-text('finished')", timeout=90_000)
    assert receipt in told(page)
    month.camera(page, "sent", phone=True)
    return re.findall(r"mailings/(\d+)/", page.url)[0]


def one_leaves_and_one_joins(month: Month, page: Any) -> None:
    page.click("nav >> text=People")
    page.fill("[name='q']", LEAVES)
    page.click("text='Find'")
    page.click(f"text='{LEAVES}'")
    month.camera(page, "person")
    page.click("text=Take off the list")
    page.fill("[name='reason']", "Asked by telephone")
    page.click("main form button")
    assert "They are off the list." in told(page)
    page.click("nav >> text=People")
    page.click("text=Add somebody")
    write(page, {"address": f"Nia Newcombe <{NEW}>", "reason": "By telephone"})
    page.check("text=Consent")
    month.camera(page, "add-somebody")
    page.click("main form button")
    assert "Added. The next issue goes there too." in told(page)


def begin_correction(month: Month, page: Any, number: str) -> None:
    page.click("nav >> text=Mailings")
    month.camera(page, "mailings")
    page.click(f"text=Mailing {number}:")
    page.click("text=Something is wrong")
    assert "To exactly those who have it: 199 now." in told(page)
    month.camera(page, "wrong", phone=True)
    page.click("text=Begin a correction")
    month.camera(page, "correction")
    page.click("text=Title, subject and date")
    write(page, {"preheader": december.WRONG_HOUR})
    save(page)
    page.click(".part h3 a")
    write(page, {"text": f"{december.WRONG_HOUR} We are sorry for the mistake."})
    save(page)
    assert "Nothing to fix." in told(page)


def reports(month: Month, page: Any, sums: dict[str, str]) -> None:
    for number, receipt in sums.items():
        page.goto(f"{month.site.url}/studio/mailings/{number}/")
        page.click("text=The report")
        assert page.locator(".receipt").inner_text() == receipt
        rows = [int(text) for text in page.locator("table").first.locator("td").all_inner_texts()]
        assert sum(rows) == int(receipt.partition(" ")[0])
        month.camera(page, "report", phone=True)
    page.click("text=Issue by issue")
    month.camera(page, "row")
    page.click("nav >> text=This month")
    assert CORRECTED in told(page)
    month.camera(page, "after", phone=True)
