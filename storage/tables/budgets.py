"""Tables of budgets: what was planned, the ledger of promises and spending with its sums, and what finance released beyond it."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import key, link, moment, whole, words


class Budget(SQLModel, table=True):
    """What a cost centre may spend in a year or in some months of it, in minor units."""

    __tablename__ = "budgets"
    __table_args__ = (UniqueConstraint("cost_centre_id", "year", "month", "months"),)

    id: int = key()
    cost_centre_id: int = link("cost_centres")
    year: int
    month: int = 1
    """The first month that it is for."""
    months: int = 12
    """For how many months it is; 12 is the whole year."""
    amount: int = whole()
    currency: str = words()
    spent_before: int = whole()


class BudgetEntry(SQLModel, table=True):
    """One row of a cost centre's ledger in minor units, never edited; a counter-row takes an earlier one back."""

    __tablename__ = "budget_entries"
    __table_args__ = (UniqueConstraint("happening", "cost_centre_id", "kind", "line_id", "cause", "year", "month"),)

    id: int = key()
    cost_centre_id: int = link("cost_centres")
    year: int
    month: int = 1
    kind: str = words()
    amount: int = whole()
    currency: str = words()
    """The currency in which the cost centre's budget is kept."""
    rate: str = words()
    """What one unit of the order's currency was worth in it, as a decimal; empty where they are the same."""
    order_id: int | None = link("purchase_orders", empty=True)
    line_id: int | None = link("purchase_order_lines", empty=True, index=False)
    cause: str = words()
    """What moved the money: ``approval``, ``undo``, ``receipt``, ``short close``, ``close``, ``cancel``, ``reopen``,
    ``amendment``, ``carry``, ``lapse``."""
    at: datetime = moment(empty=False)
    happening: str = words()


class BudgetSum(SQLModel, table=True):
    """The running sums of one cost centre and month; always equal to the ledger."""

    __tablename__ = "budget_sums"
    __table_args__ = (UniqueConstraint("cost_centre_id", "year", "month", "currency"),)

    id: int = key()
    cost_centre_id: int = link("cost_centres")
    year: int
    month: int = 1
    currency: str = words()
    committed: int = whole()
    actual: int = whole()


class BudgetRelease(SQLModel, table=True):
    """Somebody of finance let an order take up to an amount from a cost centre, although its budget is not enough."""

    __tablename__ = "budget_releases"

    id: int = key()
    order_id: int = link("purchase_orders")
    cost_centre_id: int = link("cost_centres", index=False)
    amount: int = whole()
    """The most that the order may take from the cost centre, in minor units."""
    currency: str = words()
    person_id: int = link("people", index=False)
    reason: str = words()
    at: datetime = moment(empty=False)
