"""The suite on every Python at hand: ``nox``."""

import nox


@nox.session(python=["3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """The suite against the newest packages."""
    session.install(".[test]")
    session.run("pytest", "-n", "2", "-q", *session.posargs)
