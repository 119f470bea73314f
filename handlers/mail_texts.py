"""A supplier's mail as people may read it in Slack: its words as plain text, never its markup."""

import re
from email import message_from_bytes
from email.message import Message
from email.policy import default

import templates
from storage import attachments
from storage.tables import InboundMail
from storage.unit_of_work import UnitOfWork

SHOWN = 2500
_INTRODUCES = re.compile(r"^\s*(?:(?:on|am)\b.{5,200}(?:wrote|schrieb.{0,80}):\s*$|(?:from|von):\s)", re.IGNORECASE)
"""What mail programs write above what they quote."""
UNSEEN = "script, style, head"
QUOTED = f"{UNSEEN}, blockquote, .gmail_quote, #divRplyFwdMsg, #appendonsend, .moz-cite-prefix"
"""What of an HTML mail nobody sees, and what mail programs mark as written before."""
LOOKED_AT = 200_000
"""More bytes than this are not looked through for words to show."""


def shown_mail(uow: UnitOfWork, mail_id: int) -> str:
    """Return who wrote what and when, as one private message."""
    mail = uow.get(InboundMail, mail_id)
    raw = attachments.content(uow, mail.attachment_id) if mail.attachment_id is not None else b""
    words = plain_words(raw) or "The mail holds no plain text."
    said = {"sender": mail.sender, "subject": mail.subject, "at": mail.received_at, "words": words[:SHOWN]}
    return templates.words("receiving_said", what="mail", **said)


def plain_words(raw: bytes, *, leave_out: str = UNSEEN) -> str:
    """Return the first plain text of a mail, or the text of its HTML; empty when there is none that can be read."""
    try:
        letter = message_from_bytes(raw[:LOOKED_AT], policy=default)
        body = letter.get_body(("plain", "html"))
        text = str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return ""
    return text if body is None or body.get_content_type() == "text/plain" else _without_tags(text, leave_out)


def own_text(raw: bytes) -> str:
    """Return what the sender wrote as ``plain_words`` does, without what mail programs mark as quoted in HTML."""
    return plain_words(raw, leave_out=QUOTED)


def above_quotes(text: str) -> str:
    """Return what somebody wrote above what they quote, without the signature."""
    lines: list[str] = []
    for each in text.splitlines():
        ends = each.startswith(">") or each.strip().startswith(("-----", "_____")) or each.rstrip() == "--"
        if ends or _INTRODUCES.search(each):
            break
        lines.append(each)
    return "\n".join(lines).strip()


def _without_tags(html: str, leave_out: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    for node in tree.css(leave_out):
        node.decompose()
    return tree.body.text(separator="\n", strip=True) if tree.body is not None else ""


def header(letter: Message, name: str) -> str:
    """Return a header as one line of at most 500 characters, decoded where it can be."""
    return " ".join(str(letter.get(name, "")).split())[:500]
