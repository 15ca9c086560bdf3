"""What is asked of the account of a million people, in a form that Relay and its peer both read."""

import random
from dataclasses import dataclass

from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.policy import Purpose
from relay_core.settings import Settings

PURPOSE = Purpose(channel="whatsapp", template_id=3)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A set of conditions, all of which must hold."""

    tags: tuple[str, ...] = ()
    """At least one of these."""
    plans: tuple[str, ...] = ()
    """The dropdown holds one of these."""
    created_days: int | None = None
    """Created within so many days."""
    silent_days: int | None = None
    """Not messaged within so many days."""

    @property
    def definition(self) -> ByConditions:
        """The same for Relay."""
        every = []
        if self.tags:
            every.append(Condition("tags", Op.HAS_ANY_OF, self.tags))
        if self.plans:
            every.append(Condition("uf.plan", Op.IS_ANY_OF, self.plans))
        if self.created_days:
            every.append(Condition("created", Op.IN_LAST, (self.created_days, "days")))
        none = []
        if self.silent_days:
            none.append(Condition("relay.last_message", Op.IN_LAST, (self.silent_days, "days")))
        return ByConditions(ConditionTree(all=tuple(every), none=tuple(none)))


TAGS = ("vip", "interest_5", "interest_40")
PLANS = ("pro", "team")
TYPICAL = {
    "everybody": Asked(),
    "one of 3 tags": Asked(tags=TAGS),
    "dropdown": Asked(plans=PLANS),
    "created in 30 days": Asked(created_days=30),
    "all three": Asked(tags=TAGS, plans=PLANS, created_days=30),
    "not messaged in 14 days": Asked(silent_days=14),
    "tags, dropdown, not messaged": Asked(tags=TAGS, plans=PLANS, silent_days=14),
    "all four": Asked(tags=TAGS, plans=PLANS, created_days=30, silent_days=14),
}


@dataclass(frozen=True, kw_only=True)
class Pressure:
    """How often one person may hear from us; 0 is off."""

    blackout_days: int = 0
    frequency_cap: int = 0
    frequency_days: int = 30

    def settings(self, folder: object) -> Settings:
        """Return an installation that works on this folder, without an account."""
        return Settings.load(
            data_dir=folder,
            blackout_days=self.blackout_days,
            frequency_cap=self.frequency_cap,
            frequency_days=self.frequency_days,
        )


POLICIES = {
    "as Relay comes: blackout of 1 day": Pressure(blackout_days=1),
    "no blackout, no frequency cap": Pressure(),
    "blackout of 7 days, at most 3 messages in 30 days": Pressure(blackout_days=7, frequency_cap=3),
}


def while_building(number: int) -> list[Asked]:
    """Return the sets of conditions whose count is shown while somebody builds an audience."""
    dice = random.Random(7)
    return [
        Asked(
            tags=tuple(f"interest_{dice.randrange(200)}" for _ in range(dice.randrange(4))),
            plans=dice.choice([(), (), ("pro",), PLANS, ("free",)]),
            created_days=dice.choice([None, None, 7, 30, 365]),
            silent_days=dice.choice([None, 7, 14, 30]),
        )
        for _ in range(number)
    ]
