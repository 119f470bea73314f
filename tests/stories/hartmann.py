"""The supplier of the stories: his answers to an order's mail, as the plant's own mail server hands them over."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

ORDERS = "Hartmann Seals <orders@hartmann.example>"
DESPATCH = "Hartmann Seals Versand <versand@hartmann.example>"


def answer(to: EmailMessage, subject: str, said: str, *, page: str = "", sender: str = ORDERS) -> bytes:
    """Write an authenticated answer in the thread of one of our mails, with an HTML page where one is given."""
    mail = EmailMessage(policy=SMTP)
    mail["Authentication-Results"] = (
        "mx.halden.example; dkim=pass header.d=hartmann.example; dmarc=pass header.from=hartmann.example"
    )
    mail["From"] = sender
    mail["To"] = str(to["Reply-To"] or to["From"])
    mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain="hartmann.example")
    mail["In-Reply-To"] = str(to["Message-ID"])
    mail.set_content(said)
    if page:
        mail.add_alternative(page, subtype="html")
    return mail.as_bytes()
