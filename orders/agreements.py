"""Agreements: planned, blanket and contract orders; what each kind may say, what may be ordered under it, and its life."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from orders.errors import BuysNothing, NotUnderThis
from orders.lifecycle import Lifecycle, rows, said
from orders.people import Role
from orders.purchase_orders import Gap, OrderContent, OrderKind, OrderLine, OrderState, gaps


class AgreementState(StrEnum):
    """Where an agreement stands; the first three follow its document, the others are its own."""

    DRAFT = "draft"
    """Being written; nothing can be ordered from it."""
    PENDING_APPROVAL = "pending_approval"
    """Waits for the decisions that its rules name."""
    APPROVED = "approved"
    """Approved; waits for its first day or for the supplier's acceptance."""
    ACTIVE = "active"
    """Can be ordered from."""
    SUSPENDED = "suspended"
    """Held by a buyer for a time; nothing can be ordered from it."""
    EXPIRED = "expired"
    """Its last day is over."""
    EXHAUSTED = "exhausted"
    """Everything that was agreed has been ordered."""
    CLOSED = "closed"
    """Ended by a buyer; what was ordered from it goes on."""
    CANCELLED = "cancelled"
    """Withdrawn, or refused by the supplier."""


class AgreementEvent(StrEnum):
    """What may happen to an agreement."""

    SUBMIT = "submit"
    REJECT = "reject"
    APPROVE = "approve"
    ACTIVATE = "activate"
    SUSPEND = "hold"
    RESUME = "resume"
    RUN_OUT = "run_out"
    USE_UP = "use_up"
    FLOW_BACK = "flow_back"
    CLOSE = "close"
    CANCEL = "cancel"


AGREEMENT_KINDS = frozenset({OrderKind.PLANNED, OrderKind.BLANKET, OrderKind.CONTRACT})
"""Kinds that buy nothing by themselves."""
MAILED = frozenset({OrderKind.PLANNED, OrderKind.BLANKET})
"""Agreements that the supplier gets by mail and has to accept; a contract was signed by both before it is entered."""

_S, _E = AgreementState, AgreementEvent
_BUY, _SYS, _APPR = Role.BUYER, Role.SYSTEM, Role.APPROVER
_ANY = tuple(role for role in Role if role is not Role.SUPPLIER)
AGREEMENTS = Lifecycle(
    "agreement",
    (
        *rows((_S.DRAFT,), _E.SUBMIT, _S.PENDING_APPROVAL, _ANY),
        *rows((_S.PENDING_APPROVAL,), _E.REJECT, _S.DRAFT, (_APPR, _BUY, _SYS)),
        *rows((_S.PENDING_APPROVAL,), _E.APPROVE, _S.APPROVED, (_APPR,)),
        *rows((_S.APPROVED,), _E.ACTIVATE, _S.ACTIVE, (_SYS,)),
        *rows((_S.ACTIVE,), _E.SUSPEND, _S.SUSPENDED, (_BUY,)),
        *rows((_S.SUSPENDED,), _E.RESUME, _S.ACTIVE, (_BUY,)),
        *rows((_S.APPROVED, _S.ACTIVE, _S.SUSPENDED, _S.EXHAUSTED), _E.RUN_OUT, _S.EXPIRED, (_SYS,)),
        *rows((_S.ACTIVE,), _E.USE_UP, _S.EXHAUSTED, (_SYS,)),
        *rows((_S.EXHAUSTED,), _E.FLOW_BACK, _S.ACTIVE, (_SYS,)),
        *rows((_S.APPROVED, _S.ACTIVE, _S.SUSPENDED, _S.EXHAUSTED, _S.EXPIRED), _E.CLOSE, _S.CLOSED, (_BUY,)),
        *rows((_S.DRAFT,), _E.CANCEL, _S.CANCELLED, _ANY),
        *rows((_S.PENDING_APPROVAL, _S.APPROVED), _E.CANCEL, _S.CANCELLED, (_BUY, _SYS)),
    ),
)
_BY_DOCUMENT = {
    OrderState.DRAFT: _S.DRAFT,
    OrderState.PENDING_APPROVAL: _S.PENDING_APPROVAL,
    OrderState.CANCELLED: _S.CANCELLED,
    OrderState.REJECTED_BY_SUPPLIER: _S.CANCELLED,
}


def state_words(state: AgreementState) -> str:
    """Return a state as people read it; a buyer who suspends an agreement puts it on hold."""
    return "on hold" if state is AgreementState.SUSPENDED else said(state)


def standing(document: OrderState, own: str) -> AgreementState:
    """Return where an agreement stands: as its document before the approval, by its own state from then on."""
    return _BY_DOCUMENT.get(document) or AgreementState(own or _S.APPROVED)


def due(kind: OrderKind, document: OrderState, own: str, days: tuple[date | None, date | None], today: date) -> str:
    """Name the event that time asks for now (``activate`` or ``run_out``), empty when there is none."""
    state, (first, last) = standing(document, own), days
    over = last is not None and today > last
    if over and AGREEMENTS.step(state, _E.RUN_OUT) is not None:
        return _E.RUN_OUT.value
    accepted = kind not in MAILED or document is OrderState.ACCEPTED
    begun = first is None or today >= first
    return _E.ACTIVATE.value if state is _S.APPROVED and accepted and begun and not over else ""


CHILDREN: dict[OrderKind, frozenset[OrderKind]] = {
    OrderKind.CONTRACT: frozenset({OrderKind.STANDARD, OrderKind.BLANKET}),
    OrderKind.BLANKET: frozenset({OrderKind.RELEASE}),
    OrderKind.PLANNED: frozenset({OrderKind.RELEASE}),
    OrderKind.STANDARD: frozenset(),
    OrderKind.RELEASE: frozenset(),
}
"""What may be ordered under which kind; everything else is refused."""
SAID = {
    OrderKind.STANDARD: "a standard order",
    OrderKind.PLANNED: "a planned order",
    OrderKind.BLANKET: "a blanket order",
    OrderKind.CONTRACT: "a contract",
    OrderKind.RELEASE: "a release",
}
MANY = {
    OrderKind.STANDARD: "standard orders",
    OrderKind.BLANKET: "the releases of its blanket orders",
    OrderKind.RELEASE: "releases",
}


def check_child(parent: str, parent_kind: OrderKind, child: OrderKind) -> None:
    """Refuse a kind of order that cannot stand under another kind, saying what can."""
    if child in CHILDREN[parent_kind]:
        return
    allowed = " or ".join(SAID[kind] for kind in OrderKind if kind in CHILDREN[parent_kind]) or "nothing"
    raise NotUnderThis(child=SAID[child].capitalize(), parent=parent, kind=SAID[parent_kind], allowed=allowed)


def check_buys(order: str, kind: OrderKind, *, what: str) -> None:
    """Refuse to receive or invoice against something that buys nothing by itself; ``what`` is "received" or "invoiced"."""
    if kind in AGREEMENT_KINDS:
        below = " and ".join(MANY[child] for child in OrderKind if child in CHILDREN[kind])
        raise BuysNothing(order=order, kind=SAID[kind], what=what, below=below)


class Say(StrEnum):
    """Whether a kind of order says something."""

    MUST = "must"
    """It is not complete without it."""
    MAY = "may"
    """It can be left out."""
    NOT = "not"
    """It is said elsewhere, or nowhere."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One row of the matrix: what is asked for when it lacks, what is wrong when it is said, and by whom it must be said."""

    field: str
    lacks: str
    wrong: str
    by_kind: tuple[Say, Say, Say, Say, Say]
    """For standard, planned, blanket, contract and release, in this order."""

    def says(self, kind: OrderKind) -> Say:
        """Return whether a kind says this."""
        return self.by_kind[tuple(OrderKind).index(kind)]


_MUST, _MAY, _NOT = Say.MUST, Say.MAY, Say.NOT
MATRIX: tuple[Matter, ...] = (
    Matter("supplier", "a supplier", "", (_MUST, _MUST, _MUST, _MUST, _MUST)),
    Matter("payment_terms", "payment terms", "", (_MUST, _MUST, _MUST, _MUST, _MUST)),
    Matter("return_conditions", "return conditions", "", (_MUST, _MUST, _MUST, _MUST, _MUST)),
    Matter("email_orders", "the supplier's address for orders", "", (_MUST, _MUST, _MUST, _MAY, _MUST)),
    Matter("lines", "a line", "no lines (its orders have them)", (_MUST, _MUST, _MUST, _NOT, _MUST)),
    Matter("price", "the price", "", (_MUST, _MUST, _MUST, _MAY, _MUST)),
    Matter("quantity", "the quantity", "no quantity (each release says it)", (_MUST, _MUST, _NOT, _NOT, _MUST)),
    Matter("estimate", "", "no estimate beside the quantity", (_NOT, _NOT, _MAY, _NOT, _NOT)),
    Matter("breaks", "", "no price breaks", (_NOT, _MAY, _MAY, _NOT, _NOT)),
    Matter("deliver_by", "the delivery date", "no delivery date (each order says it)", (_MUST, _MAY, _NOT, _NOT, _MUST)),
    Matter("cost_centre", "the cost centre", "no cost centre (each order says it)", (_MUST, _MUST, _NOT, _NOT, _MUST)),
    Matter("amount_limit", "the amount limit", "no amount limit", (_NOT, _NOT, _MUST, _MUST, _NOT)),
    Matter("minimum_release", "", "no minimum for a release", (_NOT, _NOT, _MAY, _NOT, _NOT)),
    Matter("first", "the first day", "no first day", (_NOT, _MUST, _MUST, _MUST, _NOT)),
    Matter("last", "the last day", "no last day", (_NOT, _MUST, _MUST, _MUST, _NOT)),
    Matter("answers", "the cost centre that answers for it", "no cost centre of its own", (_NOT, _MAY, _MUST, _MUST, _NOT)),
)  # fmt: skip
"""What is known at creation of each kind, row by row; the completeness gate walks it."""
BY_FIELD = {matter.field: matter for matter in MATRIX}
OF_LINES = ("price", "quantity", "estimate", "breaks", "deliver_by", "cost_centre")


def missing(
    content: OrderContent, *, supplier_address: str | None, supplier_blocked: bool = False, supplier_held: bool = False
) -> list[Gap]:
    """List what keeps an order of any kind from being submitted: what it lacks, and what its kind must not say."""
    given = {"supplier_blocked": supplier_blocked, "supplier_held": supplier_held}
    common = gaps(content, supplier_address=supplier_address, **given)
    found = [gap for gap in common if _is_due(gap, content.kind)]
    known = {gap.field for gap in found}
    for matter in MATRIX:
        found += [gap for gap in _judged(matter, content) if gap.field not in known]
    return found


def _is_due(gap: Gap, kind: OrderKind) -> bool:
    matter = BY_FIELD.get(gap.field.rpartition(".")[2])
    return matter is None or matter.says(kind) is Say.MUST


def _judged(matter: Matter, content: OrderContent) -> Iterable[Gap]:
    """Hold one row of the matrix against an order: the whole of it, or each of its lines."""
    says = matter.says(content.kind)
    if matter.field in OF_LINES:
        for line in content.lines:
            yield from _judged_line(matter, says, content, line)
        if matter.field == "deliver_by" and says is Say.NOT and content.deliver_by:
            yield Gap("deliver_by", matter.wrong)
        return
    said = _is_said(matter.field, content)
    if said is None:
        return
    if says is Say.MUST and not said:
        yield Gap(matter.field, matter.lacks)
    elif says is Say.NOT and said:
        yield Gap(matter.field, matter.wrong)


def _judged_line(matter: Matter, says: Say, content: OrderContent, line: OrderLine) -> Iterable[Gap]:
    said = _line_says(matter.field, content, line)
    if says is Say.NOT and said:
        yield Gap(f"lines.{line.line}.{matter.field}", f"{matter.wrong} on line {line.line}")
    elif says is Say.MUST and not said and matter.field != "deliver_by":
        yield Gap(f"lines.{line.line}.{matter.field}", f"{matter.lacks} of line {line.line}")


def _line_says(field: str, content: OrderContent, line: OrderLine) -> bool:
    if field in {"estimate", "breaks"}:
        return content.terms is not None and bool(getattr(content.terms.of_line(line.line), field))
    return bool(getattr(line, field))


def _is_said(field: str, content: OrderContent) -> bool | None:
    """Say whether something stands on an order; None for what only its supplier's register can tell."""
    if field == "email_orders":
        return None
    if field in {"supplier", "payment_terms", "return_conditions", "lines"}:
        return bool(getattr(content, field))
    if content.terms is None:
        return False
    return bool(content.terms.cost_centre if field == "answers" else getattr(content.terms, field))


def wrong_terms(content: OrderContent) -> list[Gap]:
    """List what an agreement says that cannot be: a last day before the first, breaks out of order, a minimum above the limit."""
    terms, found = content.terms, []
    if terms is None:
        return []
    if terms.first and terms.last and terms.last < terms.first:
        found.append(Gap("last", "a last day that is not before the first"))
    if terms.amount_limit and terms.minimum_release > terms.amount_limit:
        found.append(Gap("minimum_release", "a minimum for a release within the amount limit"))
    for each in terms.lines:
        steps = [step.from_quantity for step in each.breaks]
        if steps != sorted(set(steps)) or any(step.price <= 0 for step in each.breaks):
            found.append(Gap(f"lines.{each.line}.breaks", f"price breaks of line {each.line} that rise in quantity"))
    return found
