"""How a work order had ended before it was opened again: kept with who, when, what was wrong, what was done, and why it went on."""

from collections import defaultdict
from datetime import datetime

from handlers import failure_lists, moments, people
from storage.tables import WorkOrder, WorkOrderChange
from storage.unit_of_work import UnitOfWork

FIELDS = ("completed_at", "completed_by_id", "failure_mode", "failure_cause", "remedy", "down_until")
"""What an ending consists of."""


def earlier(uow: UnitOfWork, order: WorkOrder) -> list[str]:
    """Say each earlier ending, the newest first: ``Luis Moreno, today 09:40: Leaks outside; Replaced a part. Then: drips``."""
    endings: dict[datetime, dict[str, WorkOrderChange]] = defaultdict(dict)
    for row in uow.all(WorkOrderChange, work_order_id=order.id):
        if row.field in FIELDS and row.before and not row.after:
            endings[row.at][row.field] = row
    found = [endings[at] for at in sorted(endings, reverse=True)]
    return [_said(uow, ending) for ending in found if "completed_at" in ending]


def _said(uow: UnitOfWork, ending: dict[str, WorkOrderChange]) -> str:
    told = {name: row.before for name, row in ending.items()}
    who = people.name(uow, int(told["completed_by_id"])) if "completed_by_id" in told else "Somebody"
    mode = failure_lists.words_of(uow.plant, "mode", told.get("failure_mode", ""))
    cause = failure_lists.words_of(uow.plant, "cause", told.get("failure_cause", ""))
    words = "; ".join(filter(None, [mode, cause, told.get("remedy", "")])) or "nothing more said"
    at = moments.when(uow, datetime.fromisoformat(told["completed_at"]))
    return f"{who}, {at}: {words}. Then: {ending['completed_at'].reason}"
