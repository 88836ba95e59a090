"""What pyhf makes of munu's workspaces: ratios of the likelihood and CL_s where the signal is 1.

``.venv-peers/bin/python -m tests.peers.histfactory`` writes ``frozen/pyhf.ecsv`` anew, after
``python3 run.py peers`` has made that environment.
"""

from importlib.metadata import version
from pathlib import Path

import numpy as np

from munu import _data, interchange
from munu.units import keV

FROZEN = Path(__file__).parent / "frozen" / "pyhf.ecsv"
#: probe, options of the workspace, size [mu_B]: free norms; norms and fluxes within errors; a mass
#: of N; two experiments; nuclei with pulls of their own; one background within its error
CASES = {
    "XENONnT": ("xenonnt", {}, 8.5e-12),
    "LZ": ("lz", {}, 1.01e-11),
    "PandaX-4T": ("pandax4t", {}, 1.61e-11),
    "XENONnT, errors": ("xenonnt", {"flux_nuisances": True, "background_error": 0.05}, 8.2e-12),
    "LZ, 100 keV": ("lz", {"M_N": 100 * keV, "flavor": "mu", "flux_nuisances": True}, 2.57e-11),
    "XENONnT and LZ": (["xenonnt", "lz"], {"flux_nuisances": True}, 7.5e-12),
    "COHERENT CsI": ("coherent_csi", {"flavor": "mu"}, 1.9e-9),
    "CHARM-II": ("charm2", {"flavor": "mu"}, 2.5e-9)}


def workspace(name, size=None):
    """Of a case, at its frozen size or at munu's limit."""
    probe, options, frozen = CASES[name]
    return interchange.pyhf(probe, **options, **({"size": frozen} if size is None else {}))


def ratios(made):
    """-2 ln of the likelihood ratio at signal 1, of the data and of what the backgrounds say."""
    import pyhf

    _careful(pyhf)
    held = pyhf.Workspace(made)
    model = held.model()
    start = list(model.config.suggested_init())
    start[model.config.poi_index] = 0.0
    return [_ratio(pyhf, model, data) for data in (held.data(model), model.expected_data(start))]


def _ratio(pyhf, model, data):
    fit = pyhf.infer.mle
    start = list(model.config.suggested_init())
    none = [0.0 if i == model.config.poi_index else x for i, x in enumerate(start)]
    best = min(float(fit.fit(data, model, init_pars=x, return_fitted_val=True)[1])
               for x in (start, none))
    there = float(fit.fixed_poi_fit(1.0, data, model, return_fitted_val=True)[1])
    return max(there - best, 0.0)


def cls(made):
    """As pyhf comes: its Asimov data have backgrounds that were fitted to the data."""
    import pyhf

    _careful(pyhf)
    held = pyhf.Workspace(made)
    model = held.model()
    return float(pyhf.infer.hypotest(1.0, held.data(model), model, test_stat="qtilde"))


def _careful(pyhf):
    pyhf.set_backend("numpy", pyhf.optimize.scipy_optimizer(tolerance=1e-12, maxiter=100000))


def frozen():
    return {r["case"]: r for r in _data.read(FROZEN).rows()}


def freeze():
    each = [(name, *ratios(workspace(name)), cls(workspace(name))) for name in CASES]
    columns = dict(zip(("case", "data", "asimov", "cls"), zip(*each, strict=True), strict=True))
    _data.write(FROZEN, {k: ("" if k == "case" else "1", np.array(x)) for k, x in columns.items()},
                {"source": "Pyhf2021", "how": "computed",
                 "where": f"pyhf {version('pyhf')}, numpy {version('numpy')}, scipy "
                          f"{version('scipy')}",
                 "note": "-2 ln of the likelihood ratio at signal 1, of the data and of the "
                         "Asimov data with the backgrounds of the probe; CL_s as pyhf comes",
                 "made": "python -m tests.peers.histfactory"})


if __name__ == "__main__":
    freeze()
