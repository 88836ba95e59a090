r"""Structure functions: what a virtual photon sees of nucleons that it breaks up.

A fit to data goes from real photons to :math:`Q^2 = 5000\ \mathrm{GeV}^2` in one formula, so that
nothing has to be cut between low and high momentum transfer.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu._guard import formula
from munu.constants import m_p as _m_p
from munu.errors import DomainError
from munu.units import GeV

#: where the fit's data end: below this x it is continued, above this Q2 it is not asked
X_DATA, Q2_DATA = 3e-6, 5000 * GeV**2


@cache
def _fit() -> dict[str, dict[str, float]]:
    table = _data.load("targets/proton_f2_allm97")
    names = [n for n in table.columns if n != "part"]
    return {str(p): {n: float(table[n][k]) for n in names}
            for k, p in enumerate(table["part"])}


@formula
def F2_proton(x: Numbers, Q2: Numbers, *, m: float = _m_p) -> Numbers:
    r"""Structure function of the proton, as Abramowicz and Levy fitted it (ALLM97).

    .. math:: F_2 = \frac{Q^2}{Q^2 + m_0^2}\sum_{i = P, R} c_i(t)\, x_i^{a_i(t)}
              (1 - x)^{b_i(t)},\qquad \frac1{x_i} = 1 + \frac{W^2 - m^2}{Q^2 + m_i^2},\qquad
              t = \ln\frac{\ln[(Q^2 + Q_0^2)/\Lambda^2]}{\ln[Q_0^2/\Lambda^2]}

    with :math:`W^2 = m^2 + Q^2(1/x - 1)`; of the pomeron c and a fall as
    :math:`f_1 + (f_1 - f_2)[1/(1 + t^{f_3}) - 1]`, the others rise as :math:`f_1 + f_2t^{f_3}`.

    Parameters
    ----------
    x : float or array (broadcasts), Bjorken's, 0 to 1 [1]
    Q2 : float or array (broadcasts) [energy^2], at least 0
    m : float, mass of the proton [energy], above 0

    Returns
    -------
    float or array [1]; 0 at x of 0 or 1

    Holds : above the resonances, W of about 2 GeV, of which it is the mean below; x above 3e-6 and
        Q2 below 5000 GeV^2, where its data are; at smaller x it is continued.
    Source : AbramowiczLevy1997

    >>> print(f"{F2_proton(0.01, 10 * GeV**2):.3f} {F2_proton(1e-4, 10 * GeV**2):.3f}")
    0.526 1.610
    """
    x, Q2 = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(Q2, dtype=float))
    inside = (x > 0) & (x < 1) & (Q2 > 0)
    x, Q2 = np.where(inside, x, 0.5), np.where(inside, Q2, GeV**2)
    total = np.zeros(x.shape)
    for part, f in _fit().items():
        t = np.log(np.log((Q2 + f["Q2_0"]) / f["Lambda2"]) / np.log(f["Q2_0"] / f["Lambda2"]))
        c, a = ((f[f"{k}1"] + (f[f"{k}1"] - f[f"{k}2"]) * (1 / (1 + t ** f[f"{k}3"]) - 1)
                 if part == "pomeron" else f[f"{k}1"] + f[f"{k}2"] * t ** f[f"{k}3"])
                for k in "ca")
        b = f["b1"] + f["b2"] * t ** f["b3"]
        x_i = 1 / (1 + Q2 * (1 - x) / x / (Q2 + f["m2"]))
        total += c * x_i**a * (1 - x) ** b
    return np.where(inside, Q2 / (Q2 + _fit()["pomeron"]["m2_photon"]) * total, 0.0)[()]


@formula
def neutron_over_proton(x: Numbers) -> Numbers:
    r"""Structure function of the neutron over that of the proton.

    .. math:: \frac{F_2^n}{F_2^p} = 1 - 1.85x + 2.45x^2 - 2.35x^3 + x^4

    Parameters
    ----------
    x : float or array, Bjorken's, 0 to 1 [1]

    Returns
    -------
    float or array [1]

    Source : Dutta2001

    >>> [round(float(neutron_over_proton(x)), 3) for x in (0.0, 0.3, 1.0)]
    [1.0, 0.61, 0.25]
    """
    x = np.asarray(x, dtype=float)
    return (1 + x * (-1.85 + x * (2.45 + x * (x - 2.35))))[()]


@formula
def shadowing(x: Numbers, A: Numbers) -> Numbers:
    r"""What a nucleon counts in a nucleus, where others stand before it.

    .. math:: a = A^{-0.1}\ (x < 0.0014),\qquad A^{0.069\lg x + 0.097}\ (x < 0.04),\qquad
              1\ \text{above}

    Parameters
    ----------
    x : float or array, Bjorken's, 0 to 1 [1]
    A : float or array, mass number [1], at least 1

    Returns
    -------
    float or array [1]

    Holds : a fit at x of 0.001 to 0.1, continued as a constant to smaller x.
    Source : Dutta2001

    >>> [round(float(shadowing(x, 22)), 3) for x in (1e-8, 0.01, 0.1)]
    [0.734, 0.881, 1.0]
    """
    x, A = np.asarray(x, dtype=float), np.asarray(A, dtype=float)
    if np.any(A < 1):
        raise DomainError("the mass number A must be at least 1")
    power = np.where(x < 0.0014, -0.1,
                     np.where(x < 0.04, 0.069 * np.log10(np.maximum(x, 1e-3)) + 0.097, 0.0))
    return (A**power)[()]


@formula
def F2_nucleus(x: Numbers, Q2: Numbers, Z: Numbers, A: Numbers) -> Numbers:
    r"""Structure function of a nucleus, of all its nucleons together.

    .. math:: F_2^A = a(x, A)\left[Z + (A - Z)\frac{F_2^n}{F_2^p}\right]F_2^p

    Parameters
    ----------
    x : float or array (broadcasts), of one nucleon, 0 to 1 [1]
    Q2 : float or array (broadcasts) [energy^2], at least 0
    Z, A : floats, numbers of protons and of nucleons [1]; A at least Z

    Returns
    -------
    float or array [1]

    Holds : as its factors; nucleons at rest.
    Source : AbramowiczLevy1997, Dutta2001

    >>> print(f"{F2_nucleus(1e-4, 10 * GeV**2, 11, 22):.2f}")
    26.00
    """
    if np.any(np.asarray(A) < np.asarray(Z)):
        raise DomainError("the number of nucleons A must be at least that of protons Z")
    # one proton alone has nothing before it
    return shadowing(x, A) * (Z + (A - Z) * neutron_over_proton(x)) * F2_proton(x, Q2)
