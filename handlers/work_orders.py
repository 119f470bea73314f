"""The work order for everybody else: every button and form it answers to, and what other rooms of the house ask of it."""

from handlers import (
    assigning,
    checklists,
    closing,
    completing,
    correcting,
    declining,
    holds,
    job_approval,
    job_details,
    job_fields,
    related_orders,
    waiting_for,
    work_sheets,
    working_together,
)
from handlers.holds import put_on_hold, release_hold
from handlers.work_order_cards import by_thread, show_card, thread_of
from handlers.work_order_steps import Table

CLICKS: Table = {
    **assigning.CLICKS,
    **declining.CLICKS,
    **working_together.CLICKS,
    **holds.CLICKS,
    **completing.CLICKS,
    **closing.CLICKS,
    **correcting.CLICKS,
    **checklists.CLICKS,
    **job_details.CLICKS,
    **related_orders.CLICKS,
    **job_approval.CLICKS,
    **job_fields.CLICKS,
    **work_sheets.CLICKS,
    **waiting_for.CLICKS,
}
SUBMISSIONS: Table = {
    **assigning.SUBMISSIONS,
    **declining.SUBMISSIONS,
    **holds.SUBMISSIONS,
    **completing.SUBMISSIONS,
    **closing.SUBMISSIONS,
    **correcting.SUBMISSIONS,
    **checklists.SUBMISSIONS,
    **related_orders.SUBMISSIONS,
    **job_approval.SUBMISSIONS,
    **job_fields.SUBMISSIONS,
    **waiting_for.SUBMISSIONS,
}

__all__ = ["CLICKS", "SUBMISSIONS", "by_thread", "put_on_hold", "release_hold", "show_card", "thread_of"]
