"""An asset's history and what its work cost, against figures worked out by hand."""

from datetime import timedelta
from typing import Any

import pytest

from handlers import assigning, closing, completing, faults, sentences
from handlers.happenings import Answer, Command
from storage.tables import Asset, Part, Person, WorkOrder, WorkOrderCost, WorkOrderTime
from storage.unit_of_work import table


@pytest.fixture
def says(desk: Any) -> Any:
    """Let somebody type a command, and return what is answered."""

    def said(by: Any, text: str) -> Answer:
        return desk.does(sentences.command, Command(desk.key("command"), by.slack_id, "C0FAULTS", "/wo", text))

    return said


@pytest.fixture
def paid(desk: Any, technician: Any) -> Any:
    """The technician's hour costs EUR 48.00."""
    desk.writes(lambda uow: uow.change(Person, technician.id, hourly_rate=4_800))
    return desk.one(Person, id=technician.id)


@pytest.fixture
def repaired(desk: Any, paid: Any, job: Any, seal: Any, supervisor: Any, says: Any) -> Any:
    """A pump that stood from its report until it ran again: three hours, of which one was waited and one worked."""
    from orders.stock import MovementKind
    from storage import stock
    from storage.stock import Movement

    at = job.created_at

    def work(uow: Any) -> None:
        stock.move(uow, Movement(seal.id, "store 2", MovementKind.COUNT, 5_000, 1_840_000, "EUR"))
        uow.change(WorkOrder, job.id, impact="stands", down_from=at)

    desk.writes(work)
    desk.later(hours=1)
    says(paid, "issue 1 1 seal 45")
    says(paid, "hold 1 waiting for the crane")
    desk.later(hours=1)
    says(paid, "resume 1")
    desk.later(hours=1)
    desk.submit(completing.completed, paid, job.id, mode="ELP", cause="", remedy="REP", minutes="120", running="")
    desk.click(closing.close, supervisor, job.id)
    return desk.one(WorkOrder)


def texts(answer: Answer) -> str:
    """Everything that an answer says."""
    return f"{answer.private} {answer.blocks}"


def test_a_job_cost_its_hours_at_their_rate_and_its_parts_at_their_price(
    says: Any, repaired: Any, supervisor: Any
) -> None:
    told = texts(says(supervisor, f"cost {repaired.number}"))

    assert "cost EUR 280.00" in told
    assert "Labour: EUR 96.00 (Luis Moreno 120 min)" in told
    assert "Parts: EUR 184.00 (1 piece Mechanical seal 45 mm)" in told


def test_08_19_later_prices_and_rates_change_nothing(
    desk: Any, says: Any, repaired: Any, supervisor: Any, seal: Any, paid: Any
) -> None:
    def dearer(uow: Any) -> None:
        uow.change(Part, seal.id, price=9_990_000)
        uow.change(Person, paid.id, hourly_rate=99_900)

    desk.writes(dearer)

    assert "cost EUR 280.00" in texts(says(supervisor, f"cost {repaired.number}"))


def test_the_history_of_an_asset_says_what_failed_how_long_and_what_it_cost(
    says: Any, repaired: Any, supervisor: Any
) -> None:
    told = texts(says(supervisor, "report asset P-101"))

    assert "1 failure in 12 months, down for 3.0 h." in told
    assert "It cost EUR 280.00: labour EUR 96.00, parts EUR 184.00." in told
    assert "'*To repair (MTTR)*\\n2.0 h'" in told
    assert "'*Down each time (MDT)*\\n3.0 h'" in told
    assert "'*Availability*\\n99.97%'" in told
    assert repaired.number in told
    assert "2 h" in told


def test_money_is_told_to_nobody_who_may_not_see_it(says: Any, repaired: Any, technician: Any) -> None:
    refused = says(technician, f"cost {repaired.number}")
    told = texts(says(technician, "report asset P-101"))

    assert "EUR" not in f"{refused.private}"
    assert "Tom Okafor" in refused.private
    assert "1 failure in 12 months" in told
    assert "EUR" not in told


def test_a_fault_that_begins_like_a_report_is_a_fault(desk: Any, says: Any, pump: Any, supervisor: Any) -> None:
    says(supervisor, "report asset P-101 is leaking again")

    assert desk.one(WorkOrder).asset_id == pump.id


def test_hours_of_somebody_without_a_rate_are_counted_and_not_valued(
    desk: Any, says: Any, job: Any, technician: Any, supervisor: Any
) -> None:
    desk.later(minutes=40)
    desk.submit(completing.completed, technician, job.id, mode="ELP", cause="", remedy="REP", minutes="40")

    told = texts(says(supervisor, f"cost {job.number}"))

    assert "has cost nothing" in told
    assert "40 min without an hourly rate" in told
    assert desk.one(WorkOrderTime).rate is None


def test_what_nothing_accounts_for_is_written_down_and_taken_back_by_a_row(
    desk: Any, says: Any, repaired: Any, supervisor: Any
) -> None:
    says(supervisor, f"cost {repaired.number} 120.00 crane hire")
    says(supervisor, f"cost {repaired.number} -20.00 crane hire, credit")

    told = texts(says(supervisor, f"cost {repaired.number}"))

    assert "cost EUR 380.00" in told
    assert "Other: EUR 100.00 (crane hire, crane hire, credit)" in told
    assert [row.amount for row in desk.all(WorkOrderCost)] == [12_000, -2_000]
    assert desk.audited(repaired.number)[-2:] == ["cost", "cost"]


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("120", "what it was for"),
        ("crane hire", "what it was for"),
        ("0 crane", "changes nothing"),
        ("1.234 crane", "Write which one you mean"),
        ("12.3456 crane", "no amount in EUR"),
    ],
)
def test_what_is_no_cost_is_refused_with_what_to_write(
    desk: Any, says: Any, repaired: Any, supervisor: Any, written: str, answer: str
) -> None:
    told = says(supervisor, f"cost {repaired.number} {written}")

    assert answer in told.private
    assert desk.all(WorkOrderCost) == []


def test_only_supervisors_and_finance_write_costs_down_and_never_on_what_was_cancelled(
    desk: Any, says: Any, fault: Any, buyer: Any, supervisor: Any
) -> None:
    refused = says(buyer, f"cost {fault.number} 10 crane")
    says(supervisor, f"cancel {fault.number} reported twice")
    cancelled = says(supervisor, f"cost {fault.number} 10 crane")

    assert "Tom Okafor" in refused.private
    assert "is cancelled" in cancelled.private
    assert desk.all(WorkOrderCost) == []


def test_two_jobs_at_once_are_one_standstill_and_parts_belong_to_the_whole(
    desk: Any, says: Any, add_asset: Any, write: Any, operator: Any, supervisor: Any, pump: Any
) -> None:
    line = add_asset("L-1", "Filling line 1")
    desk.writes(lambda uow: uow.change(Asset, pump.id, parent_id=line.id))
    # A ring of assets must not be walked for ever.
    desk.writes(lambda uow: uow.change(Asset, line.id, parent_id=pump.id))
    desk.does(faults.message, write(operator, "P-101 stands"), known=False)
    desk.does(faults.message, write(operator, "L-1 stands"), known=False)
    desk.later(hours=4)

    told = texts(says(supervisor, "report asset L-1 3 months"))

    assert "2 failures in 3 months, down for 4.0 h." in told
    assert "With one asset that belongs to it" in told


def test_what_was_cancelled_was_no_failure(desk: Any, says: Any, fault: Any, supervisor: Any) -> None:
    says(supervisor, f"cancel {fault.number} reported twice")

    assert "Nothing was reported in 12 months." in texts(says(supervisor, "report asset P-101"))


def test_an_asset_that_is_new_is_measured_from_its_first_day(
    desk: Any, says: Any, repaired: Any, supervisor: Any, pump: Any
) -> None:
    yesterday = (desk.now - timedelta(days=1)).date()
    desk.writes(
        lambda uow: uow.run(table(Asset).update().where(table(Asset).c.id == pump.id).values(installed=yesterday))
    )

    # Down for 3 h of the 36 h since the midnight before yesterday's start.
    hours = (desk.now - desk.now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() / 3600 + 24
    assert f"'*Availability*\\n{1 - 3 / hours:.2%}'" in texts(says(supervisor, "report asset P-101"))


def test_a_job_is_started_by_whoever_took_it_and_costs_from_its_own_clock(
    desk: Any, fault: Any, paid: Any, supervisor: Any
) -> None:
    desk.click(assigning.take, paid, fault.id)
    desk.submit(assigning.started, paid, fault.id, safety="confirmed")

    row = desk.one(WorkOrderTime)

    assert (row.rate, row.currency) == (4_800, "EUR")


def test_more_months_than_may_be_asked_for_are_said_as_they_are_counted(
    says: Any, repaired: Any, supervisor: Any
) -> None:
    assert "1 failure in 60 months" in texts(says(supervisor, "report asset P-101 99 months"))
