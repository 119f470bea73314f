"""Every word the product says: Slack cards, views and sentences, mails, and documents."""

from templates.limits import TooLongForSlack
from templates.said import Mrkdwn, NotSayable
from templates.slack import BrokenTemplate, Card, card, view, words

__all__ = [
    "BrokenTemplate",
    "Card",
    "Mrkdwn",
    "NotSayable",
    "TooLongForSlack",
    "card",
    "view",
    "words",
]
