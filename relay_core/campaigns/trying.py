"""A test to oneself: the text of one real recipient, to the number of whoever asks for it."""

import hashlib
import json
from datetime import datetime

from relay_core.campaigns.bindings import bindings_to_json
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.kinds import TESTER
from relay_core.campaigns.planning import Plan
from relay_core.campaigns.writing import Recipient
from relay_core.errors import CampaignError
from relay_core.people.phone import Phone, PhoneState, read_phone
from relay_core.people.pseudonyms import kept_as, known_again
from relay_core.store.ledger import Ledger, Session, one
from relay_core.templates.messages.preview import sms_text
from relay_core.templates.writing.documents import template_to_dict


def tester(ledger: Ledger, actor: str) -> str | None:
    """Return the number that somebody gets tests at, E.164; None before their first test."""
    row = one(ledger.rows("runs.tester", actor=actor))
    return str(row["phone"]) if row else None


def keep_tester(ledger: Ledger, actor: str, phone: str, *, now: datetime) -> None:
    """Remember the number that somebody gets tests at."""

    def work(session: Session) -> None:
        known_again(session, [phone])
        session.run("runs.keep_tester", actor=actor, phone=phone, now=now)

    ledger.write(work)


def tester_phone(
    ledger: Ledger, *, actor: str, typed: str | None, region: str, now: datetime
) -> Phone:
    """Return the number of a test, as it was typed or else as it was kept, and keep it.

    Raises:
        CampaignError: There is none, it is not a phone number, or it asked for no messages.
    """
    text = typed if typed and typed.strip() else tester(ledger, actor)
    phone = read_phone(text, region=region)
    if phone.state is not PhoneState.VALID or phone.e164 is None:
        raise CampaignError(
            "no number for a test",
            advice="Say which number the test goes to, with + and its country code.",
        )
    number = phone.e164
    if ledger.rows("runs.suppressed", phone=ledger.write(lambda s: kept_as(s, number))):
        raise CampaignError(
            "tester opted out",
            advice="This number asked for no messages, so it gets no test either. Use another, or "
            "answer START from it.",
        )
    keep_tester(ledger, actor, number, now=now)
    return phone


def as_test(made: Plan, phone: Phone) -> Plan:
    """Return a plan of one message: what the first recipient would read, else the examples.

    Args:
        made: What the campaign would send.
        phone: Where the test goes to.
    """
    if made.recipients:
        first = next(iter(made.recipients))
        variant, bound, body = first.variant, first.bound, first.body
    else:
        template = made.campaign.template.template
        spoken = {value.key: value.example for value in template.values}
        bound = spoken | {
            key: text.strip() for key, text in made.static_values.items() if key in spoken
        }
        variant, body = None, sms_text(template, bound)
    one_message = Recipient(
        person_id=TESTER,
        name="Test",
        phone=phone.e164 or "",
        country=phone.country,
        language=None,
        bound=bound,
        body=body,
        variant=variant,
    )
    return Plan(
        campaign=made.campaign,
        static_values=made.static_values,
        matched=1,
        recipients=(one_message,),
        exclusions=(),
        variants=made.variants,
        rules=made.rules,
    )


def wording_of(campaign: Campaign) -> str:
    """Return a hash over what a campaign says and where from, whoever gets it.

    A test speaks for the campaign as long as this stays the same.
    """
    told = (
        campaign.integration.id,
        {v.template.language: template_to_dict(v.template) for v in campaign.variants},
        campaign.template.template.language,
        list(campaign.languages),
        bindings_to_json(dict(sorted(campaign.bindings.items()))),
    )
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def check_tested(ledger: Ledger, campaign: Campaign) -> None:
    """Refuse a campaign that nobody has tested as it is now.

    Raises:
        CampaignError: Says whether there was no test, or one that was not accepted.
    """
    counts = ledger.rows("runs.tested", campaign_id=campaign.id, wording=wording_of(campaign))[0]
    if counts["accepted"]:
        return
    if counts["open"]:
        advice = "The test of this campaign was not confirmed yet. Wait for it, or test again."
    elif counts["failed"]:
        advice = "The test of this campaign failed. Look at why, correct it, and test again."
    else:
        advice = (
            "Send a test of this campaign to your own number first: nobody has tested it since its "
            "template, values or integration changed."
        )
    raise CampaignError("not tested", advice=advice)
