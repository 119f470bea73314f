"""Writes what import files say: people, cost centres, suppliers, assets and parts, each by its code."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel import localedata

from bot.import_columns import SHAPES, FileShape
from bot.import_ledger import Ledger, Wanted, upsert
from bot.import_reading import Entry
from bot.import_values import Priced
from handlers.people import give_up, is_made_up
from orders.money import Money
from storage.tables import Asset, CostCentre, Part, Person, Supplier
from storage.unit_of_work import UnitOfWork

Entries = Sequence[Entry]


def plain_code(code: str) -> str:
    """Return a code as codes are compared: without case, spaces, dots, dashes and slashes."""
    return re.sub(r"[\s./\-_]+", "", code).upper()


def fields_of(shape: FileShape, entry: Entry) -> dict[str, Any]:
    """Return the plain fields that an entry fills."""
    return {
        column.field: entry.values[column.name]
        for column in shape.columns
        if column.field and column.name in entry.values
    }


def money(ledger: Ledger, entry: Entry, column: str, currency: str) -> int | None:
    """Return an amount in minor units, None for a cleared one; digits that the currency has not are reported."""
    amount: Decimal | None = entry.values[column]
    if amount is None:
        return None
    try:
        return Money.of(amount, currency).minor
    except ValueError:
        ledger.wrong.append(entry.wrong(column, f"has more decimals than {currency} has"))
        return None


def write_people(ledger: Ledger, entries: Entries) -> None:
    """Write people by their e-mail address; somebody so far known by a Slack id alone keeps that row."""
    known = ledger.uow.all(Person)
    strangers = {row.slack_id: row for row in known if is_made_up(row)}
    existing: dict[str, Any] = {row.email: row for row in known}
    for entry in entries:
        stranger = strangers.pop(entry.values.get("slack"), None)
        if stranger is not None:
            del existing[stranger.email]
            if existing.setdefault(entry.values["person"], stranger) is not stranger:
                give_up(ledger.uow, stranger)
    wanted = [_person(ledger, entry, existing.get(entry.values["person"])) for entry in entries]
    upsert(ledger, Person, _with_own_slack_ids(ledger, wanted, existing), existing, shape="people")


def _person(ledger: Ledger, entry: Entry, row: Any) -> Wanted:
    fields = fields_of(SHAPES["people"], entry)
    fields.pop("approval_limit", None)
    email = entry.values["person"]
    if row is None:
        fields.setdefault("name", email.partition("@")[0].replace(".", " ").title())
        fields.setdefault("roles", "operator")
    if "limit" in entry.values:
        currency = fields.get("currency") or (row.currency if row else "") or ledger.uow.plant.currency
        fields |= {"approval_limit": money(ledger, entry, "limit", currency), "currency": currency}
    if "hourly_rate" in entry.values:
        fields |= {"hourly_rate": money(ledger, entry, "hourly_rate", ledger.uow.plant.currency)}
    return Wanted(email, email, entry, fields)


def _with_own_slack_ids(ledger: Ledger, wanted: Sequence[Wanted], existing: Mapping[str, Any]) -> list[Wanted]:
    """Report a Slack id that belongs to somebody else, and leave that row out."""
    owners = {row.slack_id: email for email, row in existing.items() if row.slack_id}
    kept = []
    for want in wanted:
        slack_id = want.fields.get("slack_id")
        if slack_id and owners.setdefault(slack_id, want.key) != want.key:
            ledger.wrong.append(want.entry.wrong("slack", f"is already the Slack id of {owners[slack_id]}"))
        else:
            kept.append(want)
    return kept


def write_cost_centres(ledger: Ledger, entries: Entries) -> None:
    """Write cost centres with their owners, their budgets apart."""
    people = {row.email: row.id for row in ledger.uow.all(Person)}
    existing = {row.code.upper(): row for row in ledger.uow.all(CostCentre)}
    wanted = []
    for entry in entries:
        code = entry.values["cost_centre"]
        fields = fields_of(SHAPES["cost_centres"], entry)
        fields = fields | {"code": existing[code.upper()].code} if code.upper() in existing else fields
        owner = entry.values.get("owner")
        if owner and owner not in people:
            ledger.wrong.append(entry.wrong("owner", "is nobody I know; add the person to people.csv"))
        elif owner is not None:
            fields["owner_id"] = people.get(owner)
        wanted.append(Wanted(code.upper(), code, entry, fields))
    kept = len(ledger.notes)
    upsert(ledger, CostCentre, wanted, existing, shape="cost_centres")
    del ledger.notes[kept:]


def write_suppliers(ledger: Ledger, entries: Entries) -> None:
    """Write suppliers by their code."""
    existing = {row.code.upper(): row for row in ledger.uow.all(Supplier)}
    wanted = []
    for entry in entries:
        row = existing.get(entry.values["supplier"].upper())
        fields = fields_of(SHAPES["suppliers"], entry)
        if row is None:
            fields.setdefault("name", fields["code"])
            fields.setdefault("currency", ledger.uow.plant.currency)
            fields.setdefault("email_domains", fields.get("email_orders", "").rpartition("@")[2])
        else:
            fields["code"] = row.code
        if fields.get("language"):
            country = fields.get("country") or (row.country if row else "")
            fields |= _language(fields["language"], country)
        wanted.append(Wanted(entry.values["supplier"].upper(), fields["code"], entry, fields))
    upsert(ledger, Supplier, wanted, existing, shape="suppliers")


def _language(written: str, country: str) -> dict[str, str]:
    """Return language and locale: ``de`` in Austria is written as ``de_AT`` writes."""
    language, _, region = written.replace("_", "-").partition("-")
    locale = f"{language.lower()}_{(region or country).upper()}"
    return {"language": language.lower(), "locale": locale if localedata.exists(locale) else language.lower()}


def write_assets(ledger: Ledger, entries: Entries) -> None:
    """Write assets by their code, then their parents, which may come later in the file."""
    centres = {row.code.upper(): row.id for row in ledger.uow.all(CostCentre)}
    existing = by_plain_code(ledger.uow, Asset)
    wanted = []
    for entry in entries:
        row = existing.get(plain_code(entry.values["asset"]))
        fields = coded(ledger, SHAPES["assets"], entry, row)
        if row is None:
            fields = {"criticality": "B", "status": "running"} | fields
        centre = entry.values.get("cost_centre")
        if centre and centre.upper() not in centres:
            ledger.wrong.append(entry.wrong("cost_centre", "is no cost centre I know; add it to cost_centres.csv"))
        elif centre is not None:
            fields["cost_centre_id"] = centres.get(centre.upper())
        wanted.append(Wanted(fields["plain_code"], fields["code"], entry, fields))
    check_twins(ledger, wanted, "asset")
    upsert(ledger, Asset, wanted, existing, shape="assets")
    _write_parents(ledger, entries)


def _write_parents(ledger: Ledger, entries: Entries) -> None:
    existing = by_plain_code(ledger.uow, Asset)
    named: dict[str, list[Any]] = {}
    for row in existing.values():
        named.setdefault(row.name.casefold(), []).append(row)
    parents = {row.id: row.parent_id for row in existing.values()}
    wanted = []
    for entry in entries:
        if "parent" not in entry.values:
            continue
        row, written = existing[plain_code(entry.values["asset"])], entry.values["parent"]
        found = existing.get(plain_code(written)) or next(iter(_only(named.get(written.casefold(), []))), None)
        if written and found is None:
            several = len(named.get(written.casefold(), [])) > 1
            reason = "is the name of several assets; write the code" if several else "is no asset I know"
            ledger.wrong.append(entry.wrong("parent", reason))
            continue
        parents[row.id] = found.id if found else None
        if _in_ring(row.id, parents):
            ledger.wrong.append(entry.wrong("parent", "would make the asset its own parent"))
            continue
        wanted.append(Wanted(row.plain_code, row.code, entry, {"parent_id": parents[row.id]}))
    kept = len(ledger.notes)
    upsert(ledger, Asset, wanted, existing, shape="assets")
    del ledger.notes[kept:]


def _only(rows: list[Any]) -> list[Any]:
    return rows if len(rows) == 1 else []


def _in_ring(start: int, parents: Mapping[int, int | None]) -> bool:
    here, seen = parents.get(start), set()
    while here is not None and here not in seen:
        if here == start:
            return True
        seen.add(here)
        here = parents.get(here)
    return False


def by_plain_code(uow: UnitOfWork, kind: Any) -> dict[str, Any]:
    """Return all assets or parts by their code as codes are compared."""
    return {row.plain_code: row for row in uow.all(kind)}


def coded(ledger: Ledger, shape: FileShape, entry: Entry, row: Any) -> dict[str, Any]:  # noqa: ARG001
    """Return an entry's plain fields with both forms of its code; a code that is there keeps its spelling."""
    fields = fields_of(shape, entry)
    if row is None:
        fields.setdefault("name", fields["code"])
    fields["code"] = row.code if row else fields["code"]
    return fields | {"plain_code": plain_code(fields["code"])}


def check_twins(ledger: Ledger, wanted: Sequence[Wanted], column: str) -> None:
    """Report codes that only differ by spaces, dots, dashes or case: they would be one and the same here."""
    first: dict[str, Wanted] = {}
    for want in wanted:
        other = first.setdefault(want.key, want)
        written, earlier = want.entry.values[column], other.entry.values[column]
        if not want.key:
            ledger.wrong.append(want.entry.wrong(column, "has no letter or digit in it"))
        elif written != earlier:
            reason = f"is “{earlier}” of line {other.entry.line} when spaces, dots and dashes do not count"
            ledger.wrong.append(want.entry.wrong(column, reason))


def write_parts(ledger: Ledger, entries: Entries) -> None:
    """Write parts by their code; prices stay in the currency that stands beside them."""
    existing = by_plain_code(ledger.uow, Part)
    wanted = []
    for entry in entries:
        row = existing.get(plain_code(entry.values["part"]))
        fields = coded(ledger, SHAPES["parts"], entry, row)
        if row is None:
            fields = {"unit": "C62", "store": "main", "currency": ledger.uow.plant.currency} | fields
        fields |= priced(fields)
        wanted.append(Wanted(fields["plain_code"], fields["code"], entry, fields))
    check_twins(ledger, wanted, "part")
    upsert(ledger, Part, wanted, existing, shape="parts")


def priced(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return price and currency as the table keeps them; the currency beside the price wins."""
    price = fields.get("price")
    if not isinstance(price, Priced):
        return {}
    return {"price": price.price} | ({"currency": price.currency} if price.currency else {})
