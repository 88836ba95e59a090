"""The suite on every Python at hand, ``nox``; linter, floors and types, ``nox -s checks``."""

import nox

LOCK = ("--require-hashes", "--only-binary", ":all:", "-r", "requirements.lock")


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """The suite against the newest packages."""
    session.install(".[test]")
    session.run("pytest", "-n", "2", "-q", *session.posargs)


@nox.session
def checks(session: nox.Session) -> None:
    """What ``run.py test`` does before the suite, with the tools of the lock."""
    session.install(*LOCK)
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")
    for command in (["ruff", "check", "."], ["lint-imports"], ["mypy"]):
        session.run(*command)
