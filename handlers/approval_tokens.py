"""What proves that a mail answers one question to one person about one content: a signed token in the reply address."""

import hashlib
import hmac
import re
from dataclasses import dataclass

from orders.plant import Plant
from storage.tables import ApprovalTask
from storage.unit_of_work import UnitOfWork

CODE, PROOF = 8, 16
_TOKEN = re.compile(
    rf"ask\.(?P<task>\d{{1,12}})\.(?P<code>[0-9a-f]{{{CODE}}})\.(?P<proof>[0-9a-f]{{{PROOF}}})(?![0-9a-f])"
)


@dataclass(frozen=True, slots=True)
class Named:
    """The question that a token names, and the first characters of the content's hash that it was put with."""

    task: ApprovalTask
    code: str


def token(plant: Plant, task: ApprovalTask, content_hash: str) -> str:
    """Return the token of one question: its number, the content it is about, and a proof that binds the person to both."""
    name = f"ask.{task.id}.{content_hash[:CODE]}"
    return f"{name}.{_proof(plant, name, task.person_id)}"


def reply_address(plant: Plant, written: str) -> str:
    """Return the address that an answer with this token goes to."""
    local, _, host = plant.mail.address.rpartition("@")
    return f"{local}+{written}@{host}"


def named_in(uow: UnitOfWork, *texts: str) -> Named | None:
    """Return the question whose token stands in one of the texts; None for a token that is not ours."""
    for text in texts:
        for found in _TOKEN.finditer(text.lower()):
            task = uow.find(ApprovalTask, id=int(found["task"]))
            name = f"ask.{found['task']}.{found['code']}"
            if task is not None and hmac.compare_digest(_proof(uow.plant, name, task.person_id), found["proof"]):
                return Named(task, found["code"])
    return None


def _proof(plant: Plant, name: str, person_id: int) -> str:
    signed = f"{name}.for.{person_id}"
    return hmac.new(plant.mail.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()[:PROOF]
