"""Numbers of documents, given out inside the transaction that uses them, so that none is used twice."""

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from orders import numbering
from storage.prepared import Prepared
from storage.tables import Counter
from storage.unit_of_work import UnitOfWork, table

_COUNTERS = table(Counter)
_RAISE = {"value": _COUNTERS.c.value + 1}
_DRAW = Prepared(update(_COUNTERS).where(_COUNTERS.c.name == bindparam("of")).values(_RAISE))
_FIRST = {
    name: Prepared(
        made(_COUNTERS)
        .values(name=bindparam("name"), value=1)
        .on_conflict_do_update(index_elements=["name"], set_=_RAISE)
    )
    for name, made in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}


def draw(uow: UnitOfWork, kind: str) -> str:
    """Return the next number of a kind of document (``work_order``, ``purchase_order``, …)."""
    pattern = uow.plant.patterns[kind]
    local = uow.now.astimezone(uow.plant.zone)
    return numbering.number(pattern, _next(uow, numbering.counter(pattern, local)), local)


def _next(uow: UnitOfWork, name: str) -> int:
    if uow.write(_DRAW, of=name) == 0:
        uow.write(_FIRST[uow.connection.dialect.name], name=name)
    counter = uow.find(Counter, name=name)
    assert counter is not None
    return counter.value
