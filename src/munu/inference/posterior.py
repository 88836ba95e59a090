r"""``posterior``: what data say of a coupling once a prior is named, by the no-U-turn sampler.

.. math:: p(x, \theta\,|\,n) \propto L(n\,|\,x, \theta)\,\pi(x)\,\pi(\theta)

Norms of backgrounds are flat from 0 on where they are free, and Gaussian about 1 above 0 where they
have an error; pulls are Gaussian.  The prior of the size has no default, since an upper limit
rests on it: flat in mu, in mu^2 (the rate) or in ln mu from a least moment on give three limits.
The sampler is that of numpyro, in float64.

Which to use : where a posterior is asked for, or many nuisances are to be integrated out; the
profile of ``munu.limit`` needs no prior.

Source : HoffmanGelman2014, Phan2019
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from munu import results
from munu._arrays import Numbers
from munu._frozen import FrozenMap
from munu._guard import called
from munu.couplings import Flavor
from munu.errors import DomainError, NotConverged, NotInstalled, UnknownName
from munu.inference import intervals
from munu.inference.forecast import fisher
from munu.inference.jaxed import EXTRA, x64
from munu.inference.named import Named, named
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.results import plain, provenance
from munu.units import MeV

#: ratio of spreads between and within chains, beyond which they have not mixed
MIXED = 1.05
# draws worth having, of which an upper limit is known to a few per cent
_FEW = 400
_CHAINS, _MOST = 4, 1_000_000
# in brackets, as no background is called
_SIZE = "(size)"


@dataclass(frozen=True, eq=False, kw_only=True)
class Posterior:
    """Draws of every parameter.

    Attributes
    ----------
    model : Named
    prior : of the size, such as ``flat_mu``
    lowest : least size of ``log_mu``, internal, or None
    draws : name to array (chains, n); the size in internal units
    r_hat, ess : name to number: how well chains agree, how many independent draws they are worth
    divergences : how often the sampler lost its way
    level, seed : as asked
    """

    model: Named
    prior: str
    lowest: float | None
    draws: Mapping[str, np.ndarray]
    r_hat: Mapping[str, float]
    ess: Mapping[str, float]
    divergences: int
    level: float
    seed: int
    assumptions: tuple[str, ...] = ()
    papers: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """Of the probes."""
        return "+".join(p.name for p in self.model.study.probes)

    @property
    def size(self) -> np.ndarray:
        """All draws of the coupling's size, internal."""
        return self.draws[self.model.names[0]].ravel()

    @property
    def upper(self) -> float:
        """The size below which ``level`` of the posterior lies, internal; of a size with a sign
        that of its absolute value."""
        return float(np.quantile(np.abs(self.size), self.level))

    @property
    def upper_error(self) -> float:
        """How well the number of draws knows it, one sigma, internal."""
        off = np.sqrt(self.level * (1 - self.level) / self.ess[self.model.names[0]])
        low, high = np.quantile(np.abs(self.size), [max(self.level - off, 0.0),
                                                    min(self.level + off, 1.0)])
        return float(0.5 * (high - low))

    @property
    def notes(self) -> tuple[str, ...]:
        """Where the draws are not to be trusted to the last digit."""
        out = []
        if self.divergences:
            out.append(f"the sampler diverged {self.divergences} times: a corner of the posterior "
                       "may be missing")
        least = min(self.ess, key=lambda n: self.ess[n])
        if self.ess[least] < _FEW:
            out.append(f"{least} has the worth of {self.ess[least]:.0f} draws; ask for more")
        return tuple(out)

    @property
    def columns(self) -> results.Columns:
        """Parameters as columns, the size in the ray's unit."""
        f = [self.model.study.ray.factor, *(1.0 for _ in self.model.nuisances)]
        flat = [self.draws[n].ravel() / u for n, u in zip(self.model.names, f, strict=True)]
        return {"parameter": ("1", list(self.model.names)),
                "mean": ("1", [x.mean() for x in flat]), "sd": ("1", [x.std() for x in flat]),
                "low": ("1", [np.quantile(x, 0.5 * (1 - self.level)) for x in flat]),
                "median": ("1", [np.median(x) for x in flat]),
                "high": ("1", [np.quantile(x, 0.5 * (1 + self.level)) for x in flat]),
                "r_hat": ("1", [self.r_hat[n] for n in self.model.names]),
                "ess": ("1", [self.ess[n] for n in self.model.names])}

    def rows(self) -> list[dict[str, Any]]:
        """One mapping a parameter; low and high hold the middle ``level`` between them."""
        return list(results.rows(self.columns))

    def as_dict(self) -> dict[str, Any]:
        """Everything but the draws, as JSON knows it."""
        ray = self.model.study.ray
        chains, n = self.draws[self.model.names[0]].shape
        return plain(provenance(
            probe=self.name, along=ray.along, unit=ray.unit, flavor=ray.flavor, nature=ray.nature,
            M_N_MeV=None if ray.masses is None else float(ray.masses[0] / MeV),
            statistic="bayes", prior=self.prior,
            lowest=None if self.lowest is None else self.lowest / ray.factor, level=self.level,
            upper=self.upper / ray.factor, upper_error=self.upper_error / ray.factor,
            chains=chains, draws=n, seed=self.seed, divergences=self.divergences,
            parameters=self.rows(), one_sigma=self.model.units, notes=self.notes,
            assumptions=self.assumptions, citations=list(self.papers)))

    def to_table(self, path: Any = None) -> Any:
        """See :func:`munu.results.to_table`."""
        return results.to_table(self.columns, path, {k: v for k, v in self.as_dict().items()
                                                     if k != "parameters"})

    def plot(self, **options: Any) -> Any:
        """A figure of the density of the size; see :mod:`munu.plots`."""
        return results.plot(self, "posterior", **options)

    def __repr__(self) -> str:
        ray = self.model.study.ray
        return (f"<Posterior {self.name}, {self.prior}: {ray.parameter} < "
                f"{self.upper / ray.factor:.3g} {ray.unit} at {100 * self.level:.6g} %>")


def priors(ray: Ray) -> tuple[str, ...]:
    """The priors that a size along this ray can have."""
    x = ray.parameter
    return (f"flat_{x}",) if ray.signed else (f"flat_{x}", f"flat_{x}2", f"log_{x}")


@called
def posterior(probe: Probe | str | Sequence[Probe | str], along: str | Ray = "mu",
              M_N: Numbers = 0.0, flavor: Flavor = "universal", nature: str | None = None, *,
              prior: str, lowest: Any = None, level: float | str = 0.90, draws: int = 2000,
              warmup: int = 1000, seed: int = 1, flux_nuisances: bool = False,
              background_error: float | None = None, mixing: Mapping[str, float] | None = None
              ) -> Posterior:
    """Draws from the posterior of a coupling and of all nuisances.

    Parameters
    ----------
    probe : Probe, name, path of a card, or a list of these, whose likelihoods multiply
    along, M_N, flavor, nature : as of :func:`munu.limit`, one mass
    prior : ``flat_mu``, ``flat_mu2`` or ``log_mu``; ``flat_q``, ``flat_r2`` of a size with a sign
    lowest : least size of ``log_mu``, above 0, of it alone: a number [mu_B] or a text
    level : of the upper limit
    draws, warmup : of each of four chains
    seed : at least 0; the same seed gives the same draws on the same machine
    flux_nuisances, background_error : as of :func:`munu.limit`
    mixing : part of the mixing to its error, see :func:`munu.inference.named.named`

    Returns
    -------
    Posterior

    Raises
    ------
    UnknownName, DomainError
    NotConverged
        Chains that do not agree.
    NotInstalled
        Without jax and numpyro.

    Source : HoffmanGelman2014, Phan2019

    ::

        posterior("xenonnt", prior="flat_mu2").upper
    """
    model = named(probe, along, M_N, flavor, nature, flux_nuisances=flux_nuisances,
                  background_error=background_error, mixing=mixing)
    ray, confidence = model.study.ray, intervals.check_level(level)
    if prior not in priors(ray):
        raise UnknownName(f"prior of {ray.parameter}", str(prior), priors(ray))
    least = _least(ray, prior, lowest)
    for what, x, low in (("draws", draws, 100), ("warmup", warmup, 100), ("seed", seed, 0)):
        if isinstance(x, bool) or not isinstance(x, int | np.integer) or not low <= x <= _MOST:
            raise DomainError(f"{what} = {x!r} must be a whole number from {low} to {_MOST}")
    # the scale on which the size is felt, so that the sampler sees numbers of order 1
    error = fisher(probe, ray, level=level, flux_nuisances=flux_nuisances,
                   background_error=background_error, mixing=mixing)
    scale = error.upper
    if scale is None or not np.isfinite(scale):
        raise DomainError(f"{error.name} measures no {ray.parameter}: nothing ends its posterior")
    with x64():
        made, r_hat, ess, lost = _sampled(model, prior, scale, least, int(draws), int(warmup),
                                          int(seed))
    worst = max(r_hat, key=lambda n: r_hat[n])
    if not r_hat[worst] <= MIXED:
        raise NotConverged(f"the chains of {worst} do not agree (R = {r_hat[worst]:.3g}, at most "
                           f"{MIXED:g}); ask for more draws and a longer warmup")
    probes = model.study.probes
    return Posterior(
        model=model, prior=prior, lowest=least, draws=FrozenMap(made), r_hat=FrozenMap(r_hat),
        ess=FrozenMap(ess), divergences=lost, level=confidence, seed=int(seed),
        assumptions=(*dict.fromkeys(a for p in probes for a in p.assumptions),
                     f"prior {prior}" + ("" if least is None else
                                         f" from {least / ray.factor:g} {ray.unit} on"),
                     "norms of backgrounds at least 0"),
        papers=tuple(dict.fromkeys((*(k for p in probes for k in p.papers),
                                    "HoffmanGelman2014", "Phan2019"))))


def _least(ray: Ray, prior: str, lowest: Any) -> float | None:
    if not prior.startswith("log_"):
        if lowest is not None:
            raise DomainError(f"lowest = {lowest!r} is of the prior log_{ray.parameter}; leave it "
                              "out")
        return None
    if lowest is None:
        raise DomainError(f"the prior {prior} has no end at small sizes: give lowest, the least "
                          f"{ray.parameter}, on which the limit rests")
    least = ray.size(lowest)
    if not least > 0:
        raise DomainError(f"lowest = {lowest!r} must be above 0")
    return least


def _sampled(model: Named, prior: str, scale: float, least: float | None, draws: int, warmup: int,
             seed: int) -> tuple[dict[str, np.ndarray], dict[str, float], dict[str, float], int]:
    """Draws by name, R and worth of each, divergences."""
    try:
        import numpyro
        import numpyro.distributions as dist
        from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
        from numpyro.infer import MCMC, NUTS
    except ModuleNotFoundError as err:
        raise NotInstalled(err.name, EXTRA) from None
    import jax

    size, K = model.names[0], len(model.norms)
    widths = dict(zip(model.nuisances, model.prior, strict=True))
    constraints = dist.constraints
    # the size is the softplus of t, in units of what is felt: ln x far below, x itself above, where
    # neither the prior nor the likelihood has a cliff
    low = None if least is None else float(np.log(np.expm1(least / scale)))

    def flat(name: str, support: Any) -> Any:
        return numpyro.sample(name, dist.ImproperUniform(support, (), ()))

    def moved() -> Any:
        """The size in units of its scale, with its prior."""
        if model.study.ray.signed:
            return flat(_SIZE, constraints.real)
        t = flat(_SIZE, constraints.real) if low is None else \
            low + flat(_SIZE, constraints.softplus_positive)
        x = jax.nn.softplus(t)
        power = {"log": -1.0, "flat": 1.0 if prior.endswith("2") else 0.0}[prior.partition("_")[0]]
        numpyro.factor("(prior)", power * jax.numpy.log(x) + jax.nn.log_sigmoid(t))
        return x

    def whole() -> None:
        x = moved()
        p = {size: numpyro.deterministic(size, scale * x)}
        for k, (name, width) in enumerate(widths.items()):
            if np.isinf(width):
                p[name] = flat(name, constraints.positive if k < K else constraints.real)
            elif k < K:
                p[name] = numpyro.sample(name, dist.TruncatedNormal(1.0, width, low=0.0))
            else:
                p[name] = numpyro.sample(name, dist.Normal(0.0, 1.0))
        numpyro.factor("(bins)", -0.5 * model.misfit(p))

    # chains begin apart, near where the likelihood lives, in the sampler's own coordinates
    rng = np.random.default_rng(seed)
    begin = {_SIZE: rng.uniform(-1.0, 0.5, _CHAINS)}
    if low is not None:
        begin[_SIZE] = np.maximum(begin[_SIZE] - low, 0.1)
    for k, name in enumerate(widths):
        begin[name] = (0.0 if k < K else 0.3) * rng.normal(size=_CHAINS)
    run = MCMC(NUTS(whole, dense_mass=True, target_accept_prob=0.9), num_warmup=warmup,
               num_samples=draws, num_chains=_CHAINS, chain_method="vectorized",
               progress_bar=False)
    run.run(jax.random.key(seed), init_params=begin, extra_fields=("diverging",))
    held = run.get_samples(group_by_chain=True)
    made = {n: np.asarray(held[n]) for n in model.names}
    if any(x.dtype != np.float64 for x in made.values()):
        raise DomainError("JAX drew in float32; the likelihood needs float64")
    return (made, {n: float(split_gelman_rubin(x)) for n, x in made.items()},
            {n: float(effective_sample_size(x)) for n, x in made.items()},
            int(np.asarray(run.get_extra_fields(group_by_chain=True)["diverging"]).sum()))
