"""ONE table: what comes in over a wire, by its kind and name, and the handler that answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers import (
    absences,
    agreement_life,
    agreements,
    amending,
    approvals,
    asking,
    budget_releases,
    call_offs,
    cancelling,
    charging,
    faults,
    gathering,
    home,
    inspecting,
    invoice_deeds,
    invoice_entering,
    leavers,
    mail_corrections,
    mail_rules,
    mailroom,
    messages,
    need_lists,
    needs,
    order_copies,
    order_lists,
    order_views,
    over_deliveries,
    parts,
    passing_on,
    people,
    proposing,
    purchase_orders,
    questions,
    receipt_reversal,
    receiving,
    reducing,
    sentences,
    short_closing,
    stand_ins,
    stock_counts,
    supplier_holds,
    supplier_mail,
    supplier_replies,
    supplier_returns,
    timers,
    triage,
    visits,
    work_digests,
    work_orders,
)
from handlers.happenings import NOTHING, Answer, Click, OptionsAsked, Shortcut, Submission
from handlers.ids import Action, Callback
from orders.errors import OldCard
from storage.unit_of_work import UnitOfWork

Handler = Callable[[UnitOfWork, Any], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A handler, and for whom: ``known`` people, anybody as ``reporter``, or the handler finds out ``itself``."""

    name: str
    handler: Handler
    actor: str = "known"
    reads_only: bool = False

    def run(self, uow: UnitOfWork, what: Any) -> Answer:
        """Find out who acts, then hand over."""
        if self.actor == "known":
            uow.actor = people.known(uow, what.by)
        elif self.actor == "reporter":
            uow.actor = people.reporter(uow, what.by)
        return self.handler(uow, what)


def _too_old(uow: UnitOfWork, what: Any) -> Answer:  # noqa: ARG001  # every handler is called alike
    """Refuse a button that this version does not know."""
    raise OldCard


TOO_OLD = Route("too old", _too_old, "itself")

NOTHING_OFFERED = Route("no options", lambda uow, what: NOTHING, "itself", reads_only=True)  # noqa: ARG005  # alike

COMMANDS = ("/chargehand", "/wo", "/fault")
"""The one command, its short twin, and the twin of ``report``."""

SHORTCUTS: Mapping[str, Handler] = {
    Callback.REPORT: faults.open_form,
    Callback.REPORT_MESSAGE: faults.from_message,
}

CLICKS: Mapping[str, Handler] = {
    **faults.CLICKS,
    **work_orders.CLICKS,
    **triage.CLICKS,
    **parts.CLICKS,
    **proposing.CLICKS,
    **timers.CLICKS,
    **purchase_orders.CLICKS,
    **order_views.CLICKS,
    **order_lists.CLICKS,
    **needs.CLICKS,
    **asking.CLICKS,
    **need_lists.CLICKS,
    **gathering.CLICKS,
    **approvals.CLICKS,
    **budget_releases.CLICKS,
    **passing_on.CLICKS,
    **reducing.CLICKS,
    **absences.CLICKS,
    **receiving.CLICKS,
    **over_deliveries.CLICKS,
    **inspecting.CLICKS,
    **receipt_reversal.CLICKS,
    **supplier_returns.CLICKS,
    **supplier_mail.CLICKS,
    **invoice_deeds.CLICKS,
    **invoice_entering.CLICKS,
    **supplier_holds.CLICKS,
    **supplier_replies.CLICKS,
    **visits.CLICKS,
    **stock_counts.CLICKS,
    **stand_ins.CLICKS,
    **work_digests.CLICKS,
    **mailroom.CLICKS,
    **mail_corrections.CLICKS,
    **mail_rules.CLICKS,
    **agreements.CLICKS,
    **agreement_life.CLICKS,
    **call_offs.CLICKS,
    **amending.CLICKS,
    **charging.CLICKS,
    **order_copies.CLICKS,
    **cancelling.CLICKS,
    **short_closing.CLICKS,
}

SUBMISSIONS: Mapping[str, Handler] = {
    **faults.SUBMISSIONS,
    **work_orders.SUBMISSIONS,
    **triage.SUBMISSIONS,
    **parts.SUBMISSIONS,
    **proposing.SUBMISSIONS,
    **timers.SUBMISSIONS,
    **purchase_orders.SUBMISSIONS,
    **needs.SUBMISSIONS,
    **asking.SUBMISSIONS,
    **gathering.SUBMISSIONS,
    **approvals.SUBMISSIONS,
    **budget_releases.SUBMISSIONS,
    **passing_on.SUBMISSIONS,
    **reducing.SUBMISSIONS,
    **absences.SUBMISSIONS,
    **receiving.SUBMISSIONS,
    **inspecting.SUBMISSIONS,
    **receipt_reversal.SUBMISSIONS,
    **supplier_returns.SUBMISSIONS,
    **supplier_mail.SUBMISSIONS,
    **invoice_deeds.SUBMISSIONS,
    **invoice_entering.SUBMISSIONS,
    **supplier_holds.SUBMISSIONS,
    **supplier_replies.SUBMISSIONS,
    **stock_counts.SUBMISSIONS,
    **stand_ins.SUBMISSIONS,
    **mail_corrections.SUBMISSIONS,
    **mail_rules.SUBMISSIONS,
    **agreements.SUBMISSIONS,
    **agreement_life.SUBMISSIONS,
    **call_offs.SUBMISSIONS,
    **amending.SUBMISSIONS,
    **charging.SUBMISSIONS,
    **cancelling.SUBMISSIONS,
    **short_closing.SUBMISSIONS,
}

OPTIONS: Mapping[str, Handler] = {**questions.OPTIONS}

OUTCOMES: Mapping[str, Handler] = {"purchase_order": purchase_orders.outcome}
"""What follows from an outgoing row's outcome, by the row's purpose."""

EVENTS = ("message.channels", "message.groups", "message.im", "app_mention", "app_home_opened", "user_change")
"""What Slack has to tell us about."""


def _routes(table: Mapping[str, Handler], kind: str) -> dict[str, Route]:
    reporting = {Callback.REPORT, Callback.REPORT_MESSAGE}
    return {
        name: Route(f"{kind} {name}", run, "reporter" if name in reporting else "known") for name, run in table.items()
    }


@dataclass(frozen=True, slots=True)
class Routes:
    """The tables, ready to be asked."""

    command: Route = Route("command", sentences.command, "itself")
    message: Route = Route("message", messages.message, "itself")
    photos: Route = Route("photos", messages.photos, "itself")
    home: Route = Route("home", home.opened, reads_only=True)
    person: Route = Route("person", leavers.changed_in_slack, "itself")
    mail: Route = Route("mail", supplier_mail.read, "itself")
    clicks: Mapping[str, Route] = field(default_factory=lambda: _routes(CLICKS, "click"))
    submissions: Mapping[str, Route] = field(default_factory=lambda: _routes(SUBMISSIONS, "submission"))
    shortcuts: Mapping[str, Route] = field(default_factory=lambda: _routes(SHORTCUTS, "shortcut"))
    lookups: Mapping[str, Handler] = field(default_factory=lambda: OPTIONS)

    def click(self, what: Click) -> Route:
        """Return the route of a button; a menu's choice names the action itself."""
        return self.clicks.get(what.action) or TOO_OLD

    def submission(self, what: Submission) -> Route:
        """Return the route of a submitted modal."""
        return self.submissions.get(what.callback) or TOO_OLD

    def shortcut(self, what: Shortcut) -> Route:
        """Return the route of a shortcut."""
        return self.shortcuts.get(what.callback) or TOO_OLD

    def options(self, what: OptionsAsked) -> Route:
        """Return the route of a field that looks things up."""
        found = self.lookups.get(what.action)
        asker = "reporter" if what.action == Action.FIND_ASSET else "known"
        return Route(f"options {what.action}", found, asker, reads_only=True) if found else NOTHING_OFFERED


ROUTES = Routes()

__all__ = ["COMMANDS", "EVENTS", "OUTCOMES", "ROUTES", "SHORTCUTS", "Route", "Routes"]
