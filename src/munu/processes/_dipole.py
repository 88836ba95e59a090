r"""The dipole recoil spectrum per :math:`\alpha\mu^2`, by the spin of the target."""

from __future__ import annotations

from munu._arrays import Numbers
from munu._guard import formula
from munu.targets.form_factors import sachs
from munu.targets.nucleus import Nucleus


@formula
def dipole_coefficients(T: Numbers, M_N: Numbers, m: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    r"""The dipole recoil spectrum as powers of the neutrino energy, per :math:`\alpha\mu^2`.

    .. math:: \frac{1}{\alpha\mu^2}\frac{\mathrm d\sigma}{\mathrm dT} =
       \frac1T - \frac1E + \frac{M^2 (T - 2E - m)}{4 E^2 T m} + \frac{M^4 (T - m)}{8 E^2 T^2 m^2}
       = c_0 + \frac{c_1}{E} + \frac{c_2}{E^2}

    Parameters
    ----------
    T : float or array, recoil kinetic energy [energy], above 0
    M_N : float or array, mass of N [energy]
    m : float, target mass [energy]

    Returns
    -------
    c0, c1, c2 : [1/energy], [1], [energy]

    Holds : spin-1/2 point target at rest, tree level, exact in M_N and m.
    Source : BrdarTalk, Shoemaker2018, Brdar2020
    """
    M2 = M_N**2
    c1 = -1 - M2 / (2 * T * m)
    c2 = M2 * (T - m) / (4 * T * m) * (1 + M2 / (2 * T * m))
    return 1 / T, c1, c2


@formula
def dipole_coefficients_spin0(T: Numbers, M_N: Numbers, m: Numbers
                              ) -> tuple[Numbers, Numbers, Numbers]:
    r"""The dipole recoil spectrum of a spin-0 nucleus, per :math:`\alpha\mu^2 Z^2F^2`.

    .. math:: \frac1T - \frac1E + \frac{T}{4E^2}
       + M^2\left(-\frac{1}{2ETm} + \frac{1}{8E^2m} - \frac{1}{4E^2T}\right)
       - \frac{M^4}{8E^2T^2m} = c_0 + \frac{c_1}{E} + \frac{c_2}{E^2}

    Parameters
    ----------
    T : float or array, recoil kinetic energy [energy], above 0
    M_N : float or array, mass of N [energy]
    m : float, mass of the nucleus [energy]

    Returns
    -------
    c0, c1, c2 : [1/energy], [1], [energy]

    Holds : spin-0 target at rest, tree level, exact in M_N and m.
    Source : Brdar2020
    Anchors : dip_A_xe0

    >>> dipole_coefficients_spin0(1.0, 0.0, 10.0)
    (1.0, -1.0, 0.25)
    """
    M2 = M_N**2
    return (1 / T, -1 - M2 / (2 * T * m),
            T / 4 + M2 * (1 / (8 * m) - 1 / (4 * T)) - M2**2 / (8 * T**2 * m))


@formula
def dipole_coefficients_sachs(T: Numbers, M_N: Numbers, m: Numbers, G_E: Numbers, G_M: Numbers
                              ) -> tuple[Numbers, Numbers, Numbers]:
    r"""The dipole recoil spectrum of a spin-1/2 target with Sachs form factors.

    .. math:: \frac{1}{T + 2m}\left[\frac{G_E^2\, a}{4E^2T^2} + \frac{G_M^2\, b}{8E^2Tm^2}\right]
       = c_0 + \frac{c_1}{E} + \frac{c_2}{E^2}

       a = 8E^2Tm - 4EM^2T - 8ET^2m - M^4 + M^2T^2 - 2M^2Tm + 2T^3m

       b = 8E^2Tm^2 - 4EM^2Tm - 8ET^2m^2 + M^4(T+m) + 2M^2T^2m - 4T^2m^3

    Parameters
    ----------
    T, M_N, m : floats or arrays [energy]
    G_E, G_M : floats or arrays, at :math:`Q^2 = 2mT` [1]

    Returns
    -------
    c0, c1, c2 : [1/energy], [1], [energy]

    Holds : spin-1/2 target at rest, tree level; without interference of the two form factors.
    Source : Brdar2020
    Anchors : dip_p_sachs

    >>> [round(c, 12) for c in dipole_coefficients_sachs(1.0, 0.5, 10.0, 1.0, 1.0)]
    [1.0, -1.0125, -0.056953125]
    """
    M2 = M_N**2
    E2, B2 = G_E**2 / (T + 2 * m), G_M**2 / (T + 2 * m)
    return (E2 * 2 * m / T + B2,
            -E2 * (M2 / T + 2 * m) - B2 * (M2 / (2 * m) + T),
            E2 * (-M2**2 + M2 * T**2 - 2 * M2 * T * m + 2 * T**3 * m) / (4 * T**2)
            + B2 * (M2**2 * (T + m) + 2 * M2 * T**2 * m - 4 * T**2 * m**3) / (8 * T * m**2))


@formula
def of_nucleus(T: Numbers, M_N: Numbers, nucleus: Nucleus
               ) -> tuple[Numbers, Numbers, Numbers]:
    r"""The dipole recoil spectrum of a nucleus or nucleon, form factors included.

    .. math:: \frac{1}{\alpha\mu^2}\frac{\mathrm d\sigma}{\mathrm dT}
              = c_0 + \frac{c_1}{E} + \frac{c_2}{E^2}

    Spin 0: :math:`Z^2F^2` times :func:`dipole_coefficients_spin0`; spin 1/2: :math:`Z^2F^2`
    times the pointlike spectrum, :math:`G_E = G_M = ZF`; nucleons:
    :func:`dipole_coefficients_sachs`.  Higher spins count as 0.

    Parameters
    ----------
    T, M_N : floats or arrays (broadcast) [energy]
    nucleus : Nucleus

    Returns
    -------
    c0, c1, c2 : [1/energy], [1], [energy]

    Holds : elastic, tree level; the charge form factor at :math:`q^2 = 2mT`.
    Source : Brdar2020, LewinSmith1996
    Anchors : dip_A_xe0, dip_p_sachs

    >>> from munu.targets import nucleus
    >>> from munu.units import keV
    >>> c0 = of_nucleus(1 * keV, 0.0, nucleus("Ar40"))[0] * keV
    >>> round(float(c0), 2)
    321.63
    """
    m = nucleus.mass
    if nucleus.nucleon:
        G_E, G_M = sachs(2 * m * T, nucleus.name, magnetic_moment=nucleus.magnetic_moment)
        return dipole_coefficients_sachs(T, M_N, m, G_E, G_M)
    shape = (dipole_coefficients if nucleus.spin == 0.5 else dipole_coefficients_spin0)(T, M_N, m)
    size = nucleus.Z**2 * nucleus.F_charge(T) ** 2
    return tuple(size * c for c in shape)
