"""Stories of reports: by message, by mail and by a label on the machine, decided on by planners, and none said twice for nothing."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pypdfium2
import pytest
import pytest_asyncio
import zxingcpp

from storage.tables import Enclosure, Request, WorkOrder
from tests.stories.figures import damage, rows
from tests.stories.loop import FAULTS, PHOTO
from tests.stories.people import Message
from tests.stories.plants import RealMail, Wishes, plant_among_people
from tests.stories.purchases import Shop
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

PLANNING = "C0PLAN"
SEAL = {"name": "leak.png", "mimetype": "image/png", "base64": PHOTO}
PLANNERS = Wishes(
    halls=(PLANNING,),
    rewrite=lambda text: text.replace('"C0MAINT", "C0PLAN"]', f'"C0MAINT"]\nplanning = "{PLANNING}"'),
)


class Planners(Shop):
    """A running plant whose planners decide on requests."""

    def requests(self) -> list[Any]:
        return rows(self.plant.url, Request)

    def order_of(self, request_id: int) -> Any:
        request = next(row for row in self.requests() if row.id == request_id)
        (found,) = rows(self.plant.url, WorkOrder, id=request.work_order_id)
        return found

    async def before_the_planners(self, *words: str) -> Message:
        card = await self.world.person("priya").waits_for(PLANNING, *words)
        return {**card, "channel": PLANNING}

    async def becomes(self, request_id: int, state: str) -> None:
        async def there() -> bool:
            return any(row.id == request_id and row.state == state for row in self.requests())

        await self.world.slack.until(f"request {request_id} to be {state}", there)

    async def writes(self, subject: str, text: str, to: str, answers: str = "", photo: bytes = b"") -> str:
        """Let Ana write a mail from her own address; returns its Message-ID."""
        mail = EmailMessage(policy=SMTP)
        mail["Authentication-Results"] = "mx.halden.example; dmarc=pass header.from=halden.example"
        mail["From"], mail["To"], mail["Subject"] = "Ana Ruiz <ana.ruiz@halden.example>", to, subject
        mail["Date"], mail["Message-ID"] = format_datetime(datetime.now(UTC)), make_msgid(domain="halden.example")
        if answers:
            mail["In-Reply-To"] = answers
        mail.set_content(text)
        if photo:
            mail.add_attachment(photo, maintype="image", subtype="png", filename="mailed.png")
        await self.world.mail.deliver(mail.as_bytes())
        return str(mail["Message-ID"])

    async def mailed_to_ana(self, *words: str) -> EmailMessage:
        """Wait for a mail to Ana whose words say something."""
        assert isinstance(self.world.mail, RealMail)
        sink = self.world.mail.sink

        async def look() -> EmailMessage | None:
            found = [one.message for one in sink.kept if "ana.ruiz@halden.example" in one.recipients]
            return next((one for one in reversed(found) if all(word in one.get_content() for word in words)), None)

        mail = await self.world.slack.until(f"a mail to Ana with {words}", look)
        assert isinstance(mail, EmailMessage)
        return mail


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def planners(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> AsyncIterator[Planners]:
    """The demo plant with a channel for planners."""
    folder = tmp_path_factory.mktemp("planners")
    async with plant_among_people(folder, f"sqlite:///{folder}/plant.db", dovecot, PLANNERS) as (made, world):
        await made.start()
        yield Planners(made, world)
        assert damage(made.url) == []


async def test_1_and_5_one_message_with_a_photo_is_a_request_and_one_click_makes_its_work_order_in_the_same_thread(
    planners: Planners,
) -> None:
    ts = await planners.world.person("ana").says(FAULTS, "C-301 is noisy, a loud rattle", files=[SEAL])
    card = await planners.before_the_planners("C-301", "request.accept", "*Files*")
    request = planners.requests()[-1]

    await planners.presses("priya", card, "request.accept")
    await planners.world.person("ana").waits_for(FAULTS, "WO-", "work_order.take", "1 file", thread=ts)

    order = planners.order_of(request.id)
    status, shown = await planners.plant.command("show", request.number)
    told = json.loads(shown)
    assert (order.root_ts, order.description) == (ts, request.description)
    assert [row.subject for row in rows(planners.plant.url, Enclosure)] == [request.number, order.number]
    assert status == 0
    assert [one["number"] for one in told["work_orders"]] == [order.number]
    assert [one["action"] for one in told["timeline"] if one["subject"] == request.number][-1] == "accept"


async def test_3_a_planner_asks_and_rejects_and_the_reporter_hears_both_in_the_thread(planners: Planners) -> None:
    ana = planners.world.person("ana")
    ts = await ana.says(FAULTS, "C-302 has a crack in its frame")
    card = await planners.before_the_planners("C-302", "request.ask")
    request = planners.requests()[-1]

    await planners.presses("priya", card, "request.ask")
    priya = planners.world.person("priya")
    await priya.submits(await priya.modal("ask_reporter"), reason="On which side?")
    await ana.waits_for(FAULTS, "On which side?", thread=ts)
    await ana.says(FAULTS, "on the left", thread=ts)
    await planners.becomes(request.id, "new")
    card = await planners.before_the_planners("C-302", "on the left")
    await planners.presses("priya", card, "request.reject")
    await priya.submits(await priya.modal("reject_request"), reason="It is exchanged in May.")

    told = await ana.waits_for(FAULTS, "It is exchanged in May.", "has rejected", thread=ts)
    assert "<@U0ANA>" in told["text"]
    assert not any(row.asset_id == request.asset_id for row in rows(planners.plant.url, WorkOrder))


async def test_4_the_same_fault_again_is_shown_first_and_one_click_joins_it(planners: Planners) -> None:
    sofia = planners.world.person("luis")
    first = planners.order_of(planners.requests()[0].id)
    count = len(rows(planners.plant.url, WorkOrder))
    ts = await sofia.says(FAULTS, "the infeed conveyor C-301 rattles", files=[SEAL])
    card = await sofia.waits_for(FAULTS, "Is it the same", "request.join", thread=ts)

    await sofia.clicks(FAULTS, card, "request.join")
    await sofia.waits_for(FAULTS, first.number, "joined to that one", thread=ts)
    await sofia.waits_for(FAULTS, "reported it again", "C-301 rattles", thread=first.root_ts)

    assert len(rows(planners.plant.url, WorkOrder)) == count
    assert planners.requests()[-1].state == "duplicate"


async def test_3_a_critical_machine_is_a_work_order_at_once_and_looked_at_afterwards(planners: Planners) -> None:
    ts = await planners.world.person("ana").says(FAULTS, "Tray sealer T-201 smells of burnt rubber")
    await planners.world.person("luis").waits_for(FAULTS, "work_order.take", thread=ts)
    card = await planners.before_the_planners("T-201", "made at once", "request.accept")

    await planners.presses("priya", card, "request.accept")

    await planners.becomes(planners.requests()[-1].id, "accepted")


async def test_2_a_colleagues_mail_is_a_report_answered_in_its_own_thread_and_its_replies_stay_with_it(
    planners: Planners,
) -> None:
    import base64

    name = await planners.writes("Noise at L-320", "The labeller L-320 hums loudly.", "purchasing@halden.example", photo=base64.b64decode(PHOTO))  # fmt: skip
    first = await planners.mailed_to_ana("planners decide on it")
    card = await planners.before_the_planners("L-320", "by mail")
    request = planners.requests()[-1]
    await planners.presses("priya", card, "request.accept")
    opened = await planners.mailed_to_ana("is open for your report")
    await planners.writes(str(opened["Subject"]), "It hums only on Mondays.\n\n> quoted", str(opened["Reply-To"]), str(opened["Message-ID"]))  # fmt: skip
    order = planners.order_of(request.id)
    noted = await planners.world.person("luis").waits_for(FAULTS, "It hums only on Mondays.", thread=order.root_ts)
    shown = await planners.world.person("luis").waits_for(FAULTS, "mailed.png", thread=order.root_ts)

    assert first["In-Reply-To"] == opened["In-Reply-To"] == name
    assert first["References"] == name
    assert order.number in opened.get_content()
    assert "Ana Ruiz writes by mail" in noted["text"]
    assert "quoted" not in noted["text"]
    assert shown["files"][0]["name"] == "mailed.png"
    assert len([row for row in planners.requests() if row.asset_id == request.asset_id]) == 1


async def test_6_a_label_on_the_machine_opens_a_mail_that_needs_no_account_and_names_the_machine(
    planners: Planners,
) -> None:
    out = planners.plant.folder / "labels.pdf"
    status, said = await planners.plant.command("qr", "P-120", "--out", str(out))
    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(out)[0].render(scale=2.2).to_pil())
    link = urlsplit(found.text)
    subject = parse_qs(link.query)["subject"][0]

    await planners.writes(subject + "it drips", "", link.path)
    card = await planners.before_the_planners("P-120", "it drips", "request.accept")

    assert (status, said) == (0, f"{out}: 1 label.\n")
    assert subject == "P-120: "
    assert "Cooling water pump" in json.dumps(card)
