"""The settings of invoices: by how much a price may be higher, which taxes hold, and who may accept and release what."""

from decimal import Decimal
from typing import Any

from bot.settings import Amount, Group, setting
from orders.matching import Policy, Tolerance
from orders.money import Money


class InvoiceSettings(Group):
    """How invoices are held against orders. Nothing is ever paid here."""

    tolerance_percent: Amount | None = setting(
        None, "Percent by which a line may be dearer than ordered; holds only together with the amount, and the larger of both counts.",
        "a number, or leave it out for no tolerance", example="2",
    )  # fmt: skip
    tolerance_amount: Amount | None = setting(
        None, "Amount by which a line may be dearer than ordered; holds only together with the percent.",
        "an amount in the plant's currency, or leave it out for no tolerance", example="10",
    )  # fmt: skip
    tax_percents: tuple[Amount, ...] = setting(
        (), "Rates of tax that may stand on an invoice; without any, tax is not looked at.", "a list of numbers", example=["19", "7", "0"]
    )  # fmt: skip
    accept_services: bool = setting(
        default=True, meaning="Whether a service is payable only once a person has accepted it.", write="true or false"
    )
    accept_limit: Amount | None = setting(
        None, "Up to which amount finance may accept that an invoice is too high; left out: approvers alone, up to their limits.",
        "an amount in the plant's currency", example="100",
    )  # fmt: skip
    distinct: bool = setting(
        default=True, meaning="Whether whoever releases an invoice may neither have approved its order nor taken its goods in.",
        write="true or false",
    )  # fmt: skip

    def policy(self, currency: str) -> Policy:
        """Return them as the plant's values, amounts in minor units of its currency."""
        given: dict[str, Any] = {"accept_services": self.accept_services, "distinct": self.distinct}
        percent = Decimal(self.tolerance_percent) if self.tolerance_percent is not None else None
        return Policy(
            tolerance=Tolerance(percent, _minor(self.tolerance_amount, currency)),
            tax_percents=tuple(Decimal(rate) for rate in self.tax_percents),
            accept_limit=_minor(self.accept_limit, currency),
            **given,
        )


def _minor(written: str | None, currency: str) -> int | None:
    return Money.of(written, currency).minor if written is not None else None
