"""What is different of an order since its approvers were asked last, or from what the supplier has."""

import json

from handlers.order_content import Dossier, opened
from handlers.order_revisions import in_force
from orders.amendments import differences
from storage.tables import Approval
from storage.unit_of_work import UnitOfWork

MOST = 12
"""How many differences one question tells."""


def since_asked(uow: UnitOfWork, dossier: Dossier) -> list[str]:
    """Return as lines what a question has to say is different; empty for what is asked about for the first time."""
    found = differences_of(uow, dossier)
    more = len(found) - MOST
    return found[:MOST] + ([f"and {more} more differences"] if more > 0 else [])


def differences_of(uow: UnitOfWork, dossier: Dossier) -> list[str]:
    """Return every difference: of a revision from the order in force, of an order from what was asked about before."""
    if dossier.revising is not None:
        before = in_force(opened(uow, dossier.order.id)).content
        return [each.words() for each in differences(before, dossier.content)]
    runs = uow.all(Approval, order_id=dossier.order.id)
    earlier = [run for run in runs if run.content and run.content_hash != dossier.order.content_hash]
    if not earlier:
        return []
    return [each.words() for each in differences(json.loads(earlier[-1].content), dossier.content)]
