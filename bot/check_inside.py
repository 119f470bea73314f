"""Checks of what is on this machine: database, disk, approval rules, and the fonts of documents."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Config
from bot.findings import Finding, ok, several, wrong
from handlers.approval_plans import Staff, staff
from orders.approvals import Case, gaps_in_rules, plan
from orders.errors import Refusal
from orders.money import Money
from orders.plant import Plant
from storage import migration
from storage.database import Database, DatabaseUnusable
from storage.happenings import reading
from storage.migration import Standing
from storage.tables import CostCentre
from storage.unit_of_work import UnitOfWork

LEAST_FREE = 64 * 2**20
"""Bytes that have to be free; below that a full disk is near."""
NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "fuse.glusterfs", "ceph"})
"""File systems on which SQLite's locks do not hold."""


@contextmanager
def opened(config: Config) -> Iterator[Database]:
    """Yield the database and give its connections back."""
    try:
        database = Database(config.database_url)
    except OSError as trouble:
        message = f"{config.folder} cannot be used: {trouble.strerror}."
        raise DatabaseUnusable(message) from trouble
    try:
        yield database
    finally:
        database.close()


def check_database(config: Config) -> list[Finding]:
    """See that the database answers, confirms durably, and has the schema of this release."""
    name = "Database"
    try:
        with opened(config) as database:
            database.check()
            found = migration.state(database)
    except DatabaseUnusable as trouble:
        return [wrong(name, f"{trouble} Mend storage.url or storage.path, or start the server.")]
    verdict = ok if found.standing is Standing.CURRENT else wrong
    return [verdict(name, found.sentence())]


def check_disk(config: Config, mounts: Path = Path("/proc/mounts")) -> list[Finding]:
    """See that there is room, and that a database file does not lie on a network file system."""
    folder = next(path for path in (config.folder.absolute(), *config.folder.absolute().parents) if path.exists())
    faults = []
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        faults.append(f"Only {free // 2**20} MiB are free at {folder}; make room for at least {LEAST_FREE // 2**20}.")
    kind = _file_system(folder, mounts)
    if not config.storage.url and kind in NETWORK:
        faults.append(f"{folder} lies on {kind}, where SQLite can lose work: name a local storage.path or PostgreSQL.")
    return several("Disk", faults, f"{free // 2**20} MiB are free at {folder}.")


def _file_system(folder: Path, mounts: Path) -> str:
    """Return the type of the file system that holds a folder, empty where the machine does not say."""
    try:
        rows = [line.split() for line in mounts.read_text("utf-8").splitlines()]
    except OSError:
        return ""
    holding = [(row[1], row[2]) for row in rows if folder.is_relative_to(row[1])]
    return max(holding, key=lambda row: len(row[0]))[1] if holding else ""


def check_approvals(config: Config) -> list[Finding]:
    """See that every order could be approved by somebody: by rule, by cost centre, and by amount."""
    name = "Approvals"
    plant = config.plant()
    if not plant.approval_rules:
        hint = "write at least one [[approvals.rules]]"
        return [wrong(name, f"There is no approval rule, so no order can ever be approved: {hint}.")]
    try:
        with opened(config) as database:
            faults: list[str] = reading(database, plant, datetime.now(UTC), lambda uow: _gaps(uow, plant))
    except Exception as trouble:  # noqa: BLE001  # the check of the database says what is wrong with it
        return [wrong(name, f"The people could not be read: {type(trouble).__name__}. See the check of the database.")]
    return several(name, faults, f"{len(plant.approval_rules)} rules, and each cost centre has somebody for each step.")


def _gaps(uow: UnitOfWork, plant: Plant) -> list[str]:
    known = staff(uow)
    centres = uow.all(CostCentre)
    if not centres:
        return ["There is no cost centre: import cost_centres.csv with owners."]
    faults = gaps_in_rules(plant.approval_rules, known.directory, plant.approval_fallback)
    for rule in plant.approval_rules:
        strangers = [who for who in rule.who if "@" in who and who not in known.directory.by_email]
        faults += [f"Rule “{rule.name}” names {who}, who is not among the active people." for who in strangers]
    for centre in centres:
        faults += _gaps_in_centre(centre.code, plant, known)
    return list(dict.fromkeys(faults))


def _gaps_in_centre(code: str, plant: Plant, known: Staff) -> Iterator[str]:
    """Try an order at each step of amount: from anybody, and from the owner himself."""
    owner = known.directory.owners.get(code)
    if owner is None and any("owner" in rule.who for rule in plant.approval_rules):
        yield f"Cost centre {code} has no active owner: name one in cost_centres.csv."
        return
    steps = sorted({rule.above.minor for rule in plant.approval_rules if rule.above is not None} | {0})
    for least in steps:
        total = Money(least + 1, plant.currency)
        above = f"orders above {Money(least, plant.currency)}" if least else "orders"
        if not _possible(code, total, plant, known):
            yield f"Nobody may approve {above} for {code}: mend approvals.rules or approvals.fallback."
        elif owner is not None and not _possible(code, total, plant, known, requester=owner):
            who = known.people[owner].name
            yield f"Nobody may approve {above} for {code} that {who} asks for: add somebody to approvals.fallback."


def _possible(code: str, total: Money, plant: Plant, known: Staff, *, requester: int | None = None) -> bool:
    case = Case("the order", total, (code,), requester)
    try:
        plan(case, plant.approval_rules, known.directory, plant.approval_fallback)
    except Refusal:
        return False
    return True


def check_fonts(config: Config) -> list[Finding]:
    """See that the fonts of documents are there and have every letter of the plant's own name and address."""
    from templates import fonts

    site = config.site
    terms = config.plant().stationery.terms.values()
    printed = [site.name, site.registered, *site.address.model_dump().values(), *site.deliver_to.model_dump().values()]
    try:
        missing = fonts.missing_characters(printed)
        lacking = fonts.missing_characters(terms)
    except (ImportError, OSError) as trouble:
        return [wrong("Documents", f"The fonts are missing ({trouble}): install fontpkg-inter and fontpkg-noto-sans.")]
    faults = [f"No font has {', '.join(missing)}, so the plant's name or address cannot be printed."] if missing else []
    faults += [f"No font has {', '.join(lacking)}, so the terms of purchase cannot be printed."] if lacking else []
    return several("Documents", faults, "The fonts are there.")
