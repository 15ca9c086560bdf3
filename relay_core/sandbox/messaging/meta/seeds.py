"""The WhatsApp templates that the stand-in account begins with."""

from typing import Final

from relay_core.sandbox.messaging.meta.seeding import (
    Seed,
    body,
    buttons,
    footer,
    header,
    link,
    media_header,
    quick_reply,
)
from relay_core.sandbox.messaging.meta.seeds_in_languages import DELIVERY_TODAY

SEEDS: Final = (
    Seed(
        name="appointment_reminder",
        language="en",
        components=[
            body(
                "Hello {{1}}, your appointment is on {{2}}. Reply to this message to change it.",
                "Clarice",
                "Monday",
            )
        ],
    ),
    Seed(
        name="parcel_delayed",
        language="en",
        components=[
            body(
                "Hello {{1}}, parcel {{2}} is running late and will reach you on {{3}}. "
                "We are sorry for the wait.",
                "Clarice",
                "A-1042",
                "Thursday",
            ),
            buttons(
                link(
                    "Follow the parcel",
                    "https://parcels.sandbox.example/follow/{{1}}",
                    "https://parcels.sandbox.example/follow/A-1042",
                )
            ),
        ],
    ),
    Seed(
        name="fault_found",
        language="en",
        components=[
            body(
                "We found the fault behind the interruption of this morning and are repairing it. "
                "Everything should work again within two hours."
            )
        ],
    ),
    Seed(
        name="commande_prete",
        language="fr",
        components=[
            header("Commande {{1}}", "A-1042"),
            body(
                "Bonjour {{1}}, votre commande {{2}} vous attend en magasin. À très bientôt.",
                "Clarice",
                "A-1042",
            ),
            footer("Répondez STOP pour ne plus recevoir de messages"),
        ],
    ),
    Seed(
        name="commande_prete",
        language="en",
        components=[
            header("Order {{1}}", "A-1042"),
            body(
                "Hello {{1}}, your order {{2}} is waiting for you at the shop. See you soon.",
                "Clarice",
                "A-1042",
            ),
            footer("Reply STOP to receive no more messages"),
        ],
    ),
    Seed(
        name="entrega_reprogramada",
        language="es",
        components=[
            body(
                "Hola {{1}}, hemos cambiado su entrega al {{2}}. Responda a este mensaje si ese "
                "día no le conviene.",
                "Clarice",
                "jueves",
            ),
            buttons(quick_reply("Me conviene"), quick_reply("Otro día")),
        ],
    ),
    Seed(
        name="terminbestaetigung",
        language="de",
        components=[
            body(
                "Guten Tag {{1}}, Ihr Termin am {{2}} um {{3}} Uhr ist bestätigt. Wir freuen uns "
                "auf Sie.",
                "Clarice",
                "Montag",
                "9",
            ),
            buttons(
                {
                    "type": "PHONE_NUMBER",
                    "text": "Praxis anrufen",
                    "phone_number": "+493012345678",
                }
            ),
        ],
    ),
    Seed(
        name="order_ready",
        language="ar",
        components=[body("مرحبا {{1}}، طلبك جاهز للاستلام من المتجر. شكرا لك.", "كلاريس")],
    ),
    Seed(
        name="holiday_closure",
        language="ja",
        components=[body("誠に勝手ながら、来週月曜日は休業いたします。ご了承ください。")],
    ),
    Seed(
        name="new_collection",
        language="fr",
        category="MARKETING",
        components=[
            media_header("IMAGE", "sample.jpg"),
            body(
                "Bonjour {{1}}, notre nouvelle collection est arrivée en boutique.",
                "Clarice",
            ),
            footer("Répondez STOP pour ne plus recevoir de messages"),
            buttons(link("La découvrir", "https://shop.sandbox.example/collection")),
        ],
    ),
    Seed(
        name="loyalty_points",
        language="en_GB",
        category="MARKETING",
        components=[
            {
                "type": "BODY",
                "text": "Hello {{first_name}}, you have {{points}} points to spend with us "
                "before the end of the month.",
                "example": {
                    "body_text_named_params": [
                        {"param_name": "first_name", "example": "Clarice"},
                        {"param_name": "points", "example": "120"},
                    ]
                },
            }
        ],
    ),
    Seed(
        name="spring_offer",
        language="en",
        category="MARKETING",
        status="PENDING",
        components=[
            body(
                "Hello {{1}}, spring has come to our shops, and a small gift waits for you.",
                "Clarice",
            )
        ],
    ),
    Seed(
        name="care_instructions",
        language="en",
        components=[
            media_header("DOCUMENT", "sample.pdf"),
            body(
                "Hello {{1}}, here is how to look after what you bought. Reply with any question.",
                "Clarice",
            ),
        ],
    ),
    Seed(
        name="weekend_rebate",
        language="en",
        status="REJECTED",
        reason="INCORRECT_CATEGORY: The template is MARKETING, not UTILITY.",
        components=[body("This weekend only: a discount on everything in our shops.")],
    ),
    Seed(
        name="account_notice",
        language="en",
        status="REJECTED",
        reason="INVALID_FORMAT: Variables can't be at the start or end of the template.",
        components=[body("{{1}}, there is news about your account", "Clarice")],
    ),
    Seed(
        name="how_did_we_do",
        language="en",
        category="MARKETING",
        status="PAUSED",
        components=[
            body("Hello {{1}}, how did we do today? Your answer helps us improve.", "Clarice"),
            buttons(quick_reply("Well"), quick_reply("Not so well")),
        ],
    ),
    *DELIVERY_TODAY,
)
