// Tables in and out: CSV with units in its first line, ECSV, BibTeX; numbers with units.
(() => {
"use strict";

const ENERGY = {eV: 1e-6, keV: 1e-3, MeV: 1, GeV: 1e3, TeV: 1e6};
const MOST_BYTES = 2e6, MOST_ROWS = 20000;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

// what a unit means: [kind, factor to MeV, mu_B or 1/GeV]
function unit(text) {
  const bare = text.trim();
  if (bare === "mu_B") return ["moment", 1];
  if (bare in ENERGY) return ["energy", ENERGY[bare]];
  const inverse = /^(?:1 ?)?\/ ?(\w+)$/.exec(bare) ?? /^(\w+)(?:\^|\*\*)-1$/.exec(bare);
  if (inverse && inverse[1] in ENERGY) return ["inverse energy", 1e3 / ENERGY[inverse[1]]];
  return null;
}

// a number with its unit, of a kind; a moment also as d [1/GeV]
function quantity(text, what, kind) {
  const found = /^\s*([+-]?[\d.]+(?:e[+-]?\d+)?)\s*(.*?)\s*$/i.exec(text ?? "");
  if (!found || !NUMBER.test(found[1]))
    throw new RangeError(`${what} '${text}' is no number with a unit, as ${kind === "energy" ? "50 keV" : "1e-11 mu_B or 1e-9 /GeV"}`);
  const size = Number(found[1]);
  if (kind === "energy" && size === 0) return 0;
  const [like, factor] = (found[2] ? unit(found[2]) : kind === "moment" ? ["moment", 1] : null) ?? [];
  const value = like === kind ? size * factor
    : kind === "moment" && like === "inverse energy" ? 2 * size * factor / munu.atlas.mu_B_per_GeV
    : NaN;
  if (Number.isNaN(value))
    throw new RangeError(`${what} '${text}' needs a unit of ${kind === "energy" ? "eV, keV, MeV, GeV, TeV" : "mu_B or 1/GeV"}`);
  if (!(value > 0) || !Number.isFinite(value)) throw new RangeError(`${what} '${text}' must be above 0`);
  return value;
}

// ---- a table that somebody dropped: {label, points: [[M_N MeV, mu mu_B]], flavor, level, left}
function table(text, name) {
  const fail = (said, line) => { throw new RangeError(`${name}${line ? `, line ${line}` : ""}: ${said}`); };
  if (text.length > MOST_BYTES) fail(`holds more than ${MOST_BYTES / 1e6} MB`);
  if (text.includes("\0")) fail("is no text");
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const head = [], rows = [];
  lines.forEach((line, i) => {
    if (line.trimStart().startsWith("#")) { if (!rows.length) head.push(line.replace(/^\s*# ?/, "")); }
    else if (line.trim()) rows.push([line, i + 1]);
  });
  if (rows.length < 2) fail("holds no rows; the first line names the columns, as M_N [keV], mu [mu_B]");
  if (rows.length > MOST_ROWS) fail(`holds more than ${MOST_ROWS} rows`);
  const ecsv = /^# %ECSV/.test(lines[0]);
  const [first, at] = rows.shift();
  const declared = ecsv ? columns(head.join("\n"), fail) : null;
  const comma = !ecsv || /^delimiter: *['"]?,/m.test(head.join("\n"));
  const split = (line) => (comma ? line.split(",") : line.trim().split(/\s+/)).map((x) => x.trim().replace(/^"(.*)"$/, "$1"));
  const names = split(first).map((cell) => {
    const found = /^(\w+)\s*(?:\[(.*)\])?$/.exec(cell);
    if (!found) fail(`'${cell}' is no name of a column with its unit, as mu [mu_B]`, at);
    return [found[1], ecsv ? declared[found[1]] : found[2]];
  });
  const place = (wanted, kinds) => {
    const i = names.findIndex(([n]) => n === wanted);
    if (i < 0) return null;
    if (names.findLastIndex(([n]) => n === wanted) > i) fail(`the column ${wanted} stands twice`, at);
    const [kind, factor] = unit(names[i][1] ?? "") ?? [];
    if (!kinds.includes(kind))
      fail(`the unit of ${wanted} is '${names[i][1] ?? ""}'; it must be ${kinds[0] === "energy" ? "an energy, as M_N [keV]" : kinds[0] === "moment" ? "mu_B, as mu [mu_B]" : "an inverse energy, as d [1/GeV]"}`, at);
    return {i, factor, wanted};
  };
  const M = place("M_N", ["energy"]), mu = place("mu", ["moment"]), d = mu ? null : place("d", ["inverse energy"]);
  if (!M || !(mu ?? d)) fail(`needs a column M_N and one of mu or d; it has ${names.map(([n]) => n).join(", ")}`, at);
  const said = (key) => new RegExp(`^\\s*${key}: *['"]?([^'"\\n]+?)['"]? *$`, "m").exec(head.join("\n"))?.[1].replace(/\s+#.*$/, "");
  // munu's own results say half_mu in words; a paper with L = mu nubar sigma F N prints half of it
  const convention = said("convention") ?? "half_mu", one = convention === "one_mu";
  if (!one && convention !== "half_mu" && !convention.startsWith("L = (1/2) mu "))
    fail(`convention '${convention.slice(0, 60)}' is not one of half_mu, one_mu`);
  if (one && d) fail("d is no convention of mu; leave the entry 'convention' out");
  const size = mu ?? d, toMu = mu ? (one ? 2 : 1) : 2 / munu.atlas.mu_B_per_GeV;
  const points = [];
  let left = 0;
  for (const [line, k] of rows) {
    const cells = split(line);
    if (cells.length !== names.length) fail(`${cells.length} fields where ${names.length} are named`, k);
    const [x, y] = [M, size].map((c) => {
      // what munu writes where there is no bound
      if (/^inf$/i.test(cells[c.i])) return Infinity;
      if (!NUMBER.test(cells[c.i])) fail(`'${cells[c.i].slice(0, 40)}' in column ${c.wanted} is no number`, k);
      return Number(cells[c.i]) * c.factor;
    });
    if (y === Infinity || x === Infinity) { left += 1; continue; }
    if (x < 0) fail("a mass must not be below 0", k);
    if (!(y > 0)) fail(`${size.wanted} must be above 0`, k);
    points.push([x, y * toMu]);
  }
  if (!points.length) fail("holds no row with a number");
  const level = said("level"), flavor = said("flavor");
  if (level !== undefined && level !== "null" && !(Number(level) > 0.5 && Number(level) < 1))
    fail(`level '${level}' must be between 0.5 and 1, as 0.9`);
  if (flavor !== undefined && /^\w+$/.test(flavor) && !munu.atlas.flavors.includes(flavor))
    fail(`flavor '${flavor}' is not one of ${munu.atlas.flavors.join(", ")}`);
  return {label: (said("label") ?? said("title") ?? name.replace(/\.\w+$/, "")).slice(0, 60), points, left,
          level: level && level !== "null" ? Number(level) : null, flavor: flavor ?? null};
}

// names and units of the columns that the header of an ECSV file declares
function columns(head, fail) {
  const out = {};
  for (const [, entry] of head.split(/^meta:/m)[0].matchAll(/-\s*\{([^}]*)\}/g)) {
    const of = (key) => new RegExp(`\\b${key}:\\s*(?:'([^']*)'|"([^"]*)"|([^,]+))`).exec(entry)?.slice(1).find((x) => x !== undefined)?.trim();
    if (of("name")) out[of("name")] = of("unit");
  }
  if (!Object.keys(out).length) fail("its header names no columns");
  return out;
}

// ---- what the page gives: the same text as munu.site._payload.ecsv makes
function ecsv(bound, flavor) {
  if (bound.file) return bound.file;
  const shape = bound.on[flavor];
  const rows = [...(shape.zero ?? []).map((i) => [0, ...i]), ...shape.regions.flatMap((r) => r.rows)];
  const meta = {};
  for (const k of ["name", "title", "kind", "grade", "level", "statistic", "nature", "assumptions"]) meta[k] = bound[k];
  Object.assign(meta, {flavor, citations: bound.papers});
  const head = ["%ECSV 1.0", "---", "delimiter: ','", "datatype:",
    "- {name: M_N, unit: MeV, datatype: float64, description: mass of N}",
    "- {name: mu, unit: mu_B, datatype: float64, description: edge of what is excluded}",
    "- {name: edge, unit: '1', datatype: string, description: 'lower, upper, or end: that of what was computed'}",
    "meta:", ...Object.entries(meta).map(([k, v]) => `  ${k}: ${JSON.stringify(v ?? null)}`)];
  const body = [];
  for (const [M, low, high, flags = 0] of rows) {
    body.push(`${M},${low},${flags & 1 ? "end" : "lower"}`);
    if (high !== null) body.push(`${M},${high},${flags & 2 ? "end" : "upper"}`);
  }
  return head.map((x) => `# ${x}\n`).join("") + "M_N,mu,edge\n" + body.join("\n") + "\n";
}

const bibtex = (keys) => keys.map((k) => munu.atlas.bibliography[k]).join("\n\n") + "\n";

function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], {type: "text/plain;charset=utf-8"}));
  munu.make("a", {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

Object.assign(munu, {quantity, table, ecsv, bibtex, save});
})();
