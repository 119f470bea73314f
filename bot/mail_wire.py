"""The way out for mail: the frozen order becomes bytes, the bytes one SMTP transaction, and that one known outcome."""

from datetime import timedelta

import structlog

from bot import mailer
from bot.mailer import Envelope, Mailer, SmtpServer
from bot.middle import Middle
from bot.outcomes import Before, Delivered, Later, Outcome, Refused, Unsure
from handlers import plain_letters, purchase_orders, staff_letters
from orders.errors import Refusal
from storage.outbox import Claimed

log = structlog.get_logger()


class MailWire:
    """Sends rows that carry a mail; one connection, kept."""

    def __init__(self, server: SmtpServer, middle: Middle) -> None:
        self.mailer = Mailer(server)
        self.middle = middle
        self.trouble = ""

    async def send(self, row: Claimed, before: Before) -> Outcome:
        """Render, check once more that exactly these bytes were approved, and hand over."""
        try:
            content = await self._rendered(row)
        except Refusal as refusal:
            return Refused(str(refusal))
        except Exception as trouble:
            log.exception("a mail could not be rendered", row=row.id)
            return Refused(f"the mail could not be rendered: {type(trouble).__name__}: {trouble}")
        to, copies = tuple(row.body["to"]), tuple(row.body.get("copies") or ())
        envelope = Envelope(str(row.body["from"]), to + tuple(row.body.get("cc") or ()), content, copies)
        return self._named(await self.mailer.transmit(envelope, before_content=before))

    async def _rendered(self, row: Claimed) -> bytes:
        if row.purpose in staff_letters.PURPOSES:
            return staff_letters.compose(row.body)
        if "document" not in row.body:
            return await self.middle.think(lambda: plain_letters.compose(row.body))
        document, look = await self.middle.read(lambda uow: purchase_orders.paper_for(uow, row.body))
        return await self.middle.think(lambda: purchase_orders.compose(row.body, document, look))

    def _named(self, outcome: mailer.SmtpOutcome) -> Outcome:
        match outcome:
            case mailer.Accepted(reply, refused):
                self.trouble = ""
                return Delivered({"reply": reply, "refused": dict(refused)})
            case mailer.Refused(True, code, reason, stage):
                return Refused(f"{stage} refused: {code} {reason}".strip())
            case mailer.Refused(_, code, reason, stage):
                self.trouble = f"The mail server does not take mail ({stage}: {reason})"
                away = stage in {"connect", "greeting", "tls", "login"}
                return Later(f"{stage}: {code} {reason}", timedelta(seconds=10) if away else None, burnt=not away)
            case mailer.Unknown(reason):
                return Unsure(reason)

    async def look(self, row: Claimed) -> Outcome | None:  # noqa: ARG002  # our own blind copy tells, by the intake
        """Only the blind copy in our own mailbox, or a person, can tell."""
        return None

    async def close(self) -> None:
        """Close the connection."""
        await self.mailer.close()
