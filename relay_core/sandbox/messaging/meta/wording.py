"""What a reviewer takes offence at in the words of a template: a few plain lists, no judgement."""

import re
from typing import Final

PROMOTION: Final = re.compile(
    r"%\s*(?:off|de réduction|rabatt|korting|de descuento|di sconto)\b"
    r"|\b(?:discount|special offer|promo code|flash sale|buy one get one"
    r"|soldes|code promo|vente flash|sonderangebot|gutscheincode"
    r"|kortingscode|uitverkoop|código promocional|rebajas|codice sconto|saldi)\b",
    re.IGNORECASE,
)
"""Words of selling, which belong in MARKETING."""

SCAM: Final = re.compile(
    r"\b(?:lottery|you have won|claim your prize|loterie|vous avez gagné|lotterie|loterij"
    r"|has ganado|send us your (?:password|pin)|card number and pin)\b"
    r"|\b(?:bit\.ly|tinyurl\.com|goo\.gl|is\.gd|ow\.ly)/",
    re.IGNORECASE,
)
"""Prizes, secrets asked for, and links that hide where they lead."""

ABUSE: Final = re.compile(
    r"\b(?:idiot|stupid|pay now or else|you will regret|we will take you to court)\b",
    re.IGNORECASE,
)
"""Insults and threats; legal action is among the latter."""
