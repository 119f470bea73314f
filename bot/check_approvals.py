"""The check of approvals: every order finds somebody for each step, every rule has its people, absences lead somewhere."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.check_inside import opened
from bot.config import Config
from bot.findings import Finding, several, wrong
from handlers.approval_plans import Staff, staff
from orders.approval_gaps import Circumstance, amounts, can_be_approved, circles, circumstances, gaps_in_rules
from orders.money import Money
from orders.people import Role
from orders.plant import Plant
from storage.happenings import reading
from storage.tables import Absence, Budget, CostCentre, Person, Supplier
from storage.unit_of_work import UnitOfWork

NAME = "Approvals"
OLDEST_RATE = timedelta(days=92)
"""How old the newest rate of a currency may be before somebody should look."""


def check_approvals(config: Config) -> list[Finding]:
    """See that every order could be approved by somebody: by rule, by cost centre, by amount and by kind."""
    plant = config.plant()
    if not plant.approval_rules:
        hint = "write at least one [[approvals.rules]]"
        return [wrong(NAME, f"There is no approval rule, so no order can ever be approved: {hint}.")]
    try:
        with opened(config) as database:
            faults: list[str] = reading(database, plant, datetime.now(UTC), lambda uow: gaps(uow, plant))
    except Exception as trouble:  # noqa: BLE001  # the check of the database says what is wrong with it
        return [wrong(NAME, f"The people could not be read: {type(trouble).__name__}. See the check of the database.")]
    return several(NAME, faults, f"{len(plant.approval_rules)} rules, and each cost centre has somebody for each step.")


def gaps(uow: UnitOfWork, plant: Plant) -> list[str]:
    """List every gap of the rules against the people, cost centres and absences as they are now."""
    known = staff(uow)
    centres = uow.all(CostCentre)
    if not centres:
        return ["There is no cost centre: import cost_centres.csv with owners."]
    faults = gaps_in_rules(plant.approval_rules, known.directory, plant.approval_fallback)
    for setting, words in (("fallback", plant.approval_fallback), ("escalate_to", plant.escalate_to)):
        strangers = [who for who in words if "@" in who and who not in known.directory.by_email]
        faults += [f"approvals.{setting} names {who}, who is not among the active people." for who in strangers]
    for centre in centres:
        faults += _gaps_in_centre(centre, plant, known, _owner_who_left(uow, centre, known))
    return list(dict.fromkeys([*faults, *_absences(uow), *_rates(uow, plant), *_budgets(uow, plant, known)]))


def _owner_who_left(uow: UnitOfWork, centre: CostCentre, known: Staff) -> str:
    if centre.owner_id is None or centre.owner_id in known.people:
        return ""
    return str(uow.get(Person, centre.owner_id).name)


def _gaps_in_centre(centre: CostCentre, plant: Plant, known: Staff, left: str) -> Iterator[str]:
    """Try an order at each step of amount and of each kind that a rule speaks of: from anybody, and from the owner."""
    code, owner = centre.code, known.directory.owners.get(centre.code)
    if owner is None and any("owner" in rule.who and rule.asks for rule in plant.approval_rules):
        gone = f", because {left} has left" if left else ""
        yield f"Cost centre {code} has no active owner{gone}: name one in cost_centres.csv."
        return
    told: set[str] = set()
    for how in circumstances(plant.approval_rules):
        for total in amounts(plant.approval_rules, plant.currency):
            fault = _fault(code, owner, total, plant, known, how)
            if fault and (how == Circumstance() or _fault(code, owner, total, plant, known, Circumstance()) is None):
                told.add(fault)
    yield from sorted(told)


def _fault(  # noqa: PLR0917  # one try of the table
    code: str, owner: int | None, total: Money, plant: Plant, known: Staff, how: Circumstance
) -> str | None:
    table = plant.approval_rules, known.directory, plant.approval_fallback
    above = f"orders above {Money(total.minor - 1, total.currency)}" if total.minor > 1 else "orders"
    above += f" ({how.said()})" if how.said() else ""
    if not can_be_approved(*table, code, total, how):
        return f"Nobody may approve {above} for {code}: mend approvals.rules or approvals.fallback."
    if owner is not None and not can_be_approved(*table, code, total, how, owner):
        who = known.people[owner].name
        return f"Nobody may approve {above} for {code} that {who} asks for: add somebody to approvals.fallback."
    return None


def _absences(uow: UnitOfWork) -> Iterator[str]:
    """Name stand-ins who lead in a circle on some day, or who have left."""
    planned = [one for one in uow.all(Absence, state="planned") if one.last >= uow.now.date()]
    people = {person.id: person for person in uow.all(Person)}
    for one in planned:
        stand_in = people.get(one.stand_in_id or 0)
        if stand_in is not None and not stand_in.active:
            yield f"{people[one.person_id].name} is away and {stand_in.name}, who stands in, is not active any more."
    for day in sorted({one.first for one in planned}):
        away = {one.person_id: one.stand_in_id for one in planned if one.first <= day <= one.last}
        for ring in circles(away):
            names = " and ".join(people[person].name for person in ring)
            yield f"{names} are away and stand in for each other, so nobody decides for them."


def _rates(uow: UnitOfWork, plant: Plant) -> Iterator[str]:
    """Name currencies of suppliers for which there is no rate, or an old one."""
    newest = {rate.currency: rate.on for rate in sorted(plant.rates, key=lambda rate: rate.on)}
    bought_in = {one.currency for one in uow.all(Supplier, blocked=False) if one.currency}
    for currency in sorted(bought_in - {plant.currency} - set(newest)):
        yield f"Suppliers are paid in {currency} and there is no rate: add one under [[rates]]."
    for currency in sorted(bought_in & set(newest)):
        if uow.now.date() - newest[currency] > OLDEST_RATE:
            yield f"The rate of {currency} is of {newest[currency]}: write down a newer one under [[rates]]."


def _budgets(uow: UnitOfWork, plant: Plant, known: Staff) -> Iterator[str]:
    """Name what would keep budgets from being watched: nobody to release beyond one, or a currency without a rate."""
    if plant.budget.stops and not known.having(Role.FINANCE):
        yield "Budgets stop orders and nobody has the role finance, so nobody can release one: give it to somebody."
    rated = {rate.currency for rate in plant.rates} | {plant.currency}
    for currency in sorted({row.currency for row in uow.all(Budget)} - rated):
        yield f"Budgets are kept in {currency} and there is no rate: add one under [[rates]]."
