"""Numbers of documents, given out inside the transaction that uses them, so that none is used twice."""

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from orders import numbering
from storage.tables import Counter
from storage.unit_of_work import UnitOfWork, table

_COUNTERS = table(Counter)


def draw(uow: UnitOfWork, kind: str) -> str:
    """Return the next number of a kind of document (``work_order``, ``purchase_order``, …)."""
    pattern = uow.plant.patterns[kind]
    local = uow.now.astimezone(uow.plant.zone)
    return numbering.number(pattern, _next(uow, numbering.counter(pattern, local)), local)


def _next(uow: UnitOfWork, name: str) -> int:
    changed = uow.run(update(_COUNTERS).where(_COUNTERS.c.name == name).values(value=_COUNTERS.c.value + 1))
    if changed.rowcount == 0:
        made = postgresql.insert if uow.connection.dialect.name == "postgresql" else sqlite.insert
        first = made(_COUNTERS).values(name=name, value=1)
        raised = {"value": _COUNTERS.c.value + 1}
        uow.run(first.on_conflict_do_update(index_elements=["name"], set_=raised))
    return int(uow.run(select(_COUNTERS.c.value).where(_COUNTERS.c.name == name)).scalar_one())
