// The state of the page, its permalink, and window.munu: what the other scripts hang on to.
(() => {
"use strict";

const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");
const atlas = read("munu-atlas");

const KINDS = ["computed", "published", "projection", "superseded"];
const distinct = (key) => [...new Set(atlas.bounds.map((b) => b[key]))].filter(Boolean).sort();
// what each list of the state may hold; all of it where nothing else is said
const LISTS = {
  kinds: KINDS, families: atlas.families.map((f) => f.name),
  statistics: distinct("statistic"), certainties: distinct("certainty"),
  checked: distinct("checked"), lines: atlas.lines.map((l) => l.id),
};
const DEFAULTS = {
  flavor: atlas.opens, nature: "", ...LISTS, kinds: ["computed", "published"], lines: [],
  without: "", relax: "", union: true, labels: true, view: null, chosen: null, theme: "", points: [],
  curves: [],
};
const CHOICES = {flavor: atlas.flavors, nature: ["", "dirac", "majorana"],
                 theme: ["", "light", "dark"]};

const state = structuredClone(DEFAULTS);
const heard = {};
const ready = [];

const munu = window.munu = {
  atlas, templates: read("munu-templates"), state, LISTS, DEFAULTS, added: new Map(),

  // f after each change of this kind: change, view, choose, own
  on(event, f) { (heard[event] ??= []).push(f); },
  tell(event, about) { for (const f of heard[event] ?? []) f(about); },

  // changes some of the state, and all that hangs on it
  set(patch) {
    for (const [key, value] of Object.entries(patch)) state[key] = checked(key, value);
    munu.tell("change", patch);
    later();
  },

  // a curve of another script: it is drawn, and stands in no permalink
  addCurve(curve) { munu.added.set(curve.id, curve); munu.tell("own"); },
  removeCurve(id) { munu.added.delete(id); munu.tell("own"); },

  // an empty section in the column beside the chart
  panel(id, title) {
    const made = munu.make("section", {id, "aria-labelledby": `${id}-title`});
    made.append(munu.make("h2", {id: `${id}-title`}, title));
    document.getElementById("side").append(made);
    return made;
  },

  // an element with attributes; on* are listeners, the rest are its children
  make(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, "");
      else if (value !== false && value != null) made.setAttribute(key, value);
    }
    made.append(...children.filter((x) => x != null));
    return made;
  },

  // one line to the user; empty takes it away
  notice(text) {
    const place = document.getElementById("notice");
    place.textContent = text;
    place.hidden = !text;
  },

  whenReady(f) { ready.push(f); },
  start() {
    fromLink();
    theme();
    for (const f of ready) f();
    munu.tell("change", state);
  },
  link: () => location.href.split("#")[0] + "#" + toLink(),
};

function checked(key, value) {
  if (key in CHOICES && !CHOICES[key].includes(value))
    throw new RangeError(`${key} '${value}' is not one of ${CHOICES[key].map((x) => x || "any").join(", ")}`);
  if (key in LISTS) {
    const wrong = value.find((x) => !LISTS[key].includes(x));
    if (wrong !== undefined)
      throw new RangeError(`${key} '${wrong}' is not one of ${LISTS[key].join(", ")}`);
    return LISTS[key].filter((x) => value.includes(x));
  }
  if (key === "view" && value !== null && !(value.length === 4 && value.every(Number.isFinite)
      && value[0] > 0 && value[0] < value[1] && value[2] > 0 && value[2] < value[3]))
    throw new RangeError("view must be M_N from, to, mu from, to, rising and above 0");
  if (key === "relax") munu.relaxed(value);
  if (key === "chosen" && value !== null && !atlas.bounds.some((b) => b.id === value))
    throw new RangeError(`there is no bound '${value}'`);
  return value;
}

// ---- permalink: only what is not the default; lists as a,b; all else as JSON
const isWord = (key) => key in CHOICES || ["without", "relax", "chosen"].includes(key);

function toLink() {
  const out = [];
  for (const [key, value] of Object.entries(state)) {
    if (JSON.stringify(value) === JSON.stringify(DEFAULTS[key])) continue;
    const text = key in LISTS || key === "view" ? value.join(",")
      : isWord(key) ? value : JSON.stringify(value);
    out.push(`${key}=${encodeURIComponent(text)}`);
  }
  return out.join("&");
}

function fromLink() {
  Object.assign(state, structuredClone(DEFAULTS));
  const wrong = [];
  for (const part of location.hash.slice(1).split("&").filter((x) => x.includes("="))) {
    const [key, ...rest] = part.split("=");
    try {
      const text = decodeURIComponent(rest.join("="));
      if (key === "__proto__" || !/^\w+$/.test(key)) throw new RangeError(`'${key}' is no entry`);
      const value = key in LISTS ? text.split(",").filter(Boolean)
        : key === "view" ? text.split(",").map(Number) : isWord(key) ? text : JSON.parse(text);
      state[key] = checked(key, value);
    } catch (error) {
      wrong.push(error instanceof RangeError ? error.message : `'${key}' cannot be read`);
    }
  }
  munu.notice(wrong.length ? `The link could not be followed in all: ${wrong.join("; ")}` : "");
}

let waiting = null;
function later() {
  clearTimeout(waiting);
  // browsers take no more than some entries a second
  waiting = setTimeout(() => {
    const text = toLink();
    if (text !== location.hash.slice(1))
      history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  }, 150);
}
window.addEventListener("hashchange", () => {
  // a place of this page is no view
  if (location.hash.length > 1 && !location.hash.includes("=")) return;
  if (location.hash.slice(1) === toLink()) return;
  fromLink();
  munu.tell("change", state);
});

// ---- light and dark
function theme() {
  const dark = state.theme ? state.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.getElementById("theme").textContent = dark ? "Light" : "Dark";
}
munu.on("change", theme);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", theme);
})();
