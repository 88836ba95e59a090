"""Sound files of every kind that munu reads, and what reads them; a part is marked ``<KIND|TEXT>``.

``tests/laws/test_readers_fuzzed.py`` exchanges the parts, ``tools/fuzz.py`` begins with the files.
"""

import re

import numpy as np

import munu
from munu import _data, atlas, interchange, media, probes, sources
from munu.media import fields

PART = re.compile(r"<([^<>|]+)\|([^<>|]*)>")

HEAD = "# %ECSV 1.0\n# ---\n# <k|delimiter>: <w|','>\n# <k|datatype>:\n"
MIND = "# meta: {source: <w?|Brdar2020>}\n"
COUNTS = HEAD + """# - {<k|name>: E_low, <k|unit>: <u an energy|keV>, <k|datatype>: <w|float64>}
# - {name: E_high, unit: <u an energy|keV>, datatype: float64}
# - {name: counts, unit: <u counts|'1'>, datatype: float64}
# - {name: flat, unit: <u counts|'1'>, datatype: <w|float64>}
# meta: {source: unpublished}
E_low,E_high,counts,<k|flat>
<c|1>,<c|2>,<c|5>,<c|6>
2,3,<c|12>,<c|12.5>

3,5,26,25.7
"""
EFFICIENCY = "<k|E> [<u an energy|keV>],<k|efficiency> [<u a share|1>]\n<c|1>,<c|0.1>\n5,0.9\n"
CARD = """<k|name>: my_experiment
<k|target>: <w|Ge>
<k|recoil>: <w|electrons>
<k|electrons>: <w|free>
<k|source>: {name: <w|monoenergetic>, E_nu: <q keV|0.75 MeV>, flux: <q cm^-2 s^-1|1e13 cm^-2 s^-1>}
<k|exposure>: <q kg d|1 t yr>
<k|resolution>: {<k|sqrt>: <n|0.31>, constant: <n|1e-1>}
<k|efficiency>: <w?|efficiency.csv>
<k|efficiency_in>: <w?|reconstructed>
<k|counts>: <w|counts.ecsv>
<k|background_error>: {<k|flat>: <n|0.05>}
<k|standard_model>: <w|added>
<k|norm_error>: <n|0.1>
<k|lowest_recoil>: <q keV|0.1 keV>
cite: <w|Brdar2020>
"""
LIMIT = HEAD + """# - {name: M_N, unit: <u an energy|MeV>, datatype: float64}
# - {name: <k|mu>, unit: <u a moment|mu_B>, datatype: <w|float64>}
# <k|meta>:
#   <k|source>: <w|Magill2018>
#   <k|where>: here
#   <k|how>: <w|digitised>
#   <k|shape>: <w|function>
#   <k|statistic>: <w|profile>
#   <k|flavor>: <w|mu>
#   <k|nature>: <w?|none>
#   <k|convention>: <w|half_mu>
#   <k|status>: <w|standing>
#   <k|checked>: <w|no>
#   <k|certainty>: <w|B>
#   <k|level>: <m|0.9>
#   <k|recoil>: <q keV|5 keV>
#   <k|year>: <n|2026>
M_N,mu
<c|1>,<c|1e-9>
2,<c|2e-9>
<c|3>,3e-9
"""
FLUX = HEAD + "# - {name: <k|E_nu>, unit: <u an energy|MeV>}\n" \
    "# - {name: <k|nu_e>, unit: <u a flux|'cm^-2 s^-1 MeV^-1'>}\n" + MIND + \
    "E_nu,nu_e\n<c|1>,<c|0>\n2,<c|3>\n<c|3>,0\n"
MEDIUM = "\n# <k?|source>: <w?|Brdar2020>\n" \
    "<k|r> [<u a length|km>],<k|density> [<u a density|g/cm^3>]," \
    "<k|Y_e> [<u a number|1>],<k|B> [<u a field|G>],<k|phi> [<u an angle|rad>]\n" \
    "<c|1e3>,<c|1e6>,<c|0.5>,1e9,<c|0>\n2e3,1e5,<c|0.49>,<c|1e8>,1\n\n3e3,<c|1e4>,0.48,1e7,2\n" \
    "<c|4e3>,1e3,0.47,1e6,3\n5e3,1e2,0.46,1e5,<c|4>\n"
MODEL = """<k|munu>: 0.1.0
<k|model>: <w|leptoquark>
<k|parameters>:
  <k|m_LQ>: <q GeV|1000.0 GeV>
  <k|y1>: <m|5e-2>
  <k|y2>: <m|1.0>
  flavor: <w|mu>
<k|cite>: [<w?|BrdarTalk>]
"""
SLHA = """BLOCK <k|MODEL>
  1  <w|leptoquark>
BLOCK <k|PARAMETERS>
  1  <c|1000.0>  # <k|m_LQ> [<u an energy|GeV>]
  2  <c|0.05>    # <k|y1> [<u a number|1>]
  3  <c|1.0>     # <k|y2> [1]
"""
WCXF = """{"<k|eft>": "<w|SMEFT>", "<k|basis>": "<w|Warsaw>", "<k|scale>": <n|1000>,
"<k|values>": {"<k|lq1_3333>": <n|1e-8>, "<k|phil1_12>": {"<k|Re>": <n|1e-9>, "Im": <n|2e-9>}}}
"""
WCXF_YAML = """<k|eft>: <w|SMEFT>
<k|basis>: <w|Warsaw>
<k|scale>: <n|1e3>
<k|values>:
  <k|lq1_3333>: <n|1e-8>
"""


def plain(text):
    return PART.sub(r"\2", text)


def finite(*values):
    assert all(np.all(np.isfinite(np.asarray(x, dtype=float))) for x in values)


def a_table(path):
    table = _data.read(path)
    finite(*(c for c in table.columns.values() if c.dtype != object))


def a_limit(path):
    found = atlas.read(path)
    finite(found.upper, found.lower, found.axis, found.level or 0.9)


def a_flux(path):
    made = sources.get("from_file", path=path)
    finite(made.components["table"].total)


def a_medium(path):
    made = media.get("from_file", path=path)
    finite(made.density(made.r_min), made.asymmetry(made.r_max))


def a_field(path):
    made = fields.from_file(path)
    finite(made(np.array(made.range)))


def a_probe(path):
    made = probes.get(path)
    total = made.predict(munu.DipolePortal(1e-11, 0.0, "universal")).total
    finite(total.values)


def a_model(path):
    made = interchange.read(path)
    finite(made.m_LQ, np.abs(made.y1), np.abs(made.y2))


def coefficients(path):
    made = interchange.read(path)
    finite(made.scale, [abs(x) for x in made.values.values()])


# reader: the file that it reads, those beside it, how it reads, inputs at the effort 1
READERS = {
    "table": ("t.ecsv", COUNTS.replace("<u counts|", "<u? counts|").replace("<u an energy|",
              "<u? an energy|"), {}, a_table, 1),
    "limit": ("limit.ecsv", LIMIT, {}, a_limit, 1.5),
    "flux": ("flux.ecsv", FLUX, {}, a_flux, 1),
    "medium": ("m.csv", MEDIUM, {}, a_medium, 1),
    "field": ("b.csv", "<k|r> [<u a length|km>],<k|B> [<u a field|G>]\n<c|1e3>,<c|1>\n2e3,<c|3>\n",
              {}, a_field, 1),
    "probe": ("card.yaml", CARD, {"counts.ecsv": COUNTS, "efficiency.csv": EFFICIENCY}, a_probe, 1),
    "counts": ("counts.ecsv", COUNTS, {"card.yaml": CARD, "efficiency.csv": EFFICIENCY}, a_probe,
               0.5),
    "efficiency": ("efficiency.csv", EFFICIENCY, {"card.yaml": CARD, "counts.ecsv": COUNTS},
                   a_probe, 0.5),
    "model": ("card.yaml", MODEL, {}, a_model, 1),
    "slha": ("card.slha", SLHA, {}, a_model, 1),
    "wcxf": ("wc.json", WCXF, {}, coefficients, 1),
    "wcxf in yaml": ("wc.json", WCXF_YAML, {}, coefficients, 1)}


def entry(folder, name):
    """The file that is read: the card of a table of counts."""
    return folder / ("card.yaml" if name in ("counts", "efficiency") else READERS[name][0])
