"""The files of the languages: each is complete, keeps its rules, is told from its neighbours and stays deaf to theirs."""

import re
from typing import Any

import pytest

from handlers.extraction.lexicon import STEM, languages_of, lexicon, lexicon_for, tables
from handlers.extraction.sentences import flags_of
from handlers.extraction.words import spellings

LANGUAGES = ("cs", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pl", "pt", "sv", "tr")
#: Set phrases that a language may do without, and the names of carriers, which stand with English because it is always read.
NOT_EVERYWHERE = {"plain", "quotation", "carriers"}
SENTENCES = {
    "da": "Hej, vi har i dag afsendt varerne på jeres ordre, og resten bliver leveret af os i næste uge.",
    "no": "Hei, vi har i dag sendt varene på deres bestilling, og resten blir levert fra oss etter neste uke.",
    "sv": "Hej, vi har idag skickat varorna på er order och resten kommer att levereras från oss nästa vecka.",
    "cs": "Dobrý den, dnes jsme odeslali zboží dle Vaší objednávky a zbytek bude dodán příští týden.",
    "pl": "Dzień dobry, dzisiaj wysłaliśmy towar do Państwa zamówienia, a reszta zostanie dosłana za tydzień.",
    "es": "Buenos días, hoy hemos enviado la mercancía de su pedido y el resto se enviará la próxima semana.",
    "pt": "Bom dia, hoje enviámos a mercadoria da vossa encomenda e o restante segue na próxima semana.",
    "it": "Buongiorno, oggi abbiamo spedito la merce del vostro ordine e il resto sarà spedito la prossima settimana.",
    "fi": "Hei, olemme tänään lähettäneet tilauksenne mukaan tuotteet ja loput toimitamme ensi viikolla.",
    "hu": "Tisztelt Partnerünk, a mai napon feladtuk a rendelés szerint az árut, és a többi még jövő héten érkezik.",
    "tr": "Merhaba, siparişiniz için ürünler bugün sevk edilmiştir ve kalan adet daha sonra gönderilecektir.",
    "de": "Guten Tag, wir haben heute die Ware zu Ihrer Bestellung versandt, der Rest folgt nächste Woche.",
    "nl": "Goedendag, wij hebben vandaag de goederen van uw bestelling verzonden en de rest volgt volgende week.",
    "fr": "Bonjour, nous avons expédié ce jour la marchandise de votre commande et le solde suivra la semaine prochaine.",
    "en": "Hello, we have shipped the goods of your order today and the rest will follow next week.",
}
#: A denial, an exception, a condition, a promise, a question, a delay and a cancellation in each of the languages that came last.
SAID: dict[str, dict[str, str]] = {
    "pt": {
        "negation": "As peças não foram expedidas hoje.",
        "conditional": "Caso concordem, expedimos amanhã.",
        "future": "As peças serão enviadas na próxima semana.",
        "question": "Podem confirmar se está bem assim?",
        "delay": "A entrega sofre um atraso.",
        "cancellation": "A linha foi anulada.",
        "except": "Tudo foi enviado exceto o item 2.",
    },
    "da": {
        "negation": "Varerne er endnu ikke afsendt.",
        "conditional": "Såfremt I accepterer, kan vi sende i morgen.",
        "future": "Resten eftersendes næste uge.",
        "question": "Vil I have dem samlet?",
        "delay": "Leveringen er udskudt.",
        "cancellation": "Linjen er annulleret.",
        "except": "Alt er sendt undtagen linje 2.",
    },
    "no": {
        "negation": "Varene er ennå ikke sendt.",
        "conditional": "Dersom dere godkjenner, kan vi sende i morgen.",
        "future": "Resten ettersendes neste uke.",
        "question": "Kan dere bekrefte dette?",
        "delay": "Leveringen er utsatt.",
        "cancellation": "Linjen er kansellert.",
        "except": "Alt er sendt unntatt linje 2.",
    },
    "fi": {
        "negation": "Tuotteita ei ole lähetetty.",
        "conditional": "Mikäli hyväksytte, lähetämme huomenna.",
        "future": "Loput toimitamme ensi viikolla.",
        "question": "Voitteko vahvistaa tämän?",
        "delay": "Toimitus viivästyy viikolla.",
        "cancellation": "Rivi on peruttu.",
        "except": "Kaikki lähetettiin lukuun ottamatta riviä 2.",
    },
    "cs": {
        "negation": "Zboží jsme neodeslali.",
        "conditional": "Pokud souhlasíte, pošleme zítra.",
        "future": "Zbytek bude dodán příští týden.",
        "question": "Můžete to prosím potvrdit?",
        "delay": "Dodávka se zpozdí o týden.",
        "cancellation": "Položka byla stornována.",
        "except": "Vše bylo odesláno kromě položky 2.",
    },
    "hu": {
        "negation": "Az áru nem került feladásra.",
        "conditional": "Amennyiben elfogadják, holnap küldjük.",
        "future": "A többi jövő héten érkezik.",
        "question": "Kérjük szíves visszajelzésüket.",
        "delay": "A szállítás egy hetet csúszik.",
        "cancellation": "A tételt töröltük.",
        "except": "Mindent feladtunk a 2. tétel kivételével.",
    },
    "tr": {
        "negation": "Ürünler bugün sevk edilmedi.",
        "conditional": "Onaylarsan\u0131z yar\u0131n göndeririz.",
        "future": "Kalan miktar haftaya sevk edilecektir.",
        "question": "Uygun mudur?",
        "delay": "Teslimat bir hafta gecikecektir.",
        "cancellation": "Kalem iptal edilmiştir.",
        "except": "2. kalem hariç tamam\u0131 sevk edildi.",
    },
}


def groups_of(table: dict[str, Any]) -> set[str]:
    """Every group of phrases of a language file as 'says.despatch'."""
    return {
        f"{group}.{name}"
        for group in ("columns", "labels", "titles", "says", "words", "months", "numbers", "mail")
        for name in table.get(group, {})
        if name not in NOT_EVERYWHERE and not (group == "numbers" and name == "1")
    }


def test_the_fifteen_languages_are_there() -> None:
    assert set(tables()) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_group_of_phrases_that_english_has(language: str) -> None:
    table = tables()[language]

    missing = groups_of(tables()["en"]) - groups_of(table)
    empty = [
        f"{group}.{name}"
        for group in table
        if isinstance(table[group], dict)
        for name in table[group]
        if not table[group][name]
    ]

    assert not missing
    assert not empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_word_of_a_phrase_is_no_stem_that_is_too_short_to_be_found(language: str) -> None:
    short = [
        phrase
        for listed in (table for table in tables()[language].values() if isinstance(table, dict))
        for phrases in listed.values()
        for phrase in phrases
        if phrase.split()[0].endswith("*") and len(phrase.split()[0]) <= STEM
    ]

    assert not short


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_stands_twice_in_a_group(language: str) -> None:
    table = tables()[language]
    twice = [
        f"{group}.{name}: {phrase}"
        for group in table
        if isinstance(table[group], dict)
        for name, listed in table[group].items()
        for phrase in set(listed)
        if listed.count(phrase) > 1
    ]

    assert not twice


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_told_from_those_of_the_neighbours(language: str) -> None:
    assert languages_of(SENTENCES[language])[0] == language


@pytest.mark.parametrize(("language", "said"), [(language, said) for language in SAID for said in SAID[language]])
def test_a_language_hears_what_takes_a_despatch_back(language: str, said: str) -> None:
    words = lexicon_for(SAID[language][said], language)

    if said == "except":
        assert "words.except" in {hit.meaning for hit in words.hits(SAID[language][said])}
    else:
        assert said in flags_of(SAID[language][said], words)


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_that_sends_goods_and_the_rest_later_says_both(language: str) -> None:
    names = {hit.meaning for hit in lexicon_for(SENTENCES[language], language).hits(SENTENCES[language])}

    assert {"says.despatch", "says.future", "words.today", "words.outstanding"} <= names
    assert not names & {"words.negation", "says.conditional", "says.question", "says.cancellation"}


@pytest.mark.parametrize("language", [language for language in SENTENCES if language != "en"])
@pytest.mark.parametrize(
    "sentence", ["The goods were not on the first truck.", "We have sent 12 pcs to you for the line."]
)
def test_no_language_makes_another_thing_of_an_english_sentence(language: str, sentence: str) -> None:
    alone = flags_of(sentence, lexicon(("en",)))

    assert flags_of(sentence, lexicon(tuple(sorted(("en", language))))) <= alone | {"despatch"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_is_named_by_one_word_only_for_one_month(language: str) -> None:
    months: dict[str, set[str]] = {}
    for number, listed in tables()[language]["months"].items():
        for spelling in {spelling for word in listed for spelling in spellings(word)}:
            months.setdefault(re.sub(r"\W", "", spelling), set()).add(number)

    assert not {word: numbers for word, numbers in months.items() if len(numbers) > 1}


def test_handing_goods_to_a_carrier_is_no_delivery() -> None:
    said = {
        "tr": "Ürünler bugün kargoya teslim edildi.",
        "hu": "A csomagot átadásra került a futárszolgálatnak.",
        "en": "The goods were handed over to the carrier.",
    }

    for language, sentence in said.items():
        flags = flags_of(sentence, lexicon((language,)))
        assert "despatch" in flags
        assert "delivery" not in flags or language == "en"
