"""What is connected: the folder of the file, the account or the stand-in, and what opens it."""

from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import quote, unquote, urlsplit

from pydantic import BaseModel, Field, SecretStr

from relay_core.errors import ConfigurationError
from relay_core.options.account import Account
from relay_core.sign_in_file import FILE_NAME, SignInFile
from relay_core.sunco_token import read_token

SECRETS: Final = (
    "zendesk_oauth_client_secret",
    "zendesk_token",
    "sunco_key_secret",
    "sunco_token",
)
"""What is shown to nobody and may be kept in the keyring."""
KEYS: Final = (
    "zendesk_oauth_client_id",
    "zendesk_oauth_client_secret",
    "zendesk_email",
    "zendesk_token",
    "sunco_key_id",
    "sunco_key_secret",
    "sunco_token",
)
"""What opens an account, and may be rotated while Relay runs."""
PLACES: Final = ("zendesk_subdomain", "zendesk_url", "sunco_url", "sunco_app_id")
"""What says which account and app it is. Lanes and people belong to them, so they stay."""

# The sandbox's credentials are fixed and public; see README.md.
_SANDBOX: Final = {
    "zendesk_subdomain": "sandbox",
    "zendesk_email": "admin@sandbox.example",
    "zendesk_token": "sandbox-token",
    "sunco_app_id": "5e4af71a81966cfff3ef6500",
    "sunco_key_id": "app_sandbox",
    "sunco_key_secret": "sandbox-secret",
}

ACCOUNTS_PATH: Final = "/accounts"
"""Below which each account that has a name has its routes."""
_LEDGERS: Final = ("postgresql", "postgres")
_OPTIONS: Final = "options="


class ConnectionOptions(BaseModel):
    """Which account, at which addresses, with which credentials."""

    alias: ClassVar[str | None] = None
    """What the installation calls the account; None where it has but one."""

    data_dir: Path = Field(Path("data"), description="Folder that holds relay.duckdb.")
    ledger_url: SecretStr | None = Field(
        None,
        description="postgresql://… of a ledger that several Relays share. Without it everything "
        "is in the data folder, and one process owns it.",
    )
    sandbox_url: str | None = Field(
        None,
        description="Address of a running sandbox, e.g. http://127.0.0.1:8899. "
        "Alone it points everything at the stand-in; nothing reaches a real phone.",
    )
    zendesk_subdomain: str | None = Field(
        None, description="The `acme` in acme.zendesk.com.", pattern=r"^[a-z0-9][a-z0-9-]*$"
    )
    zendesk_url: str | None = Field(
        None,
        description="Address of Zendesk, where a gateway of yours stands before it. "
        "Default: https://<subdomain>.zendesk.com.",
    )
    zendesk_oauth_client_id: str | None = Field(
        None,
        description="Identifier of an OAuth client. With its secret Relay signs in by itself; "
        "without, an administrator signs it in on the page Setup.",
    )
    zendesk_oauth_client_secret: SecretStr | None = Field(
        None, description="Secret of that OAuth client, when it is a confidential one."
    )
    zendesk_email: str | None = Field(
        None, description="Administrator's e-mail, for the legacy API token."
    )
    zendesk_token: SecretStr | None = Field(
        None, description="Legacy API token; Zendesk ends these on 30 April 2027."
    )
    sunco_url: str | None = Field(
        None,
        description="Base of Sunshine Conversations. Default: https://<subdomain>.zendesk.com/sc.",
    )
    sunco_app_id: str | None = Field(None, description="App id of the Conversations API.")
    sunco_key_id: str | None = Field(None, description="Key id of the Conversations API.")
    sunco_key_secret: SecretStr | None = Field(None, description="Secret of that key.")
    sunco_token: SecretStr | None = Field(
        None, description="Key id and secret in one piece, as base64; in place of the two."
    )
    public_url: str | None = Field(
        None,
        description="Address under which the internet reaches this Relay, for receipts, "
        "e.g. https://relay.acme.example. Without it a real account sends no receipts.",
    )
    allowed_hosts: tuple[str, ...] = Field(
        (),
        description="Further names under which the pages are opened, e.g. relay.acme.example, as a "
        "proxy hands them on. This machine, public_url and the sign-in's redirect_uri are known.",
    )

    def faults_of_connection(self) -> list[str]:
        """Return what contradicts itself, and which addresses and tokens cannot be right."""
        wrong = []
        if self.sandbox_url and self.zendesk_subdomain:
            wrong.append(
                "RELAY_SANDBOX_URL and RELAY_ZENDESK_SUBDOMAIN are both set: "
                "choose the stand-in or the account"
            )
        if self.ledger_url and urlsplit(self.ledger_url.get_secret_value()).scheme not in _LEDGERS:
            wrong.append("RELAY_LEDGER_URL does not begin with postgresql://")
        for name in ("sandbox_url", "zendesk_url", "sunco_url", "public_url"):
            address = getattr(self, name)
            if address and not _is_address(address):
                wrong.append(f"RELAY_{name.upper()} is not an http(s) address")
        wrong += [
            f"RELAY_{name.upper()} must begin with https://: credentials go there"
            for name in ("zendesk_url", "sunco_url")
            if _is_open_to_listeners(getattr(self, name))
        ]
        if self.sunco_token:
            try:
                read_token(self.sunco_token.get_secret_value())
            except ConfigurationError as error:
                wrong.append(f"RELAY_SUNCO_TOKEN: {error.advice}")
        return wrong

    def ledger_address(self) -> str:
        """Return where the shared ledger is, and in it the account's own tables.

        Raises:
            ConfigurationError: There is none.
        """
        if self.ledger_url is None:
            raise ConfigurationError("no ledger", advice="Set RELAY_LEDGER_URL.")
        return self.own_address(self.ledger_url.get_secret_value())

    @classmethod
    def own_address(cls, url: str) -> str:
        """Return where the account's own tables are in a ledger that several accounts may share."""
        if cls.alias is None:
            return url
        # Only the options are read, as libpq does: it takes a + for itself, and an empty host.
        address, _, query = url.partition("?")
        stated = [each for each in query.split("&") if each]
        others = [each for each in stated if not each.startswith(_OPTIONS)]
        options = [unquote(each.removeprefix(_OPTIONS)) for each in stated if each not in others]
        own = quote(" ".join([*options, f"-c search_path={cls.alias}"]))
        return f"{address}?{'&'.join([*others, _OPTIONS + own])}"

    @property
    def path_prefix(self) -> str:
        """What the paths of this account's routes begin with."""
        return f"{ACCOUNTS_PATH}/{self.alias}" if self.alias else ""

    def places(self) -> frozenset[str]:
        """Return what no other account of the installation may have: Zendesk's host, and the app.

        Empty until both are set.
        """
        if not self.is_connected:
            return frozenset()
        if self.sandbox_url:
            return frozenset({self.sandbox_url.rstrip("/")})
        return frozenset({f"{self.zendesk_subdomain}.zendesk.com", f"app {self.sunco_app_id}"})

    @property
    def database_path(self) -> Path:
        """Where the file is: the ledger itself, or what follows the shared one."""
        return self.data_dir / ("replica.duckdb" if self.ledger_url else "relay.duckdb")

    @property
    def ledger_folder(self) -> Path | None:
        """Where the ledger is; None where several processes share one."""
        return None if self.ledger_url else self.data_dir

    @property
    def account_name(self) -> str:
        """What the account is called; only where one is connected."""
        return "sandbox" if self.sandbox_url else str(self.zendesk_subdomain)

    @property
    def is_connected(self) -> bool:
        """Whether there is enough to reach an account or the sandbox."""
        return not self.missing()

    def missing(self) -> tuple[str, ...]:
        """Return the names of all settings an account still needs."""
        if self.sandbox_url:
            return ()
        legacy = ("zendesk_email", "zendesk_token")
        is_legacy = self.zendesk_token or (self.zendesk_email and not self.zendesk_oauth_client_id)
        chosen = legacy if is_legacy else ("zendesk_oauth_client_id",)
        key = ("sunco_token",) if self.sunco_token else ("sunco_key_id", "sunco_key_secret")
        needed = ("zendesk_subdomain", *chosen, "sunco_app_id", *key)
        return tuple(f"RELAY_{n.upper()}" for n in needed if not getattr(self, n))

    def account(self) -> Account:
        """Return the account these settings open.

        Raises:
            ConfigurationError: Names every missing setting at once.
        """
        if self.sandbox_url:
            url = self.sandbox_url.rstrip("/")
            return Account(
                zendesk_url=url,
                zendesk_basic=(f"{_SANDBOX['zendesk_email']}/token", _SANDBOX["zendesk_token"]),
                zendesk_oauth=None,
                sunco_url=f"{url}/sc",
                sunco_app_id=_SANDBOX["sunco_app_id"],
                sunco_key=(_SANDBOX["sunco_key_id"], _SANDBOX["sunco_key_secret"]),
                rehearsal=True,
            )
        if missing := self.missing():
            raise ConfigurationError(
                f"{len(missing)} settings are missing",
                advice=f"Set {', '.join(missing)}; or RELAY_SANDBOX_URL for a rehearsal.",
            )
        host = self._zendesk_host()
        oauth = self.zendesk_oauth_client_id
        return Account(
            zendesk_url=host,
            zendesk_basic=(f"{self.zendesk_email}/token", _open(self.zendesk_token))
            if self.zendesk_token
            else None,
            zendesk_oauth=(oauth, _open(self.zendesk_oauth_client_secret))
            if oauth and self.zendesk_oauth_client_secret
            else None,
            zendesk_sign_in=self.sign_in_file(),
            sunco_url=(self.sunco_url or f"{host}/sc").rstrip("/"),
            sunco_app_id=self.sunco_app_id or "",
            sunco_key=read_token(self.sunco_token.get_secret_value())
            if self.sunco_token
            else (self.sunco_key_id or "", _open(self.sunco_key_secret)),
            rehearsal=False,
        )

    def sign_in_file(self) -> SignInFile | None:
        """Return where a person's consent is kept; None where Relay signs in in another way.

        It is in the data folder: renewals replace it while nobody is there who could unlock a
        keyring, and one process owns that folder, so that no two use up each other's tokens.
        """
        if self.sandbox_url or self.zendesk_oauth_client_secret or self.zendesk_token:
            return None
        if not self.zendesk_subdomain or not self.zendesk_oauth_client_id:
            return None
        return SignInFile(
            self.data_dir / FILE_NAME, self._zendesk_host(), self.zendesk_oauth_client_id
        )

    def _zendesk_host(self) -> str:
        return (self.zendesk_url or f"https://{self.zendesk_subdomain}.zendesk.com").rstrip("/")


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _is_address(text: str) -> bool:
    return urlsplit(text).scheme in {"http", "https"} and bool(urlsplit(text).hostname)


def _is_open_to_listeners(address: str | None) -> bool:
    """Whether whatever is sent there could be read on its way."""
    if not address or urlsplit(address).scheme != "http":
        return False
    return urlsplit(address).hostname not in {"127.0.0.1", "localhost", "::1"}
