"""The evidence for one order: complete, the same bytes each time, and checked by nothing but SHA-256."""

import hashlib
import hmac
import io
import json
import zipfile
from email import message_from_bytes, policy

import pytest

from bot.evidence import pack
from handlers import cancelling
from storage.database import Database
from tests.handlers.purchasing.conftest import Buying, Mailbox

Files = dict[str, bytes]


def opened(buying: Buying, database: Database) -> Files:
    made = pack(database, buying.desk.plant, str(buying.order().number))
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def delivered(buying: Buying, mailbox: Mailbox, database: Database) -> Files:
    order = buying.sent()
    mailbox.brings(mailbox.table(order, (1, "2", "2")))
    buying.take_in()
    return opened(buying, database)


def test_it_holds_paper_mails_approvals_and_the_chain(delivered: Files) -> None:
    names = set(delivered)

    told = json.loads(delivered["order.json"])
    assert {"README.txt", "order.json", "order.pdf", "order.xml", "chain.json", "manifest.json"} <= names
    assert sum(name.endswith(".eml") for name in names) == 2
    assert [entry["action"] for entry in told["timeline"] if entry["action"] in ("approve", "release", "receive")]
    assert any("Bo Lindqvist" in str(entry) for entry in told["timeline"])


def test_every_hash_can_be_checked_with_sha_256_alone(delivered: Files) -> None:
    chain, manifest = json.loads(delivered["chain.json"]), json.loads(delivered["manifest.json"])

    for name, digest in manifest.items():
        assert hashlib.sha256(delivered[name]).hexdigest() == digest
    links = dict(chain["links"])
    for entry in chain["entries"]:
        text = b"\x00" + entry["previous"].encode() + entry["entry"].encode()
        assert hashlib.sha256(text).hexdigest() == entry["hash"] == links[entry["number"]]
        if entry["salt"]:
            proof = hmac.new(entry["salt"].encode(), entry["words"].encode(), hashlib.sha256).hexdigest()
            assert json.loads(entry["entry"])["words"] == proof
    assert chain["head"]["hash"] == chain["links"][-1][1]
    assert chain["whole"]


def test_the_supplier_s_mail_is_there_as_it_came_and_ours_as_it_left(
    buying: Buying,
    mailbox: Mailbox,
    database: Database,
) -> None:
    order = buying.sent()
    mailbox.brings(mailbox.table(order, (1, "2", "2")))

    files = opened(buying, database)

    (sent,) = [files[name] for name in files if name.startswith("mails/sent") and name.endswith(".eml")]
    (came,) = [files[name] for name in files if name.startswith("mails/came") and name.endswith(".eml")]
    assert message_from_bytes(sent, policy=policy.default)["Message-ID"] == buying.body()["message_id"]
    assert str(order.number).encode() in came


def test_the_same_order_gives_the_same_bytes(buying: Buying, database: Database) -> None:
    number = str(buying.sent().number)

    first, second = (pack(database, buying.desk.plant, number) for _ in range(2))

    assert first is not None
    assert first == second


def test_a_cancellation_is_part_of_the_evidence(buying: Buying, database: Database) -> None:
    number = buying.sent().number
    who = buying.people["buyer"]
    buying.desk.writes(lambda uow: cancelling.cancel_named(uow, number, "We found one"), by=who)

    files = opened(buying, database)

    asked = [files[name] for name in files if name.endswith(".eml") and b"cancel" in files[name].lower()]
    assert asked
    assert "We found one" in files["chain.json"].decode()


def test_no_secret_is_given_away(delivered: Files, buying: Buying) -> None:
    secret = buying.desk.plant.mail.secret

    assert secret
    assert all(secret.encode() not in content for content in delivered.values())


@pytest.mark.parametrize("number", ["PO-2026-99999", "WO-2026-00001", "", "../../etc"])
def test_there_is_no_evidence_for_what_is_no_order(number: str, buying: Buying, database: Database) -> None:
    buying.sent()

    assert pack(database, buying.desk.plant, number) is None
