"""No test reaches a network: ``tests/conftest.py`` closes all sockets but those of this machine."""

import re
import socket
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "munu"


@pytest.mark.parametrize("connect", [
    # an address that is kept for documentation, which no machine has
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
    lambda: socket.socket().connect(("192.0.2.1", 80)),
    lambda: socket.socket().connect_ex(("192.0.2.1", 80)),
    lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"", ("192.0.2.1", 53)),
    lambda: socket.getaddrinfo("munu.invalid", 80)])
def test_the_network_is_closed(connect):
    with pytest.raises(OSError, match="a test may not reach a network"):
        connect()


def test_this_machine_is_open():
    with socket.create_server(("127.0.0.1", 0)) as there, socket.create_connection(
            there.getsockname(), timeout=5) as here:
        here.sendall(b"a")
        assert there.accept()[0].recv(1) == b"a"


def test_nothing_in_the_package_asks_for_a_network():
    """Its one server listens on loopback."""
    wanted = re.compile(r"^\s*(?:from|import) (?:urllib\.request|http\.client|requests|httpx|ftplib"
                        r"|aiohttp)\b", re.MULTILINE)
    assert [p.name for p in SOURCE.rglob("*.py") if wanted.search(p.read_text())] == []
