"""Checks of what is on this machine: database, disk, and the fonts of documents."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.config import Config
from bot.findings import Finding, ok, several, wrong
from storage import migration
from storage.database import Database, DatabaseUnusable
from storage.migration import Standing

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
