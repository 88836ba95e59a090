"""Plasmon decay of the Standard Model by pynucastro (PyPI, BSD), a fit of Itoh and others (1996).

``python -m tests.bench.plasmon_rates`` with the package writes the frozen table again.
"""

from pathlib import Path

FROZEN = Path(__file__).parents[1] / "laws" / "frozen" / "plasmon_rates.ecsv"
POINTS = ((1e4, 1e8), (2e5, 1e8), (1e6, 1e8))
HEAD = """# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {{name: rho, unit: g/cm3, datatype: float64}}
# - {{name: T, unit: K, datatype: float64}}
# - {{name: rate, unit: erg/(g s), datatype: float64}}
# meta: {{source: munu, made_by: 'pynucastro {version}, sneut5, helium',
#   note: 'fit of Itoh and others, ApJS 102, 411 (1996), with sin^2 theta_W = 0.2319'}}
rho,T,rate
"""


def rows():
    """(rho, T, rate) of helium, plasmons alone."""
    from pynucastro.neutrino_cooling import sneut5

    return [(rho, T, float(f"{sneut5(rho, T, abar=4.0, zbar=2.0, full_output=True)[1].splas:.6g}"))
            for rho, T in POINTS]


if __name__ == "__main__":
    from importlib.metadata import version

    FROZEN.write_text(HEAD.format(version=version("pynucastro")) + "".join(
        f"{rho:g},{T:g},{rate!r}\n" for rho, T, rate in rows()))
