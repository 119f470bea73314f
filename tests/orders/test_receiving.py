"""What may be received: how much, on which line, in which state, and by whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.errors import NotReceivable, ReceiverIsApprover, TooMuch, WrongOrder
from orders.purchase_orders import RECEIVABLE, OrderState
from orders.receiving import OpenLine, allowed, check_receipt, check_receivable, check_receiver

quantities = st.integers(0, 10**9)


def _line(ordered: int = 10_000, *, cancelled: int = 0, received: int = 0, unit: str = "C62") -> OpenLine:
    return OpenLine(7, 1, "PO-2026-00118", ordered, cancelled, received, unit)


def test_open_is_what_was_ordered_and_neither_cancelled_nor_received() -> None:
    assert _line(10_000, cancelled=2_000, received=5_000).open == 3_000
    assert _line(10_000, cancelled=8_000, received=5_000).open == 0


@given(ordered=quantities, cancelled=quantities, tolerance=st.none() | st.integers(0, 100))
def test_a_tolerance_adds_its_share_of_what_is_still_ordered_and_none_adds_nothing(  # type: ignore[no-untyped-def]
    ordered, cancelled, tolerance
) -> None:
    line = _line(ordered + cancelled, cancelled=cancelled)

    most = allowed(line, tolerance)

    assert ordered <= most <= ordered * 2
    assert (most - ordered) * 100 <= ordered * (tolerance or 0)
    assert tolerance or most == ordered


@pytest.mark.parametrize(
    ("received", "quantity", "tolerance"), [(0, 10_000, None), (6_000, 4_000, 0), (0, 11_000, 10), (10_000, 0, None)]
)
def test_up_to_the_allowed_quantity_everything_is_taken_in(received: int, quantity: int, tolerance: int | None) -> None:
    check_receipt(
        _line(received=received), quantity, order="PO-2026-00118", tolerance_percent=tolerance, buyer="Kim Sato"
    )


@pytest.mark.parametrize(
    ("received", "quantity", "tolerance"), [(0, 110_000, None), (6_000, 4_001, 0), (0, 11_001, 10), (10_000, 1, None)]
)
def test_08_01_one_piece_too_many_is_refused_and_names_the_buyer(
    received: int, quantity: int, tolerance: int | None
) -> None:
    with pytest.raises(TooMuch, match=r"would be more than ordered on line 1.*Kim Sato"):
        check_receipt(
            _line(received=received), quantity, order="PO-2026-00118", tolerance_percent=tolerance, buyer="Kim Sato"
        )


def test_too_much_is_said_in_the_unit_of_the_line() -> None:
    with pytest.raises(TooMuch, match=r"12\.5 of 10 metres"):
        check_receipt(_line(unit="MTR"), 12_500, order="PO-2026-00118", tolerance_percent=None, buyer="Kim Sato")


def test_08_03_a_line_of_another_order_is_refused() -> None:
    with pytest.raises(WrongOrder, match="Line 1 does not belong to PO-2026-00119"):
        check_receipt(_line(), 1_000, order="PO-2026-00119", tolerance_percent=None, buyer="Kim Sato")


@pytest.mark.parametrize("state", list(OrderState), ids=str)
def test_08_02_goods_are_received_only_on_orders_that_went_out_and_still_stand(state: OrderState) -> None:
    if state in RECEIVABLE:
        check_receivable("PO-2026-00118", state, buyer="Kim Sato")
    else:
        with pytest.raises(NotReceivable, match=f"is {state.value.replace('_', ' ')}, so nothing"):
            check_receivable("PO-2026-00118", state, buyer="Kim Sato")


def test_who_approved_an_order_does_not_receive_it() -> None:
    check_receiver("PO-2026-00118", 3, frozenset({1, 2}), others="Tom Okafor")

    with pytest.raises(ReceiverIsApprover, match=r"You approved PO-2026-00118.*Tom Okafor can"):
        check_receiver("PO-2026-00118", 2, frozenset({1, 2}), others="Tom Okafor")
