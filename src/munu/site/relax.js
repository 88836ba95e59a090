// Which bounds fall when an assumption is given up, by the grammar of munu map --relax.
(() => {
"use strict";

const SIZES = {GeV: {eV: 1e-9, keV: 1e-6, MeV: 1e-3, GeV: 1, TeV: 1e3}, G: {uG: 1e-6, G: 1, kG: 1e3, T: 1e4}};

// "T_RH=5MeV,core=derocco,recast" as a Map; null where it is given up altogether
munu.relaxed = (text) => {
  const out = new Map();
  for (const one of text.split(",").map((x) => x.trim()).filter(Boolean)) {
    const [name, value] = one.split("=").map((x) => x.trim()), known = munu.atlas.assumptions.find((a) => a.name === name);
    if (!known) throw new RangeError(`no assumption named '${name}'; there are ${munu.atlas.assumptions.map((a) => a.name).join(", ")}`);
    if (out.has(name)) throw new RangeError(`assumption ${name} is given twice`);
    out.set(name, value === undefined ? null : valued(known, value));
  }
  return out;
};

function valued({name, about, unit, words}, text) {
  if (unit) {
    const found = /^(\d+\.?\d*(?:e[+-]?\d+)?)\s*(\w+)$/i.exec(text), factor = found && SIZES[unit][found[2]];
    if (!factor || !(Number(found[1]) > 0)) throw new RangeError(`${name}=${text} must be a number above 0 with a unit of ${Object.keys(SIZES[unit]).join(", ")}`);
    return Number(found[1]) * factor;
  }
  if (!words.length) throw new RangeError(`${name}=${text}: ${name} takes no value (${about}); write ${name}`);
  if (!words.some((w) => w.toLowerCase() === text.toLowerCase())) throw new RangeError(`${name}=${text} must be one of ${words.join(", ")}, or ${name} alone`);
  return text;
}

// what a bound rests on that no longer holds; [] where it stands
munu.fallen = (bound, given = munu.relaxed(munu.state.relax)) => bound.rests.filter(({name, value}) => {
  if (!given.has(name)) return false;
  const now = given.get(name);
  if (now === null || value === null) return true;
  if (typeof now === "string" || typeof value === "string") return String(now).toLowerCase() !== String(value).toLowerCase();
  return now < value * (1 - 1e-9);
}).map((r) => r.text);
})();
