"""Attachments: bytes kept once by their content, under names of ours, and enclosed with documents."""

import hashlib

from storage.tables import Attachment, Enclosure
from storage.unit_of_work import UnitOfWork

LARGEST = 25 * 1024 * 1024
"""More than this is refused before it is stored."""


def keep(uow: UnitOfWork, content: bytes, media_type: str) -> int:
    """Store bytes once and return their id; the same bytes again give the same id."""
    digest = hashlib.sha256(content).hexdigest()
    found = uow.find(Attachment, sha256=digest)
    if found is not None:
        return found.id
    size = len(content)
    return uow.add(Attachment, sha256=digest, size=size, media_type=media_type, content=content, created_at=uow.now)


def enclose(uow: UnitOfWork, subject: str, attachment_id: int, name: str) -> None:
    """Enclose stored bytes with a document; the same enclosure again changes nothing."""
    if uow.find(Enclosure, subject=subject, attachment_id=attachment_id, name=name) is None:
        by = uow.actor.person_id
        uow.add(Enclosure, subject=subject, attachment_id=attachment_id, name=name, by_id=by, at=uow.now)


def content(uow: UnitOfWork, attachment_id: int | None) -> bytes:
    """Return stored bytes; raises ``LookupError`` when there are none."""
    return bytes(uow.get(Attachment, attachment_id).content)


def keep_once(uow: UnitOfWork, content: bytes, media_type: str) -> str:
    """Store bytes once and return the SHA-256 by which they are found again."""
    keep(uow, content, media_type)
    return hashlib.sha256(content).hexdigest()


def by_digest(uow: UnitOfWork, digest: str) -> bytes:
    """Return the bytes with this SHA-256; raises ``LookupError`` when there are none."""
    found = uow.find(Attachment, sha256=digest)
    if found is None:
        raise LookupError(f"nothing is kept under {digest}")
    return bytes(found.content)
