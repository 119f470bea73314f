"""Photos that people post: checked by their own bytes, kept by us, and enclosed with the document they are about."""

from handlers.happenings import NOTHING, Answer
from orders.errors import Unlawful
from storage import attachments
from storage.unit_of_work import Note, UnitOfWork

SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"%PDF-", "application/pdf"),
    (b"\x00\x00\x00", "image/heic"),
)
"""How a file we keep begins, and what it then is, whatever it was called."""


def media_type(content: bytes) -> str | None:
    """Return what the bytes are, or None for something that is not kept."""
    return next((kind for begins, kind in SIGNATURES if content.startswith(begins)), None)


def keep(uow: UnitOfWork, subject: str, name: str, content: bytes) -> Answer:
    """Keep a downloaded photo with its document; raises ``Unlawful`` for anything that is no picture."""
    kind = media_type(content)
    if kind is None or len(content) > attachments.LARGEST:
        raise Unlawful(why=f"“{name}” is no picture or too large, so it was not kept with {subject}.")
    attachments.enclose(uow, subject, attachments.keep(uow, content, kind), name[:120])
    uow.audit(Note(subject, "photo kept", after={"bytes": len(content), "type": kind}, words=name[:120]))
    return NOTHING
