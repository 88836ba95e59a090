"""Tolerance classes, each with its reason.

An anchor may be held to its own, wider tolerance only where its source says why: a number that
was printed with few digits, made with rounded constants, or by Monte Carlo.
"""

CLASSES = {
    "closed": (1e-12, "a formula without quadrature: round-off alone"),
    "quadrature": (1e-6, "an integral: nodes and interpolation"),
    "evolution": (1e-4, "a differential equation"),
    "model": (5e-2, "rests on a Monte Carlo or on a choice of model"),
    "quoted": (0.0, "a count or a printed number"),
    "digitised": (2e-2, "read from a figure"),
    "order": (1.0, "an order of magnitude"),
}


def tolerance(anchor: dict) -> tuple[float, float]:
    """Relative and absolute tolerance of an anchor: its own, or that of its class."""
    relative = anchor.get("rel_tol", CLASSES[anchor["class"]][0])
    return (relative or 0.0), anchor.get("abs_tol", 0.0)
