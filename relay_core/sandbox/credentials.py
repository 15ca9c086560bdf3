"""The stand-in's fixed credentials: documented on purpose, worth nothing anywhere else."""

from typing import Final

SUBDOMAIN: Final = "sandbox"
ADMIN_EMAIL: Final = "admin@sandbox.example"
API_TOKEN: Final = "sandbox-token"

OAUTH_CLIENT_ID: Final = "relay"
OAUTH_CLIENT_SECRET: Final = "sandbox-secret"
OAUTH_PUBLIC_CLIENT_ID: Final = "relay-public"
OAUTH_REDIRECTS: Final = (
    "http://localhost:8501/oauth/zendesk",
    "http://127.0.0.1:8501/oauth/zendesk",
)

SUNCO_APP_ID: Final = "5e4af71a81966cfff3ef6500"
SUNCO_KEY_ID: Final = "app_sandbox"
SUNCO_KEY_SECRET: Final = "sandbox-secret"
