"""What people write in Python to send a newsletter, for `bench/send.py`: no ledger, no signature, one connection.

python bench/peers.py smtplib|django PORT COUNT "93 KB"
"""

import json
import resource
import smtplib
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage

from message import SIZES, content

UNSUBSCRIBE = "<https://bulletin.office.example/u/%d-0123456789abcdef>"
_ONE_CLICK = "List-Unsubscribe=One-Click"
_FROM = "bulletin@office.example"


def by_smtplib(port: int, count: int, html: str, text: str) -> None:
    """A message built for each recipient, over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(count):
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = _FROM, f"reader{number}@body.example", "November"
            message["Message-ID"] = f"<{number}@office.example>"
            message["List-Unsubscribe"], message["List-Unsubscribe-Post"] = UNSUBSCRIBE % number, _ONE_CLICK
            message.set_content(text)
            message.add_alternative(html, subtype="html")
            server.send_message(message)


def by_django(port: int, count: int, html: str, text: str) -> None:
    """Django's EmailMultiAlternatives over one open connection."""
    from django.conf import settings

    settings.configure(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, USE_TZ=True)
    from django.core.mail import EmailMultiAlternatives, get_connection

    with get_connection("django.core.mail.backends.smtp.EmailBackend") as connection:
        for number in range(count):
            headers = {
                "Message-ID": f"<{number}@office.example>",
                "List-Unsubscribe": UNSUBSCRIBE % number,
                "List-Unsubscribe-Post": _ONE_CLICK,
            }
            to = [f"reader{number}@body.example"]
            message = EmailMultiAlternatives("November", text, _FROM, to, connection=connection, headers=headers)
            message.attach_alternative(html, "text/html")
            message.send()


_WAYS: dict[str, Callable[[int, int, str, str], None]] = {"smtplib": by_smtplib, "django": by_django}


def main() -> None:
    """Send, and print one line of JSON."""
    way, port, count, size = sys.argv[1:]
    html, text = content(SIZES[size])
    begun = time.perf_counter()
    _WAYS[way](int(port), int(count), html, text)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": time.perf_counter() - begun, "rss": used.ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
