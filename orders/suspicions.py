"""What makes one doubt that a mail comes from the supplier that it names, as a table, and how a person clears the doubt."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from orders.errors import NoNumberOnFile


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a mail's sender: the address, where answers would go, the supplier's domains, and the reader's marks."""

    address: str
    reply_to: str
    domains: tuple[str, ...]
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason for doubt: its name, the reader's mark that shows it, and the sentence that people read."""

    name: str
    mark: str
    words: str
    every_time: bool = False
    """Whether it is doubted anew even after a person has cleared exactly this."""


SIGNS = (
    Sign("bank", "new bank details", "The mail names new bank details.", every_time=True),
    Sign(
        "look_alike",
        "look-alike",
        "It came from {address}, whose domain only looks like {domains}.",
        every_time=True,
    ),
    Sign(
        "pretence",
        "pretence",
        "The sender's name shows an address of theirs, but it came from {address}.",
        every_time=True,
    ),
    Sign(
        "reply_to", "answers go to another domain", "Answers would go to {reply_to}, which is none of their addresses."
    ),
    Sign("senders", "several senders", "The mail names several senders; the last is {address}."),
)
"""Every sign of a false sender, the gravest first."""


def seen(head: Head) -> list[tuple[Sign, str]]:
    """Return what is suspicious about a mail, each with its sentence."""
    shown = {
        "address": head.address,
        "reply_to": head.reply_to or "another address",
        "domains": ", ".join(head.domains),
    }
    return [(sign, sign.words.format(**shown)) for sign in SIGNS if sign.mark in head.marks]


def still_doubtful(found: Iterable[tuple[Sign, str]], cleared: Iterable[str]) -> list[str]:
    """Return the sentences that nobody has cleared yet; grave signs are never cleared for the next mail."""
    known = set(cleared)
    return [words for sign, words in found if sign.every_time or words not in known]


_PHONE = re.compile(r"\+?\d[\d\s()/.-]{4,}\d")


def numbers_on_file(phone: str, contacts: str, *, supplier: str) -> list[str]:
    """Return the phone numbers that master data has of a supplier; raises ``NoNumberOnFile`` where there are none."""
    found = [" ".join(each.split()) for each in _PHONE.findall(f"{phone}\n{contacts}".replace("\n", " ; "))]
    if not found:
        raise NoNumberOnFile(supplier=supplier)
    return list(dict.fromkeys(found))
