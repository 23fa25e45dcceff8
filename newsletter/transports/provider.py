"""Any provider's API that django-anymail knows: one message a call, several calls in flight, sessions kept alive.

The one module of the transports that touches a framework, and only through anymail (pyproject.toml says so). anymail
knows what each provider calls things and refuses what it cannot be told; what an answer means for the ledger is decided
here. Amazon SES takes the finished bytes as they are; the others take parts and write the mail themselves, so it is
read back into its parts (`rendering.message_facts`). Date, MIME and DKIM are then the provider's own.
"""

import re
import time
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from email.message import EmailMessage, Message
from importlib import import_module
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult

import anymail.backends
from anymail.backends.base_requests import AnymailRequestsBackend
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailNotSupportedWarning,
    AnymailUnsupportedFeature,
)
from anymail.message import AnymailMessage
from requests import RequestException, TooManyRedirects

from newsletter.errors import InputError, RouteRefusedError, UnavailableError
from newsletter.rendering.message_facts import Mailbox, MessageFacts, read_message
from newsletter.rendering.mime import InlineImage
from newsletter.transports.base import Accepted, Envelope, InDoubt, Journal, Pause, Refused
from newsletter.transports.in_flight import Answer, Call, InFlight
from newsletter.transports.provider_answers import Told, came_before_sending
from newsletter.transports.provider_keys import KEYS, IdempotencyKey
from newsletter.transports.provider_verdicts import OF_RECIPIENT, broken_off, refused_by, route_refused, unanswered
from newsletter.transports.provider_wire import KeptSession, Wire, check_secure

_NOT_PROVIDERS = frozenset({"base", "base_requests", "console", "test", "sendinblue"})
_TAKES_BYTES = "amazon_ses"
_OURS = ("ignore_unsupported_features", "ignore_recipient_status", "send_defaults", "debug_api_requests")

_CONNECT_SECONDS = 15.0
_ANSWER_SECONDS = 60.0
_GRACE_SECONDS = 30.0  # beyond all time-outs: then an answer that drips in slowly is none

_NO_CREDENTIALS = frozenset({"NoCredentialsError", "PartialCredentialsError", "NoRegionError", "ParamValidationError"})
_ACCOUNT_CODES = ("AccountSuspended", "SendingPaused", "MailFromDomainNotVerified", "LimitExceeded", "NotFound")


class ProviderTransport:
    """Delivers over a provider's API, with several calls side by side."""

    connections = 1  # one call of `deliver` keeps all calls in flight

    def __init__(
        self,
        provider: str,
        options: Mapping[str, Any],
        *,
        in_flight: int = 1,
        patience: float = _ANSWER_SECONDS,
        key: IdempotencyKey | None = None,
    ) -> None:
        """Take anymail's name of the provider and its options, how many calls at once, and seconds for an answer.

        Nothing is connected yet. Raises InputError for a name nobody knows and for options that are missing.
        """
        self._provider = provider.replace("-", "_").lower()
        self._backend = _backend(self._provider, options, in_flight, patience)
        self._in_flight, self._patience = in_flight, patience
        self._key = key or KEYS.get(self._provider)
        self._asks_for_no_tracking = True
        self._wire: Wire | None = None

    @classmethod
    def from_url(cls, url: SplitResult, options: Mapping[str, Any], *, in_flight: int) -> Self:
        """Open `provider:mailgun`; the option `timeout` is ours, seconds to wait for an answer."""
        patience = float(options.get("timeout", _ANSWER_SECONDS))
        return cls(url.path.strip("/"), options, in_flight=in_flight, patience=patience)

    @property
    def name(self) -> str:
        """`Mailgun API`."""
        return f"{self._backend.esp_name} API"

    def probe(self) -> None:
        """See that the API answers; whether it takes our key only a mail can tell. Raises UnavailableError.

        Amazon's client is not asked: it has no call that every account may make.
        """
        if not isinstance(self._backend, AnymailRequestsBackend):
            return
        self._backend.open()
        try:
            timeout = (_CONNECT_SECONDS, self._patience)
            self._backend.session.head(self._backend.api_url, timeout=timeout, allow_redirects=False)
        except RequestException as error:
            kind = type(error).__name__
            raise UnavailableError(f"{self.name} cannot be reached ({kind}); check the network.") from None
        finally:
            self._backend.close()

    def deliver(self, envelopes: Iterable[Envelope | Pause], journal: Journal) -> None:
        """Carry out a stream. Raises UnavailableError for what is no recipient's fault."""
        self._backend.open()
        try:
            if isinstance(self._backend, AnymailRequestsBackend):
                session = KeptSession(self._backend.session, self._backend.api_url, self._in_flight)
                self._backend.session, self._wire = session, session.wire
            tries = 1 + len(self._key.waits) if self._key else 1
            pauses = sum(self._key.waits) if self._key else 0.0
            deadline = tries * (_CONNECT_SECONDS + self._patience) + pauses + _GRACE_SECONDS
            InFlight(journal, self._prepare, width=self._in_flight, deadline=deadline).run(envelopes)
        finally:
            self._backend.close()

    def _prepare(self, envelope: Envelope) -> Call | Refused:
        """Tell anymail everything before anything is sent.

        Raises RouteRefusedError for a message that this provider cannot be told, whoever it is for.
        """
        facts = read_message(envelope.message)
        if "DKIM-Signature" in facts.headers:
            raise RouteRefusedError(f"{self.name} signs mail itself; leave [dkim] out of newsletter.toml.")
        try:
            payload = self._payload(facts, envelope)
        except AnymailInvalidAddress:
            return Refused(enhanced="5.1.3", text="not an address that this provider can be told")
        except AnymailUnsupportedFeature as error:
            return self._unsupported(error, facts, envelope)
        return lambda: self._carry(payload, envelope)

    def _payload(self, facts: MessageFacts, envelope: Envelope, recipient: str = "") -> Any:  # noqa: ANN401
        """anymail's own form of a message. Who cannot be asked not to track is asked in the account (docs)."""
        message = _message(facts, envelope, recipient or envelope.recipient, whole=self._provider == _TAKES_BYTES)
        if self._asks_for_no_tracking:
            message.track_opens = message.track_clicks = False
        try:
            payload = self._backend.build_message_payload(message, {})
        except AnymailUnsupportedFeature as error:
            if not (self._asks_for_no_tracking and "track_" in str(error)):
                raise
            self._asks_for_no_tracking = False
            return self._payload(facts, envelope, recipient)
        if self._key:
            payload.headers[self._key.header] = facts.headers["Message-ID"].strip("<>")
        if isinstance(self._backend, AnymailRequestsBackend):
            data = payload.serialize_data()  # now: it may find what can't be told, and every try sends the same bytes
            payload.serialize_data = lambda: data
        return payload

    def _unsupported(self, error: AnymailUnsupportedFeature, facts: MessageFacts, envelope: Envelope) -> Refused:
        """One odd address is refused alone; what no reader could be sent stops everything."""
        plain = replace(facts, to=Mailbox(address="reader@example.org"))
        try:
            self._payload(plain, envelope, "reader@example.org")
        except AnymailUnsupportedFeature:
            feature = str(error.args[0])
            raise RouteRefusedError(f"{feature}; choose another way to send, or change the issue.") from None
        return Refused(enhanced="5.1.3", text="not an address that this provider can be told")

    def _carry(self, payload: Any, envelope: Envelope) -> Answer:  # noqa: ANN401
        """One call; where the provider knows our key, again until there is an answer or the key has run out."""
        begun = time.monotonic()
        answer = self._call(payload, envelope)
        for wait in self._key.waits if self._key else ():
            if not self._same_key_helps(answer) or time.monotonic() + wait - begun >= self._key_lasts:
                break
            time.sleep(wait)
            answer = self._call(payload, envelope)
        return answer

    @property
    def _key_lasts(self) -> float:
        return self._key.lasts if self._key else 0.0

    def _same_key_helps(self, answer: Answer) -> bool:
        return isinstance(answer.outcome, InDoubt) and not answer.fault

    def _call(self, payload: Any, envelope: Envelope) -> Answer:  # noqa: ANN401
        if self._wire:
            self._wire.forget()
        try:
            response = self._backend.post_to_esp(payload, payload.message)
        except AnymailAPIError as error:
            return self._failed(error, envelope)
        return self._taken(response, payload, envelope)

    def _taken(self, response: Any, payload: Any, envelope: Envelope) -> Answer:  # noqa: ANN401
        """Read a positive answer. One that cannot be read leaves the copy in doubt, with its words kept."""
        told = Told.read(response)
        words: dict[str, Any] = {"code": told.status, "text": told.text}
        try:
            fates = self._backend.parse_recipient_status(response, payload, payload.message)
            fate = {address.lower(): fate for address, fate in fates.items()}[envelope.recipient.lower()]
        except (AnymailError, LookupError, TypeError, ValueError, AttributeError):
            return self._refused(told, envelope) if told.status >= 400 else Answer(outcome=InDoubt(**words))
        if fate.status in ("rejected", "invalid", "failed"):
            return Answer(outcome=Refused(**words, enhanced=OF_RECIPIENT))
        if fate.status not in ("sent", "queued") or not fate.message_id:
            return Answer(outcome=InDoubt(**words))
        return Answer(outcome=Accepted(**words, provider_ref=str(fate.message_id)))

    def _failed(self, error: AnymailAPIError, envelope: Envelope) -> Answer:
        """No positive answer, or none at all."""
        if error.response is None:
            return self._no_answer(error.__cause__ or error)
        told = Told.read(error.response)
        doubt = InDoubt(code=told.status, text=told.text)
        if self._key and self._key.reused in told.text:
            fault = RouteRefusedError(f"{self.name} knows this key with other content; this is a mistake of ours.")
            return Answer(outcome=doubt, fault=fault)
        if told.positive or (self._key and self._key.busy in told.text):
            return Answer(outcome=doubt)
        return self._refused(told, envelope)

    def _refused(self, told: Told, envelope: Envelope) -> Answer:
        if self._provider == _TAKES_BYTES and any(code in told.text for code in _ACCOUNT_CODES):
            return route_refused(self.name, told.status, told.text)
        return refused_by(self.name, told.status, told.text, told.headers, recipient=envelope.recipient)

    def _no_answer(self, cause: BaseException) -> Answer:
        kind = type(cause).__name__
        if isinstance(cause, TooManyRedirects) or kind in _NO_CREDENTIALS:
            return route_refused(self.name, None, kind)
        before = not self._wire.left_whole if self._wire else came_before_sending(cause)
        return broken_off(kind) if before else unanswered(kind)


def _backend(provider: str, options: Mapping[str, Any], in_flight: int, patience: float) -> Any:  # noqa: ANN401
    known = _known()
    if provider not in known:
        raise InputError(f"There is no provider '{provider}'; use one of {', '.join(known)}.")
    kept = {name: value for name, value in options.items() if name not in _OURS}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AnymailNotSupportedWarning)  # docs/providers.md says it of SendGrid
            kind = import_module(f"anymail.backends.{provider}").EmailBackend
            backend = kind(**{**kept, **_limits(kind, kept, in_flight, patience)})
    except AnymailConfigurationError as error:
        raise InputError(_plain(provider, error)) from None
    if isinstance(backend, AnymailRequestsBackend):
        check_secure(backend.api_url)
    return backend


def _limits(kind: type, options: Mapping[str, Any], in_flight: int, patience: float) -> dict[str, Any]:
    """Time-outs in each client's own words. Amazon's would try again by itself after one: that is a second mail."""
    if issubclass(kind, AnymailRequestsBackend):
        return {"timeout": (_CONNECT_SECONDS, patience)}
    params = dict(options.get("client_params", {}))
    params["config"] = {
        **params.get("config", {}),
        "connect_timeout": _CONNECT_SECONDS,
        "read_timeout": patience,
        "max_pool_connections": in_flight,
        "retries": {"total_max_attempts": 1},
    }
    return {"client_params": params}


def _known() -> list[str]:
    (folder,) = anymail.backends.__path__
    names = {path.stem for path in Path(folder).glob("[a-z]*.py")}
    return sorted(names - _NOT_PROVIDERS)


def _plain(provider: str, error: Exception) -> str:
    """anymail's complaint in the words of newsletter.toml: it names the setting in capitals, with the provider's."""
    named = re.search(rf"'{provider.upper()}_([A-Z_]+)'", str(error))
    if named:
        key = named[1].lower()
        return (
            f"[provider] {key} is missing; set NEWSLETTER__PROVIDER__{named[1]}, or {key}_file to a file that holds it."
        )
    return f"The provider '{provider}' can't be used: {str(error).splitlines()[0]}"


class _Finished(Message):
    """Finished bytes where a client expects a message it may still add fields to; they go in front."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data

    def as_bytes(self, *_args: Any, **_kwargs: Any) -> bytes:  # noqa: ANN401  (the standard library's own signature)
        """The added fields, then the message as it is."""
        return b"".join(f"{name}: {value}\r\n".encode() for name, value in self.items()) + self._data


class _Whole(AnymailMessage):  # type: ignore[misc]
    """A message whose MIME form is finished."""

    data = b""

    def message(self, **_kwargs: Any) -> Message:  # noqa: ANN401
        """The bytes that were made here."""
        return _Finished(self.data)


def _message(facts: MessageFacts, envelope: Envelope, recipient: str, *, whole: bool) -> Any:  # noqa: ANN401
    message = (_Whole if whole else AnymailMessage)(
        subject=facts.subject,
        body=facts.body.text,
        from_email=_written(facts.sender),
        to=[_written(Mailbox(address=recipient, name=facts.to.name))],
        reply_to=[_written(facts.reply_to)] if facts.reply_to else None,
        headers=dict(facts.headers),
    )
    message.data = envelope.message
    if facts.body.html:
        message.attach_alternative(facts.body.html, "text/html")
    message.attachments = [_part(image) for image in facts.body.images]
    message.metadata = {"delivery": str(envelope.delivery_id), "message": _local_part(facts)}
    return message


def _local_part(facts: MessageFacts) -> str:
    """Names mailing and delivery, in fewer letters than some providers allow for a value."""
    return facts.headers["Message-ID"].strip("<>").partition("@")[0]


def _written(mailbox: Mailbox) -> str:
    name = mailbox.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{mailbox.address}>' if name else mailbox.address


def _part(image: InlineImage) -> EmailMessage:
    kind, subtype = image.media_type.split("/")
    part = EmailMessage()
    part.set_content(image.data, maintype=kind, subtype=subtype, disposition="inline", cid=f"<{image.cid}>")
    return part
