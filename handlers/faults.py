"""A fault in people's own words becomes a work order: which asset, how grave, due when; talk that is no fault stays talk."""

from dataclasses import dataclass

import templates
from handlers import finding, moments, photos, wording
from handlers.correcting import NOT_LISTED
from handlers.finding import Spotted
from handlers.happenings import NOTHING, Answer, Click, Command, Message, PostedFile, Shortcut, Submission
from handlers.ids import Action, Callback, is_id
from handlers.work_order_cards import by_thread, line, show_card
from handlers.work_order_steps import Table, check
from orders.errors import Unlawful
from orders.people import CHARGEHAND
from orders.work_orders import Impact, WorkOrderEvent, WorkOrderState, urgency
from storage import numbering
from storage.tables import Asset, WorkOrder
from storage.unit_of_work import Note, UnitOfWork

TITLE_MOST = 80
TEXT_MOST = 4000
IMPACT_CHOICES = (
    (Impact.STANDS, "It stands"),
    (Impact.REDUCED, "It runs, but slower or worse"),
    (Impact.NONE, "Nothing is lost yet"),
    (Impact.SAFETY, "Somebody could be hurt"),
)


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


def message(uow: UnitOfWork, what: Message) -> Answer:
    """Open a work order for a message in a fault channel, unless it is mere talk; nothing is said about talk."""
    if not what.by or what.thread_ts is not None:
        return NOTHING
    spotted = finding.asset_in(uow, wording.bare(what.text))
    if _is_talk(what, spotted) or by_thread(uow, what.channel, what.ts) is not None:
        return NOTHING
    open_order(uow, Report(what.text, what.channel, what.ts, what.files, spotted))
    return NOTHING


def _is_talk(what: Message, spotted: Spotted) -> bool:
    if not wording.bare(what.text):
        return not what.files
    return wording.is_chatter(what.text, names_asset=spotted.named)


def open_order(uow: UnitOfWork, report: Report) -> WorkOrder:
    """Write the work order, show its card, keep its photos; it is ready at once when the asset is known."""
    said = wording.bare(report.text)
    spotted = report.asset or finding.asset_in(uow, said)
    impact = report.impact or _impact(said, spotted)
    title = _title(said, spotted)
    number = numbering.draw(uow, "work_order")
    found = urgency(spotted.asset.criticality or "B" if spotted.asset else "B", impact, uow.now)
    order_id = uow.add(
        WorkOrder, number=number, title=title, description=report.text.strip()[:TEXT_MOST], channel=report.channel, root_ts=report.root_ts,
        asset_id=spotted.asset.id if spotted.asset else None, safety=spotted.asset.safety if spotted.asset else "",
        task_type=wording.task_type_of(said, impact).value, impact=impact.value,
        priority=found.priority.value, priority_reason=found.priority_reason, due_at=found.due_at, due_reason=found.due_reason,
        state=WorkOrderState.DRAFT.value, reported_by_id=uow.actor.person_id, guessed=_guessed(report, spotted),
        down_from=uow.now if impact is Impact.STANDS else None, created_at=uow.now,
    )  # fmt: skip
    uow.audit(Note(number, "reported", after={"impact": impact.value, "priority": found.priority.value}, words=said))
    order = uow.get(WorkOrder, order_id)
    if spotted.asset is not None or report.unlisted:
        order = _ready(uow, order)
    show_card(uow, order_id)
    keep_files(uow, order, report.files)
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


def keep_files(uow: UnitOfWork, order: WorkOrder, files: tuple[PostedFile, ...]) -> None:
    """Queue each photo for keeping; what is too large or of an odd kind is named in the thread instead."""
    for name, why in photos.fetch(uow, order.number, files):
        line(uow, order, "file_left_out", name=name, why=why)


def _home(uow: UnitOfWork) -> str:
    """Return the channel that takes reports made elsewhere; raises ``Unlawful`` when none is set up."""
    channels = uow.plant.channels.faults
    if not channels:
        raise Unlawful(why="No channel for faults is set up yet. Please ask the administrator to name one.")
    return channels[0]


def command(uow: UnitOfWork, what: Command) -> Answer:
    """Report with the slash command; without words, the form opens."""
    return report(uow, what.text, what.channel)


def report(uow: UnitOfWork, text: str, channel: str = "") -> Answer:
    """Report in typed words; the work order's card becomes the root of its conversation."""
    if not wording.bare(text):
        return Answer(modal=_form(channel=channel))
    home = channel if channel in uow.plant.channels.faults else _home(uow)
    order = open_order(uow, Report(text, home))
    return Answer(private=_opened(uow, order, home if home != channel else ""))


def _opened(uow: UnitOfWork, order: WorkOrder, elsewhere: str) -> templates.Mrkdwn:
    order = uow.get(WorkOrder, order.id)
    told = f"Thank you. {order.number} is open: {order.title}. Due {moments.when(uow, order.due_at)}."
    told = (
        told
        if order.state != WorkOrderState.DRAFT
        else f"Thank you. {order.number} is open. Choose its asset on the card."
    )
    return templates.Mrkdwn.escape(f"{told} You find it in the channel for faults." if elsewhere else told)


def from_message(uow: UnitOfWork, what: Shortcut) -> Answer:
    """Open a work order from somebody's message; in a fault channel the message is the root of the conversation."""
    root = what.thread_ts or what.message_ts
    here = what.channel in uow.plant.channels.faults
    earlier = by_thread(uow, what.channel, root) if here else None
    if earlier is not None:
        words = f"There is a work order for this already: {earlier.number}, {earlier.title}."
        return Answer(private=templates.Mrkdwn.escape(words))
    home = what.channel if here else _home(uow)
    order = open_order(uow, Report(what.text, home, root if here else None, what.files))
    return Answer(private=_opened(uow, order, "" if here else home))


def open_form(uow: UnitOfWork, what: Shortcut | Click) -> Answer:  # noqa: ARG001  # every handler is called alike
    """Open the form for a fault."""
    text = what.text if isinstance(what, Shortcut) else ""
    return Answer(modal=_form(text=text, channel=what.channel))


def _form(*, text: str = "", channel: str = "") -> dict[str, object]:
    impacts = [(impact.value, words) for impact, words in IMPACT_CHOICES]
    form = {"text": text[:2000], "asset": None, "impacts": impacts, "impact": None}
    return templates.view("report_form", carried=channel, **form)


def reported(uow: UnitOfWork, what: Submission) -> Answer:
    """Open a work order from the form; an asset that was left out is looked for in the words."""
    text, chosen, impact = what.field("text"), what.field("asset"), what.field("impact")
    if not wording.bare(text):
        return Answer(errors={"text": "Write what is wrong, a few words are enough."})
    home = what.private if what.private in uow.plant.channels.faults else _home(uow)
    asset = uow.find(Asset, id=int(chosen)) if is_id(chosen) and chosen != NOT_LISTED else None
    spotted = Spotted(asset) if asset is not None or chosen == NOT_LISTED else None
    told = Impact(impact) if impact in set(Impact) else None
    read = Report(text, home, asset=spotted, impact=told, unlisted=chosen == NOT_LISTED)
    return Answer(private=_opened(uow, open_order(uow, read), home))


CLICKS: Table = {Action.REPORT: open_form}
SUBMISSIONS: Table = {Callback.REPORT: reported}
