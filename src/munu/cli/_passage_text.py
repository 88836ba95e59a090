"""A passage for people: probabilities, and where states meet."""

from __future__ import annotations

from typing import Any


def _table(found: list[dict[str, Any]]) -> list[str]:
    return [f"{x['energy_MeV']:10.5g} {x['name']:>8} {', '.join(x['states']):>20} "
            f"{x['radius_km']:11.5g} {x['gamma']:10.3g} {x['P_LZ']:8.4f}" for x in found]


def lines(data: dict[str, Any]) -> list[str]:
    """The tables for people."""
    mix, moments = data["mixing"], data["moments"]
    low, high = data["radii_km"]
    names = data["final_states"]
    given = ", ".join(f"{k} = {x['re']:g}{x['im']:+g}j" if isinstance(x, dict) else f"{k} = {x:g}"
                      for k, x in moments.items())
    how = "Landau-Zener chain, without interference" if data["method"] == "crossings" \
        else f"tol {data['tol']:g}"
    out = [f"{data['initial']} through {data['medium']} from {low:g} to {high:g} km, "
             f"{data['nature']}, mixing {mix['name']} {mix['ordering']}, {how}",
             f"field {data['field'] or 'none'}"
             + (f", twist {data['twist']}" if data["twist"] else "")
             + f"; moments [mu_B]: {given or 'none'}"
             + (" (both are needed for a spin flip)" if bool(given) != bool(data["field"]) else ""),
             *([f"averages over {data['bin_MeV']:g} MeV around each energy"]
               if data["bin_MeV"] else []),
             f"{'E [MeV]':>10} " + " ".join(f"{n:>9}" for n in names)
             + ("" if data["error"] is None else f" {'error':>8}")]
    for i, E in enumerate(data["energies_MeV"]):
        out.append(f"{E:10.5g} " + " ".join(f"{p:9.5f}" for p in data["probabilities"][i])
                     + ("" if data["error"] is None else f" {data['error'][i]:8.1e}"))
    found = data["resonances"]
    out.append(f"resonances, with {data['adiabaticity']}:" + ("" if found else " none"))
    low = [x for x in data["level_crossings"] if x["name"] == "RSFP-L" and x["gamma"] > 0]
    if found:
        out.append(f"{'E [MeV]':>10} {'name':>8} {'states':>20} {'r [km]':>11} {'gamma':>10} "
                     f"{'P_LZ':>8}")
        out += _table(found)
    if low:
        out += ["by levels of three flavors, inside MSW-H, RSFP-L is rather", *_table(low)]
    out.append(data["scope"])
    out.append(f"cite: {', '.join(data['citations'])}   (munu cite KEY)")
    return out
