"""Secure connections: one look at whom to trust, and nobody else is believed."""

import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from relay_core.gateways.reader import client
from relay_core.gateways.trust import trusted

HERE = x509.IPAddress(ip_address("127.0.0.1"))
ELSEWHERE = x509.DNSName("acme.zendesk.com")


@pytest.fixture
def vouching():
    """Whom a client believes, read anew for this test alone."""
    trusted.cache_clear()
    yield trusted()
    trusted.cache_clear()


class TestAClient:
    def test_believes_whom_an_authority_vouches_for(self, tmp_path, vouching):
        with answering(tmp_path, name=HERE) as url:
            vouching.load_verify_locations(tmp_path / "certificate.pem")

            assert asked(url).status_code == 204

    def test_believes_nobody_who_vouches_for_themselves(self, tmp_path, vouching):
        with (
            answering(tmp_path, name=HERE) as url,
            pytest.raises(httpx.ConnectError, match="self-signed"),
        ):
            asked(url)

        assert vouching.verify_mode is ssl.CERT_REQUIRED

    def test_believes_nobody_by_another_name(self, tmp_path, vouching):
        with answering(tmp_path, name=ELSEWHERE) as url:
            vouching.load_verify_locations(tmp_path / "certificate.pem")

            with pytest.raises(httpx.ConnectError, match="not valid for"):
                asked(url)

    def test_shares_with_all_others_what_was_read(self, vouching):
        clients = [client(url="https://acme.example", auth=("", ""), timeout_s=1) for _ in "ab"]
        for each in clients:
            each.close()

        assert trusted() is vouching
        assert trusted.cache_info().misses == 1


def asked(url: str) -> httpx.Response:
    with client(url=url, auth=("name", "password"), timeout_s=5) as http:
        return http.get("/")


@contextmanager
def answering(folder, *, name):
    """Run a server whose certificate, in `folder`, is its own authority and gives it this name."""
    held = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    held.load_cert_chain(*certificate(folder, name=name))
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        server.socket = held.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        thread.join()


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        """Keep quiet."""


def certificate(folder, *, name):
    """Write a certificate that vouches for itself, and its key; return where they are."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(pem))
    files[1].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
