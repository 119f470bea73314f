"""Thanks for an order are told from a confirmation in every language."""

import pytest

from handlers.extraction.answers import only_thanks
from handlers.extraction.lexicon import lexicon

THANKS = {
    "cs": "Děkujeme za Vaši objednávku.",
    "da": "Tak for jeres ordre.",
    "de": "Vielen Dank für Ihre Bestellung.",
    "en": "Thank you for your order.",
    "es": "Gracias por su pedido.",
    "fi": "Kiitos tilauksestanne.",
    "fr": "Nous vous remercions de votre commande.",
    "hu": "Köszönjük megrendelésüket.",
    "it": "Vi ringraziamo per il vostro ordine.",
    "nl": "Bedankt voor uw bestelling.",
    "no": "Takk for bestillingen.",
    "pl": "Dziękujemy za zamówienie.",
    "pt": "Agradecemos a vossa encomenda.",
    "sv": "Tack för er beställning.",
    "tr": "Siparişiniz için teşekkür ederiz.",
}


@pytest.mark.parametrize("language", THANKS)
def test_thanks_alone_confirm_nothing(language: str) -> None:
    words = lexicon((language,))

    alone = only_thanks([THANKS[language]], words)

    assert alone


def test_thanks_beside_a_confirmation_are_not_alone() -> None:
    words = lexicon(("en",))

    alone = only_thanks([THANKS["en"], "We confirm the order as follows."], words)

    assert not alone
    assert not only_thanks(["The goods left today."], words)
