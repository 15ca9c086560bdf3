"""No secrets file where options are read, until a test writes one."""

import pytest


@pytest.fixture(autouse=True)
def bare_folder(monkeypatch, tmp_path):
    """The folder that Relay is started in, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def secrets_file(bare_folder):
    """Write `.streamlit/secrets.toml`."""

    def written(content: bytes) -> None:
        (bare_folder / ".streamlit").mkdir()
        (bare_folder / ".streamlit" / "secrets.toml").write_bytes(content)

    return written
