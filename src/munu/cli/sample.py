"""``munu sample``."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _completion, _out, _parameters, _progress
from munu.cli import _values as v
from munu.errors import DomainError
from munu.units import parse


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sample")(sample)


def sample(
    experiment: str = typer.Argument(..., help="Name of an experiment; see: munu list events",
                                     autocompletion=_completion.experiment),
    mass: str = typer.Option("0.2GeV", help="Mass of N, e.g. 200MeV"),
    mu: str = typer.Option("1e-9", help="Moment, a pure number in mu_B"),
    flavor: str = typer.Option("universal", help="universal, e, mu, tau, or 1,1,1"),
    nature: str = typer.Option("dirac", help="dirac or majorana"),
    n: str = typer.Option("100000", "--n", help="Decays to be drawn, e.g. 1e6"),
    seed: int = typer.Option(1, help="The same seed gives the same events"),
    target: list[str] = typer.Option([], help="What N is made on, e.g. C12, 'H1 protons', or "
                                     "electrons; may repeat"),
    spin: str = typer.Option("full", help="Of N: full, or helicity (all along its momentum)"),
    e_gamma: str = typer.Option(None, "--E-gamma", help="Photons to be kept, e.g. 140MeV:3GeV or "
                                "140MeV:"),
    cos_theta: str = typer.Option(None, "--cos-theta", help="Cosines of photons to be kept, e.g. "
                                  "-1:0.9"),
    include_escaping: bool = typer.Option(False, "--include-escaping",
                                          help="N that decay outside of the volume too"),
    option: list[str] = typer.Option([], help="Of the experiment, e.g. volume=sphere:6m; may "
                                     "repeat"),
    parameters: bool = typer.Option(False, "--parameters", help="What options it has"),
    out: str = typer.Option(None, help="Write the events: .parquet, .hepmc3, or a folder, which a "
                            "run goes on with"),
    overwrite: bool = typer.Option(False, "--overwrite", help="Replace what is there"),
    workers: int = typer.Option(1, help="Threads; they change no event"),
    plot: str = typer.Option(None, help="Draw them, .pdf, .png or .svg, its numbers beside it"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Unweighted events: N made in an experiment, its decay and its photon."""
    if parameters:
        _parameters.show("events", experiment, as_json)
        return
    from munu import events
    from munu.couplings import DipolePortal
    from munu.events import output

    picture = _out.picture(plot)
    if out is not None:
        output.place(out, overwrite, "--out")
    masses = v.masses(mass)
    if masses.size != 1:
        raise DomainError(f"--mass '{mass}' holds {masses.size} masses; events are of one")
    if workers < 1:
        raise DomainError(f"--workers {workers} must be at least 1")
    portal = DipolePortal(v.number(mu, "mu", low=0.0, like="mu_B"), float(masses[0]),
                          v.flavor(flavor), nature)
    made = events.run(experiment, portal, seed, targets=tuple(target) or None, spin=spin,
                      E_gamma=_ends(e_gamma, "--E-gamma", "GeV"),
                      cos_theta=_cosines(cos_theta), include_escaping=include_escaping,
                      **v.options(option))
    done = events.write(made, _count(n), out, overwrite=overwrite, workers=workers,
                        tell=_progress.tell())
    data = done.as_dict()
    if picture is not None:
        _out.draw(picture, done.shown())
        data["plot"] = str(picture)
    if out is not None:
        data["file"] = out
    v.emit(data, as_json, _lines(made, data, done.rows()), _out.wrote(data))


def _count(text: str) -> int:
    from munu.events.generator import counted

    try:
        return counted(float(text))
    except ValueError as err:
        if isinstance(err, DomainError):
            raise DomainError(f"--n '{text}' must be a whole number of events, at least 1"
                              ) from None
        raise DomainError(f"--n '{text}' is no number of events; write 1000000 or 1e6") from None


def _ends(text: str | None, what: str, like: str) -> tuple[float | None, float | None]:
    """``low:high``, either of which may be left out."""
    if text is None:
        return None, None
    low, colon, high = (x.strip() for x in text.partition(":"))
    if not colon or not (low or high):
        raise DomainError(f"{what} '{text}' must read low:high, either of which may be left out, "
                          f"as {'140MeV:' if like == 'GeV' else '-1:0.9'}")
    return (parse(low, like, what=what) if low else None,
            parse(high, like, what=what) if high else None)


def _cosines(text: str | None) -> tuple[float, float]:
    low, high = _ends(text, "--cos-theta", "1")
    return -1.0 if low is None else low, 1.0 if high is None else high


def _lines(run: Any, data: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    if data["why"]:
        return [f"no event: {data['why']}"]
    mean = data["mean"]
    lines = [f"{run.experiment.title}: {data['nature']} N of {data['M_N_GeV']:g} GeV, mu = "
             f"{data['mu']:g} mu_B, flavor {data['flavor']}; seed {data['seed']}",
             f"{'target':>16} {'made':>11} {'inside ' + data['volume']:>18} {'events':>9}"]
    lines += [f"{row['target']:>16} {row['all_decays']:11.5g} {row['expected_events']:18.5g} "
              f"{row['kept']:9d}" for row in rows]
    lines.append(f"{'sum':>16} {data['all_decays']:11.5g} {data['expected_events']:18.5g} "
                 f"{data['kept']:9d}")
    lines.append(f"each event stands for {data['weight']:.4g}"
                 + (f"; {data['kept']} of {data['n']} photons pass the cuts" if run.cuts else ""))
    if data["kept"]:
        lines.append(f"mean: photon {mean['E_gamma_GeV']:.4f} GeV, cosine to the beam "
                     f"{mean['cos_theta']:.4f}; N {mean['E_N_GeV']:.4f} GeV, flight "
                     f"{mean['length_cm']:.4g} cm")
    lines += [f"assumed: {x}" for x in data["assumed"]]
    return [*lines, f"cite: {', '.join(data['citations'])}"]
