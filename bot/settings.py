"""The settings of config.toml, group by group: each with its meaning, its default and what may be written there."""

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from orders.numbering import PATTERNS
from orders.working_time import WEEKDAYS, holidays_named


def setting(default: Any, meaning: str, write: str, *, example: Any = None, secret: bool = False) -> Any:
    """Declare a setting: one sentence of meaning, what to write, an example where the default says nothing."""
    extra: dict[str, Any] = {"write": write, "example": default if example is None else example, "secret": secret}
    return Field(default=default, description=meaning, json_schema_extra=extra, repr=not secret)


def group(kind: type[BaseModel], meaning: str, alias: str | None = None) -> Any:
    """Declare a group of settings under its own heading."""
    return Field(default_factory=kind, description=meaning, alias=alias)


class Group(BaseModel):
    """Settings that are met together."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


def _matching(pattern: str) -> AfterValidator:
    def check(written: str) -> str:
        if written and not re.fullmatch(pattern, written):
            raise ValueError(pattern)
        return written

    return AfterValidator(check)


def _zone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (LookupError, ValueError, OSError) as unknown:
        raise ValueError(written) from unknown
    return written


def _decimal(written: Any) -> str:
    text = str(written).strip()
    try:
        value = Decimal(text)
    except InvalidOperation as unreadable:
        raise ValueError(text) from unreadable
    if not value.is_finite() or value < 0:
        raise ValueError(text)
    return text


def _holiday(written: str) -> str:
    holidays_named((written,))
    return written


def _pattern(written: str) -> str:
    first, second = written.format(year=2026, number=1), written.format(year=2026, number=2)
    if first == second or not re.fullmatch(r"[A-Za-z]{2}-(\d{4}-)?\d+", first):
        raise ValueError(written)
    return written


ChannelId = Annotated[str, _matching(r"[CG][A-Z0-9]{2,}")]
Zone = Annotated[str, AfterValidator(_zone)]
Currency = Annotated[str, _matching(r"[A-Z]{3}")]
Email = Annotated[str, _matching(r"[^@\s<>,]+@[^@\s<>,]+")]
WebAddress = Annotated[str, _matching(r"https?://[^\s]+/")]
Amount = Annotated[str, BeforeValidator(_decimal)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ClockTime = Annotated[str, _matching(r"(?:[01]\d|2[0-3]):[0-5]\d")]
Pattern = Annotated[str, AfterValidator(_pattern)]
HolidayText = Annotated[str, AfterValidator(_holiday)]
Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Security = Literal["none", "starttls", "tls"]
SecretFile = Path | None

_YES, _NO = True, False
_FILE = "the path of a file that holds nothing else, or leave it out"
_SECURITY = '"tls", "starttls" or "none"'
_PORT = "a port from 0 to 65535"
_SECONDS = "a number of seconds from 1 to 3600, for example 30"


class AddressSettings(Group):
    """A postal address as documents print it."""

    name: str = setting("", "Name on the first line.", "a name", example="Halden Works")
    street: str = setting("", "Street and house number.", "a street", example="Mill Road 4")
    post_code: str = setting("", "Post code.", "a post code in quotes", example="10115")
    city: str = setting("", "City.", "a city", example="Halden")
    country: str = setting("", "Country as ISO 3166 code.", "two capital letters, for example DE", example="DE")
    hours: str = setting("", "When goods are taken in.", "opening hours", example="Mon to Fri 07:00 to 15:00")
    contact: str = setting("", "Whom the driver asks for.", "a name, perhaps with a phone number", example="Tom Okafor")


class PlantSettings(Group):
    """Who the plant is."""

    name: str = setting("Plant", "The plant's name in Slack, mails and documents.", "a name", example="Halden Works")
    time_zone: Zone = setting(
        "UTC",
        "Where its clocks are set.",
        "a zone of the IANA list, for example Europe/Berlin",
        example="Europe/Berlin",
    )
    currency: Currency = setting("EUR", "Currency of budgets and limits.", "three capital letters, for example EUR")
    language: str = setting("en", "Language of channels.", "a language code, for example en")
    tax_id: str = setting("", "Tax number printed on orders.", "a tax number", example="DE900000009")
    registered: str = setting(
        "",
        "What the law wants at the foot of a business letter.",
        "one line",
        example="HRB 10023, Registry Court Halden",
    )
    phone: str = setting("", "Phone number printed on orders.", "a phone number", example="+49 30 555010")
    working_days: tuple[Weekday, ...] = setting(
        WEEKDAYS[:5], "Days on which people can be expected to answer.", 'a list such as ["mon", "tue"]'
    )
    work_begins: ClockTime = setting("07:00", "When a working day begins.", "a time such as 07:00")
    work_ends: ClockTime = setting("17:00", "When a working day ends, later than it begins.", "a time such as 17:00")
    holidays: tuple[HolidayText, ...] = setting(
        (), "Days on which the plant does not work: nobody is reminded, no planned care comes due.",
        "days such as 2026-12-24, 2026-12-24 to 2027-01-01, or 12-25 for every year",
        example=("12-25", "2026-12-28 to 2026-12-31"),
    )  # fmt: skip
    address: AddressSettings = group(AddressSettings, "The registered address, printed on orders.")
    deliver_to: AddressSettings = group(AddressSettings, "Where suppliers deliver; empty: the registered address.")


class SlackSettings(Group):
    """How Slack is reached."""

    mode: Literal["socket", "http"] = setting(
        "socket",
        "Socket Mode needs no public address; HTTP lets Slack call in, signed.",
        '"socket" or "http"',
    )
    api_url: WebAddress = setting(
        "https://slack.com/api/",
        "Where the Web API is; a proxy or a test workspace has another address.",
        "an address that begins with https:// (or http://) and ends with a slash",
    )
    bot_token: str = setting("", "Bot token of the installed app.", "the token that begins with xoxb-", secret=True)
    bot_token_file: SecretFile = setting(None, "File that holds the bot token.", _FILE)
    app_token: str = setting("", "App token for Socket Mode.", "the token that begins with xapp-", secret=True)
    app_token_file: SecretFile = setting(None, "File that holds the app token.", _FILE)
    signing_secret: str = setting("", "Proves in HTTP mode that Slack calls.", "the app's signing secret", secret=True)
    signing_secret_file: SecretFile = setting(None, "File that holds the signing secret.", _FILE)
    http_host: str = setting("127.0.0.1", "Where HTTP mode listens.", "an address of this machine")
    http_port: Port = setting(3000, "Port on which HTTP mode listens; 0 takes a free one.", _PORT)
    request_path: Annotated[str, _matching(r"/[^\s?]*")] = setting(
        "/slack/events", "Path of Slack's requests.", "a path that begins with a slash"
    )


class MailInSettings(Group):
    """The mailbox in which suppliers' answers arrive."""

    host: str = setting("", "IMAP server; empty: no mail is read.", "a host name", example="imap.halden.example")
    port: Port = setting(993, "Port of the IMAP server.", _PORT)
    tls: Security = setting("tls", "How the connection is encrypted.", _SECURITY)
    user: str = setting("", "Login name.", "a login name", example="purchasing@halden.example")
    password: str = setting("", "Password of the mailbox.", "the password", secret=True)
    password_file: SecretFile = setting(None, "File that holds the mailbox's password.", _FILE)
    ca_file: Path | None = setting(None, "PEM bundle to trust instead of the system's.", "the path of a PEM file")
    folder: str = setting("INBOX", "Folder that is read.", "a folder name")
    archive_folder: str = setting("", "Folder into which read mails move; empty: they stay.", "a folder name")
    timeout: Seconds = setting(30.0, "Seconds until a silent server is given up.", _SECONDS)


class MailOutSettings(Group):
    """The server that takes our mail."""

    host: str = setting("", "SMTP server; empty: no mail is sent.", "a host name", example="smtp.halden.example")
    port: Port = setting(587, "Port of the SMTP server.", _PORT)
    tls: Security = setting("starttls", "How the connection is encrypted.", _SECURITY)
    user: str = setting("", "Login name; empty: no login.", "a login name", example="purchasing@halden.example")
    password: str = setting("", "Password for sending.", "the password", secret=True)
    password_file: SecretFile = setting(None, "File that holds the password for sending.", _FILE)
    ca_file: Path | None = setting(None, "PEM bundle to trust instead of the system's.", "the path of a PEM file")
    timeout: Seconds = setting(30.0, "Seconds until a silent server is given up.", _SECONDS)


class MailSettings(Group):
    """Who we are in mails, and whose word we trust."""

    address: Email = setting(
        "", "Our address: orders come from it, suppliers answer to it.", "an e-mail address",
        example="purchasing@halden.example",
    )  # fmt: skip
    secret: str = setting(
        "", "Signs reply addresses; made once and kept in the data folder when it is not given.",
        "at least 32 random characters", secret=True,
    )  # fmt: skip
    secret_file: SecretFile = setting(None, "File that holds the secret for reply addresses.", _FILE)
    trusted_authserv: tuple[str, ...] = setting(
        (), "Names our own mail server writes into Authentication-Results; only these are believed.",
        "a list of names", example=("mx.halden.example",),
    )  # fmt: skip
    trust_without_name: bool = setting(
        _NO, "Believe the topmost Authentication-Results that names no server (Exchange Online).", "true or false"
    )
    incoming: MailInSettings = group(MailInSettings, "The mailbox in which suppliers' answers arrive.", "in")
    outgoing: MailOutSettings = group(MailOutSettings, "The server that takes our mail.", "out")


class StorageSettings(Group):
    """Where everything is kept."""

    path: Path | None = setting(
        None, "Folder of the database file and of what is kept beside it; empty: the user's data folder.",
        "the path of a folder", example="data",
    )  # fmt: skip
    url: str = setting(
        "", "Another database, for instance postgresql://chargehand@localhost/chargehand; empty: a file in the folder.",
        "an address that begins with sqlite:/// or postgresql://",
    )  # fmt: skip
    url_file: SecretFile = setting(None, "File that holds the database address with its password.", _FILE)


class ChannelSettings(Group):
    """Which Slack channel is for what."""

    faults: tuple[ChannelId, ...] = setting(
        (), "Channels in which people report faults; the first takes reports made elsewhere.",
        'a list of channel ids such as ["C0123ABCD"] (Slack shows the id at the foot of the channel\'s details)',
        example=("C0123ABCD",),
    )  # fmt: skip
    stores: ChannelId = setting(
        "", "Channel of the storekeepers.", 'a channel id such as "C0123ABCE"', example="C0123ABCE"
    )
    purchasing: ChannelId = setting(
        "", "Channel of the buyers.", 'a channel id such as "C0123ABCF"', example="C0123ABCF"
    )
    planning: ChannelId = setting(
        "", "Channel of the planners, who decide on requests there; empty: every report is a work order at once.",
        'a channel id such as "C0123ABCG"', example="C0123ABCG",
    )  # fmt: skip
    breakdown_mention: Literal["", "here", "channel"] = setting(
        "", "Whom a line that stands calls, once a work order; empty: nobody.", '"", "here" or "channel"'
    )
    allow_general: bool = setting(
        _NO, "Allow one of these channels to be the one that everybody is in.", "true or false"
    )


class ReceivingSettings(Group):
    """How goods are taken in."""

    tolerance_percent: Annotated[int, Field(ge=0, le=100)] | None = setting(
        None, "Percent that may arrive beyond what was ordered; left out: nothing.", "a whole number from 0 to 100",
        example=0,
    )  # fmt: skip
    under_percent: Annotated[int, Field(ge=0, le=100)] | None = setting(
        None, "Percent that may be missing for a line to count as complete; left out: nothing.",
        "a whole number from 0 to 100", example=0,
    )  # fmt: skip
    early_days: Annotated[int, Field(ge=0, le=365)] = setting(
        7, "Days before its day from which on a delivery is called early.", "a number of days"
    )
    late_days: Annotated[int, Field(ge=0, le=365)] = setting(
        0, "Days after its day up to which a delivery is not called late.", "a number of days"
    )
    unattended_limit: Amount | None = setting(
        None, "Up to which value a delivery is taken in without a person, for suppliers that may; left out: never.",
        "an amount in the plant's currency", example="500",
    )  # fmt: skip
    blind: Literal["none", "claims", "all"] = setting(
        "none", "What is hidden while somebody counts: nothing, the supplier's numbers, or the ordered ones as well.",
        '"none", "claims" or "all"',
    )  # fmt: skip


class AgreementSettings(Group):
    """When buyers are warned about agreements with suppliers, and how far a planned order may be exceeded."""

    warn_days: Annotated[int, Field(ge=0, le=365)] = setting(
        30, "Days before the last day of an agreement on which its buyer is warned.", "a number of days, 0 for never"
    )
    warn_percent: Annotated[int, Field(ge=0, le=100)] = setting(
        10, "Percent under which what is left of an agreement is called little.", "a whole number, 0 for never"
    )
    planned_tolerance_percent: Annotated[int, Field(ge=0, le=100)] | None = setting(
        None, "Percent by which the last release of a planned order may go beyond what is planned; left out: nothing.",
        "a whole number from 0 to 100", example=0,
    )  # fmt: skip


class StoreSettings(Group):
    """How stock is counted."""

    blind_counts: bool = setting(
        _NO, "Hide from whoever counts what is booked, in forms and on printed lists.", "true or false"
    )


class ReorderingSettings(Group):
    """When parts that run low are put on the buyers' list."""

    when: Literal["off", "daily", "at_once"] = setting(
        "daily", "When the projected quantity is held against the minimum: never, once a day, or whenever stock moves too.",
        '"off", "daily" or "at_once"',
    )  # fmt: skip
    at: ClockTime = setting(
        "06:00", "Time of the daily look, by the plant's clock; what was missed while the bot stood is made up for.",
        "a time such as 06:00",
    )  # fmt: skip
    cost_centre: str = setting(
        "", "Who pays for what is bought for the store; empty: the buyer says it on the order.",
        "the code of a cost centre", example="410",
    )  # fmt: skip


_NUMBER = "two letters, a year if you like and a number, for example {example}"


class NumberSettings(Group):
    """How documents are numbered."""

    work_order: Pattern = setting(
        PATTERNS["work_order"], "Work orders.", _NUMBER.format(example=PATTERNS["work_order"])
    )
    request: Pattern = setting(PATTERNS["request"], "Requests.", _NUMBER.format(example=PATTERNS["request"]))
    requisition: Pattern = setting(
        PATTERNS["requisition"], "Requisitions.", _NUMBER.format(example=PATTERNS["requisition"])
    )
    draft: Pattern = setting(
        PATTERNS["draft"], "Orders that are not approved yet.", _NUMBER.format(example=PATTERNS["draft"])
    )
    purchase_order: Pattern = setting(
        PATTERNS["purchase_order"], "Purchase orders, from their last approval on.",
        _NUMBER.format(example=PATTERNS["purchase_order"]),
    )  # fmt: skip
    receipt: Pattern = setting(PATTERNS["receipt"], "Receipts.", _NUMBER.format(example=PATTERNS["receipt"]))
    supplier_return: Pattern = setting(
        PATTERNS["supplier_return"], "Returns to suppliers.", _NUMBER.format(example=PATTERNS["supplier_return"])
    )


class DocumentSettings(Group):
    """What orders say unless the supplier has its own terms."""

    paper: Literal["a4", "us-letter"] = setting("a4", "Paper size.", '"a4" or "us-letter"')
    logo: Path | None = setting(
        None, "Logo that stands on orders instead of your name in large letters.", "the path of an SVG or PNG file",
    )  # fmt: skip
    colour: str = setting("#0b5c7a", "Colour of headings and rules.", "six hexadecimal digits such as #0b5c7a")
    terms_file: Path | None = setting(
        None, "Your terms of purchase as the last pages of every order; in a folder one file a language, such as de.txt.",
        "the path of a text file or of a folder",
    )  # fmt: skip
    payment: str = setting("30 days net", "Payment terms.", "a few words")
    returns: str = setting(
        "Wrong or damaged goods may be returned within 30 days at the supplier's cost.",
        "Return conditions.",
        "a sentence",
    )
    warranty: str = setting("24 months from delivery", "Warranty.", "a few words")
    incoterm: Annotated[str, _matching(r"EXW|FCA|CPT|CIP|DAP|DPU|DDP|FAS|FOB|CFR|CIF")] = setting(
        "DAP", "Delivery term of Incoterms 2020.", "one of EXW, FCA, CPT, CIP, DAP, DPU, DDP, FAS, FOB, CFR, CIF"
    )
    incoterm_place: str = setting("", "Named place of the delivery term.", "a place", example="Halden")
    edition: str = setting("2026-01", "Which edition of your terms of purchase applies.", "a few words")
    tax_percent: Amount = setting("0", "Tax on lines, in percent.", 'a number such as "19"', example="19")
    lead_days: Annotated[int, Field(ge=0, le=999)] = setting(
        7, "Days until delivery where neither supplier nor part says it.", "a number of days, for example 7"
    )


class WebSettings(Group):
    """Where health and figures are answered."""

    host: str = setting("127.0.0.1", "Where /health and /metrics listen.", "an address of this machine")
    port: Port = setting(8087, "Port of /health and /metrics; 0 takes a free one.", _PORT)
    on: bool = setting(_YES, "Whether they are answered at all.", "true or false")


class LogSettings(Group):
    """What the log holds."""

    level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "From which weight on something is logged.", '"debug", "info", "warning" or "error"'
    )
    form: Literal["text", "json"] = setting("text", "Lines for people, or one JSON object a line.", '"text" or "json"')
