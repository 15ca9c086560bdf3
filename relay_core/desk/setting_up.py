"""Setting up: every step checked, secrets kept, and credentials exchanged while Relay runs."""

from contextlib import closing
from dataclasses import replace

from relay_core.desk.mirroring import MirrorDesk
from relay_core.desk.signing_in import SignInDesk, ensure_administrator
from relay_core.desk.talk import TalkDesk
from relay_core.desk.webhook import WebhookDesk
from relay_core.doctor import diagnose
from relay_core.errors import ConfigurationError
from relay_core.gateways.sunco import sunshine_conversations
from relay_core.gateways.zendesk import zendesk
from relay_core.installation import ensure_no_other_is_the_same
from relay_core.keyring_secrets import forget_secret, keep_secret, keyring_name, read_secrets
from relay_core.mirroring.checks import mirror_checks
from relay_core.options.connection import SECRETS
from relay_core.settings import Settings
from relay_core.setup.check import Check, Step
from relay_core.store.account import check_account


class SetupDesk(TalkDesk, WebhookDesk, MirrorDesk, SignInDesk):
    """What can be done to connect an account."""

    def doctor(self, *, step: Step | None = None) -> list[Check]:
        """Check settings, connections, permissions, rules and the file; say what to do.

        Args:
            step: Only this part; None is everything.
        """
        checks = diagnose(
            self.settings,
            ledger=self._database,
            zendesk=lambda: self._zendesk,
            sunco=lambda: self._sunco,
            talk=lambda: self._talk,
            hears_receipts=self.webhook_key.current is not None,
            mirror=lambda: mirror_checks(self.mirror_status(), self.missing_objects),
            workers=self._count_workers if self.settings.ledger_url else None,
            steps=tuple(Step) if step is None else (step,),
        )
        called = self.settings.called
        return [
            replace(check, found=called(check.found), advice=called(check.advice))
            for check in checks
        ]

    def _count_workers(self) -> int:
        """Ask the shared ledger who sends.

        Raises:
            StoreError: It does not answer.
        """
        from relay_core.engine.cluster import workers_at  # noqa: PLC0415 - of the extra `scale`

        return workers_at(self.settings.ledger_address())

    def keyring(self) -> str | None:
        """Return the name of this machine's keyring; None where there is none to keep secrets."""
        return keyring_name()

    def keep_secret(self, name: str, *, secret: str, actor: str) -> None:
        """Put a secret of the account into this machine's keyring, and nowhere else.

        It counts once the new credentials are used.

        Args:
            name: A setting that is secret, in lower case, e.g. `sunco_key_secret`.
            secret: What was typed.
            actor: Who did it.

        Raises:
            ConfigurationError: There is no keyring, no account, or no such secret.
        """
        account = type(self.settings).load(data_dir=self.settings.data_dir).zendesk_subdomain
        if name not in SECRETS or not secret.strip():
            raise ConfigurationError("no secret", advice="Type the secret first.")
        if account is None:
            raise ConfigurationError(
                "no account",
                advice="Set RELAY_ZENDESK_SUBDOMAIN first: secrets belong to an account.",
            )
        keep_secret(account, name, secret.strip())
        read = getattr(type(self.settings).load(data_dir=self.settings.data_dir), name)
        if read is None or read.get_secret_value() != secret.strip():
            raise ConfigurationError(
                "kept, but not read",
                advice=f"It is kept, but RELAY_{name.upper()} is also set in the environment or in "
                ".streamlit/secrets.toml, which come first. Remove it there.",
            )
        self._note_setup("secret.kept", subject=f"RELAY_{name.upper()}", actor=actor)

    def kept_secrets(self) -> tuple[str, ...]:
        """Return which secrets of the account are in this machine's keyring, by their settings."""
        account = type(self.settings).load(data_dir=self.settings.data_dir).zendesk_subdomain
        return tuple(read_secrets(account, SECRETS)) if account else ()

    def forget_secret(self, name: str, *, actor: str) -> None:
        """Take a secret of the account out of this machine's keyring.

        Relay goes on with it until new credentials are used.

        Args:
            name: As in `keep_secret`.
            actor: Who did it.

        Raises:
            ConfigurationError: The keyring refuses.
        """
        account = type(self.settings).load(data_dir=self.settings.data_dir).zendesk_subdomain
        if account is None or name not in SECRETS:
            return
        forget_secret(account, name)
        self._note_setup("secret.forgotten", subject=f"RELAY_{name.upper()}", actor=actor)

    def still_missing(self) -> tuple[str, ...]:
        """Return what an account still needs, as environment, secrets file and keyring are now."""
        return type(self.settings).load(data_dir=self.settings.data_dir).missing()

    def ensure_connectable(self) -> None:
        """Look whether what is set now is a whole account, and this file's.

        Raises:
            ConfigurationError: Something is missing or wrong, or another account here is the same.
            StoreError: The file holds another account's people.
        """
        fresh = type(self.settings).load(data_dir=self.settings.data_dir)
        fresh.account()
        ensure_no_other_is_the_same(fresh)
        check_account(self._database, fresh.account_name, folder=fresh.ledger_folder)

    def use_new_credentials(self, *, actor: str) -> tuple[str, ...]:
        """Read the credentials again, try them out, and use them from the next request on.

        What is being sent at this moment ends with the old ones, and is not sent again.

        Args:
            actor: Who did it.

        Returns:
            The names of the settings that differ; none when everything is as it was.

        Raises:
            ConfigurationError: They are incomplete, of another account, or no administrator's.
            GatewayError: Zendesk or Sunshine Conversations refuses them; the old ones stay.
        """
        if not self.settings.is_connected:
            raise ConfigurationError(
                "not connected",
                advice="No account was connected when Relay started. Restart Relay to connect one.",
            )
        with self._exchanging:
            fresh = self.settings.with_new_credentials()
            changed = fresh.differing_keys(self.settings)
            if changed:
                _try_out(fresh)
                self._sign_in_with(fresh)
        if changed:
            self._note_setup("credentials.exchanged", subject=", ".join(changed), actor=actor)
        return changed


def _try_out(settings: Settings) -> None:
    account, timeout_s = settings.account(), settings.read_timeout_s
    with closing(zendesk(account, timeout_s=timeout_s)) as support:
        ensure_administrator(support.me().role)
    with closing(sunshine_conversations(account, timeout_s=timeout_s)) as app:
        app.app_name()
