"""Files that people send: checked by their own bytes, kept by us, enclosed with what they are about, and shown where it is spoken of."""

from email.message import Message

from handlers import request_cards
from handlers.happenings import NOTHING, Answer, PostedFile
from handlers.work_order_cards import line, show_card, thread_of
from orders.requests import RequestState
from storage import attachments, outbox
from storage.cards import Place
from storage.outbox import Letter
from storage.tables import Enclosure, Outgoing, Request, WorkOrder
from storage.unit_of_work import Note, UnitOfWork

SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    *((4, b"ftyp" + brand, "image/heic") for brand in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")),
)
"""What stands where in a file that we keep, and what it then is, whatever it was called."""
TOO_LARGE = "it is larger than 25 MB"
WRONG_KIND = "only pictures and PDF are kept, and its content is neither"
SMALL_INLINE = 8 * 1024
"""Bytes up to which a picture inside a mail's text is taken for decoration, for instance the logo of a signature."""
MOST_OF_A_MAIL = 12
"""How many files of one mail are kept."""


def media_type(content: bytes) -> str | None:
    """Return what the bytes are, or None for something that is not kept."""
    return next((kind for at, begins, kind in SIGNATURES if content.startswith(begins, at)), None)


def unkept(content: bytes) -> str:
    """Return why a file is not kept, empty for one that is."""
    if len(content) > attachments.LARGEST:
        return TOO_LARGE
    return "" if media_type(content) else WRONG_KIND


def keep(uow: UnitOfWork, subject: str, name: str, content: bytes) -> Answer:
    """Keep a file with its document; for one that is not kept the answer says why, and so does its thread."""
    why = unkept(content)
    if why:
        return left_out(uow, subject, name, why)
    kind = media_type(content) or ""
    kept = attachments.keep(uow, content, kind)
    for one in _subjects(uow, subject):
        attachments.enclose(uow, one, kept, name[:120])
        uow.audit(Note(one, "photo kept", after={"bytes": len(content), "type": kind}, words=name[:120]))
        if one != subject and _is_joined(uow, subject):
            _upload(uow, one, kept, name)
        _refresh(uow, one)
    return NOTHING


def left_out(uow: UnitOfWork, subject: str, name: str, why: str) -> Answer:
    """Say in the document's thread that a file was not kept, and why; the report itself stands."""
    uow.audit(Note(subject, "file not kept", words=f"{name[:120]}: {why}"))
    order = _order(uow, subject)
    if order is not None:
        line(uow, order, "file_left_out", name=name[:80], why=why)
    elif (request := uow.find(Request, number=subject)) is not None:
        request_cards.line(uow, request, "file_left_out", name=name[:80], why=why)
    return Answer(private=f"“{name[:80]}” was not kept with {subject}: {why}.")


def fetch(uow: UnitOfWork, subject: str, files: tuple[PostedFile, ...]) -> None:
    """Queue each posted file for keeping with its document, once; what cannot be fetched is named in the thread instead."""
    for file in files:
        why, key = _unfetched(file), f"file:{subject}:{file.id}"
        if why:
            left_out(uow, subject, file.name, why)
        elif uow.find(Outgoing, key=key) is None:
            body = {
                "file_id": file.id, "address": file.address, "name": file.name[:120], "media_type": file.media_type,
                "size": file.size, "subject": subject,
            }  # fmt: skip
            outbox.queue(uow, Letter("file", f"file:{file.id}", "files", body, key=key))


def _unfetched(file: PostedFile) -> str:
    if file.size > attachments.LARGEST:
        return TOO_LARGE
    return "" if file.address else "it lies outside of Slack"


def from_mail(uow: UnitOfWork, subject: str, letter: Message) -> tuple[int, list[tuple[str, str]]]:
    """Keep the files of a mail with a document and show them in its thread; returns how many, and those left out with why."""
    kept, left = 0, []
    for part in list(letter.walk())[:50]:
        content = part.get_payload(decode=True) if _is_file(part) else None
        if not isinstance(content, bytes) or _is_decoration(part, content):
            continue
        name = part.get_filename() or f"file {kept + 1}"
        why = unkept(content) or ("more than twelve came with one mail" if kept == MOST_OF_A_MAIL else "")
        if why:
            left_out(uow, subject, name, why)
            left.append((name[:80], why))
        else:
            keep(uow, subject, name, content)
            _show_in_thread(uow, subject, name, content)
            kept += 1
    return kept, left


def _is_file(part: Message) -> bool:
    """Say whether a part of a mail is a file: everything but its words and what only holds other parts."""
    return not part.is_multipart() and (part.get_content_maintype() != "text" or bool(part.get_filename()))


def _is_decoration(part: Message, content: bytes) -> bool:
    inline = part.get("Content-ID") is not None and part.get_content_disposition() != "attachment"
    return inline and len(content) <= SMALL_INLINE


def carry(uow: UnitOfWork, source: str, target: str, *, shown: bool = False) -> None:
    """Enclose all files of one document with another one as well; ``shown`` puts them into that one's thread, too."""
    for row in uow.all(Enclosure, subject=source):
        attachments.enclose(uow, target, row.attachment_id, row.name)
        if shown:
            _upload(uow, target, row.attachment_id, row.name)
    _refresh(uow, target)


def _subjects(uow: UnitOfWork, subject: str) -> list[str]:
    """Return a document, and the work order that came of it meanwhile where it is a request."""
    order = _order(uow, subject)
    return list(dict.fromkeys([subject, *([order.number] if order else [])]))


def _is_joined(uow: UnitOfWork, subject: str) -> bool:
    """Say whether a request was joined to a work order that is spoken of elsewhere."""
    request = uow.find(Request, number=subject)
    return request is not None and request.state == RequestState.DUPLICATE


def _order(uow: UnitOfWork, subject: str) -> WorkOrder | None:
    request = uow.find(Request, number=subject)
    if request is not None:
        return uow.find(WorkOrder, id=request.work_order_id) if request.work_order_id else None
    return uow.find(WorkOrder, number=subject)


def _refresh(uow: UnitOfWork, subject: str) -> None:
    """Let the cards say how many files there are."""
    order = uow.find(WorkOrder, number=subject)
    request = uow.find(Request, number=subject) if order is None else None
    if order is not None:
        show_card(uow, order.id)
    elif request is not None:
        request_cards.show(uow, request.id)


def _show_in_thread(uow: UnitOfWork, subject: str, name: str, content: bytes) -> None:
    _upload(uow, subject, attachments.keep(uow, content, media_type(content) or ""), name)


def _upload(uow: UnitOfWork, subject: str, attachment_id: int, name: str) -> None:
    """Queue a kept file to be shown in the thread of its document, once."""
    place, key = _place(uow, subject), f"shown:{subject}:{attachment_id}"
    if place is None or uow.find(Outgoing, key=key) is not None:
        return
    body = {"attachment_id": attachment_id, "name": name[:120], "channel": place.channel, "subject": subject}
    body |= {"thread_ts": place.thread_ts} if place.thread_ts else {"thread_card": place.thread_card}
    outbox.queue(uow, Letter("file", key, place.channel, body, key=key))


def _place(uow: UnitOfWork, subject: str) -> Place | None:
    order = _order(uow, subject)
    if order is not None:
        return thread_of(uow, order)
    request = uow.find(Request, number=subject)
    return request_cards.thread_of(request) if request is not None else None
