"""Every word the product says: Slack cards, views and sentences, mails, and documents."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from templates.limits import TooLongForSlack
from templates.modals import modal_of
from templates.said import Mrkdwn, NotSayable
from templates.slack import BrokenTemplate, Card, card, view, words

if TYPE_CHECKING:
    from templates.documents import (
        purchase_order_pdf,
        purchase_order_ubl,
        return_note_pdf,
        stock_count_pdf,
        unprintable,
    )
    from templates.fonts import NoFontForCharacters
    from templates.letters import MailText, mail
    from templates.locales import NotInDocument
    from templates.notes import Note, note, note_day, note_quantity, note_said
    from templates.work_sheet import work_order_pdf

__all__ = [
    "BrokenTemplate",
    "Card",
    "MailText",
    "Mrkdwn",
    "NoFontForCharacters",
    "NotInDocument",
    "NotSayable",
    "Note",
    "TooLongForSlack",
    "card",
    "mail",
    "modal_of",
    "note",
    "note_day",
    "note_quantity",
    "note_said",
    "purchase_order_pdf",
    "purchase_order_ubl",
    "return_note_pdf",
    "stock_count_pdf",
    "unprintable",
    "view",
    "words",
    "work_order_pdf",
]

# Mail and paper bring languages and fonts with them, so they load when the first one is written.
_LATER = {
    "MailText": "letters",
    "NoFontForCharacters": "fonts",
    "NotInDocument": "locales",
    "Note": "notes",
    **dict.fromkeys(("note", "note_day", "note_quantity", "note_said"), "notes"),
    "mail": "letters",
    "purchase_order_pdf": "documents",
    "purchase_order_ubl": "documents",
    "return_note_pdf": "documents",
    "stock_count_pdf": "documents",
    "unprintable": "documents",
    "work_order_pdf": "work_sheet",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"templates says no {name}")
    return getattr(import_module(f"templates.{_LATER[name]}"), name)
