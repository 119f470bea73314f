"""Sentences about finished work, as people write them into a thread, and talk that is none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handlers.done_parts import KnownPart
from handlers.done_sentence import Known, read

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
BEARING = KnownPart(1, "P-10202", "Deep groove ball bearing 6204-2RS", 2000)
SEAL = KnownPart(2, "M-2201", "Mechanical seal 45 mm")
BELT = KnownPart(3, "B-3001", "V-belt SPA 1250")
FUSE = KnownPart(4, "E-4010", "Fuse 10 A gG")
KNOWN = Known(NOW, NOW - timedelta(minutes=50), (BEARING, SEAL, BELT, FUSE))

# (what is written, remedies, cause, minutes or None, (quantity in thousandths, id or the words) ...)
TOLD = [
    # English
    ("swapped bearing, it was dry, 40 min, used one 6204", ("REP",), "LUB", 40, ((1000, 1),)),
    ("Swapped the bearing. Was bone dry. 40min. 1x 6204", ("REP",), "LUB", 40, ((1000, 1),)),
    ("replaced mech seal, worn out, 1h30, used 1 seal 45", ("REP",), "WEA", 90, ((1000, 2),)),
    ("done, new seal in, 1.5 h", ("REP",), "", 90, ((1000, 2),)),
    ("changed the belt, half an hour", ("REP",), "", 30, ((1000, 3),)),
    ("Fixed. Loose cable in the junction box, 15 mins", ("RPR",), "ELE", 15, ()),
    ("fixed it, blown fuse, 10 min, used a fuse 10 A", ("RPR",), "ELE", 10, ((1000, 4),)),
    ("cleaned the strainer, full of product, runs again", ("CLN",), "CON", None, ()),
    ("cleared the jam 5 min", ("CLN",), "", 5, ()),
    ("tightened the gland, no leak now, quarter of an hour", ("TIG",), "", 15, ()),
    ("reset the drive, running again", ("RST",), "", None, ()),
    ("greased both bearings, were dry, 20 minutes", ("LUB",), "LUB", 20, None),
    ("adjusted the sensor, took 25 min", ("ADJ",), "", 25, ()),
    ("realigned coupling 2 hours", ("ADJ",), "", 120, ()),
    ("checked, nothing found, 20 min", ("CHK",), "", 20, ()),
    ("no fault found, 15 min", ("CHK",), "", 15, ()),
    ("bearing replaced, tested ok, 1 h 20", ("REP", "CHK"), "", 80, ((2000, 1),)),
    ("replaced 2 bearings, 3 h", ("REP",), "", 180, ((2000, 1),)),
    ("all done, 45 min", (), "", 45, ()),
    ("finished, 1:30 h", (), "", 90, ()),
    ("done. used two 6204 and one seal", (), "", None, ((2000, 1), (1000, 2))),
    ("I replaced the seal and cleaned the housing, one hour", ("REP", "CLN"), "", 60, ((1000, 2),)),
    ("We swapped the motor, 2.5 hrs, used 4 m cable", ("REP",), "", 150, ((4000, "cable"),)),
    ("swapped belt - 40 min", ("REP",), "", 40, ((1000, 3),)),
    ("~40 min, seal replaced, shaft was dirty", ("REP",), "CON", 40, ((1000, 2),)),
    ("Seal replaced; about 50 min; parts: 1 x seal 45", ("REP",), "", 50, ((1000, 2),)),
    ("swapped the seal, the old one was dry, 40 min", ("REP",), "LUB", 40, ((1000, 2),)),
    ("fitted new seal, old one fitted backwards, 55 min", ("REP",), "INS", 55, ((1000, 2),)),
    ("wrong bearing was in there, fitted a 6204, 35m", ("REP",), "DES", 35, ((1000, 1),)),
    ("rewired the plug, corroded contacts, half hour", ("RPR",), "ELE", 30, ()),
    ("welded the bracket, 1 hour and a half", ("RPR",), "", 90, ()),
    ("worked from 13:00 to 14:15, replaced the seal", ("REP",), "", 75, ((1000, 2),)),
    ("9-10:30 replaced the seal", ("REP",), "", 90, ((1000, 2),)),
    ("swapped the seal, stopped at 14:00", ("REP",), "", 20, ((1000, 2),)),
    ("from 1pm to 2pm cleaned the tank", ("CLN",), "", 60, ()),
    ("topped up oil, was low on oil, 10 min", ("LUB",), "LUB", 10, ()),
    ("20 min stripping and 30 min fitting, replaced the seal", ("REP",), "", 50, ((1000, 2),)),
    ("replaced the seal, 2 h all together", ("REP",), "", 120, ((1000, 2),)),
    ("Replaced hose. Hose was worn. 45 mins. Used 2 m hose.", ("REP",), "WEA", 45, ((2000, "hose"),)),
    ("swaped berings, 40 min", ("REP",), "", 40, ()),
    ("Back up and running, unjammed the infeed, 8 min", ("CLN",), "", 8, ()),
    ("It works again, tightened terminals", ("TIG",), "", None, ()),
    ("6204 replaced, 30 min", ("REP",), "", 30, ((2000, 1),)),
    ("used 3 x SPA 1250, changed all belts, 1 hr", ("REP",), "", 60, ((3000, 3),)),
    ("changed fuse, someone hit it: operator error, 5 min", ("REP",), "OPE", 5, ((1000, 4),)),
    ("bolted it down, bolts came loose, 12 min", ("TIG",), "INS", 12, ()),
    ("flushed the line with water, dirt, 25 min", ("CLN",), "CON", 25, ()),
    ("put in a new seal, no idea why it failed, 40 min", ("REP",), "UNK", 40, ((1000, 2),)),
    ("fixed now", ("RPR",), "", None, ()),
    ("swapped bearing, it was dry", ("REP",), "LUB", None, ((2000, 1),)),
    ("three quarters of an hour, seal changed", ("REP",), "", 45, ((1000, 2),)),
    ("replaced seal, used 6204 (2x)", ("REP",), "", None, ((2000, 1),)),
    ("job done in 40 min, greased the chain", ("LUB",), "", 40, ()),
    ("repaired, hit by forklift, 2h", ("RPR",), "OPE", 120, ()),
    ("Calibrated the flow meter, 1 hour, test run ok", ("ADJ",), "", 60, ()),
    # German
    ("Lager getauscht, war trocken, 40 min, ein 6204 verbraucht", ("REP",), "LUB", 40, ((1000, 1),)),
    ("Lager gewechselt, lief trocken, 40 Minuten", ("REP",), "LUB", 40, ()),
    ("Dichtung ersetzt, verschlissen, anderthalb Stunden", ("REP",), "WEA", 90, ()),
    ("fertig, 45 min", (), "", 45, ()),
    ("erledigt. halbe Stunde. Sieb gereinigt", ("CLN",), "", 30, ()),
    ("Sieb gereinigt, war verschmutzt, läuft wieder", ("CLN",), "CON", None, ()),
    ("Sensor eingestellt, 20 min", ("ADJ",), "", 20, ()),
    ("Schrauben nachgezogen, waren locker, 15 Minuten", ("TIG",), "INS", 15, ()),
    ("Störung quittiert, läuft wieder", ("RST",), "", None, ()),
    ("Kette geschmiert 10min", ("LUB",), "", 10, ()),
    ("repariert, Kabelbruch, 1 Std", ("RPR",), "ELE", 60, ()),
    ("Sicherung gewechselt, war durchgebrannt, 5 Minuten", ("REP",), "", 5, ()),
    ("neues Lager eingebaut, 2 Stunden, 2x 6204", ("REP",), "", 120, ((2000, 1),)),
    ("von 8 bis 9:30 Dichtung getauscht", ("REP",), "", 90, ()),
    ("8:00-9:15 Uhr Getriebe abgedichtet", ("RPR",), "", 75, ()),
    ("zwei 6204 verbaut, fertig", ("REP",), "", None, ((2000, 1),)),
    ("geprüft, nichts gefunden, Viertelstunde", ("CHK",), "", 15, ()),
    ("Riemen getauscht, eine Stunde und 20 Minuten", ("REP",), "", 80, ()),
    ("Dreiviertelstunde, Ventil gereinigt", ("CLN",), "", 45, ()),
    ("Motor getauscht, 3,5 h, Überlastung", ("REP",), "OPE", 210, ()),
    ("Pumpe entlüftet, geht wieder", ("CLN",), "", None, ()),
    ("falsch eingebaut gewesen, neu montiert, 1 h", ("REP",), "INS", 60, ()),
    ("Stecker angeklemmt, Wackelkontakt, 10 min", ("RPR",), "ELE", 10, ()),
    ("Öl nachgefüllt, zu wenig Öl, 10 Minuten, 2 l Öl verbraucht", ("LUB",), "LUB", 10, ((2000, "öl"),)),
    ("Ausgetauscht und läuft wieder, 50 min, Material: 1 Stück 6204", ("REP",), "", 50, ((1000, 1),)),
    ("hab das Lager gewechselt, hat ne halbe Stunde gedauert", ("REP",), "", 30, ()),
    ("Wir haben den Riemen gespannt, 15 min", ("ADJ",), "", 15, ()),
    ("Lager getauscht, fertig um 14:00", ("REP",), "", 20, ()),
    ("Dreck entfernt, Fremdkörper, 20min insgesamt", ("CLN",), "CON", 20, ()),
    ("Riss geschweißt, 2 Std", ("RPR",), "", 120, ()),
    ("Ventil neu, 1 Stunde", ("REP",), "", 60, ()),
    # French
    ("roulement changé, il était sec, 40 min, utilisé un 6204", ("REP",), "LUB", 40, ((1000, 1),)),
    ("j'ai remplacé la garniture, usée, 1 h 30", ("REP",), "WEA", 90, ()),
    ("joint remplacé, une demi-heure", ("REP",), "", 30, ()),
    ("filtre nettoyé, encrassé, 20 minutes", ("CLN",), "CON", 20, ()),
    ("terminé, 45 min", (), "", 45, ()),
    ("c'est réparé, fusible grillé, 10 min", ("RPR",), "ELE", 10, ()),
    ("vis resserrées, 15 minutes, ça marche", ("TIG",), "", 15, ()),
    ("graissé les paliers, manque de graisse, 20 mn", ("LUB",), "LUB", 20, ()),
    ("réglé le capteur, un quart d'heure", ("ADJ",), "", 15, ()),
    ("variateur réarmé, refonctionne", ("RST",), "", None, ()),
    ("on a changé deux roulements, 2 heures, pris 2 x 6204", ("REP",), "", 120, ((2000, 1),)),
    ("de 8h à 9h30 changé la courroie", ("REP",), "", 90, ()),
    ("une heure et demie, pompe réparée", ("RPR",), "", 90, ()),
    ("remplacé le câble, faux contact, fini", ("REP",), "ELE", None, ()),
    ("soudé le support, 1h", ("RPR",), "", 60, ()),
    ("débouché la conduite, plein de copeaux, 35 min", ("CLN",), "CON", 35, ()),
    ("vérifié, rien trouvé, 20 min", ("CHK",), "", 20, ()),
    ("monté à l'envers, remonté le joint, 50 min", ("REP",), "INS", 50, ()),
    # Spanish
    ("cambié el rodamiento, estaba seco, 40 min, usé un 6204", ("REP",), "LUB", 40, ((1000, 1),)),
    ("rodamiento cambiado, 1 hora y media", ("REP",), "", 90, ()),
    ("reparado, fusible quemado, 10 minutos", ("RPR",), "ELE", 10, ()),
    ("limpié el filtro, estaba sucio, 20 min", ("CLN",), "CON", 20, ()),
    ("listo, media hora", (), "", 30, ()),
    ("engrasado, sin grasa, 15 min", ("LUB",), "LUB", 15, ()),
    ("apreté los tornillos, estaban flojos, cuarto de hora", ("TIG",), "INS", 15, ()),
    ("ajusté el sensor, ya funciona", ("ADJ",), "", None, ()),
    ("cambiamos el sello, desgastado, 2 horas, usamos 1 sello", ("REP",), "WEA", 120, ()),
    ("de 8 a 9:30 cambié la correa", ("REP",), "", 90, ()),
    ("reinicié el variador, funciona otra vez", ("RST",), "", None, ()),
    ("revisado, sin novedad, 20 min", ("CHK",), "", 20, ()),
    ("cambie rodamiento, 40 min", ("REP",), "", 40, ()),
    ("soldé el soporte, una hora", ("RPR",), "", 60, ()),
    ("terminado, usé dos 6204", (), "", None, ((2000, 1),)),
    ("desatascado, lleno de virutas, 25 minutos", ("CLN",), "CON", 25, ()),
]

TALK = [
    "on my way", "anybody seen the torque wrench?", "thanks", "ok", "did you swap the bearing?", "did you swap the bearing",
    "who changed the seal last time, 40 min?", "please swap the bearing, 40 min should do", "can you replace the seal",
    "I'll swap the bearing, takes 40 min", "we will replace it tomorrow", "going to change the belt, back in 40 min",
    "need to replace the seal", "needs a new bearing, about 2 h", "the bearing should be replaced", "if it leaks again swap the seal",
    "swapped the bearing but it still leaks", "replaced the seal, still noisy", "not done yet, 40 min so far", "half done",
    "almost done", "done in 20 min", "be done by 15:00", "waiting for the crane, 40 min", "waiting for the seal",
    "last time we replaced the bearing in 40 min", "last year I changed it, took 2 h", "it was changed two weeks ago",
    "the pump is dry", "it is dry", "bearing is worn", "looks like the seal is worn, 2 h of work", "dismantled so far, 40 min",
    "well done", "nice, thank you, good job done", "lunch, back in 30 min", "I am 10 min late", "have a look at the coupling",
    "how long did it take to replace the seal", "haven't replaced it", "didn't replace the seal", "we never changed the bearing",
    "no bearing replaced", "checked the belt, it is worn", "checked the oil", "the old one was dry", "it stopped again after 30 min",
    "swapped the seal, came back after 10 min", "tried to reset it, 10 min", "reset didn't help", "before I replaced it, was it dry",
    "remember to grease the bearing", "the supplier says 6204 is 3 days", "used parts go in the blue box", "line was down for 40 min",
    "should I swap the bearing too", "shall we change both", "maybe swap the bearing", "let's change the belt, 20 min",
    "swapped the bearing, rest tomorrow", "changed one of two, to be finished", "photo of the old bearing",
    "I need 40 min", "give me 40 min", "40 min", "used one 6204", "it was dry", "swapped the bearing",
    "bin unterwegs", "hast du das Lager getauscht", "wer hat das Lager gewechselt", "Lager muss getauscht werden, 2 Stunden",
    "Lager wird morgen gewechselt", "bitte Dichtung tauschen", "noch nicht fertig, 40 min", "fast fertig", "Dichtung getauscht, tropft noch",
    "Dichtung getauscht, immer noch undicht", "letztes Mal haben wir das Lager getauscht, 40 min", "warte auf Kran, 30 min",
    "wenn es wieder leckt, Lager tauschen", "sollten wir wechseln", "nicht getauscht", "kein Lager gewechselt", "halb fertig",
    "in 20 min fertig", "mache gleich weiter", "es fehlt ein Lager", "Lager ist trocken", "schon mal gereinigt, 10 min", "gut gemacht",
    "vor zwei Wochen gewechselt", "hat nichts gebracht, quittiert", "nur provisorisch geflickt, 20 min",
    "qui a changé le roulement", "il faut remplacer le joint, 40 min", "je vais changer le roulement", "pas encore fini, 40 min",
    "joint changé mais fuit encore", "peux-tu nettoyer le filtre", "la dernière fois on a changé le joint, 1 h", "en attente de pièce",
    "pas changé", "presque fini, 10 min", "le roulement est sec", "demain on change la courroie",
    "hay que cambiar el sello, 40 min", "voy a cambiar el rodamiento", "todavía no está listo, 40 min", "¿cambiaste el rodamiento?",
    "falta el rodamiento", "la última vez cambié el sello, 1 hora", "no cambié nada", "casi listo", "sigue perdiendo, cambié el sello",
    "por favor cambia el filtro", "esperando la grúa, 30 min", "el rodamiento está seco",
    "", "?", "👍", ":+1:", "12", "wo 412", "<@U0LUIS> look at this", "https://example.com/done-40-min", "x" * 5000,
]  # fmt: skip


def _parts(found: object) -> tuple[tuple[int, object], ...]:
    return tuple((part.quantity, part.ids[0] if part.ids else part.written) for part in found)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("text", "remedies", "cause", "minutes", "parts"), TOLD, ids=[row[0] for row in TOLD])
def test_a_sentence_tells_what_was_done(
    text: str, remedies: tuple[str, ...], cause: str, minutes: int | None, parts: tuple[object, ...] | None
) -> None:
    found = read(text, KNOWN)

    assert found is not None
    assert set(found.remedies) == set(remedies)
    assert found.cause == cause
    assert (found.spent.minutes if found.spent else None) == minutes
    assert found.spent is None or not found.spent.problem
    assert parts is None or _parts(found.parts) == parts


@pytest.mark.parametrize("text", TALK)
def test_talk_is_left_alone(text: str) -> None:
    assert read(text, KNOWN) is None


WORDS = some.sampled_from(
    [
        "swapped",
        "used",
        "one",
        "6204",
        "seal",
        "45",
        "min",
        "1h30",
        "half",
        "an",
        "hour",
        "from",
        "9",
        "to",
        "10:30",
        "-5",
        "2x",
        ",",
        ".",
        ";",
        ":",
        "and",
        "99999999",
        "h",
        "25",
        "uhr",
        "0:99",
        "2,5",
        "l",
        "x",
        "bearing",
        "١٢",
        "min",
        "done",
    ]
)


@given(some.one_of(some.text(max_size=300), some.lists(WORDS, max_size=40).map(" ".join)))
def test_whatever_is_written_can_be_read(text: str) -> None:
    found = read(text, KNOWN, addressed=True)

    assert found is None or all(part.quantity >= 0 and part.written for part in found.parts)


@pytest.mark.parametrize(
    "text", ["1 " * 300, "used " * 120, "40 min " * 80, "x" * 600, "used one and one and " * 28, "9-9-9-9 " * 70]
)
def test_a_long_message_is_read_without_end_of_patience(text: str) -> None:
    read(text, KNOWN, addressed=True)
