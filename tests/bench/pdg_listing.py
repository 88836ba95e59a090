"""The neutrino listings of the PDG package (PyPI: pdg, CC BY 4.0) as rows of numbers.

``python -m tests.bench.pdg_listing`` with the package writes the frozen table again.
"""

import csv
import re
import sys
from pathlib import Path

FROZEN = Path(__file__).parents[1] / "contracts" / "frozen" / "pdg_listing.ecsv"
QUANTITIES = {"mu": "S066MGM", "r2": "S066CRD", "q": "S066CHR"}
COLUMNS = ("quantity", "document", "lower", "upper", "level", "technique", "doi")
HEAD = """# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {{name: quantity, unit: '1', datatype: string}}
# - {{name: document, unit: '1', datatype: string}}
# - {{name: lower, unit: '1', datatype: float64, description: '-1: none'}}
# - {{name: upper, unit: '1', datatype: float64, description: '0: no number'}}
# - {{name: level, unit: '1', datatype: float64, description: '0: not said'}}
# - {{name: technique, unit: '1', datatype: string}}
# - {{name: doi, unit: '1', datatype: string}}
# meta:
#   source: {source}
#   where: 'listings of the moment [mu_B], the charge radius squared [cm^2] and the charge [e]'
#   how: ancillary
#   licence: CC-BY-4.0
#   made_by: '{made_by}'
"""


def interval(value):
    """Lower and upper edge of what the listing prints; -1 where there is no lower one."""
    scale = 10.0 ** value.display_power_of_ten
    text = value.display_value_text.replace(" ", "")
    if value.error_positive is not None:
        return value.value - value.error_negative, value.value + value.error_positive
    if value.value is not None:
        return -1.0, value.value
    # two numbers: '-54.36to12.90', '-1.6-3.7E-13', '0.14-0.29'; of '<a-b' the weaker holds
    number = r"-?\d*\.?\d+"
    found = re.fullmatch(rf"<?=?({number})(?:to|-)({number})(?:E(-?\d+))?", text)
    if not found:
        return -1.0, 0.0
    scale *= 10.0 ** int(found[3] or 0)
    return (-1.0 if text.startswith("<") else float(found[1]) * scale), float(found[2]) * scale


def rows(api):
    """Every measurement of the three listings, as mappings of ``COLUMNS``."""
    out = []
    for quantity, pdgid in QUANTITIES.items():
        for m in api.get(pdgid).get_measurements():
            low, high = interval(m.get_value())
            out.append({"quantity": quantity, "document": m.reference.document_id.strip(),
                        "lower": float(f"{low:.6g}"), "upper": float(f"{high:.6g}"),
                        "level": (m.confidence_level or 0.0) / 100,
                        "technique": m.technique or "", "doi": m.reference.doi or ""})
    return out


if __name__ == "__main__":
    import pdg

    made = rows(pdg.connect())
    FROZEN.parent.mkdir(exist_ok=True)
    with FROZEN.open("w", newline="") as file:
        file.write(HEAD.format(source="PDG2026", made_by=f"pdg {pdg.__version__}"))
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(made)
    sys.stdout.write(f"{len(made)} rows in {FROZEN}\n")
