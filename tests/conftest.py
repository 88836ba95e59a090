"""Effort scales with MUNU_EFFORT: examples a law.  What is timed runs without the tracer.

No test reaches a network.
"""

import os
import socket

# small matrices many times: threads that wait for each other cost more than they bring
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("munu", max_examples=int(os.environ.get("MUNU_EFFORT", "60")),
                          deadline=None, derandomize=True,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("munu")

_HERE, _CONNECT = ("127.", "::1", "localhost"), socket.socket.connect


def _closed(inner, where):
    """A call of the socket module for this machine alone; ``where`` finds the address in it."""
    def call(*args, **kwargs):
        address = where(args)
        host = address[0] if isinstance(address, tuple) else address
        # a socket of files is of this machine too
        there = host.decode() if isinstance(host, bytes) and isinstance(address, tuple) else \
            str(host or "localhost")
        if isinstance(address, bytes) or there.startswith((*_HERE, "/", "\0")):
            return inner(*args, **kwargs)
        # a datagram socket that connects sends nothing: so a program asks for its own address
        datagrams = getattr(args[0], "type", None) == socket.SOCK_DGRAM
        if there == socket.gethostname() or (datagrams and inner is _CONNECT):
            return inner(*args, **kwargs)
        raise OSError(f"a test may not reach a network: {host}")
    return call


for _name, _where in (("connect", lambda a: a[1]), ("connect_ex", lambda a: a[1]),
                      ("sendto", lambda a: a[-1])):
    setattr(socket.socket, _name, _closed(getattr(socket.socket, _name), _where))
socket.getaddrinfo = _closed(socket.getaddrinfo, lambda a: (a[0] if a else "by name",))

_approx = pytest.approx


def approx(expected, rel=None, abs=None, nan_ok=False):
    """As pytest's, whose 1e-12 beside any relative tolerance is more than a moment: here it is a
    part of what is expected, and as it was where that is 0."""
    if abs is None:
        try:
            size = float(np.max(np.abs(np.asarray(expected)), initial=0.0))
        except (TypeError, ValueError):
            size = 1.0
        abs = 1e-12 * (size if 0 < size < np.inf else 1.0)
    return _approx(expected, rel=rel, abs=abs, nan_ok=nan_ok)


pytest.approx = approx


def pytest_collection_modifyitems(items):
    """Coverage would slow munu down and leave the baselines as they are."""
    for item in items:
        if item.get_closest_marker("bench"):
            item.add_marker(pytest.mark.no_cover)
