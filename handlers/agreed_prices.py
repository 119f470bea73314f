"""What the lines of a release cost by their agreement: all lines from one of its lines reach a price by quantity together."""

from collections.abc import Mapping, Sequence

from handlers.order_content import Dossier, Line, opened
from orders.agreement_terms import Terms
from orders.call_offs import Agreed, AgreedLine, Measure, call_off_price, price_in
from orders.errors import NoConversion, NotAsAgreed
from orders.money import QUANTITY_SCALE
from orders.price_breaks import Break
from orders.units import unit_word
from storage import agreements
from storage.stock import in_part_units
from storage.unit_of_work import UnitOfWork


def agreed_prices(uow: UnitOfWork, dossier: Dossier) -> Mapping[int, int]:
    """Return by id what the lines of a release cost by its agreement, where that is another price than they have.

    Raises ``NotAsAgreed`` for a line that the agreement does not have, ``NoConversion`` for a unit of another kind.
    """
    if dossier.order.parent_id is None:
        return {}
    above = opened(uow, dossier.order.parent_id)
    one = agreements.agreed(uow, above.order.id)
    wanted = [line for line in dossier.lines if not line.dropped_in]
    return {line.id: price for line in wanted if (price := price_within(above, one, line, wanted)) != line.price}


def price_within(above: Dossier, one: Agreed, line: Line, release: Sequence[Line]) -> int:
    """Return what one unit of a line costs among all lines of its release; raises ``NotAsAgreed`` and ``NoConversion``."""
    from_line = above.line(line.agreement_line_id or 0)
    counted = next((each for each in one.lines if from_line is not None and each.line == from_line.line), None)
    if from_line is None or counted is None or above.terms is None:
        raise NotAsAgreed(subject=above.name, agreed="its own lines", wanted=line.description or "something else")
    if from_line.part_id != line.part_id:
        raise NotAsAgreed(subject=above.name, agreed=from_line.description, wanted=line.description)
    beside = [each for each in release if each.agreement_line_id == line.agreement_line_id and each.id != line.id]
    more = sum(measure_of(each).count(each.quantity) for each in beside)
    return price_of(above.terms, from_line, counted, line, beside=more)


def price_of(terms: Terms, agreed: Line, counted: AgreedLine, line: Line, *, beside: int = 0) -> int:
    """Return what one unit of a release's line costs by the agreement, in the release's own unit; raises ``NoConversion``.

    ``beside`` is what other lines of the release take from the same line of the agreement, in the part's own unit.
    """
    own = measure_of(line)
    if own.size == QUANTITY_SCALE and own.unit not in (agreed.unit, line.part_unit):
        raise NoConversion(source=unit_word(own.unit), target=unit_word(agreed.unit), item=line.description)
    steps = [Break(counted.measure.count(step.from_quantity), step.price) for step in terms.of_line(agreed.line).breaks]
    wanted = own.count(line.quantity) + beside
    price = call_off_price(agreed.price, steps, terms.basis, released=counted.released, quantity=wanted)
    return price_in(price, counted.measure, own)


def measure_of(line: Line) -> Measure:
    """Return the unit of a line with how much of the part's own unit one of it holds."""
    return Measure(line.unit, in_part_units(QUANTITY_SCALE, line))
