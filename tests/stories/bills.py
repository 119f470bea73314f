"""What the supplier of the stories charges by mail: a German page with a row, a total and a day of payment."""

from decimal import Decimal

from tests.stories.hartmann import answer
from tests.stories.loop import World


async def charges(
    world: World, price: str, *, number: str = "R-7781", title: str = "Rechnung", words: str = ""
) -> None:
    """Let the supplier charge both seals by mail."""
    total = 2 * Decimal(price)
    page = (
        f"<h2>{title} {number}</h2><p>Rechnungsdatum: 24.11.2026</p><p>Ihre Bestellung: {world.order}. {words}</p>"
        "<table><tr><th>Pos</th><th>Art.-Nr.</th><th>Bezeichnung</th><th>Menge</th><th>Einzelpreis</th><th>Betrag</th></tr>"
        f"<tr><td>1</td><td>HS-45-SSE</td><td>Gleitringdichtung 45 mm</td><td>2 Stk</td><td>{_german(Decimal(price))}</td>"
        f"<td>{_german(total)}</td></tr></table><p>Gesamtbetrag EUR {_german(total)}</p><p>Zahlbar bis 24.12.2026</p>"
    )
    order = (await world.orders())[0]
    await world.mail.deliver(answer(order, f"{title} {number}", "Bitte HTML anzeigen.", page=page))


def _german(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
