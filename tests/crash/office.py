"""A data folder with people and a campaign to all of them, ready to be pressed."""

from pathlib import Path

from relay_core.audience.conditions.definition import ByQuery
from relay_core.campaigns.bindings import Binding, FromField, Static
from relay_core.gateways.talk_lanes import is_talk, line_of
from relay_core.relay import open_relay
from relay_core.settings import Settings
from relay_core.templates.writing.template import Category, Template
from tests.crash.mixes import Mix
from tests.crash.owner import Press
from tests.journeys.programs import Sandbox
from tests.journeys.town import TAG, TEMPLATE, TWILIO

_CAMPAIGN = "Perilous"
_TEXT = Template(
    name="talk_news",
    language="en",
    category=Category.UTILITY,
    body="Hello {{Clarice}}, it is here on {{Monday}}.",
)
_BINDINGS: dict[str, Binding] = {"clarice": FromField("name"), "monday": Static()}


def prepared(mix: Mix, world: Sandbox, folder: Path) -> Press:
    """Return a press on a campaign to everybody in this world, over the mix's lane."""
    settings = {
        "data_dir": folder / "data",
        "sandbox_url": world.url,
        "sunco_pace": 50,
        "talk_pace": 50,
        "talk_poll_s": 0.2,
        "send_timeout_s": 1.0,
    }
    relay = open_relay(Settings.load(**settings))
    try:
        relay.sync_people()
        if is_talk(mix.lane):
            relay.set_up_talk(line_id=line_of(mix.lane), actor="test")
        relay.refresh_templates()
        relay.submit_written(_TEXT, integration_ids=[TWILIO])
        relay.create_campaign(
            _CAMPAIGN,
            template_id=relay.template(_TEXT.name if is_talk(mix.lane) else TEMPLATE).id,
            integration_id=mix.lane,
            definition=ByQuery(f"tags:{TAG}"),
            bindings=_BINDINGS,
            actor="test",
        )
    finally:
        relay.close()
    return Press(
        settings=settings,
        campaign=_CAMPAIGN,
        static_values={"monday": "Tuesday"},
        request_id="the one press",
        folder=folder,
    )
