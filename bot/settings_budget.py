"""The settings of budgets: what an order meets that a budget does not suffice for, by which period, and the end of a year."""

from typing import Literal

from bot.settings import Group, setting

_MODES = '"show", "warn" or "block"'


class BudgetSettings(Group):
    """How budgets are watched."""

    mode: Literal["show", "warn", "block"] = setting(
        "show", "What an order beyond its budget meets: it is said, a reason is asked for, or finance has to release it.",
        _MODES,
    )  # fmt: skip
    without: Literal["show", "warn", "block"] = setting("show", "The same where a cost centre has no budget.", _MODES)
    period: Literal["year", "quarter", "month"] = setting(
        "year", "By which period budgets are watched; without a plan for it the year's counts.",
        '"year", "quarter" or "month"',
    )  # fmt: skip
    carry: Literal["carry", "lapse"] = setting(
        "carry", "What becomes of promises at a year's end: they count in the next year, or in none.",
        '"carry" or "lapse"',
    )  # fmt: skip
