"""What proves that a mail belongs to one of our orders: Message-IDs and reply addresses that nobody can guess."""

import hashlib
import hmac
import re

from orders.plant import Plant
from storage.tables import PurchaseOrder
from storage.unit_of_work import UnitOfWork

_MESSAGE_ID = re.compile(
    r"<po\.(?P<order>\d{1,12})\.r(?P<revision>\d{1,6})\.(?P<proof>[0-9a-f]{16})@(?P<domain>[^>\s]+)>"
)
_REPLY = re.compile(r"\+(?P<number>[A-Za-z0-9./_-]{1,40})\.(?P<proof>[0-9a-f]{10})@", re.IGNORECASE)


def message_id(plant: Plant, order_id: int, revision: int) -> str:
    """Return the Message-ID of an order's mail; every try to send one revision bears the same."""
    name = f"po.{order_id}.r{revision}"
    return f"<{name}.{_proof(plant, name)[:16]}@{domain(plant)}>"


def own_message(plant: Plant, written: str) -> tuple[int, int] | None:
    """Read the order's id and revision from a Message-ID that only we can have made; None for any other."""
    for found in _MESSAGE_ID.finditer(written):
        proof = _proof(plant, f"po.{found['order']}.r{found['revision']}")[:16]
        if hmac.compare_digest(proof, found["proof"]) and found["domain"].lower() == domain(plant).lower():
            return int(found["order"]), int(found["revision"])
    return None


def reply_token(plant: Plant, number: str) -> str:
    """Return the address that a supplier's answer to this order goes to."""
    local, _, host = plant.mail.address.rpartition("@")
    return f"{local}+{number}.{_proof(plant, number.upper())[:10]}@{host}"


def order_by_token(uow: UnitOfWork, written: str) -> PurchaseOrder | None:
    """Return the order whose reply address stands in the text, if its proof is right."""
    for found in _REPLY.finditer(written):
        number = found["number"].upper()
        if hmac.compare_digest(_proof(uow.plant, number)[:10], found["proof"].lower()):
            return uow.find(PurchaseOrder, number=number)
    return None


def token_number(plant: Plant, written: str) -> str:
    """Return the document's number whose reply address stands in the text, if its proof is right; else nothing."""
    for found in _REPLY.finditer(written):
        number = found["number"].upper()
        if hmac.compare_digest(_proof(plant, number)[:10], found["proof"].lower()):
            return number
    return ""


def domain(plant: Plant) -> str:
    """Return the domain that our Message-IDs end in."""
    return plant.mail.domain or plant.mail.address.rpartition("@")[2]


def _proof(plant: Plant, name: str) -> str:
    return hmac.new(plant.mail.secret.encode(), name.encode(), hashlib.sha256).hexdigest()


LOOP_HEADER = "X-Chargehand-Loop"


def loop_mark(plant: Plant) -> str:
    """Return what marks a mail that a rule of ours wrote, so that we know it again if it ever comes back."""
    return _proof(plant, "loop")[:24]


def is_own_loop(plant: Plant, written: str) -> bool:
    """Say whether a mail bears the mark of a mail that a rule of ours wrote."""
    return bool(written.strip()) and hmac.compare_digest(loop_mark(plant), written.strip())
