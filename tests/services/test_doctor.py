"""What `newsletter doctor` finds, over a DNS that is a table."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.utils import timezone

from newsletter.errors import ConflictError, UnavailableError
from newsletter.models import AuditRecord
from newsletter.rendering.dkim import Signer
from newsletter.services.disks import file_system, require_local_disk
from newsletter.services.doctor import Health, Line, examine
from newsletter.services.doctor.mail_dns import MailDomains, mail_lines
from newsletter.services.modes import go_live
from newsletter.services.provider_limits import provider_of
from newsletter.settings import database_path
from newsletter.workspace import Workspace

RSA = generate_private_key(public_exponent=65537, key_size=2048)
ED25519 = Ed25519PrivateKey.generate()
SIGNER = Signer(domain="oversight.uk", selector="s1", key=RSA)
OFFICE = "smtp://bulletin@smtp.office365.com:587"
RSA_PUBLIC = base64.b64encode(RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


class FakeResolver:
    """Answers from a table of (kind, name); a name in `silent` gets no answer."""

    def __init__(self, table: Mapping[tuple[str, str], tuple[str, ...]], silent: tuple[str, ...] = ()) -> None:
        self.table, self.silent = table, silent

    def _find(self, kind: str, name: str) -> tuple[str, ...]:
        if name in self.silent:
            raise UnavailableError(f"The DNS gives no answer about {name}.")
        return self.table.get((kind, name), ())

    def txt(self, name: str) -> tuple[str, ...]:
        return self._find("TXT", name)

    def mx(self, name: str) -> tuple[str, ...]:
        return self._find("MX", name)

    def addresses(self, name: str) -> tuple[str, ...]:
        return self._find("A", name)


GOOD: dict[tuple[str, str], tuple[str, ...]] = {
    ("TXT", "oversight.uk"): ("unrelated=1", "v=spf1 include:spf.protection.outlook.com -all"),
    ("TXT", "s1._domainkey.oversight.uk"): (f"v=DKIM1; k=rsa; p={RSA_PUBLIC}",),
    ("TXT", "_dmarc.oversight.uk"): ("v=DMARC1; p=quarantine; rua=mailto:reports@oversight.uk",),
    ("MX", "oversight.uk"): ("oversight-uk.mail.protection.outlook.com",),
}


def look(
    changes: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
    *,
    silent: tuple[str, ...] = (),
    transport: str = OFFICE,
    **domains: object,
) -> dict[str, Line]:
    """The lines by their subject, for a sender whose DNS is good but for the changes."""
    facts = {
        "sender": "oversight.uk",
        "bounces": "oversight.uk",
        "replies": "oversight.uk",
        "signer": SIGNER,
        "provider": provider_of(transport),
        **domains,
    }
    lines = mail_lines(MailDomains(transport=transport, **facts), FakeResolver({**GOOD, **(changes or {})}, silent))  # type: ignore[arg-type]
    return {line.subject: line for line in lines}


def test_a_domain_that_is_set_up_well_has_nothing_to_mend() -> None:
    lines = look()
    assert {line.health for line in lines.values()} == {Health.OK}
    assert set(lines) == {"List headers", "SPF", "DKIM", "DMARC", "Agreement", "Bounces", "Replies"}


def test_nothing_is_told_as_good_where_the_dns_is_silent() -> None:
    silent = tuple({name for _kind, name in GOOD})
    lines = look(silent=silent)
    assert {lines[subject].health for subject in ("SPF", "DKIM", "DMARC", "Agreement", "Bounces")} == {Health.NOT_RUN}


def test_without_a_resolver_or_with_an_example_domain_the_dns_is_not_asked() -> None:
    assert look(sender="bulletin.example")["DNS"].health is Health.NOT_RUN
    facts = MailDomains(sender="a.uk", bounces="a.uk", replies="a.uk", signer=SIGNER, provider=None, transport="x:")
    assert [line.health for line in mail_lines(facts, None)] == [Health.OK, Health.NOT_RUN]


@pytest.mark.parametrize(
    ("records", "record"),
    [
        ((), "v=spf1 include:spf.protection.outlook.com ~all"),
        (("v=spf1 mx -all",), "v=spf1 mx include:spf.protection.outlook.com -all"),
        (("v=spf1 include:spf.protection.outlook.com +all",), "v=spf1 include:spf.protection.outlook.com ~all"),
        (
            ("v=spf1 mx -all", "v=spf1 include:spf.protection.outlook.com ~all"),
            "v=spf1 mx include:spf.protection.outlook.com ~all",
        ),
    ],
)
def test_spf_is_mended_by_one_exact_line(records: tuple[str, ...], record: str) -> None:
    line = look({("TXT", "oversight.uk"): records})["SPF"]
    assert (line.health, line.record) == (Health.MEND, f'oversight.uk. TXT "{record}"')


def test_spf_is_followed_through_includes_and_redirects() -> None:
    changes = {
        ("TXT", "oversight.uk"): ("v=spf1 redirect=_spf.oversight.uk",),
        ("TXT", "_spf.oversight.uk"): ("v=spf1 include:spf.protection.outlook.com -all",),
    }
    assert look(changes)["SPF"].health is Health.OK


def test_spf_with_too_many_lookups_is_broken() -> None:
    names = [f"n{number}.example.org" for number in range(11)]
    terms = " ".join(f"include:{name}" for name in names)
    line = look({("TXT", "oversight.uk"): (f"v=spf1 include:spf.protection.outlook.com {terms} -all",)})["SPF"]
    assert (line.health, "12 look-ups" in line.message) == (Health.MEND, True)


def test_spf_that_includes_itself_ends() -> None:
    assert look({("TXT", "oversight.uk"): ("v=spf1 include:oversight.uk -all",)})["SPF"].health is Health.MEND


def test_spf_of_a_server_of_ones_own_names_that_server() -> None:
    line = look({("TXT", "oversight.uk"): ()}, transport="smtp://mail.oversight.uk")["SPF"]
    assert line.record == 'oversight.uk. TXT "v=spf1 a:mail.oversight.uk ~all"'


def test_spf_does_not_matter_where_the_provider_has_its_own_bounce_address() -> None:
    lines = look({("TXT", "oversight.uk"): ()}, transport="smtp://smtp.postmarkapp.com", signer=None)
    assert (lines["SPF"].health, lines["Agreement"].health) == (Health.NOT_RUN, Health.NOT_RUN)


def test_a_missing_dkim_key_is_told_with_the_record_in_strings_the_dns_takes() -> None:
    line = look({("TXT", "s1._domainkey.oversight.uk"): ()})["DKIM"]
    strings = line.record.removeprefix("s1._domainkey.oversight.uk. TXT ").split('" "')
    assert line.health is Health.MEND
    assert max(map(len, strings)) <= 256
    assert "".join(strings).strip('"') == f"v=DKIM1; k=rsa; p={RSA_PUBLIC}"


def test_a_public_key_that_is_not_ours_is_found() -> None:
    other = base64.b64encode(
        generate_private_key(public_exponent=65537, key_size=2048)
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()
    for published in (other, "", RSA_PUBLIC[:-4]):
        line = look({("TXT", "s1._domainkey.oversight.uk"): (f"v=DKIM1; p={published}",)})["DKIM"]
        assert line.health is Health.MEND
        assert RSA_PUBLIC[:40] in line.record


def test_a_public_key_with_blanks_in_it_is_still_ours() -> None:
    published = f"v=DKIM1; k=rsa; p={RSA_PUBLIC[:100]} {RSA_PUBLIC[100:]}"
    assert look({("TXT", "s1._domainkey.oversight.uk"): (published,)})["DKIM"].health is Health.OK


def test_an_ed25519_key_is_compared_as_well() -> None:
    signer = Signer(domain="oversight.uk", selector="s1", key=ED25519)
    raw = ED25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    record = f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}"
    assert look({("TXT", "s1._domainkey.oversight.uk"): (record,)}, signer=signer)["DKIM"].health is Health.OK
    assert look(signer=signer)["DKIM"].health is Health.MEND


def test_without_a_key_of_ours_nothing_is_claimed_about_signatures() -> None:
    lines = look(signer=None)
    assert {lines[subject].health for subject in ("DKIM", "List headers")} == {Health.NOT_RUN}


def test_a_missing_dmarc_record_is_told_with_its_line() -> None:
    line = look({("TXT", "_dmarc.oversight.uk"): ()})["DMARC"]
    assert (line.health, line.record) == (Health.MEND, '_dmarc.oversight.uk. TXT "v=DMARC1; p=none"')


def test_the_dmarc_record_of_the_organisation_holds_below_it() -> None:
    lines = look(sender="news.oversight.uk")
    assert "oversight.uk, p=quarantine" in lines["DMARC"].message
    assert lines["Agreement"].health is Health.OK


@pytest.mark.parametrize(
    "record", ["v=DMARC1; p=reject; adkim=s; aspf=s", "v=DMARC1; p=reject; adkim=s; aspf=s; sp=none"]
)
def test_strict_dmarc_takes_no_subdomain(record: str) -> None:
    lines = look({("TXT", "_dmarc.oversight.uk"): (record,)}, sender="news.oversight.uk")
    assert lines["Agreement"].health is Health.MEND
    assert ("only watches" in lines["DMARC"].message) is ("sp=none" in record)


def test_a_signature_or_a_bounce_address_that_agrees_is_enough() -> None:
    other = Signer(domain="elsewhere.uk", selector="s1", key=RSA)
    assert look(signer=other)["Agreement"].health is Health.OK
    assert look(bounces="elsewhere.uk")["Agreement"].health is Health.OK
    assert look(signer=other, bounces="elsewhere.uk")["Agreement"].health is Health.MEND


def test_a_bounce_domain_must_take_mail() -> None:
    assert look({("MX", "oversight.uk"): ()})["Bounces"].record.startswith("oversight.uk. MX ")
    assert "null MX" in look({("MX", "oversight.uk"): ("",)})["Bounces"].message
    by_address = {("MX", "oversight.uk"): (), ("A", "oversight.uk"): ("192.0.2.1",)}
    assert look(by_address)["Bounces"].health is Health.OK


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/srv/data/a.sqlite3", "ext4"), ("/vol/us/a", "nfs4"), ("/vol/us/local/a", "xfs"), ("/mnt/my share/a", "cifs")],
)
def test_the_file_system_of_a_path_is_that_of_the_deepest_mount(path: str, kind: str) -> None:
    table = (
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "40 22 0:40 / /vol rw - nfs4 server:/vol rw\n"
        "41 40 8:2 / /vol/us/local rw - xfs /dev/sdb rw\n"
        "42 22 0:42 / /mnt/my\\040share rw shared:7 master:2 - cifs //server/share rw\n"
    )
    assert file_system(Path(path), table) == kind


def test_a_database_on_a_network_share_is_refused(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n40 22 0:40 / {tmp_path} rw - nfs4 server:/x rw\n")
    with pytest.raises(ConflictError, match="nfs4"):
        require_local_disk(tmp_path / "newsletter.sqlite3", mounts=mounts)
    require_local_disk(Path("/srv/newsletter.sqlite3"), mounts=mounts)
    require_local_disk(tmp_path / "newsletter.sqlite3", mounts=tmp_path / "not there")


def named(lines: list[Line], subject: str) -> Line:
    return next(line for line in lines if line.subject == subject)


def test_a_workspace_without_a_database_is_looked_at_and_left_as_it_is(workspace: Workspace) -> None:
    lines = examine(workspace, None)
    assert Health.MEND not in {line.health for line in lines}
    assert "practice" in named(lines, "Database").message
    assert not workspace.data.exists()


def test_a_secret_key_that_others_can_read_is_told_with_the_command(workspace: Workspace) -> None:
    workspace.secret()
    assert named(examine(workspace, None), "Key").health is Health.OK
    (workspace.data / "secret.key").chmod(0o640)
    line = named(examine(workspace, None), "Key")
    assert (line.health, "chmod 600" in line.remedy) == (Health.MEND, True)


@pytest.fixture
def with_database(workspace: Workspace, db: None) -> Workspace:  # noqa: ARG001  (fixtures take no marks)
    """A workspace whose database is there; rows come from the test's own."""
    path = database_path(workspace)
    path.parent.mkdir(parents=True)
    path.touch()
    return workspace


def test_practice_and_live_are_told_apart(with_database: Workspace) -> None:
    assert "Practice" in named(examine(with_database, None), "Mode").message
    go_live(with_database, by="Ann Approver")
    assert "Live" in named(examine(with_database, None), "Mode").message


def test_a_clock_that_runs_behind_what_is_on_record_is_found(with_database: Workspace) -> None:
    assert named(examine(with_database, None), "Clock").health is Health.OK
    later = timezone.now() + timedelta(hours=1)
    AuditRecord.objects.create(at=later, by="Ann Approver", action="plan", subject="mailing 1")
    assert named(examine(with_database, None), "Clock").health is Health.MEND


def test_the_workspaces_own_key_is_compared(make_workspace: Callable[..., Workspace], tmp_path: Path) -> None:
    pem = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "dkim.pem").write_bytes(pem)
    workspace = make_workspace(
        NEWSLETTER__NEWSLETTER__FROM_ADDRESS="bulletin@oversight.uk",
        NEWSLETTER__SENDING__TRANSPORT="smtp://smtp.office365.com",
        NEWSLETTER__DKIM__DOMAIN="oversight.uk",
        NEWSLETTER__DKIM__SELECTOR="s1",
        NEWSLETTER__DKIM__KEY_FILE=str(tmp_path / "dkim.pem"),
    )
    lines = examine(workspace, FakeResolver(GOOD))
    assert {line.health for line in lines if line.subject != "Replies"} == {Health.OK}
    assert "30 a minute and 10,000 a day" in named(lines, "Pace").message


def test_the_command_ends_with_1_where_something_is_to_mend(workspace: Workspace) -> None:
    def doctor() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "newsletter", "-C", str(workspace.root), "doctor", "--offline"]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})

    assert doctor().returncode == 0
    workspace.secret()
    workspace.secret_path.chmod(0o644)
    sick = doctor()
    assert (sick.returncode, sick.stderr) == (1, "")
    assert "to mend  Key:" in sick.stdout


def test_what_is_missing_for_replies_is_told(make_workspace: Callable[..., Workspace]) -> None:
    bare = make_workspace(NEWSLETTER__INBOX__SOURCES='["imaps://a%40b.example@mail.example/INBOX"]')
    told = [line for line in examine(bare, None) if line.subject == "Replies"]
    assert [line.health for line in told] == [Health.OK, Health.MEND, Health.MEND]
    assert "password" in told[1].message
    assert "receiver" in told[2].message
    (none,) = (line for line in examine(make_workspace("other"), None) if line.subject == "Replies")
    assert none.health is Health.NOT_RUN
