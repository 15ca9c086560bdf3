"""Whether the rules of an installation are stated, and what is left to state."""

from relay_core.errors import CampaignError
from relay_core.settings import Settings
from relay_core.setup.check import Check, Step, Verdict
from relay_core.setup.statement import marked
from relay_core.worded import counted

_CONSENT: str = (
    "Set RELAY_CONSENT_REQUIRED: true, with RELAY_CONSENT_TAGS or RELAY_CONSENT_FIELDS, to message "
    "only people who agreed in Zendesk; false, if everybody in your audiences agreed."
)
_REGION: str = (
    "Set RELAY_DEFAULT_REGION to the country of numbers written without +, e.g. FR; after a change "
    "run `relay sync --anew`."
)
_WHAT = {
    "RELAY_CONSENT_REQUIRED": "who agreed to be messaged",
    "RELAY_DEFAULT_REGION": "where numbers without + belong",
}
_ADVICE = {"RELAY_CONSENT_REQUIRED": _CONSENT, "RELAY_DEFAULT_REGION": _REGION}


def rule_checks(settings: Settings) -> list[Check]:
    """Return what is decided about whom Relay messages, and what is left to decide."""
    return [_region(settings), _consent(settings), _opt_out(settings), _pressure(settings)]


def ensure_stated(settings: Settings) -> None:
    """Let nothing leave to real people before it is stated who agreed, and where they are.

    Raises:
        CampaignError: Names what is to be set.
    """
    if missing := settings.unstated():
        advice = " ".join(_ADVICE[name] for name in missing)
        raise CampaignError(
            f"not stated: {', '.join(missing)}",
            advice=f"Before the first message to real people: {advice} Then press “Use the new "
            "rules” on Setup, or run `relay setup reload`.",
        )


def what_to_state(settings: Settings) -> str | None:
    """Return what keeps everything from real people until somebody states it; None once it is."""
    missing = settings.unstated()
    if not missing:
        return None
    what = " nor ".join(_WHAT[name] for name in missing)
    return (
        f"Nobody has stated {what}. Nothing leaves before that. State it on the page Setup, under "
        "Rules."
    )


def _region(settings: Settings) -> Check:
    stated = "RELAY_DEFAULT_REGION" not in settings.unstated()
    return Check(
        step=Step.RULES,
        name="Default region",
        verdict=Verdict.OK if stated else Verdict.PROBLEM,
        found=f"numbers without + are read as {settings.default_region}"
        + ("" if stated else ", which nobody has stated"),
        advice="" if stated else _REGION,
    )


def _consent(settings: Settings) -> Check:
    if "RELAY_CONSENT_REQUIRED" in settings.unstated():
        return Check(
            step=Step.RULES,
            name="Consent",
            verdict=Verdict.PROBLEM,
            found="nobody has stated who agreed to be messaged, so nothing is sent",
            advice=_CONSENT,
        )
    found = (
        f"only people {marked(settings.deciding(), 'consent')}"
        if settings.consent_required
        else "everybody in an audience counts as having agreed"
    )
    return Check(step=Step.RULES, name="Consent", verdict=Verdict.OK, found=found)


def _opt_out(settings: Settings) -> Check:
    opted_out = marked(settings.deciding(), "opt_out")
    return Check(
        step=Step.RULES,
        name="Opt-out",
        verdict=Verdict.OK if opted_out else Verdict.WARNING,
        found=f"nobody {opted_out}" if opted_out else "no tag and no field means an opt-out",
        advice="" if opted_out else "Set RELAY_OPT_OUT_TAGS or RELAY_OPT_OUT_FIELDS.",
    )


def _pressure(settings: Settings) -> Check:
    quiet = settings.quiet_hours
    on = settings.sandbox_url is None if quiet is None else quiet
    blackout = (
        f"the same template not again within {counted(settings.blackout_days, 'day')}"
        if settings.blackout_days
        else "the same template again at any time"
    )
    cap = (
        f"at most {counted(settings.frequency_cap, 'message')} to one person within "
        f"{counted(settings.frequency_days, 'day')}"
        if settings.frequency_cap
        else "no cap"
    )
    pace = f"{settings.sunco_pace:g} messages a second, Talk {settings.talk_pace:g}"
    found = f"{blackout}; {cap}; {pace}; quiet hours {'on' if on else 'off'}"
    return Check(step=Step.RULES, name="Caps and pace", verdict=Verdict.OK, found=found)
