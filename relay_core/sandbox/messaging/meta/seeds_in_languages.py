"""One template under one name in several languages, as accounts with an international public have.

Each language has examples of its own, and not all of them are approved.
"""

from typing import Final

from relay_core.sandbox.messaging.meta.seeding import Seed, body, buttons, footer, quick_reply

NAME: Final = "delivery_today"

DELIVERY_TODAY: Final = (
    Seed(
        name=NAME,
        language="en",
        components=[
            body(
                "Hello {{1}}, we deliver your order {{2}} today between {{3}}. Is that all right?",
                "Clarice",
                "A-1042",
                "2 and 4 pm",
            ),
            footer("Reply STOP to receive no more messages"),
            buttons(quick_reply("Yes"), quick_reply("Another day")),
        ],
    ),
    Seed(
        name=NAME,
        language="fr",
        components=[
            body(
                "Bonjour {{1}}, nous livrons votre commande {{2}} aujourd'hui entre {{3}}. "
                "Cela vous convient-il ?",
                "Amélie",
                "B-2077",
                "14 h et 16 h",
            ),
            footer("Répondez STOP pour ne plus recevoir de messages"),
            buttons(quick_reply("Oui"), quick_reply("Un autre jour")),
        ],
    ),
    Seed(
        name=NAME,
        language="nl",
        components=[
            body(
                "Hallo {{1}}, we bezorgen uw bestelling {{2}} vandaag tussen {{3}}. "
                "Komt dat gelegen?",
                "Sanne",
                "C-3150",
                "14 en 16 uur",
            ),
            footer("Antwoord STOP om geen berichten meer te ontvangen"),
            buttons(quick_reply("Ja"), quick_reply("Een andere dag")),
        ],
    ),
    Seed(
        name=NAME,
        language="es",
        components=[
            body(
                "Hola {{1}}, hoy entregamos su pedido {{2}} entre {{3}}. ¿Le viene bien?",
                "Lucía",
                "D-4421",
                "las 14 y las 16 h",
            ),
            footer("Responda STOP para no recibir más mensajes"),
            buttons(quick_reply("Sí"), quick_reply("Otro día")),
        ],
    ),
    Seed(
        name=NAME,
        language="de",
        status="PENDING",
        components=[
            body(
                "Guten Tag {{1}}, wir liefern Ihre Bestellung {{2}} heute zwischen {{3}}. "
                "Passt Ihnen das?",
                "Jonas",
                "E-5306",
                "14 und 16 Uhr",
            ),
            footer("Antworten Sie STOP, um keine Nachrichten mehr zu erhalten"),
            buttons(quick_reply("Ja"), quick_reply("Ein anderer Tag")),
        ],
    ),
)
