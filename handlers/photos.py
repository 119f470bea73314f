"""Photos that people post: checked by their own bytes, kept by us, and enclosed with the document they are about."""

from handlers.happenings import NOTHING, Answer, PostedFile
from orders.errors import Unlawful
from storage import attachments, outbox
from storage.outbox import Letter
from storage.tables import Outgoing
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


FILE_MOST = 25 * 1024 * 1024
KEPT_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "application/pdf")
"""Kinds of file that are kept with a document."""


def fetch(uow: UnitOfWork, subject: str, files: tuple[PostedFile, ...]) -> list[tuple[str, str]]:
    """Queue each posted file for keeping with its document, once; returns the names of those that are not kept, and why."""
    left_out = []
    for file in files:
        why, key = _unkept(file), f"file:{subject}:{file.id}"
        if why:
            left_out.append((file.name[:80], why))
        elif uow.find(Outgoing, key=key) is None:
            body = {
                "file_id": file.id, "address": file.address, "name": file.name[:120], "media_type": file.media_type,
                "size": file.size, "subject": subject,
            }  # fmt: skip
            outbox.queue(uow, Letter("file", f"file:{file.id}", "files", body, key=key))
    return left_out


def _unkept(file: PostedFile) -> str:
    if file.size > FILE_MOST:
        return "it is larger than 25 MB"
    if file.media_type.lower() not in KEPT_TYPES:
        return "only pictures and PDF are kept"
    return "" if file.address else "it lies outside of Slack"
