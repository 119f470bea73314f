"""Contacts at a supplier: what they look after, which of them a mail goes to, and the text in which older files name them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ORDERS = "orders"
"""The role of whom orders go to; that address, name and number stand with the supplier itself."""


class Matter(StrEnum):
    """What a supplier is written to about."""

    REMINDERS = "reminders"
    """Orders without an answer, due soon, or overdue."""
    RETURNS = "returns"
    """Return notes."""
    INVOICES = "invoices"
    """What differs on an invoice."""
    SERVICE = "service"
    """Work orders for its fitters."""


ASKED: dict[Matter, tuple[str, ...]] = {
    Matter.REMINDERS: ("reminders",),
    Matter.RETURNS: ("returns", "quality"),
    Matter.INVOICES: ("accounts",),
    Matter.SERVICE: ("service",),
}
"""Which roles get a mail about a matter, the first that has an address; without one it goes where orders go."""
ROLES: dict[str, tuple[str, ...]] = {
    ORDERS: ("order", "sales", "bestellungen", "vertrieb", "verkauf"),
    "reminders": ("reminder", "expediting", "delivery dates", "termine", "disposition"),
    "returns": ("return", "rma", "retouren", "reklamation", "complaints"),
    "accounts": ("account", "accounting", "invoices", "disputes", "finance", "buchhaltung", "rechnungen"),
    "service": ("field service", "fitters", "kundendienst", "montage"),
    "quality": ("quality assurance", "qa", "qm", "qualität", "qs"),
}
"""The roles that get mails or stand for them, and other words for each; any other role is only there to be called."""
_MEANT = {word: role for role, words in ROLES.items() for word in (role, *words)}
_ADDRESS = re.compile(r"[^@\s<>,;()]+@[^@\s<>,;()]+\.[^@\s<>,;()]+")
_PHONE = re.compile(r"\+?\d[\d\s()/.-]{4,}\d")
MOST = 255


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at a supplier; the language is empty where it is the supplier's."""

    role: str
    name: str
    email: str = ""
    phone: str = ""
    language: str = ""

    def words(self) -> str:
        """Return it as one line: ``quality: Ute Brandt ute@hartmann.example +49 711 555031 (en)``."""
        language = f"({self.language})" if self.language else ""
        return " ".join(filter(None, [f"{self.role}:", self.name, self.email, self.phone, language]))


def role_named(written: str) -> str:
    """Return the role that is meant; one that we do not know stays as it is written, in small letters."""
    folded = " ".join(written.casefold().split())
    return _MEANT.get(folded, folded)


def asked(contacts: Sequence[Contact], matter: Matter) -> Contact | None:
    """Return whom a mail about a matter goes to, None for whom orders go to; of several in one role the first."""
    for role in ASKED[matter]:
        found = next((each for each in contacts if each.role == role and each.email), None)
        if found is not None:
            return found
    return None


def contacts_in(text: str) -> list[Contact]:
    """Read ``quality: Ute Brandt +49 711 555031; accounts: Kai Lang kai@hartmann.example``; raises ValueError for less."""
    return [_contact(part) for part in re.split(r"[;\n]", text) if part.strip()]


def _contact(part: str) -> Contact:
    role, mark, rest = part.partition(":")
    email, phone = _ADDRESS.search(rest), _PHONE.search(_ADDRESS.sub(" ", rest))
    bare = _PHONE.sub(" ", _ADDRESS.sub(" ", rest))
    name = " ".join(bare.replace("<", " ").replace(">", " ").replace(",", " ").split())
    if not mark or not role.strip() or not name or len(part) > MOST:
        raise ValueError(part.strip()[:60])
    return Contact(
        role_named(role), name, email[0].lower() if email else "", " ".join(phone[0].split()) if phone else ""
    )
