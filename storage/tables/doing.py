"""Tables of how work is ended: what a sentence about finished work proposes, until somebody says yes to it."""

from datetime import datetime

from sqlmodel import SQLModel

from storage.columns import key, link, moment, words


class CompletionProposal(SQLModel, table=True):
    """What was read out of one sentence about finished work; nothing of it counts before it is confirmed."""

    __tablename__ = "completion_proposals"

    id: int = key()
    work_order_id: int = link("work_orders")
    person_id: int = link("people", index=False)
    """Who said it, and whose time it tells."""
    said: str = words()
    mode: str = words()
    mode_from: str = words()
    """Where the failure mode was found: ``said``, ``report``, ``usual``, ``order`` or nowhere."""
    cause: str = words()
    remedies: str = words()
    """The codes of what was done, with spaces between."""
    minutes: int | None = None
    time_problem: str = words()
    time_said: str = words()
    parts: str = words()
    """JSON: ``[{"ids": [part ids that it can be], "quantity": thousandths, "written": words}, …]``."""
    shown: str = words()
    """What its card showed last, in short: a click counts only on what was seen."""
    made_at: datetime = moment(empty=False)
    state: str = words()
    """``open``, ``confirmed``, ``dismissed`` or ``overtaken`` by a newer sentence."""
    decided_at: datetime | None = moment()
    decided_by_id: int | None = link("people", empty=True, index=False)
