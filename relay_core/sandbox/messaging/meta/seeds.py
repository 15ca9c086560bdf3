"""The WhatsApp templates that the stand-in account begins with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One template in one language."""

    name: str
    language: str
    components: Sequence[Mapping[str, Any]]
    category: str = "UTILITY"
    status: str = "APPROVED"
    reason: str | None = None


def _body(text: str, *examples: str) -> dict[str, Any]:
    body: dict[str, Any] = {"type": "BODY", "text": text}
    if examples:
        body["example"] = {"body_text": [list(examples)]}
    return body


def _header(text: str, *examples: str) -> dict[str, Any]:
    header: dict[str, Any] = {"type": "HEADER", "format": "TEXT", "text": text}
    if examples:
        header["example"] = {"header_text": list(examples)}
    return header


def _footer(text: str) -> dict[str, Any]:
    return {"type": "FOOTER", "text": text}


def _buttons(*buttons: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(buttons)}


def _link(text: str, url: str, *examples: str) -> dict[str, Any]:
    link: dict[str, Any] = {"type": "URL", "text": text, "url": url}
    if examples:
        link["example"] = list(examples)
    return link


def _quick_reply(text: str) -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": text}


SEEDS: Final = (
    Seed(
        name="appointment_reminder",
        language="en",
        components=[
            _body(
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
            _body(
                "Hello {{1}}, parcel {{2}} is running late and will reach you on {{3}}. "
                "We are sorry for the wait.",
                "Clarice",
                "A-1042",
                "Thursday",
            ),
            _buttons(
                _link(
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
            _body(
                "We found the fault behind the interruption of this morning and are repairing it. "
                "Everything should work again within two hours."
            )
        ],
    ),
    Seed(
        name="commande_prete",
        language="fr",
        components=[
            _header("Commande {{1}}", "A-1042"),
            _body(
                "Bonjour {{1}}, votre commande {{2}} vous attend en magasin. À très bientôt.",
                "Clarice",
                "A-1042",
            ),
            _footer("Répondez STOP pour ne plus recevoir de messages"),
        ],
    ),
    Seed(
        name="commande_prete",
        language="en",
        components=[
            _header("Order {{1}}", "A-1042"),
            _body(
                "Hello {{1}}, your order {{2}} is waiting for you at the shop. See you soon.",
                "Clarice",
                "A-1042",
            ),
            _footer("Reply STOP to receive no more messages"),
        ],
    ),
    Seed(
        name="entrega_reprogramada",
        language="es",
        components=[
            _body(
                "Hola {{1}}, hemos cambiado su entrega al {{2}}. Responda a este mensaje si ese "
                "día no le conviene.",
                "Clarice",
                "jueves",
            ),
            _buttons(_quick_reply("Me conviene"), _quick_reply("Otro día")),
        ],
    ),
    Seed(
        name="terminbestaetigung",
        language="de",
        components=[
            _body(
                "Guten Tag {{1}}, Ihr Termin am {{2}} um {{3}} Uhr ist bestätigt. Wir freuen uns "
                "auf Sie.",
                "Clarice",
                "Montag",
                "9",
            ),
            _buttons(
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
        components=[_body("مرحبا {{1}}، طلبك جاهز للاستلام من المتجر. شكرا لك.", "كلاريس")],
    ),
    Seed(
        name="holiday_closure",
        language="ja",
        components=[_body("誠に勝手ながら、来週月曜日は休業いたします。ご了承ください。")],
    ),
    Seed(
        name="new_collection",
        language="fr",
        category="MARKETING",
        components=[
            {
                "type": "HEADER",
                "format": "IMAGE",
                "example": {"header_handle": ["https://media.sandbox.example/collection.jpg"]},
            },
            _body(
                "Bonjour {{1}}, notre nouvelle collection est arrivée en boutique.",
                "Clarice",
            ),
            _footer("Répondez STOP pour ne plus recevoir de messages"),
            _buttons(_link("La découvrir", "https://shop.sandbox.example/collection")),
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
            _body(
                "Hello {{1}}, spring has come to our shops, and a small gift waits for you.",
                "Clarice",
            )
        ],
    ),
    Seed(
        name="account_notice",
        language="en",
        status="REJECTED",
        reason="INVALID_FORMAT: Variables can't be at the start or end of the template.",
        components=[_body("{{1}}, there is news about your account", "Clarice")],
    ),
    Seed(
        name="how_did_we_do",
        language="en",
        category="MARKETING",
        status="PAUSED",
        components=[
            _body("Hello {{1}}, how did we do today? Your answer helps us improve.", "Clarice"),
            _buttons(_quick_reply("Well"), _quick_reply("Not so well")),
        ],
    ),
)
