"""Several accounts in one installation: each has settings of its own, and none has another's."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from relay_core.errors import ConfigurationError
from relay_core.installation import account_settings
from relay_core.options.naming import INSTALLATION, called_by, faults_of_aliases, variable
from relay_core.relay import open_relay
from relay_core.settings import Settings

NAMES = sorted(Settings.model_fields)


@pytest.fixture
def two_accounts(monkeypatch):
    """Acme and Globex, each in a Zendesk of its own."""
    monkeypatch.setenv("RELAY_ACCOUNTS", "acme, globex")
    for alias in ("acme", "globex"):
        for name, value in (
            ("zendesk_subdomain", f"{alias}-help"),
            ("zendesk_email", f"admin@{alias}.example"),
            ("zendesk_token", f"{alias}-token"),
            ("sunco_app_id", f"{alias}-app"),
            ("sunco_key_id", f"{alias}-key"),
            ("sunco_key_secret", f"{alias}-secret"),
        ):
            monkeypatch.setenv(variable(name, alias=alias), value)


def refusal(alias=None):
    with pytest.raises(ConfigurationError) as refused:
        account_settings(alias)
    return refused.value.advice


@pytest.mark.usefixtures("two_accounts")
class TestAnAccount:
    def test_has_its_own_credentials_and_folder(self):
        acme, globex = account_settings("acme"), account_settings("globex")

        assert acme.zendesk_token.get_secret_value() == "acme-token"
        assert globex.zendesk_token.get_secret_value() == "globex-token"
        assert (acme.data_dir, globex.data_dir) == (Path("data/acme"), Path("data/globex"))

    def test_has_what_belongs_to_the_installation(self, monkeypatch):
        monkeypatch.setenv("RELAY_SESSION_HOURS", "3")
        monkeypatch.setenv("RELAY_DATA_DIR", "/srv/relay")

        acme = account_settings("acme")

        assert acme.session_hours == 3
        assert acme.data_dir == Path("/srv/relay/acme")

    def test_never_has_a_rule_of_another(self, monkeypatch):
        monkeypatch.setenv("RELAY_GLOBEX_CONSENT_REQUIRED", "true")
        monkeypatch.setenv("RELAY_GLOBEX_CONSENT_TAGS", '["agreed"]')

        assert account_settings("globex").consent_required
        assert not account_settings("acme").consent_required

    def test_is_set_in_a_table_of_its_own(self, secrets_file, monkeypatch):
        monkeypatch.delenv("RELAY_ACME_ZENDESK_SUBDOMAIN")
        secrets_file(
            b'[relay]\nsession_hours = 5\n[relay.acme]\nzendesk_subdomain = "acme-eu"\n'
            b"sunco_pace = 2\n[relay.globex]\nsunco_pace = 3\n"
        )

        acme, globex = account_settings("acme"), account_settings("globex")

        assert (acme.zendesk_subdomain, acme.sunco_pace, acme.session_hours) == ("acme-eu", 2, 5)
        assert (globex.sunco_pace, globex.session_hours) == (3, 5)

    def test_reads_its_own_settings_again(self, monkeypatch):
        acme = account_settings("acme")
        monkeypatch.setenv("RELAY_ACME_ZENDESK_TOKEN", "another")
        monkeypatch.setenv("RELAY_ACME_BLACKOUT_DAYS", "4")

        fresh = acme.with_new_credentials()

        assert fresh.zendesk_token.get_secret_value() == "another"
        assert fresh.with_new_rules().blackout_days == 4
        assert (fresh.alias, fresh.data_dir) == ("acme", acme.data_dir)

    def test_keeps_its_tables_apart_in_a_shared_ledger(self, monkeypatch):
        monkeypatch.setenv("RELAY_LEDGER_URL", "postgresql://relay:p%40ss@db/relay?sslmode=require")

        assert account_settings("acme").ledger_address() == (
            "postgresql://relay:p%40ss@db/relay?sslmode=require&options=-c%20search_path%3Dacme"
        )

    @pytest.mark.parametrize(
        ("stated", "meant"),
        [
            ("postgresql:///relay", {"dbname": "relay"}),
            (
                "postgresql:///relay?host=/run/pg&password=a+b%20c",
                {"dbname": "relay", "host": "/run/pg", "password": "a+b c"},
            ),
        ],
    )
    def test_reaches_the_ledger_where_the_installation_says(self, monkeypatch, stated, meant):
        monkeypatch.setenv("RELAY_LEDGER_URL", stated)

        found = conninfo_to_dict(account_settings("acme").ledger_address())

        assert found == meant | {"options": "-c search_path=acme"}

    def test_is_told_its_own_variables(self, monkeypatch):
        monkeypatch.setenv("RELAY_ACME_SUNCO_PACE", "fast")

        assert "RELAY_ACME_SUNCO_PACE" in refusal("acme")

    def test_does_not_suffer_from_faults_of_another(self, monkeypatch):
        monkeypatch.setenv("RELAY_ACME_SUNCO_PACE", "fast")

        assert account_settings("globex").is_connected


@pytest.mark.usefixtures("two_accounts")
class TestAnInstallation:
    def test_wants_to_know_whose(self):
        assert refusal() == "Say whose: relay --account acme …. The accounts are acme, globex."

    def test_knows_no_other_account(self):
        assert refusal("initech") == "There is no account initech. The accounts are acme, globex."

    def test_opens_nothing_without_an_account(self, tmp_path):
        with pytest.raises(ConfigurationError) as refused:
            open_relay(Settings.load(data_dir=tmp_path))

        assert "acme, globex" in refused.value.advice
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("name", [name for name in NAMES if name not in INSTALLATION])
    def test_has_nothing_of_an_account_for_all(self, monkeypatch, name):
        monkeypatch.setenv(variable(name, alias=None), "1")

        assert (
            f"RELAY_{name.upper()} is set for all accounts; each needs its own, e.g. "
            f"RELAY_ACME_{name.upper()}" in refusal("acme")
        )

    @pytest.mark.parametrize("name", sorted(INSTALLATION))
    def test_leaves_nothing_of_its_own_to_an_account(self, monkeypatch, name):
        monkeypatch.setenv(f"RELAY_GLOBEX_{name.upper()}", "1")

        assert f"it belongs to all, as RELAY_{name.upper()}" in refusal("acme")

    def test_finds_the_same_in_the_file(self, secrets_file):
        secrets_file(b'[relay]\nsunco_token = "x"\n[relay.globex]\nlog_level = "DEBUG"\n')

        said = refusal("acme")

        assert "sunco_token in [relay] of .streamlit/secrets.toml is set for all accounts" in said
        assert "log_level in [relay.globex] of .streamlit/secrets.toml is set for one" in said

    @pytest.mark.parametrize(
        ("name", "theirs"), [("zendesk_subdomain", "acme-help"), ("sunco_app_id", "acme-app")]
    )
    def test_refuses_one_account_twice(self, monkeypatch, name, theirs):
        monkeypatch.setenv(variable(name, alias="globex"), theirs)

        assert "acme and globex are the same Zendesk account" in refusal("acme")
        assert "globex and acme are the same Zendesk account" in refusal("globex")

    def test_with_one_named_account_needs_not_be_told_whose(self, monkeypatch):
        monkeypatch.setenv("RELAY_ACCOUNTS", "globex")

        assert account_settings(None).alias == "globex"

    @pytest.mark.parametrize(
        "aliases",
        ["Acme", "1st", "a b", "a_b", "public", "pgbouncer", "relay", "zendesk", "sunco", "a,a"],
    )
    def test_takes_no_name_that_means_something_else(self, monkeypatch, aliases):
        monkeypatch.setenv("RELAY_ACCOUNTS", aliases)

        assert "RELAY_ACCOUNTS" in refusal()


class TestAnInstallationWithoutNames:
    def test_has_one_account_as_ever(self, monkeypatch):
        monkeypatch.setenv("RELAY_ZENDESK_SUBDOMAIN", "acme")

        settings = account_settings(None)

        assert (settings.alias, settings.zendesk_subdomain) == (None, "acme")
        assert settings.data_dir == Path("data")

    def test_knows_no_account_by_name(self):
        assert "RELAY_ACCOUNTS" in refusal("acme")


class TestNames:
    @given(alias=st.from_regex(r"[a-z][a-z0-9]{0,12}", fullmatch=True))
    def test_of_settings_never_meet(self, alias):
        if faults_of_aliases([alias], settings=NAMES):
            return

        own = {variable(name, alias=alias) for name in NAMES if name not in INSTALLATION}

        assert not own & {variable(name, alias=None) for name in NAMES}

    def test_are_exchanged_in_sentences(self):
        said = called_by(
            "acme", "Set RELAY_SUNCO_PACE, not RELAY_LOG_LEVEL or RELAY_NO_SUCH.", settings=NAMES
        )

        assert said == "Set RELAY_ACME_SUNCO_PACE, not RELAY_LOG_LEVEL or RELAY_NO_SUCH."
