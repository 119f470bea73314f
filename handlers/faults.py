"""A fault in people's own words becomes a work order: which asset, how grave, due when; talk that is no fault stays talk."""

import templates
from handlers import finding, moments, request_cards, requests, wording
from handlers.correcting import NOT_LISTED
from handlers.finding import Spotted
from handlers.happenings import NOTHING, Answer, Click, Command, Message, PostedFile, Shortcut, Submission
from handlers.ids import Action, Callback, is_id
from handlers.reports import Report
from handlers.requests import Taken
from handlers.work_order_cards import by_thread
from handlers.work_order_steps import Table
from orders.errors import Unlawful
from orders.work_orders import Impact, WorkOrderState
from storage.tables import Asset, Request, WorkOrder
from storage.unit_of_work import UnitOfWork

IMPACT_CHOICES = (
    (Impact.STANDS, "It stands"),
    (Impact.REDUCED, "It runs, but slower or worse"),
    (Impact.NONE, "Nothing is lost yet"),
    (Impact.SAFETY, "Somebody could be hurt"),
)


def message(uow: UnitOfWork, what: Message) -> Answer:
    """Open a work order for a message in a fault channel, unless it is mere talk; nothing is said about talk."""
    if not what.by or what.thread_ts is not None:
        return NOTHING
    spotted = finding.asset_in(uow, wording.bare(what.text))
    if _is_talk(what, spotted) or _known(uow, what.channel, what.ts) is not None:
        return NOTHING
    requests.take_in(uow, Report(what.text, what.channel, what.ts, what.files, spotted))
    return NOTHING


def _known(uow: UnitOfWork, channel: str, ts: str) -> WorkOrder | Request | None:
    """Return what has come of the message already."""
    return by_thread(uow, channel, ts) or request_cards.by_thread(uow, channel, ts)


def _is_talk(what: Message, spotted: Spotted) -> bool:
    if not wording.bare(what.text):
        return not what.files
    return wording.is_chatter(what.text, names_asset=spotted.named)


def home_of(uow: UnitOfWork) -> str:
    """Return the channel that takes reports made elsewhere; raises ``Unlawful`` when none is set up."""
    channels = uow.plant.channels.faults
    if not channels:
        raise Unlawful(why="No channel for faults is set up yet. Please ask the administrator to name one.")
    return channels[0]


def command(uow: UnitOfWork, what: Command) -> Answer:
    """Report with the slash command; without words, the form opens."""
    return report(uow, what.text, what.channel)


def report(uow: UnitOfWork, text: str, channel: str = "", files: tuple[PostedFile, ...] = ()) -> Answer:
    """Report in typed words; the card of what comes of it becomes the root of its conversation."""
    if not wording.bare(text) and not files:
        return Answer(modal=_form(channel=channel))
    home = channel if channel in uow.plant.channels.faults else home_of(uow)
    taken = requests.take_in(uow, Report(text, home, files=files))
    return Answer(private=_opened(uow, taken, home if home != channel else ""))


def _opened(uow: UnitOfWork, taken: Taken, elsewhere: str) -> templates.Mrkdwn:
    if taken.order is None:
        return _waits(uow, taken.request, elsewhere)
    order = uow.get(WorkOrder, taken.order.id)
    told = f"Thank you. {order.number} is open: {order.title}. Due {moments.when(uow, order.due_at)}."
    told = (
        told
        if order.state != WorkOrderState.DRAFT
        else f"Thank you. {order.number} is open. Choose its asset on the card."
    )
    return templates.Mrkdwn.escape(f"{told} You find it in the channel for faults." if elsewhere else told)


def _waits(uow: UnitOfWork, request: Request | None, elsewhere: str) -> templates.Mrkdwn:
    """Say what a report waits for that no work order was made of yet."""
    number, title = (request.number, request.title) if request is not None else ("", "")
    alike = request_cards.likely(uow, request) if request is not None and request.asked_until else []
    told = f"Thank you. {number}: {title}. "
    told += f"Is it the same as {alike[0].number}? Say it on the card." if alike else "The planners decide on it."
    return templates.Mrkdwn.escape(f"{told} You find it in the channel for faults." if elsewhere else told)


def from_message(uow: UnitOfWork, what: Shortcut) -> Answer:
    """Open a work order from somebody's message; in a fault channel the message is the root of the conversation."""
    root = what.thread_ts or what.message_ts
    here = what.channel in uow.plant.channels.faults
    earlier = _known(uow, what.channel, root) if here else None
    if earlier is not None:
        return Answer(private=templates.Mrkdwn.escape(f"This is known already: {earlier.number}, {earlier.title}."))
    home = what.channel if here else home_of(uow)
    taken = requests.take_in(uow, Report(what.text, home, root if here else None, what.files))
    return Answer(private=_opened(uow, taken, "" if here else home))


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
    home = what.private if what.private in uow.plant.channels.faults else home_of(uow)
    asset = uow.find(Asset, id=int(chosen)) if is_id(chosen) and chosen != NOT_LISTED else None
    spotted = Spotted(asset) if asset is not None or chosen == NOT_LISTED else None
    told = Impact(impact) if impact in set(Impact) else None
    read = Report(text, home, asset=spotted, impact=told, unlisted=chosen == NOT_LISTED)
    return Answer(private=_opened(uow, requests.take_in(uow, read), home))


CLICKS: Table = {Action.REPORT: open_form}
SUBMISSIONS: Table = {Callback.REPORT: reported}
