"""The accounts of an installation: each a Relay of its own, and nothing shared but the process."""

from relay_core.errors import ConfigurationError
from relay_core.settings import Settings


def accounts_meant(alias: str | None) -> tuple[str | None, ...]:
    """Return one account, or all where none is named; None stands for the only one, without a name.

    Raises:
        ConfigurationError: The installation's settings are wrong.
    """
    return (alias,) if alias else (Settings.load().accounts or (None,))


def account_settings(alias: str | None) -> Settings:
    """Return the settings of the account that is meant.

    Args:
        alias: What the installation calls it; None will do where there is but one.

    Raises:
        ConfigurationError: There is no such account, it is not said which, its settings are wrong,
            or another one is the same Zendesk account.
    """
    common = Settings.load()
    if not common.accounts:
        if alias is not None:
            raise ConfigurationError(
                "one account",
                advice="This installation has one account, without a name. Leave --account out, or "
                "name accounts by RELAY_ACCOUNTS.",
            )
        return common
    named = ", ".join(common.accounts)
    if alias is None and len(common.accounts) > 1:
        raise ConfigurationError(
            "which account",
            advice=f"Say whose: relay --account {common.accounts[0]} …. The accounts are {named}.",
        )
    chosen = alias or common.accounts[0]
    if chosen not in common.accounts:
        raise ConfigurationError(
            "no such account", advice=f"There is no account {chosen}. The accounts are {named}."
        )
    settings = Settings.of(chosen).load()
    ensure_no_other_is_the_same(settings)
    return settings


def ensure_no_other_is_the_same(settings: Settings) -> None:
    """Refuse one Zendesk account under two names.

    Raises:
        ConfigurationError: Another account of the installation is the same.
    """
    for alias in settings.accounts:
        if alias == settings.alias:
            continue
        try:
            other = Settings.of(alias).load()
        except ConfigurationError:  # said where that account is opened
            continue
        if same := sorted(settings.places() & other.places()):
            raise ConfigurationError(
                "one account twice",
                advice=f"{settings.alias} and {alias} are the same Zendesk account ({same[0]}). "
                "People would be messaged by both. Keep one of them in RELAY_ACCOUNTS.",
            )
