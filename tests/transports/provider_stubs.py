"""Servers on loopback that answer like providers' APIs, as far as their documents say; none is the real thing."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

from werkzeug import Request, Response

from newsletter.rendering.message_facts import MessageFacts, read_message


@dataclass(frozen=True)
class Copy:
    """What a provider was told of one mail, in words of ours."""

    delivery: int
    message: str
    recipient: str
    facts: Mapping[str, object]
    headers: Mapping[str, str]
    raw: bytes = b""


@dataclass
class Stub:
    """One provider: where it is asked, what it reads and how it answers."""

    name: str
    path: str
    options: Callable[[str], dict[str, Any]]  # by the server's address
    read: Callable[[Request], Copy]
    yes: Callable[[int], Response]  # by how many were accepted
    reference: str  # the first acceptance
    accepted: list[Copy] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        self.accepted.append(self.read(request))
        return self.yes(len(self.accepted))


def as_json(body: object, status: int = 200, **headers: str) -> Response:
    return Response(json.dumps(body), status, {"Content-Type": "application/json", **headers})


def told(facts: MessageFacts) -> dict[str, object]:
    """What every provider must be told, of a message that was taken apart."""
    return {
        "from": (facts.sender.name, facts.sender.address),
        "name": facts.to.name,
        "subject": facts.subject,
        "text": facts.body.text,
        "html": facts.body.html,
    }


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def mailbox(written: str) -> tuple[str, str]:
    """`"Na\\"me" <address>` as a name and an address."""
    from anymail.utils import parse_address_list

    (one,) = parse_address_list(written)
    return one.display_name, one.addr_spec


def _copy(
    metadata: Mapping[str, str],
    to: tuple[str, str],
    sender: tuple[str, str],
    headers: Mapping[str, str],
    **facts: object,
) -> Copy:
    return Copy(
        delivery=int(metadata["delivery"]),
        message=metadata["message"],
        recipient=to[1],
        facts={"from": sender, "name": to[0], **facts},
        headers=lower(headers),
    )


def _read_ses(request: Request) -> Copy:
    body = json.loads(request.get_data())
    raw = base64.b64decode(body["Content"]["Raw"]["Data"])
    added, _, message = raw.partition(b"\r\n")
    facts, parsed = read_message(message), message_from_bytes(added + b"\r\n\r\n")
    metadata = json.loads(parsed["X-Metadata"])
    (recipient,) = body["Destination"]["ToAddresses"]
    return Copy(int(metadata["delivery"]), metadata["message"], recipient, told(facts), lower(facts.headers), message)


def _read_mailgun(request: Request) -> Copy:
    form = request.form
    headers = {name[2:]: value for name, value in form.items() if name.startswith("h:")}
    metadata = {name[2:]: value for name, value in form.items() if name.startswith("v:")}
    body = {"subject": form["subject"], "text": form["text"], "html": form["html"]}
    return _copy(metadata, mailbox(form["to"]), mailbox(form["from"]), headers, **body)


def _read_postmark(request: Request) -> Copy:
    body = json.loads(request.get_data())
    return _copy(
        body["Metadata"],
        mailbox(body["To"]),
        mailbox(body["From"]),
        {one["Name"]: one["Value"] for one in body["Headers"]},
        subject=body["Subject"],
        text=body["TextBody"],
        html=body["HtmlBody"],
    )


def _read_sendgrid(request: Request) -> Copy:
    body = json.loads(request.get_data())
    (personalization,) = body["personalizations"]
    (to,) = personalization["to"]
    text, html = (one["value"] for one in body["content"])
    return _copy(
        body["custom_args"],
        (to["name"], to["email"]),
        (body["from"]["name"], body["from"]["email"]),
        body["headers"],
        subject=body["subject"],
        text=text,
        html=html,
    )


def _read_brevo(request: Request) -> Copy:
    body = json.loads(request.get_data())
    (to,) = body["to"]
    return _copy(
        json.loads(body["headers"]["X-Mailin-custom"]),
        (_decoded(to["name"]), to["email"]),
        (_decoded(body["sender"]["name"]), body["sender"]["email"]),
        body["headers"],
        subject=body["subject"],
        text=body["textContent"],
        html=body["htmlContent"],
    )


def _decoded(name: str) -> str:
    """Brevo loses some names unless they come as encoded-words, which it reads."""
    from newsletter.rendering.headers import decode

    return decode("To", name)


def _read_resend(request: Request) -> Copy:
    body = json.loads(request.get_data())
    (to,) = body["to"]
    return _copy(
        json.loads(body["headers"]["X-Metadata"]),
        mailbox(to),
        mailbox(body["from"]),
        body["headers"],
        subject=body["subject"],
        text=body["text"],
        html=body["html"],
    )


def amazon_ses() -> Stub:
    return Stub(
        name="amazon_ses",
        path="/v2/email/outbound-emails",
        options=lambda url: {
            "client_params": {
                "endpoint_url": url,
                "region_name": "eu-west-2",
                "aws_access_key_id": "test",
                "aws_secret_access_key": "test",
            }
        },
        read=_read_ses,
        yes=lambda number: as_json({"MessageId": f"ses-{number}"}),
        reference="ses-1",
    )


def mailgun() -> Stub:
    return Stub(
        name="mailgun",
        path="/v3/office.example/messages",
        options=lambda url: {"api_key": "key", "api_url": f"{url}/v3"},
        read=_read_mailgun,
        yes=lambda number: as_json({"id": f"<{number}@mailgun.example>", "message": "Queued. Thank you."}),
        reference="<1@mailgun.example>",
    )


def postmark() -> Stub:
    stub = Stub(
        name="postmark",
        path="/email",
        options=lambda url: {"server_token": "token", "api_url": url},
        read=_read_postmark,
        yes=lambda number: as_json(
            {
                "To": stub.accepted[-1].recipient,
                "MessageID": f"pm-{number}",
                "ErrorCode": 0,
                "Message": "OK",
            }
        ),
        reference="pm-1",
    )
    return stub


def sendgrid() -> Stub:
    return Stub(
        name="sendgrid",
        path="/v3/mail/send",
        options=lambda url: {"api_key": "key", "api_url": f"{url}/v3/"},
        read=_read_sendgrid,
        yes=lambda number: Response(status=202, headers={"X-Message-Id": f"sg-{number}"}),
        reference="",  # anymail makes the name itself, and it is a random one
    )


def brevo() -> Stub:
    return Stub(
        name="brevo",
        path="/v3/smtp/email",
        options=lambda url: {"api_key": "key", "api_url": f"{url}/v3/"},
        read=_read_brevo,
        yes=lambda number: as_json({"messageId": f"<{number}@brevo.example>"}, 201),
        reference="<1@brevo.example>",
    )


def resend() -> Stub:
    return Stub(
        name="resend",
        path="/emails",
        options=lambda url: {"api_key": "key", "api_url": url},
        read=_read_resend,
        yes=lambda number: as_json({"id": f"re-{number}"}),
        reference="re-1",
    )


STUBS: Mapping[str, Callable[[], Stub]] = {
    make.__name__: make for make in (amazon_ses, mailgun, postmark, sendgrid, brevo, resend)
}
