"""What is asked of the lightest charged scalar of a model, whatever else it has."""

from __future__ import annotations

from munu.models.model import Constraint


def constraints(lightest, least) -> tuple[Constraint, Constraint]:
    """The bound of pairs at LEP, and the user's cut.

    Parameters
    ----------
    lightest : float or array (...), of its mass [GeV]
    least : what the user allows [GeV]

    Source : PDG2026
    """
    return (
        Constraint(observable="m_h+ [GeV]", predicted=lightest, low=80.0, level=0.95,
                   source="PDG2026", checked="table",
                   note="LEP pairs, decays to tau nu and c s, isospin 1/2"),
        Constraint(observable="m_h+ [GeV]", predicted=lightest, low=least, status="user",
                   note="cut of the user"),
    )
