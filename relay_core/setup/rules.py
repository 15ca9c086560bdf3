"""Whether the rules of an installation are stated, as checks and as a sentence to keep."""

from relay_core.errors import CampaignError
from relay_core.settings import Settings
from relay_core.setup.check import Check, Step, Verdict
from relay_core.worded import counted

_CONSENT: str = (
    "Set RELAY_CONSENT_REQUIRED: true, with RELAY_CONSENT_TAGS or RELAY_CONSENT_FIELDS, to message "
    "only people who agreed in Zendesk; false, if everybody in your audiences agreed."
)
_REGION: str = (
    "Set RELAY_DEFAULT_REGION to the country of numbers written without +, e.g. FR; after a change "
    "run `relay sync --anew`."
)
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
        raise CampaignError(
            f"not stated: {', '.join(missing)}",
            advice="Before the first message to real people: "
            + " ".join(_ADVICE[name] for name in missing)
            + " Then restart Relay.",
        )


def consent_statement(settings: Settings) -> str:
    """Return for the record who agreed, and how people stop it, as the settings say."""
    if settings.consent_required:
        agreed = (
            f"We message only people {_marked(settings.consent_tags, settings.consent_fields)} "
            "in Zendesk, which means that they agreed."
        )
    else:
        agreed = "We message only people who agreed; each audience is made of them alone."
    stopped = _marked(settings.opt_out_tags, settings.opt_out_fields)
    except_for = f" Nobody {stopped} is messaged." if stopped else ""
    return f"{agreed} Whoever answers STOP gets nothing more.{except_for}"


def _marked(tags: tuple[str, ...], fields: tuple[str, ...]) -> str:
    return " or ".join([f"tagged {t}" for t in tags] + [f"with {f} checked" for f in fields])


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
        f"only people {_marked(settings.consent_tags, settings.consent_fields)}"
        if settings.consent_required
        else "everybody in an audience counts as having agreed"
    )
    return Check(step=Step.RULES, name="Consent", verdict=Verdict.OK, found=found)


def _opt_out(settings: Settings) -> Check:
    marked = _marked(settings.opt_out_tags, settings.opt_out_fields)
    return Check(
        step=Step.RULES,
        name="Opt-out",
        verdict=Verdict.OK if marked else Verdict.WARNING,
        found=f"nobody {marked}" if marked else "no tag and no field means an opt-out",
        advice="" if marked else "Set RELAY_OPT_OUT_TAGS or RELAY_OPT_OUT_FIELDS.",
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
