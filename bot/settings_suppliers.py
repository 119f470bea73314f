"""The settings about suppliers: when they are reminded of orders, and which figures warn of new orders or block them."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.settings import Amount, Group, group, setting
from orders.chasing import Chasing
from orders.supplier_figures import FIGURES, Gate

_NAMES = tuple(figure.name for figure in FIGURES)
_DAYS = "a number of days, 0 for never"
Days = Annotated[int, Field(ge=0, le=365)]


class GateSettings(Group):
    """One rule on new orders by a supplier's figure."""

    figure: Literal[
        "on_time", "in_full", "on_time_in_full", "promise_kept", "answer", "price", "quality", "invoice"
    ] = setting("on_time_in_full", "The figure that is looked at.", f"one of {', '.join(_NAMES)}")
    limit: Amount = setting(
        "80", "What is wanted: percent at least, hours or percent above list at most.", 'a number such as "80"'
    )
    months: Annotated[int, Field(ge=1, le=36)] = setting(12, "Over how many months.", "a number from 1 to 36")
    least: Annotated[int, Field(ge=1, le=10_000)] = setting(
        5, "How many must have been counted for the rule to hold.", "a number of at least 1"
    )
    action: Literal["warn", "block"] = setting(
        "warn", "What a new order meets: its approver is told, or it cannot be requested.", '"warn" or "block"'
    )


class ReminderSettings(Group):
    """When suppliers are reminded of orders, in working hours, until they answer."""

    how: Literal["mail", "told", "off"] = setting(
        "mail", "Remind by mail, tell the buyer alone, or not at all.", '"mail", "told" or "off"'
    )
    no_answer_hours: Annotated[int, Field(ge=0, le=1000)] = setting(
        16, "Working hours without an answer after which a supplier is reminded.", "a number of hours, 0 for never"
    )
    due_soon_days: Days = setting(
        2, "Working days before the day of delivery on which a supplier is asked about it.", _DAYS
    )
    overdue_days: Days = setting(1, "Days after the day of delivery on which a supplier is asked for the rest.", _DAYS)
    again_days: Annotated[int, Field(ge=1, le=365)] = setting(
        3, "Days until the next reminder for the same reason.", "a number of days"
    )
    most: Annotated[int, Field(ge=1, le=10)] = setting(
        2, "Reminders for one reason; then the buyer is asked to call.", "a number from 1 to 10"
    )
    cap: Annotated[int, Field(ge=1, le=1000)] = setting(
        6, "Reminders that one supplier gets in an hour at most.", "a number of at least 1"
    )


class SupplierSettings(Group):
    """What is done about suppliers by rule."""

    rules: tuple[GateSettings, ...] = setting(
        (), "Rules on new orders by a supplier's figures.", "tables [[suppliers.rules]]",
        example=(GateSettings(figure="on_time_in_full", limit="80"),),
    )  # fmt: skip
    later_days: Annotated[int, Field(ge=0, le=60)] = setting(
        0, "Days by which a promise may be later than wanted and is taken over without a question.", "a number of days"
    )
    price_percent: Annotated[int, Field(ge=0, le=20)] = setting(
        0, "Percent by which a confirmed price may differ from the approved one and is taken over without a question, as far as [approvals] change_tolerance_percent allows.", "a whole number from 0 to 20",
    )  # fmt: skip
    quantity_percent: Annotated[int, Field(ge=0, le=20)] = setting(
        0, "Percent by which a confirmed quantity may, just so.", "a whole number from 0 to 20"
    )
    reminders: ReminderSettings = group(ReminderSettings, "When suppliers are reminded of orders.")


def supplier_values(given: SupplierSettings) -> dict[str, Any]:
    """Return the settings as what handlers work by."""
    said = given.reminders
    gates = tuple(
        Gate(row.figure, Decimal(row.limit), row.months, row.least, row.action == "block") for row in given.rules
    )
    chasing = Chasing(
        said.how, timedelta(hours=said.no_answer_hours), said.due_soon_days, said.overdue_days, said.again_days,
        said.most, said.cap,
    )  # fmt: skip
    return {"supplier_gates": gates, "later_days": given.later_days, "chasing": chasing} | {
        "price_percent": given.price_percent,
        "quantity_percent": given.quantity_percent,
    }
