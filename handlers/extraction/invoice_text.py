"""Reads what the words and tables of an invoice charge: its rows, and the sums below them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .blocks import Cell, shown
from .columns import Table
from .invoice_paper import CREDIT_NOTE, INVOICE, Bill, BillLine, accounts_in
from .invoice_words import CREDITS, DUE, LABELS, NO_INVOICE, REFERS, behind, currencies_in, money_in, says, sums_of
from .letter import Letter
from .numbers import parse
from .sources import Page
from .words import fold

COUNTS = ("now", "quantity", "confirmed", "ordered")
"""Which column counts what is charged, the first of these that a table has."""
_ITEMS = ("item", "item_ours", "gtin")
_COUNT = re.compile(r"\s*(\d[\d.,' \u00a0\u202f]*?)\s*([^\W\d_][^\d\s]{0,13})?\s*")
_MONEY = re.compile(r"[\s€£$A-Z]*(-?\s?\d[\d.,'\u2019 \u00a0\u202f]*?)[\s€£$A-Z]*")
_PAPER = re.compile(r"\W{0,8}(?:n[or°º.]{0,2}\W{1,3})?(\w[\w/.-]{1,30}\d|\d[\w/.-]{0,30})", re.IGNORECASE)
_NO_MONEY = ("%", "vat", "tax", "mwst", "ust", "tva", "iva", "btw", "moms", "rabatt", "discount", "disc", "rate")


def bills_of(letter: Letter) -> list[Bill]:
    """Return what each page of a mail charges that has rows of goods with their money, or states a total."""
    found = [_bill(page, letter) for page in letter.pages if page.notice is None]
    return [bill for bill in found if bill.lines or bill.total is not None]


def _bill(page: Page, letter: Letter) -> Bill:
    texts = [line.text for line in page.lines]
    everything = [*texts, *(shown(row) for table in page.tables for row in table.rows)]
    everything += [head for table in page.tables for head in table.heads]
    bill = Bill(part=page.part.number, form=page.format.name)
    said = [letter.subject, *texts[:60]]
    bill.kind = CREDIT_NOTE if any(says(text, CREDITS) for text in said) else INVOICE
    bill.doubts += [f"it calls itself “{text.strip()[:60]}”" for text in said if says(text, NO_INVOICE)][:1]
    named = {code for text in everything for code in currencies_in(text)}
    bill.currency = named.pop() if len(named) == 1 else ""
    bill.accounts = [account for text in everything for account in accounts_in(text)]
    _take_head(bill, texts, letter)
    sums = _Sums()
    for table in page.tables:
        _take_rows(bill, sums, table, letter)
    for text in texts:
        sums.take(text, letter.tools.locale)
    sums.settle(bill)
    return bill


def _take_head(bill: Bill, texts: Sequence[str], letter: Letter) -> None:
    """Take the day of payment, and the invoice that a credit note is for."""
    for text in texts:
        rest = behind(text, DUE)
        day = letter.tools.calendar.only(rest) if rest else None
        bill.due_on = bill.due_on or day
        paper = _PAPER.match(behind(text, REFERS) or "")
        if paper and not bill.refers_to:
            bill.refers_to = paper[1]


class _Sums:
    """The sums that the lines of a page state, by meaning."""

    def __init__(self) -> None:
        self.stated: dict[str, list[tuple[str, Decimal]]] = {}

    def take(self, text: str, locale: str) -> None:
        """Take what one line states."""
        for one in sums_of(text, locale):
            self.stated.setdefault(one.meaning, []).append((one.label, one.amount))

    def settle(self, bill: Bill) -> None:
        """Give a bill its sums; what is stated twice with two amounts is a doubt."""
        bill.net = self._one(bill, "net")
        bill.total = self._one(bill, "total")
        taxes = list(dict.fromkeys(amount for _, amount in self.stated.get("tax", ())))
        bill.tax = sum(taxes, Decimal(0)) if taxes else None
        charges = dict(self.stated.get("charge", ()))
        bill.charges = sum(charges.values(), Decimal(0))
        if "unclear" in self.stated:
            label, amount = self.stated["unclear"][0]
            bill.doubts.append(f"it names {amount} as {label}")
        if bill.total is None and bill.net is not None and not taxes:
            bill.total = bill.net

    def _one(self, bill: Bill, meaning: str) -> Decimal | None:
        """Return the one amount; where a plain word such as Total stands beside a longer one, the longer one counts."""
        stated = self.stated.get(meaning, [])
        amounts = {amount for _, amount in stated}
        longest = max((len(label) for label, _ in stated), default=0)
        exact = {amount for label, amount in stated if len(label) == longest}
        if len(amounts) > 1 and len(exact) > 1:
            bill.doubts.append(f"it states several amounts as its {meaning}")
            return None
        return next(iter(exact), None)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row stands what; None where a table has no such column."""

    count: int
    amount: int | None
    price: int | None
    texts: tuple[int, ...]
    items: tuple[int, ...]
    unit: int | None
    order: int | None
    line_ours: int | None
    number: int | None


def _columns(table: Table) -> _Columns | None:
    """Tell what the columns of a table of charges are; None for a table that charges nothing."""
    count = next((table.roles.index(role) for role in COUNTS if role in table.roles), None)
    money = [at for at, role in enumerate(table.roles) if role == "amount" and not _is_rate(table, at)]
    prices = [at for at, role in enumerate(table.roles) if role == "price" and not _is_rate(table, at)]
    if count is None or not (money or prices):
        return None

    def at(role: str) -> int | None:
        return table.roles.index(role) if role in table.roles else None

    return _Columns(
        count=count,
        amount=money[-1] if money else None,
        price=prices[0] if len(prices) == 1 else None,
        texts=tuple(at for at, role in enumerate(table.roles) if role in ("description", "")),
        items=tuple(at for at, role in enumerate(table.roles) if role in _ITEMS),
        unit=at("unit"),
        order=at("order"),
        line_ours=at("line_ours"),
        number=at("line"),
    )


def _is_rate(table: Table, column: int) -> bool:
    """Say whether a column of money holds percentages, taxes or discounts."""
    head = fold(table.heads[column]) if column < len(table.heads) else ""
    cells = [row[column].own for row in table.rows if column < len(row) and row[column].own.strip()]
    named = any(re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", head) for word in _NO_MONEY[1:])
    return "%" in head or named or (bool(cells) and all("%" in text for text in cells))


def _take_rows(bill: Bill, sums: _Sums, table: Table, letter: Letter) -> None:
    columns = _columns(table)
    if columns is None:
        return
    for row in table.rows:
        count = _cell(row, columns.count)
        if count.strip() and any(map(str.isdigit, count)) and not _is_sum(row, columns):
            bill.lines.append(_line(row, columns, table, letter))
        else:
            _take_other(bill, sums, row, letter)


def _is_sum(row: list[Cell], columns: _Columns) -> bool:
    """Say whether a row is a total of the rows above it: it begins with the word for it and names no article."""
    first = next((cell.own.strip() for cell in row if cell.own.strip()), "")
    named = any(_cell(row, at).strip() for at in columns.items)
    labels = (*LABELS["total"], *LABELS["net"])
    return not named and fold(first).rstrip(" :") in labels


def _take_other(bill: Bill, sums: _Sums, row: list[Cell], letter: Letter) -> None:
    """Take a row that counts nothing: a sum, a charge, or more words of the goods above it."""
    text = "  ".join(cell.own for cell in row if cell.own.strip())
    before = sum(map(len, sums.stated.values()))
    sums.take(text, letter.tools.locale)
    if sum(map(len, sums.stated.values())) == before and money_in(text, letter.tools.locale):
        bill.doubts.append(f"a row that charges something else: {text[:80]}")
    elif bill.lines and not money_in(text, letter.tools.locale):
        bill.lines[-1].text = f"{bill.lines[-1].text} {text}".strip()[:500]


def _line(row: list[Cell], columns: _Columns, table: Table, letter: Letter) -> BillLine:
    tools = letter.tools
    counted = _COUNT.fullmatch(_cell(row, columns.count))
    unit = _cell(row, columns.unit).strip() or (counted[2] or "" if counted else "")
    units = tools.words.meanings_of(unit, "units") if unit else table.units[columns.count]
    order = _cell(row, columns.order)
    numbers = [one.number for one in tools.numbers.mentions(order, tools.words)] if order else []
    ours = _cell(row, columns.line_ours).strip()
    return BillLine(
        number=_cell(row, columns.number).strip(),
        order=numbers[0] if len(numbers) == 1 else "",
        line_ours=ours if ours.isdecimal() else "",
        items=[text for at in columns.items for text in _cell(row, at).split("\n") if text.strip()],
        text=" ".join(_cell(row, at) for at in columns.texts).strip(),
        quantity=_number(counted[1] if counted else "", tools.locale),
        units=units if units or not unit else (unit,),
        price=_money(_cell(row, columns.price), tools.locale),
        amount=_money(_cell(row, columns.amount), tools.locale),
        evidence=shown(row),
    )


def _cell(row: list[Cell], at: int | None) -> str:
    return row[at].own if at is not None and at < len(row) else ""


def _number(text: str, locale: str) -> Decimal | None:
    """Read a figure that can mean one number only."""
    number = parse(text.strip(), locale)
    return number.value if number is not None and number.other is None else None


def _money(text: str, locale: str) -> Decimal | None:
    match = _MONEY.fullmatch(text.strip())
    if match is None:
        return None
    minus = match[1].startswith("-")
    value = _number(match[1].lstrip("- "), locale)
    return -value if value is not None and minus else value
