"""The settings of approvals: who is asked by which rule, how long a question waits, and what other currencies are worth."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bot.settings import Amount, Currency, Group, setting
from orders.people import Role
from orders.purchase_orders import OrderKind


def _approver(written: str) -> str:
    role = written.removeprefix("role:")
    if written == "owner" or "@" in written or (role != written and role in {known.value for known in Role}):
        return written
    raise ValueError(written)


def _need(written: Any) -> str | int:
    if isinstance(written, str) and written in {"any", "all"}:
        return written
    if isinstance(written, bool) or int(written) < 1:
        raise ValueError(written)
    return int(written)


def _day(written: Any) -> str:
    return date.fromisoformat(str(written)).isoformat()


def _kind(written: str) -> str:
    return OrderKind(written).value


Approver = Annotated[str, AfterValidator(_approver)]
Need = Annotated[str | int, BeforeValidator(_need)]
Kind = Annotated[str, AfterValidator(_kind)]
Day = Annotated[str, BeforeValidator(_day)]
Words = tuple[str, ...]
_NO = False
_KINDS = f"a list of {', '.join(kind.value for kind in OrderKind)}"


class RuleSettings(Group):
    """One row of the approval table; rows are walked from top to bottom, each that holds adds a step."""

    name: str = setting("", "What the approver reads as the reason for being asked.", "a few words")
    who: tuple[Approver, ...] = setting(
        (), "Who is asked.", 'a list of "owner" (of the cost centre), "role:finance" or e-mail addresses'
    )
    need: Need = setting("any", "How many of them have to say yes.", '"any", "all" or a number such as 2')
    above: Amount | None = setting(
        None, "Holds for totals above this amount in the plant's currency; left out: always.",
        'an amount such as "5000"',
    )  # fmt: skip
    up_to: Amount | None = setting(
        None, "Holds for totals up to and including this amount; left out: always.", 'an amount such as "500"'
    )
    cost_centres: Words = setting(
        (), "Holds where a line is on one of these cost centres; left out: on any.", 'a list such as ["410", "5*"]'
    )
    categories: Words = setting(
        (),
        "Holds where a line's part is of one of these categories; left out: of any.",
        'a list such as ["electrical*"]',
    )
    risks: Words = setting(
        (),
        "Holds where the supplier's risk is one of these; left out: whatever it is.",
        'a list such as ["new", "high"]',
    )
    kinds: tuple[Kind, ...] = setting((), "Holds for these kinds of order; left out: for all.", _KINDS)
    releases_of: tuple[Literal["planned", "blanket"], ...] = setting(
        (), "Holds for releases of these agreements; left out: for all orders.", 'a list of "planned", "blanket"'
    )
    step: str = setting(
        "", "Rules with the same word are asked side by side; left out: one after the other.", "one word"
    )
    notify: bool = setting(_NO, "Tells these people instead of asking them.", "true or false")
    automatic: bool = setting(
        _NO, "Approves by itself where no other rule asks anybody; needs kinds and up_to, and nobody in who.",
        "true or false",
    )  # fmt: skip
    instead: Words = setting(
        (), "Rules that an automatic rule may take the place of.", "a list of names of other rules"
    )


_RULES = (
    RuleSettings(name="Owner of the cost centre", who=("owner",)),
    RuleSettings(name="Plant manager above 5,000", who=("manager@halden.example",), above="5000"),
)


class ApprovalSettings(Group):
    """Who has to approve an order."""

    undo_seconds: Annotated[int, Field(ge=0, le=3600)] = setting(
        60, "Seconds during which an approval can be taken back before the order leaves; 0 switches it off.",
        "a number of seconds, for example 60",
    )  # fmt: skip
    fallback: tuple[Approver, ...] = setting(
        (), "Who is asked when a rule leaves too few people besides whoever wants the order.",
        'a list of "role:finance" or e-mail addresses', example=("role:finance",),
    )  # fmt: skip
    split: Literal["count", "show"] = setting(
        "count", "Whether orders to the same supplier from the same people count together, or are only shown together.",
        '"count" or "show"',
    )  # fmt: skip
    split_days: Annotated[int, Field(ge=0, le=366)] = setting(
        7, "Within how many days such orders belong together; 0: only those for the same work order.",
        "a number of days",
    )  # fmt: skip
    change_tolerance_percent: Annotated[int, Field(ge=0, le=100)] = setting(
        0, "Percent by which a change that a supplier proposes may be dearer or more, so that a buyer agrees alone.",
        "a whole number from 0 to 100",
    )  # fmt: skip
    remind_hours: Annotated[int, Field(ge=1, le=500)] = setting(
        4, "Working hours after which somebody who does not answer is reminded, once.", "a number of hours"
    )
    escalate_hours: Annotated[int, Field(ge=1, le=500)] = setting(
        8, "Working hours after which one more person is asked; the first answer counts.", "a number of hours"
    )
    escalate_to: tuple[Approver, ...] = setting(
        (), "Who is asked then, in this order; empty: the fallback people.",
        'a list of "role:finance" or e-mail addresses', example=("role:finance",),
    )  # fmt: skip
    expire_days: Annotated[int, Field(ge=1, le=90)] = setting(
        5, "Working days after which an order that nobody answered is a draft again; nothing is ever approved by waiting.",
        "a number of days",
    )  # fmt: skip
    rules: tuple[RuleSettings, ...] = setting(
        (), "The approval rules; without any, nothing can be approved.", "tables [[approvals.rules]]", example=_RULES
    )


class RateSettings(Group):
    """What one unit of another currency is worth; the newest row that holds on a day counts, and an order keeps its rate."""

    currency: Currency = setting("", "The other currency.", "three capital letters, for example USD")
    worth: Amount = setting(
        "", "What one unit of it is worth in the plant's currency.", 'a number above 0 in quotes, for example "0.92"'
    )
    on: Day = setting("", "From which day on.", "a day such as 2026-11-20")


RATES = (RateSettings(currency="USD", worth="0.92", on="2026-11-20"),)
"""What the example shows of the table of rates."""
