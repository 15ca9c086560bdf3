"""An account with one field of each type, for queries to speak of."""

from relay_core.audience.conditions.fields import SYSTEM_FIELDS, Catalogue, Field, Option
from relay_core.audience.conditions.operators import Kind
from relay_core.audience.search.keywords import Vocabulary

FIELDS = (
    Field("uf.product_name", "Product", Kind.TEXT),
    Field("uf.foo", "Foo", Kind.TEXT),
    Field("uf.num_agents", "Agents", Kind.NUMBER),
    Field("uf.avg_score", "Score", Kind.NUMBER),
    Field("uf.is_active", "Active", Kind.CHECKBOX),
    Field("uf.whatsapp_opt_in", "WhatsApp opt-in", Kind.CHECKBOX),
    Field("uf.subscription_date", "Subscribed", Kind.DATE),
    Field(
        "uf.plan_type",
        "Plan",
        Kind.CHOICE,
        (Option("platinum", "Platinum plan"), Option("gold", "Gold plan"), Option("t1", "Basic")),
    ),
    Field(
        "uf.condition",
        "Condition",
        Kind.CHOICE,
        (Option("inscrita", "Inscrita"), Option("disponível", "Disponível")),
    ),
    Field("uf.colours", "Colours", Kind.CHOICES, (Option("red", "Red"),)),
    Field("uf.account_manager", "Account manager", Kind.ID),
)
CATALOGUE = Catalogue((*SYSTEM_FIELDS, *FIELDS))
UNSYNCED = Catalogue()
VOCABULARY = Vocabulary(CATALOGUE)
