"""Signing in at Zendesk: a person consents there, and Relay keeps what that gives."""

import re
import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from relay_core.desk.base import Desk
from relay_core.errors import ConfigurationError, StoreError
from relay_core.gateways.zendesk import zendesk_signed_in
from relay_core.gateways.zendesk_sign_in import consent_address, exchanged, keep_sign_in, with_token
from relay_core.settings import Settings
from relay_core.setup.sign_in import LINK_PATH, SIGN_IN_PATH, BegunSignIns, redirect_uri_at
from relay_core.sign_in_file import SignInFile, Standing
from relay_core.store.account import check_account
from relay_core.store.audit import note
from relay_core.store.database import Database

ADMIN: Final = "admin"
_WORD_BYTES: Final = 32
"""43 letters: the shortest verifier that PKCE allows (RFC 7636, section 4.1)."""
_ERROR: Final = re.compile(r"[a-z_]{1,60}")
"""What OAuth calls an error; anything else in an address is nobody's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInStanding:
    """How Relay's sign-in at Zendesk stands."""

    standing: Standing
    since: datetime | None
    subdomain: str
    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Where a browser goes next, and what it brings back from there."""

    address: str
    cookie: str = field(repr=False)
    is_secure: bool
    """Whether the cookie belongs to https alone."""


class SignInDesk(Desk):
    """What can be done to sign in at Zendesk."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._begun = BegunSignIns(word=lambda: secrets.token_urlsafe(_WORD_BYTES))

    def zendesk_sign_in(self) -> SignInStanding | None:
        """Return how the sign-in stands; None where Relay signs in in another way."""
        fresh = self._set_now()
        file = fresh.sign_in_file()
        if file is None:
            return None
        standing, held = file.read()
        return SignInStanding(
            standing=standing,
            since=held.since if held else None,
            subdomain=fresh.account_name,
            client_id=file.client_id,
        )

    def begin_sign_in(self, *, address: str, actor: str) -> str:
        """Return a link that leads to Zendesk's page of consent: for one browser, ten minutes.

        Args:
            address: Under which that browser has Relay open, e.g. `http://localhost:8501`.
            actor: Who did it.

        Raises:
            ConfigurationError: Account and client are not set, another account is in use, or
                Zendesk allows no such address.
        """
        file = self._file_now()
        redirect_uri = redirect_uri_at(address)
        link = self._begun.begin(
            actor=actor,
            zendesk_url=file.zendesk_url,
            client_id=file.client_id,
            redirect_uri=redirect_uri,
            now=self._now(),
        )
        return f"{redirect_uri.removesuffix(SIGN_IN_PATH)}{LINK_PATH}?link={link}"

    def lead_to_zendesk(self, link: str) -> Lead | None:
        """Return where the browser that opened a link goes; None when that is too late."""
        begun = self._begun.lead(link, now=self._now())
        if begun is None:
            return None
        return Lead(
            address=consent_address(
                url=begun.zendesk_url,
                client_id=begun.client_id,
                redirect_uri=begun.redirect_uri,
                state=begun.state,
                verifier=begun.verifier,
            ),
            cookie=begun.browser,
            is_secure=begun.redirect_uri.startswith("https:"),
        )

    def finish_sign_in(self, *, state: str, browser: str, code: str, error: str) -> bool:
        """Keep what a person consented to, and use it from the next request on.

        Args:
            state: As Zendesk brought it back.
            browser: The cookie of the browser that came back.
            code: What Zendesk gave; "" when it said no.
            error: Zendesk's word for no.

        Returns:
            False when nothing was begun with this state in this browser, or too long ago.

        Raises:
            ConfigurationError: Zendesk or the person said no, or they are no administrator.
            GatewayError: Zendesk does not accept the code, or did not answer.
            StoreError: The file holds another account's people, or the folder cannot be written.
        """
        begun = self._begun.finish(state, browser=browser, now=self._now())
        if begun is None:
            return False
        file = self._file_now()
        if (file.zendesk_url, file.client_id) != (begun.zendesk_url, begun.client_id):
            raise ConfigurationError(
                "another account meanwhile",
                advice="The account or its OAuth client was changed meanwhile. Sign in once more.",
            )
        if not code:
            raise _refused(error)
        timeout_s = self.settings.read_timeout_s
        given = exchanged(
            code,
            file=file,
            redirect_uri=begun.redirect_uri,
            verifier=begun.verifier,
            now=self._now(),
            timeout_s=timeout_s,
        )
        auth = with_token(given.access_token)
        with closing(zendesk_signed_in(file.zendesk_url, auth, timeout_s=timeout_s)) as zendesk:
            ensure_administrator(zendesk.me().role)
        check_account(
            self._database, self._set_now().account_name, folder=self.settings.ledger_folder
        )
        try:
            keep_sign_in(file, given)
        except OSError as failure:
            raise StoreError(
                f"sign-in not kept: {type(failure).__name__}",
                advice="Relay cannot write to its data folder, so the sign-in was not kept. Make "
                "room, or let it write there, and sign in again.",
            ) from failure
        with self._exchanging:  # else rules that are exchanged at this moment would come back
            if self.settings.is_connected and self.settings.sign_in_file() == file:
                self._sign_in_with(self.settings)
        self._note_setup("zendesk.signed_in", subject=file.client_id, actor=begun.actor)
        return True

    def _set_now(self) -> Settings:
        return type(self.settings).load(data_dir=self.settings.data_dir)

    def _file_now(self) -> SignInFile:
        """Return where a sign-in of what is set now is kept.

        Raises:
            ConfigurationError: There is nothing to sign in to, or another account is in use.
        """
        fresh = self._set_now()
        file = fresh.sign_in_file()
        if file is None:
            raise ConfigurationError(
                "not by consent",
                advice="Set RELAY_ZENDESK_SUBDOMAIN and RELAY_ZENDESK_OAUTH_CLIENT_ID first, and "
                "neither a client secret nor an API token: Relay would sign in by that.",
            )
        if self.settings.is_connected:
            self.settings.ensure_same_account(fresh)
        return file

    def _note_setup(self, event: str, *, subject: str, actor: str) -> None:
        now = self._now()
        self._database.write(
            lambda session: note(session, actor=actor, event=event, subject=subject, now=now)
        )


def ensure_administrator(role: str) -> None:
    """Refuse credentials that are not an administrator's.

    Raises:
        ConfigurationError: They are of somebody else.
    """
    if role != ADMIN:
        raise ConfigurationError(
            f"role {role}",
            advice=f"The new credentials are those of a person with the role {role}; Relay "
            "needs an administrator's. The old ones stay in use.",
        )


def _refused(error: str) -> ConfigurationError:
    if error == "access_denied":
        return ConfigurationError(
            "consent denied", advice="You did not allow Relay to use Zendesk. Nothing was changed."
        )
    word = error if _ERROR.fullmatch(error) else "no reason"
    return ConfigurationError(
        f"authorization refused: {word}",
        advice=f"Zendesk did not let Relay ask ({word}). Check in the Admin Center that the OAuth "
        "client is of the kind public and knows this redirect URL.",
    )
