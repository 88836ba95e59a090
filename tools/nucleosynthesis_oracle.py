#!/usr/bin/env python3
"""Makes tests/laws/frozen/nucleosynthesis_linx.ecsv: the same abundances by another code, LINX.

    python3 tools/nucleosynthesis_oracle.py [--environment FOLDER]

LINX has the reactions of PRIMAT 2023 and its own network, background and weak rates, on JAX.  A
minute to compile, half a second a point.
"""

from apart import ROOT, rounded, within

if __name__ == "__main__":
    within(["linx-bbn==0.1.4", "numpy", "scipy", "pyyaml"])

import contextlib
import io

import jax.numpy as jnp
from linx import const
from linx.abundances import AbundanceModel
from linx.background import BackgroundModel
from linx.nuclear import NuclearRates

from munu import _data

POINTS = ((6.12e-10, 0.0), (6.12e-10, 0.3), (6.12e-10, 1.0), (5.5e-10, 0.0), (6.8e-10, 0.5))


def points():
    """Y_p and D/H; LINX asks for what is extra over photons before electrons heat them."""
    thermo = BackgroundModel()
    net = AbundanceModel(NuclearRates(nuclear_net="key_PRIMAT_2023"))
    for eta, delta in POINTS:
        with contextlib.redirect_stdout(io.StringIO()):
            t, a, rho_g, rho_nu, rho, *_, N_eff = thermo(jnp.asarray(delta * (11 / 4) ** (4 / 3)))
            made = net(rho_g, rho_nu, rho, rho / 3, t_vec=t, a_vec=a,
                       eta_fac=jnp.asarray(eta / const.eta0), tau_n_fac=jnp.asarray(
                           878.4 / const.tau_n))
        print(f"eta {eta:g}, Delta N_eff {delta:g}: N_eff {float(N_eff[-1]):.4f}", flush=True)
        yield [eta, delta, 4 * float(made[5]), float(made[2] / made[1])]


if __name__ == "__main__":
    eta, delta, helium, deuterium = zip(*points(), strict=True)
    _data.write(ROOT / "tests/laws/frozen/nucleosynthesis_linx.ecsv", {
        "eta": ("1", eta), "delta": ("1", delta), "Y_p": ("1", rounded(helium)),
        "D_H": ("1", rounded(deuterium))}, {
        "source": "Giovanetti2024", "how": "computed", "where": "LINX 0.1.4, key_PRIMAT_2023, "
        "neutron lifetime 878.4 s", "licence": "MIT", "made": "tools/nucleosynthesis_oracle.py"})
