"""What tests of the wires share: an SMTP sink, a mail ready to go, and a real Dovecot where it is installed."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from bot.mailer import Envelope
from tests.wires.smtp_sink import SmtpSink


def written(**headers: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    defaults = {
        "From": "purchasing@halden.example",
        "To": "orders@hartmann.example",
        "Subject": "[PO-2026-00042] Purchase order",
        "Date": "Fri, 20 Nov 2026 08:15:00 +0100",
        "Message-ID": "<po.42.r1.abc@halden.example>",
    }
    for name, value in (defaults | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        mail[name] = value
    mail.set_content("Please deliver 10 pieces 6204-2RS.\n.hidden lines stay\n")
    return mail.as_bytes()


@pytest.fixture
def order_mail() -> Envelope:
    return Envelope("purchasing@halden.example", ("orders@hartmann.example",), written())


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    async with SmtpSink() as sink:
        yield sink
