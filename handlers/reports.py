"""A report read and made into a work order: which asset, how grave, due when, with its card and its files."""

from dataclasses import dataclass
from datetime import datetime

from handlers import finding, photos, wording
from handlers.finding import Spotted
from handlers.happenings import PostedFile
from handlers.work_order_cards import show_card
from handlers.work_order_steps import check
from orders.people import CHARGEHAND
from orders.work_orders import Impact, WorkOrderEvent, WorkOrderState, urgency
from storage import numbering
from storage.tables import WorkOrder
from storage.unit_of_work import Note, UnitOfWork

TITLE_MOST = 80
TEXT_MOST = 4000


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports: the words, where the conversation hangs (or nowhere yet), and what was chosen in a form."""

    text: str
    channel: str
    root_ts: str | None = None
    files: tuple[PostedFile, ...] = ()
    asset: Spotted | None = None
    impact: Impact | None = None
    unlisted: bool = False
    """Somebody has said that it is about nothing that is in the list of assets."""
    reporter_id: int | None = None
    """Who reported it, where that is somebody else than the acting person."""
    reported_at: datetime | None = None
    """When it was reported, where that was earlier than now."""
    guessed: str | None = None
    """What was read and not said, where it was read before."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a report says: its plain words, a title, the asset or those that it could be, how grave it is, what was guessed."""

    said: str
    title: str
    spotted: Spotted
    impact: Impact
    guessed: str

    @property
    def asset_id(self) -> int | None:
        """The asset that it is about, if that is sure."""
        return self.spotted.asset.id if self.spotted.asset else None

    @property
    def criticality(self) -> str:
        """How critical the asset is; B where nobody has said."""
        return (self.spotted.asset.criticality if self.spotted.asset else "") or "B"


def read(uow: UnitOfWork, report: Report) -> Reading:
    """Read a report in people's own words."""
    said = wording.bare(report.text)
    spotted = report.asset or finding.asset_in(uow, said)
    impact = report.impact or _impact(said, spotted)
    guessed = _guessed(report, spotted) if report.guessed is None else report.guessed
    return Reading(said, _title(said, spotted), spotted, impact, guessed)


def open_order(uow: UnitOfWork, report: Report) -> WorkOrder:
    """Write the work order, show its card, keep its photos; it is ready at once when the asset is known."""
    read_as = read(uow, report)
    at = report.reported_at or uow.now
    asset, impact = read_as.spotted.asset, read_as.impact
    number = numbering.draw(uow, "work_order")
    found = urgency(read_as.criticality, impact, at, uow.plant.due_at)
    order_id = uow.add(
        WorkOrder, number=number, title=read_as.title, description=report.text.strip()[:TEXT_MOST], channel=report.channel,
        root_ts=report.root_ts, asset_id=read_as.asset_id, safety=asset.safety if asset else "",
        task_type=wording.task_type_of(read_as.said, impact).value, impact=impact.value,
        priority=found.priority.value, priority_reason=found.priority_reason, due_at=found.due_at, due_reason=found.due_reason,
        state=WorkOrderState.DRAFT.value, reported_by_id=report.reporter_id if report.reported_at else uow.actor.person_id, guessed=read_as.guessed,
        down_from=at if impact is Impact.STANDS else None, created_at=uow.now,
    )  # fmt: skip
    after = {"impact": impact.value, "priority": found.priority.value}
    uow.audit(Note(number, "reported", after=after, words=read_as.said))
    order = uow.get(WorkOrder, order_id)
    if asset is not None or report.unlisted:
        order = _ready(uow, order)
    show_card(uow, order_id)
    photos.fetch(uow, number, report.files)
    return order


def _ready(uow: UnitOfWork, order: WorkOrder) -> WorkOrder:
    """Make a complete report ready by rule, whoever wrote it."""
    actor, uow.actor = uow.actor, CHARGEHAND
    target = check(uow, order, WorkOrderEvent.SUBMIT)
    uow.change(WorkOrder, order.id, state=target.value)
    uow.audit(
        Note(order.number, WorkOrderEvent.SUBMIT.value, {"state": order.state}, {"state": target.value}, "complete")
    )
    uow.actor = actor
    return uow.get(WorkOrder, order.id)


def _impact(said: str, spotted: Spotted) -> Impact:
    """Read the impact from the words, without those that are the asset's own name."""
    name = spotted.asset.name if spotted.asset else ""
    told = wording.folded(said).replace(wording.folded(name), " ") if name else said
    return wording.impact_of(told) or wording.impact_of(said) or Impact.NONE


def _title(said: str, spotted: Spotted) -> str:
    """Return the first sentence without its greeting, as a title; the asset's name when nothing was written."""
    text = wording.without_greeting(said).strip()
    first = next((part.strip() for part in text.replace("! ", ". ").split(". ") if part.strip()), "")
    first = first if len(first) >= TITLE_MOST // 8 else text
    title = first.rstrip(" .!") or (f"Fault on {spotted.asset.name}" if spotted.asset else "Fault in a photo")
    short = title if len(title) <= TITLE_MOST else title[: TITLE_MOST - 1].rsplit(" ", 1)[0] + "…"
    return short[0].upper() + short[1:]


def _guessed(report: Report, spotted: Spotted) -> str:
    """Return what was read and not said: the asset and the priority; and the assets that are proposed, as ``?id``."""
    chosen = report.asset is not None and report.impact is not None
    words = [] if chosen else ["asset"] * (spotted.asset is not None) + ["priority"]
    return ",".join([*words, *(f"?{asset.id}" for asset in spotted.proposed[: finding.MOST_PROPOSED])])
