"""What a plant has settled for itself: the frozen values that handlers work by."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from orders.approval_rules import Rule
from orders.budgets import BudgetPolicy
from orders.call_offs import Watch
from orders.chasing import Chasing
from orders.failure_codes import FailureCode
from orders.job_costs import JobLimits
from orders.matching import Policy as InvoicePolicy
from orders.numbering import PATTERNS
from orders.rates import Rate
from orders.response_times import Calendar, ResponseTimes
from orders.supplier_figures import Gate
from orders.work_orders import Priority
from orders.working_time import WorkingTime

UTC_ZONE = ZoneInfo("UTC")
STALE = timedelta(hours=4)
"""A digest that could not be told for so long is left out: the next one says it all."""


class Reordering(StrEnum):
    """When parts that run low are put on the buyers' list."""

    OFF = "off"
    """Never by itself."""
    DAILY = "daily"
    """Once a day."""
    AT_ONCE = "at_once"
    """Whenever stock moves, and once a day."""


@dataclass(frozen=True, slots=True)
class Channels:
    """Slack channel ids by what they are for; the first fault channel takes reports made elsewhere."""

    faults: tuple[str, ...] = ()
    stores: str = ""
    purchasing: str = ""
    planning: str = ""
    """Where planners decide on requests; without it, work orders are made at once."""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address as a document prints it."""

    name: str = ""
    street: str = ""
    post_code: str = ""
    city: str = ""
    country: str = ""
    hours: str = ""
    contact: str = ""

    def line(self) -> str:
        """Return the address on one line, empty when nothing is known."""
        return ", ".join(part for part in (self.name, self.street, f"{self.post_code} {self.city}".strip()) if part)


@dataclass(frozen=True, slots=True)
class Terms:
    """The conditions an order carries unless the supplier has its own."""

    payment: str = "30 days net"
    returns: str = "Wrong or damaged goods may be returned within 30 days at the supplier's cost."
    warranty: str = "24 months from delivery"
    incoterm: str = "DAP"
    incoterm_place: str = ""
    edition: str = "2026-01"
    tax_percent: str = "0"
    lead_days: int = 7


@dataclass(frozen=True, slots=True)
class Stationery:
    """The plant's own paper: its logo as SVG (empty: the name in words), its colour, and its terms by language."""

    logo: str = ""
    colour: str = "#0b5c7a"
    terms: dict[str, str] = field(default_factory=dict)
    """The text of the terms of purchase by language code; the empty code serves every language without its own."""

    def terms_in(self, language: str) -> str:
        """Return the terms for a supplier's language, empty where there are none."""
        return self.terms.get(language[:2].lower(), self.terms.get("", ""))


@dataclass(frozen=True, slots=True)
class MailIdentity:
    """Who we are in mails: the address suppliers answer to, and what proves that an answer is ours."""

    address: str = ""
    domain: str = ""
    secret: str = ""
    trusted_authserv: tuple[str, ...] = ()
    trust_without_name: bool = False


@dataclass(frozen=True, slots=True)
class Digests:
    """When people and channels are told what is before them, which messages they get at all, and how many unasked ones."""

    at: tuple[time, ...] = (time(6), time(14))
    """Times of the plant's clock on working days."""
    people: bool = True
    channels: bool = True
    week: bool = True
    posts_an_hour: int = 6
    """How many messages that nobody caused stand in a channel for faults within an hour; 0: as many as come."""

    def slot(self, local: datetime, working: WorkingTime) -> time | None:
        """Return the digest to be told at a moment of the plant's clock: on working days, and not much later than its time."""
        passed = [at for at in self.at if at <= local.time()]
        if not passed or not working.works(local.date()):
            return None
        told = datetime.combine(local.date(), passed[-1], local.tzinfo)
        return passed[-1] if local - told <= STALE else None


@dataclass(frozen=True, slots=True)
class Plant:
    """One plant and its rules; made once from the configuration and never changed while running."""

    name: str = "Plant"
    zone: ZoneInfo = UTC_ZONE
    currency: str = "EUR"
    language: str = "en"
    tax_id: str = ""
    registered: str = ""
    phone: str = ""
    paper: str = "a4"
    stationery: Stationery = field(default_factory=Stationery)
    address: Address = field(default_factory=Address)
    deliver_to: Address = field(default_factory=Address)
    channels: Channels = field(default_factory=Channels)
    terms: Terms = field(default_factory=Terms)
    mail: MailIdentity = field(default_factory=MailIdentity)
    approval_rules: tuple[Rule, ...] = ()
    approval_fallback: tuple[str, ...] = ()
    split: str = "count"
    """Whether orders beside an order ``count`` towards the limits, or are only ``show``n."""
    split_days: int = 7
    """Within how many days orders to the same supplier belong together."""
    change_tolerance_percent: int = 0
    """By how much a supplier's proposal may be dearer or more for a buyer to agree without a new approval."""
    rates: tuple[Rate, ...] = ()
    budget: BudgetPolicy = field(default_factory=BudgetPolicy)
    undo: timedelta = timedelta(seconds=60)
    working: WorkingTime = field(default_factory=WorkingTime)
    remind_after: timedelta = timedelta(hours=4)
    """Working time after which somebody who does not answer is reminded."""
    escalate_after: timedelta = timedelta(hours=8)
    """Working time after which one more person is asked."""
    expire_after: timedelta = timedelta(hours=50)
    """Working time after which an order that nobody answered is a draft again."""
    escalate_to: tuple[str, ...] = ()
    """Who is asked when nobody answers; without any, the fallback people."""
    planned_tolerance_percent: int | None = None
    """By how much the last release of a planned order may go beyond what is planned; None means not at all."""
    agreement_watch: Watch = field(default_factory=Watch)
    supplier_gates: tuple[Gate, ...] = ()
    """Rules on new orders by a supplier's figures."""
    later_days: int = 0
    price_percent: int = 0
    """By how many percent a confirmed price may differ from the approved one and is taken over unasked."""
    quantity_percent: int = 0
    """By how many percent a confirmed quantity may; neither ever beyond what approvals allow."""
    """By how many days a supplier's promise may be later than wanted and still be taken over without a question."""
    failures: tuple[FailureCode, ...] = ()
    """The plant's own failure modes, causes and remedies."""
    timer_asks_after: timedelta = timedelta(hours=10)
    """After how long a running timer is asked about when no working time ends before."""
    closer_apart: bool = True
    """Whether somebody who alone did the work may not close it while another supervisor could."""
    chasing: Chasing = field(default_factory=Chasing)
    """When suppliers are reminded of orders."""
    tolerance_percent: int | None = None
    under_percent: int | None = None
    early_days: int = 7
    """More days before its day than this, a delivery is called early."""
    late_days: int = 0
    """More days after its day than this, a delivery is called late."""
    unattended_limit: int | None = None
    """Up to which value (minor units of the plant's currency) a delivery may be taken in without a person; None: never."""
    blind: str = "none"
    invoices: InvoicePolicy = field(default_factory=InvoicePolicy)
    patterns: dict[str, str] = field(default_factory=lambda: dict(PATTERNS))
    breakdown_mention: str = ""
    reordering: Reordering = Reordering.DAILY
    reorder_at: time = time(6)
    """When the daily look at low parts is taken, by the plant's clock."""
    duplicate_hours: int = 24
    """For how long after a report another one with similar words is taken to be the same; 0 means never."""
    blind_counts: bool = False
    """Whether whoever counts stock is not told what is booked."""
    reading_senders: tuple[str, ...] = ()
    """Addresses of devices whose mails bring readings."""
    plans_at: time = time(5)
    """From when on in a day the orders of maintenance plans are made, by the plant's clock."""
    job_limits: JobLimits = field(default_factory=JobLimits)
    """When a job has to be approved before work."""
    plan_tolerance_days: int = 3
    """By how many days what a plan asks for may be late and still count as done in time."""
    stock_cost_centre: str = ""
    """Who pays for what is bought for the store."""
    clocks: ResponseTimes = field(default_factory=ResponseTimes)
    """How soon work is answered, begun and done."""
    digests: Digests = field(default_factory=Digests)

    @property
    def calendar(self) -> Calendar:
        """By what waiting is measured here."""
        return Calendar(self.working, self.zone)

    def due_at(self, priority: Priority, reported_at: datetime) -> datetime:
        """Return by when work of a priority is to be done."""
        return self.clocks.due_at(priority, reported_at, self.calendar)
