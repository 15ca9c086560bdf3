"""Looking at a media file over HTTP, and never at anything of one's own network."""

import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.gateways.media import MOST_REDIRECTS, MediaError, MediaFault, MediaLook, look
from relay_core.gateways.public_addresses import is_public

JPEG = {"Content-Type": "image/jpeg", "Content-Length": "48213"}


class Site(ThreadingHTTPServer):
    """A site that answers as its pages say and remembers who asked for what."""

    daemon_threads = True

    def __init__(self, address="127.0.0.1", **pages):
        if ":" in address:
            self.address_family = socket.AF_INET6
        super().__init__((address, 0), Visit)
        self.pages = pages
        self.asked = []
        host = f"[{address}]" if ":" in address else address
        self.url = f"http://{host}:{self.server_port}"


class Visit(BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        status, headers = self.server.pages.get(self.path.strip("/"), (404, {}))
        time.sleep(float(headers.get("X-Slow", 0)))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def site(address="127.0.0.1", **pages):
    running = Site(address, **pages)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield running
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def refusal(url, **how):
    with pytest.raises(MediaError) as refused:
        look(url, **how)
    assert refused.value.advice
    return refused.value.fault


def nowhere(*asked):
    raise AssertionError(asked)


def unknown(*_):
    raise OSError


class TestALook:
    def test_tells_type_and_size_without_fetching_the_file(self):
        with site(logo=(200, JPEG)) as there:
            found = look(f"{there.url}/logo", allowed=[there.url])

            assert found == MediaLook(
                content_type="image/jpeg",
                bytes=48_213,
                final_url=f"{there.url}/logo",
                is_vouched_for=True,
            )
            assert [(verb, path) for verb, path, _ in there.asked] == [("HEAD", "/logo")]

    def test_tells_nothing_about_who_asks(self):
        with site(logo=(200, JPEG)) as there:
            look(f"{there.url}/logo#part", allowed=[there.url])

            ((_, path, headers),) = there.asked
            assert path == "/logo"
            assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}

    @pytest.mark.parametrize(
        ("headers", "content_type", "size"),
        [
            ({}, None, None),
            ({"Content-Type": "IMAGE/PNG; charset=binary"}, "image/png", None),
            ({"Content-Length": "0"}, None, 0),
            ({"Content-Type": ""}, None, None),
        ],
    )
    def test_takes_only_what_the_site_says(self, headers, content_type, size):
        with site(file=(200, headers)) as there:
            found = look(f"{there.url}/file", allowed=[there.url])

        assert (found.content_type, found.bytes) == (content_type, size)

    def test_follows_redirects_to_the_file(self):
        pages = {
            "a": (301, {"Location": "/b"}),
            "b": (307, {"Location": "c?x=1#y"}),
            "c?x=1": (200, JPEG),
        }
        with site(**pages) as there:
            found = look(f"{there.url}/a", allowed=[there.url])

            assert found.final_url == f"{there.url}/c?x=1"

    def test_reaches_a_site_over_ipv6(self):
        try:
            running = site("::1", logo=(200, JPEG))
            with running as there:
                assert look(f"{there.url}/logo", allowed=[there.url]).bytes == 48_213
        except OSError:
            pytest.skip("this machine has no IPv6")

    @pytest.mark.parametrize(
        ("status", "fault"),
        [
            (404, MediaFault.NOT_FOUND),
            (410, MediaFault.NOT_FOUND),
            (401, MediaFault.REFUSED),
            (403, MediaFault.REFUSED),
            (400, MediaFault.REFUSED),
            (302, MediaFault.REFUSED),  # without saying where to
            (405, MediaFault.NO_HEAD),
            (501, MediaFault.NO_HEAD),
            (429, MediaFault.BROKEN),
            (503, MediaFault.BROKEN),
        ],
    )
    def test_says_why_there_is_no_file(self, status, fault):
        with site(file=(status, {})) as there:
            assert refusal(f"{there.url}/file", allowed=[there.url]) is fault


class TestRedirects:
    @pytest.mark.parametrize("where", ["/a", "/b"])
    def test_in_a_circle_end(self, where):
        pages = {"a": (302, {"Location": where}), "b": (302, {"Location": "/a"})}
        with site(**pages) as there:
            assert refusal(f"{there.url}/a", allowed=[there.url]) is MediaFault.REDIRECTS
            assert len(there.asked) <= 2

    @pytest.mark.parametrize(
        ("count", "asked"), [(MOST_REDIRECTS, MOST_REDIRECTS + 1), (99, MOST_REDIRECTS + 1)]
    )
    def test_are_followed_five_times(self, count, asked):
        pages = {f"p{n}": (302, {"Location": f"/p{n + 1}"}) for n in range(count)}
        with site(**pages, **{f"p{count}": (200, JPEG)}) as there:
            if count == MOST_REDIRECTS:
                assert look(f"{there.url}/p0", allowed=[there.url]).bytes == 48_213
            else:
                assert refusal(f"{there.url}/p0", allowed=[there.url]) is MediaFault.REDIRECTS
            assert len(there.asked) == asked

    @pytest.mark.parametrize(
        ("location", "fault"),
        [
            ("http://127.0.0.1/secret", MediaFault.PRIVATE),
            ("http://127.0.0.1:1/secret", MediaFault.ADDRESS),
            ("http://169.254.169.254/latest/meta-data/", MediaFault.PRIVATE),
            ("//[::1]/secret", MediaFault.PRIVATE),
            ("https://ana:secret@acme.example/", MediaFault.ADDRESS),
            ("ftp://acme.example/logo.jpg", MediaFault.ADDRESS),
            ("file:///etc/passwd", MediaFault.ADDRESS),
            ("http://[::1", MediaFault.ADDRESS),
        ],
    )
    def test_lead_nowhere_that_could_not_be_asked_for_at_once(self, location, fault):
        with site(a=(302, {"Location": location})) as there:
            assert refusal(f"{there.url}/a", allowed=[there.url]) is fault

    def test_from_the_stand_in_lead_to_no_other_private_site(self):
        with site(secret=(200, JPEG)) as other:
            pages = {"a": (302, {"Location": f"{other.url}/secret"})}
            with site(**pages) as there:
                assert refusal(f"{there.url}/a", allowed=[there.url]) is MediaFault.ADDRESS

            assert other.asked == []


class TestAnAddress:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "logo.jpg",
            "https://",
            "https:///logo.jpg",
            "https://[::1",
            "https://acme.example:99999/",
            "https://acme.example:8443/logo.jpg",
            "http://acme.example:22/",
            "https://ana:secret@acme.example/logo.jpg",
            "https://ana@acme.example/logo.jpg",
            "ftp://acme.example/logo.jpg",
            "file:///etc/passwd",
            "gopher://acme.example/",
            "data:image/png;base64,AAAA",
            "https://acme.example/a\nb",
        ],
    )
    def test_that_is_no_plain_web_address_is_not_asked_for(self, url):
        assert refusal(url, resolve=nowhere) is MediaFault.ADDRESS

    @given(st.text(max_size=30))
    def test_is_refused_or_looked_up_whatever_it_is(self, text):
        fault = refusal(text, resolve=unknown)
        again = refusal(f"https://{text}", resolve=unknown)

        assert {fault, again} <= {MediaFault.ADDRESS, MediaFault.UNKNOWN_HOST}

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/",
            "http://localhost/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0/",
            "http://10.0.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[fd00::1]/",
        ],
    )
    def test_in_a_network_of_ones_own_is_not_asked_for(self, url):
        assert refusal(url) is MediaFault.PRIVATE

    @pytest.mark.parametrize(
        "addresses",
        [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["2606:2800::1", "::1"], ["fe80::1%eth0"]],
    )
    def test_whose_name_leads_to_such_a_network_is_not_asked_for(self, addresses):
        fault = refusal("https://acme.example/", resolve=lambda *_: addresses)

        assert fault is MediaFault.PRIVATE

    @pytest.mark.parametrize("resolve", [unknown, lambda *_: []])
    def test_without_a_site_is_told_apart(self, resolve):
        assert refusal("https://acme.example/", resolve=resolve) is MediaFault.UNKNOWN_HOST

    def test_is_looked_up_once_and_reached_where_it_was_looked_up(self):
        with site("127.0.0.2", logo=(200, JPEG)) as there:
            origin = f"http://acme.example:{there.server_port}"
            answers = iter([["127.0.0.2"], ["127.0.0.3"]])

            look(f"{origin}/logo", allowed=[origin], resolve=lambda *_: next(answers))

            ((_, _, headers),) = there.asked
            assert headers["Host"] == f"acme.example:{there.server_port}"
            assert next(answers) == ["127.0.0.3"]

    def test_is_tried_at_all_its_places(self):
        with site(logo=(200, JPEG)) as there:
            origin = f"http://acme.example:{there.server_port}"

            found = look(
                f"{origin}/logo", allowed=[origin], resolve=lambda *_: ["127.0.0.9", "127.0.0.1"]
            )

            assert found.bytes == 48_213


class TestASiteThatDoesNotAnswer:
    def test_is_told_apart_when_nothing_listens(self):
        with site() as there:
            url = there.url

        assert refusal(f"{url}/logo", allowed=[url]) is MediaFault.UNREACHABLE

    def test_is_waited_for_only_so_long(self):
        with site(logo=(200, JPEG | {"X-Slow": "1"})) as there:
            began = time.monotonic()

            fault = refusal(f"{there.url}/logo", allowed=[there.url], patience_s=0.2)

            assert fault is MediaFault.UNREACHABLE
            assert time.monotonic() - began < 0.9

    def test_cannot_draw_its_answer_out(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
            drip = threading.Thread(target=_drip, args=(listening,))
            drip.start()

            fault = refusal(f"{origin}/logo", allowed=[origin], patience_s=0.3)

            assert fault is MediaFault.UNREACHABLE
            drip.join()

    @pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b""])
    def test_is_told_apart_when_it_does_not_speak_http(self, answer):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
            thread = threading.Thread(target=_say, args=(listening, answer))
            thread.start()

            assert refusal(f"{origin}/logo", allowed=[origin]) is MediaFault.UNREACHABLE
            thread.join()

    def test_is_not_trusted_when_its_connection_is_not_secure(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            origin = f"https://127.0.0.1:{listening.getsockname()[1]}"
            thread = threading.Thread(target=_say, args=(listening, b"HTTP/1.1 400 Bad\r\n\r\n"))
            thread.start()

            assert refusal(f"{origin}/logo", allowed=[origin]) is MediaFault.CERTIFICATE
            thread.join()


class TestAPublicAddress:
    @pytest.mark.parametrize(
        "address",
        ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "2a00:1450::1", "64:ff9b::101:101"],
    )
    def test_is_everybodys(self, address):
        assert is_public(address)

    @pytest.mark.parametrize(
        "address",
        [
            "0.0.0.0",  # noqa: S104 - an address to refuse, not to listen on
            "10.1.2.3",
            "100.64.0.1",  # shared by the customers of a carrier
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",  # where clouds hand out credentials
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:1.1.1.1",  # IPv4 in disguise
            "::1.1.1.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::101:101",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:101:101::1",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fe80::1%eth0",
            "fec0::1",
            "ff02::1",
            "acme.example",
            "",
        ],
    )
    def test_is_nothing_else(self, address):
        assert not is_public(address)

    @given(st.ip_addresses(v=4))
    def test_is_never_one_that_python_calls_private(self, address):
        assert not (is_public(str(address)) and (address.is_private or address.is_multicast))
        assert not is_public(f"::ffff:{address}")
        assert is_public(f"64:ff9b::{address}") == is_public(str(address))


def _say(listening, answer):
    connection, _ = listening.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(answer)


def _drip(listening):
    connection, _ = listening.accept()
    with connection:
        connection.recv(4096)
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X" * 40:
            try:
                connection.sendall(bytes([byte]))
            except OSError:
                return
            time.sleep(0.05)
