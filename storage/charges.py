"""The charges of an order, or of a revision of it, as its row keeps them: JSON in one column, so that a revision replaces them whole."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from orders.charges import Burden, Carrier, Charge, ChargeKind, Levy, spread


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One charge with whoever pays for it (None: as the first line); minor units above zero, its tax as it is written."""

    kind: ChargeKind
    amount: int
    cost_centre_id: int | None = None
    cost_centre: str = ""
    tax: str = ""

    @property
    def content(self) -> Charge:
        """Return it as approval binds to it."""
        return Charge(self.kind, self.amount, self.cost_centre or None, self.tax)

    @property
    def levy(self) -> Levy:
        """Return it as what lines carry, paid by the row of a cost centre."""
        return Levy(self.cost_centre_id, self.amount, self.content.takes_off)


def kept(charges: Sequence[ChargeLine]) -> str:
    """Return charges as a row keeps them, empty where there are none."""
    return json.dumps([asdict(each) for each in charges], ensure_ascii=False) if charges else ""


def charges_in(row_charges: str | None) -> tuple[ChargeLine, ...]:
    """Return the charges that a row keeps."""
    return tuple(ChargeLine(**{**each, "kind": ChargeKind(each["kind"])}) for each in json.loads(row_charges or "[]"))


def burdens(lines: Sequence[Carrier], charges: Sequence[ChargeLine]) -> tuple[Burden, ...]:
    """Return what lines carry of the charges; payers are rows of cost centres."""
    return spread(lines, [each.levy for each in charges])
