"""What a page shows of a mail: its headers, its texts and the list of its attachments, from the raw bytes."""

from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any


def parsed(raw: bytes) -> Message:
    """The mail as stdlib's forgiving reader sees it: broken headers and parts are kept as far as they can be read."""
    return message_from_bytes(raw)


def header(mail: Message, name: str) -> str:
    """A header as a person reads it, on one line; empty where it is missing."""
    value = mail.get(name)
    return "" if value is None else " ".join(_decoded(str(value)).split())


def attachments(mail: Message) -> list[Message]:
    """Every leaf that has a name or is meant as an attachment, in order; its place in the list is its number."""
    return [part for part in _leaves(mail) if part.get_filename() or part.get_content_disposition() == "attachment"]


def attachment_name(part: Message, number: int) -> str:
    """The name a sender gave to an attachment, else one made of its number."""
    return _decoded(part.get_filename() or "") or f"attachment-{number}"


def attachment_bytes(part: Message) -> bytes:
    """The decoded bytes of a leaf; an attached mail as its own bytes."""
    if part.is_multipart():
        return b"".join(inner.as_bytes() for inner in part.get_payload() if isinstance(inner, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def summary(raw: bytes) -> dict[str, Any]:
    """{from, to, cc, reply_to, subject, date, message_id, in_reply_to, text, html, size, attachments}.

    Texts are plain strings, `date` is ISO 8601 or null, an attachment is {id, name, type, size in bytes}.
    """
    mail = parsed(raw)
    named = attachments(mail)
    return {
        **{key: header(mail, name) for key, name in _HEADERS.items()},
        "date": _date(header(mail, "Date")),
        "text": _texts(mail, "text/plain", named),
        "html": _texts(mail, "text/html", named),
        "size": len(raw),
        "attachments": [_attachment(part, number) for number, part in enumerate(named)],
    }


def _attachment(part: Message, number: int) -> dict[str, Any]:
    size = len(attachment_bytes(part))
    return {"id": number, "name": attachment_name(part, number), "type": part.get_content_type(), "size": size}


def _leaves(mail: Message) -> list[Message]:
    """All parts that are no containers; an attached mail counts as one leaf."""
    if mail.get_content_type() == "message/rfc822" or not mail.is_multipart():
        return [mail]
    return [leaf for part in mail.get_payload() if isinstance(part, Message) for leaf in _leaves(part)]


def _texts(mail: Message, kind: str, named: list[Message]) -> str:
    bodies = [part for part in _leaves(mail) if part.get_content_type() == kind and part not in named]
    return "\n".join(_text(part) for part in bodies)


def _text(part: Message) -> str:
    content = attachment_bytes(part)
    try:
        return content.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        return content.decode("cp1252", "replace")


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeDecodeError, ValueError):
        return value


def _date(value: str) -> str | None:
    try:
        return parsedate_to_datetime(value).isoformat()
    except (ValueError, TypeError):
        return None


_HEADERS = {
    "from": "From",
    "to": "To",
    "cc": "Cc",
    "reply_to": "Reply-To",
    "subject": "Subject",
    "message_id": "Message-ID",
    "in_reply_to": "In-Reply-To",
}
