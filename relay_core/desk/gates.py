"""The rules of this installation, as its settings say them."""

from relay_core.audience.policy import Policy
from relay_core.delivery.gates import CanaryChoice, GateRules
from relay_core.delivery.hours import quiet_hours_from
from relay_core.delivery.quota import Quota
from relay_core.settings import Settings


def policy_of(settings: Settings) -> Policy:
    """Return whom this installation never messages, or not so soon again."""
    return Policy(
        opt_out_tags=settings.opt_out_tags,
        opt_out_fields=settings.opt_out_fields,
        consent_tags=settings.consent_tags,
        consent_fields=settings.consent_fields,
        consent_required=settings.consent_required,
        blackout_days=settings.blackout_days,
        frequency_cap=settings.frequency_cap,
        frequency_days=settings.frequency_days,
        skip_open_tickets=settings.skip_open_tickets,
        conversation_hours=settings.conversation_hours,
    )


def gate_rules(settings: Settings) -> GateRules:
    """Return what may stand between a delivery and its turn.

    Raises:
        ConfigurationError: The hours of a country cannot be read.
    """
    # Read even where they do not hold, so that a mistake is told at the start.
    hours = quiet_hours_from(
        settings.quiet_hours_by_country, channels=frozenset(settings.quiet_hours_channels)
    )
    on = settings.quiet_hours
    if on is None:
        on = settings.sandbox_url is None
    return GateRules(
        quiet_hours=hours if on else None,
        quota=Quota(
            per_day=settings.daily_quota,
            warm_up_start=settings.warm_up_start,
            warm_up_growth=settings.warm_up_growth,
        ),
        policy=policy_of(settings),
        canary=CanaryChoice(
            size=settings.canary_size,
            wait_s=settings.canary_wait_s,
            most_failures=settings.canary_failures,
        ),
        most_failures=settings.failure_limit,
    )
