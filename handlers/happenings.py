"""The values that wires hand to handlers, and the answer that goes straight back to whoever acted."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class PostedFile:
    """A file that somebody posted: its Slack id, name, media type, size in bytes and private address."""

    id: str
    name: str
    media_type: str
    size: int
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """Something that a person wrote in a channel, a thread or a direct message."""

    key: str
    by: str
    channel: str
    ts: str
    text: str
    thread_ts: str | None = None
    files: tuple[PostedFile, ...] = ()
    direct: bool = False
    addressed: bool = False
    """The bot was spoken to by name; its mention is no longer part of the text."""


@dataclass(frozen=True, slots=True)
class Command:
    """The slash command with its text; ``word`` is the command itself, for instance ``/fault``."""

    key: str
    by: str
    channel: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Click:
    """A button or a choice in a message, a modal or the Home tab; ``chosen`` is the option, user or date picked."""

    key: str
    by: str
    action: str
    value: str
    channel: str = ""
    message_ts: str = ""
    thread_ts: str = ""
    view_id: str = ""
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted modal: its callback, what it carried (``private``), and the values by block id."""

    key: str
    by: str
    callback: str
    private: str
    fields: dict[str, str]

    def field(self, name: str) -> str:
        """Return one value as trimmed text, empty when nothing was entered."""
        return self.fields.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A global shortcut, or one on a message with that message's place and text."""

    key: str
    by: str
    callback: str
    channel: str = ""
    message_ts: str = ""
    thread_ts: str = ""
    text: str = ""
    author: str = ""
    files: tuple[PostedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody looks at the Home tab."""

    key: str
    by: str


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Somebody's account in Slack has changed; ``gone`` says that it was switched off."""

    key: str
    by: str
    gone: bool


@dataclass(frozen=True, slots=True)
class OptionsAsked:
    """Somebody types into a field that looks things up."""

    key: str
    by: str
    action: str
    query: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The clock rang: which bell, and for which moment."""

    key: str
    name: str
    due: datetime


@dataclass(frozen=True, slots=True)
class MailTaken:
    """A mail lies in storage and waits to be read."""

    key: str
    mail_id: int


@dataclass(frozen=True, slots=True)
class Sent:
    """The relay knows what became of an outgoing row: ``accepted``, ``refused`` or ``unknown``, and why."""

    key: str
    row_id: int
    outcome: str
    words: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


Happening = (
    Message
    | Command
    | Click
    | Submission
    | Shortcut
    | HomeOpened
    | PersonChanged
    | OptionsAsked
    | Tick
    | MailTaken
    | Sent
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said at once, by the wire itself; everything else goes through the outbox.

    ``private`` is shown to the actor alone, ``modal`` is opened (or pushed), ``update`` replaces the modal that was
    submitted, ``errors`` stand at the fields of a submitted modal, ``home`` is published, ``options`` are (label, value).
    """

    private: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    update: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)
    home: dict[str, Any] | None = None
    options: list[tuple[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return only what is said, as plain values."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


NOTHING = Answer()
"""Nothing to say at once."""
