"""Rules on new orders by a supplier's figures: a warning that the approver reads, or a refusal to request."""

from handlers import supplier_figures
from handlers.order_content import Dossier, today
from orders.errors import SupplierBelow
from orders.supplier_figures import Gate, Tally, failing
from storage.unit_of_work import UnitOfWork


def _failing(uow: UnitOfWork, dossier: Dossier) -> list[tuple[Gate, Tally]]:
    gates, supplier = uow.plant.supplier_gates, dossier.supplier
    if not gates or supplier is None:
        return []
    day = today(uow)
    tallies = {
        (figure, months): tally
        for months in {gate.months for gate in gates}
        for figure, tally in supplier_figures.over(uow, supplier.id, months, day).items()
    }
    return failing(gates, tallies)


def check(uow: UnitOfWork, dossier: Dossier) -> None:
    """Refuse to request an order from a supplier who is blocked by a rule."""
    for gate, tally in _failing(uow, dossier):
        if gate.blocks:
            raise SupplierBelow(words=gate.sentence(dossier.supplier_name, tally))


def said(uow: UnitOfWork, dossier: Dossier) -> str:
    """Return the warnings about an order's supplier, empty where there are none."""
    return " ".join(gate.sentence(dossier.supplier_name, tally) for gate, tally in _failing(uow, dossier))
