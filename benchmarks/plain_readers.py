"""Two readers to compare with: one that asks about every mail, and one of a few regular expressions as scripts have them."""

import email
import email.policy
import re
from email.message import EmailMessage
from typing import Any

from handlers.extraction import Known

_TAG = re.compile(r"<(?:br|/p|/tr|/div|/li)[^>]*>", re.IGNORECASE)
_MARK = re.compile(r"<[^>]*>")
_FIGURE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:pcs?|pieces|ea|units?|st(?:k|ck|ück)?|pz|szt|m|kg|l|x)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,/-])(\d{1,6}(?:[.,]\d+)?)(?![\w/-])")
_DOCUMENT = re.compile(
    r"(?:delivery note|lieferschein|bon de livraison|albar[aá]n|invoice)\D{0,12}([A-Z]{0,4}-?\d{3,})", re.IGNORECASE
)
_TRACKING = re.compile(r"(?:tracking|sendungsnummer|suivi)\D{0,20}([A-Z0-9]{8,30})", re.IGNORECASE)
_KINDS = (
    ("auto_reply", r"out of (?:the )?office|automatic reply|abwesen"),
    ("bounce", r"undeliver|delivery status notification|mailer-daemon"),
    ("invoice", r"invoice|rechnung|facture|credit note"),
    ("delivery", r"delivered|zugestellt|livré"),
    ("despatch", r"shipped|despatch|dispatch|versand|geliefert|lieferschein|expédi|enviad|spedit|verzonden"),
    ("cancellation", r"cancel|storn|annul"),
    ("order_response", r"confirm|bestätig"),
    ("delay", r"delay|verspät|verzöger|retard|back.?order"),
    ("question", r"\?"),
)


def asks_always(raw: bytes, known: Known) -> dict[str, Any]:
    """Reads nothing and asks about everything."""
    del raw, known
    return {"kind": "question", "decision": {"action": "ask", "rule": "always"}, "orders": [], "lines": []}


def by_patterns(raw: bytes, known: Known) -> dict[str, Any]:
    """Finds order numbers, part numbers and figures by regular expressions, and proposes what it found."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    subject = str(mail.get("subject", ""))
    text = f"{subject}\n{_text_of(mail)}"
    orders = [order.number for order in known.orders if order.number in text]
    lines = _lines_of(text, orders, known)
    kind = next((name for name, signs in _KINDS if re.search(signs, text, re.IGNORECASE)), "other")
    document, tracking = _DOCUMENT.search(text), _TRACKING.search(text)
    return {
        "kind": kind,
        "document": {"number": document[1] if document else None},
        "orders": orders,
        "shipment": {"tracking": [tracking[1]] if tracking else []},
        "lines": lines,
        "decision": {"action": _action(kind, lines, _domain_of(mail), known), "rule": "patterns"},
    }


def _text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    try:
        text = str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError, AssertionError, KeyError):
        return ""
    return _MARK.sub(" ", _TAG.sub("\n", text)) if "<" in text else text


def _domain_of(mail: EmailMessage) -> str:
    return str(mail.get("from", "")).rpartition("@")[2].strip("> ").lower()


def _lines_of(text: str, orders: list[str], known: Known) -> list[dict[str, Any]]:
    """For every article of the orders named, the last figure with a unit, or else the last figure, of its line."""
    found = []
    for number in orders:
        for line in known.order_by_number[number].lines:
            names = [name for name in (line.sku, line.supplier_sku) if name]
            said = next((row for row in text.split("\n") if any(name in row for name in names)), "")
            for name in names:
                said = said.replace(name, " ")
            figures = _FIGURE.findall(said) or _NUMBER.findall(said)
            if figures:
                quantity = figures[-1].replace(",", ".")
                found.append({"order": number, "line": line.line, "quantity": quantity, "outstanding": None})
    return found


def _action(kind: str, lines: list[dict[str, Any]], domain: str, known: Known) -> str:
    if kind in ("auto_reply", "bounce"):
        return "ignore"
    ours = any(domain == own for supplier in known.suppliers for own in supplier.domains)
    taking = kind in ("despatch", "delivery", "order_response", "delay")
    return "propose" if ours and taking and lines else "ask"
