"""The resolver against a name server on this machine."""

from collections.abc import Iterator
from socketserver import BaseRequestHandler, ThreadingUDPServer
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from newsletter.errors import UnavailableError
from newsletter.services.probes.dns import SystemResolver

ZONE = {
    ("oversight.uk.", "TXT"): ['"v=spf1 mx " "-all"', '"other"'],
    ("oversight.uk.", "MX"): ["20 second.oversight.uk.", "10 first.oversight.uk."],
    ("nomail.uk.", "MX"): ["0 ."],
    ("oversight.uk.", "A"): ["192.0.2.1"],
    ("oversight.uk.", "AAAA"): ["2001:db8::1"],
}
NAMES = {name for name, _kind in ZONE}


class NameServer(BaseRequestHandler):
    """Answers from the zone; says SERVFAIL to names below `broken`, and nothing to those below `silent`."""

    def handle(self) -> None:
        data, sock = self.request
        answer = dns.message.make_response(dns.message.from_wire(data))
        answer.flags |= dns.flags.RA
        name, kind = str(answer.question[0].name), dns.rdatatype.to_text(answer.question[0].rdtype)
        if name.endswith("silent."):
            return
        if name.endswith("broken."):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in ZONE:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *ZONE[name, kind]))
        elif name not in NAMES:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        sock.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def resolver() -> Iterator[SystemResolver]:
    with ThreadingUDPServer(("127.0.0.1", 0), NameServer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield SystemResolver(patience=0.5, server=("127.0.0.1", server.server_address[1]))
        server.shutdown()
        thread.join()


def test_the_strings_of_a_text_record_are_joined(resolver: SystemResolver) -> None:
    assert set(resolver.txt("oversight.uk")) == {"v=spf1 mx -all", "other"}


def test_mail_servers_come_best_first_and_the_null_one_is_empty(resolver: SystemResolver) -> None:
    assert resolver.mx("oversight.uk") == ("first.oversight.uk", "second.oversight.uk")
    assert resolver.mx("nomail.uk") == ("",)


def test_addresses_of_both_kinds_are_found(resolver: SystemResolver) -> None:
    assert resolver.addresses("oversight.uk") == ("192.0.2.1", "2001:db8::1")


def test_no_such_name_and_no_such_record_are_nothing_found(resolver: SystemResolver) -> None:
    assert resolver.txt("nowhere.uk") == resolver.mx("nowhere.uk") == resolver.txt("nomail.uk") == ()


@pytest.mark.parametrize("name", ["oversight.broken", "oversight.silent", "a..b"])
def test_a_server_that_does_not_answer_is_told_in_one_sentence(resolver: SystemResolver, name: str) -> None:
    with pytest.raises(UnavailableError, match="no answer about"):
        resolver.txt(name)
