// The form above the chart: flavor, nature, kinds, classes, statistics, certainty, lines of models.
(() => {
"use strict";

const {make, state, LISTS} = munu;
const FLAVOR = {e: "e", mu: "μ", tau: "τ", universal: "universal"};
const NATURE = {"": "either", dirac: "Dirac", majorana: "Majorana"};
const synced = [];

const group = (title, ...inside) => make("fieldset", {}, make("legend", {}, title), ...inside);

function radios(key, title, words) {
  return group(title, ...Object.entries(words).map(([value, word]) => {
    const input = make("input", {type: "radio", name: key, value, onchange: () => munu.set({[key]: value})});
    synced.push(() => { input.checked = state[key] === value; });
    return make("label", {}, input, word);
  }));
}

function boxes(key, title, words = {}, more = () => null) {
  return group(title, ...LISTS[key].map((value) => {
    const input = make("input", {type: "checkbox", name: key, value, onchange: () => munu.set({[key]: input.checked ? [...state[key], value] : state[key].filter((x) => x !== value)})});
    synced.push(() => { input.checked = state[key].includes(value); });
    return make("label", {}, input, more(value), words[value] ?? value.replace(/_/g, " "));
  }));
}

function yes(key, word) {
  const input = make("input", {type: "checkbox", name: key, onchange: () => munu.set({[key]: input.checked})});
  synced.push(() => { input.checked = state[key]; });
  return make("label", {}, input, word);
}

// what is given up, as in munu map --relax: T_RH=5MeV,core=derocco
function relax() {
  const text = make("input", {type: "text", id: "relax", placeholder: "T_RH=5MeV, core=derocco", size: 26, onchange: () => {
    try { munu.set({relax: text.value}); munu.notice(""); } catch (error) { munu.notice(error.message); }
  }});
  const rested = new Set(munu.atlas.bounds.flatMap((b) => b.rests.map((r) => r.name)));
  const each = munu.atlas.assumptions.filter((a) => rested.has(a.name)).map((a) => {
    const input = make("input", {type: "checkbox", value: a.name, onchange: () => {
      const rest = state.relax.split(",").map((x) => x.trim()).filter((x) => x && x.split("=")[0].trim() !== a.name);
      munu.set({relax: [...rest, ...(input.checked ? [a.name] : [])].join(",")});
    }});
    synced.push(() => { input.checked = munu.relaxed(state.relax).has(a.name); });
    return make("label", {title: `${a.about}${a.words.length ? `: ${a.words.join(", ")}` : ""}`}, input, a.name);
  });
  synced.push(() => { if (document.activeElement !== text) text.value = state.relax; });
  return group("Assumptions given up: what rests on them fades", ...each, make("label", {for: "relax"}, "or with a value "), text);
}

munu.whenReady(() => {
  const without = make("input", {type: "search", name: "without", id: "without", placeholder: "supernova, lsnd", oninput: () => munu.set({without: without.value})});
  synced.push(() => { if (document.activeElement !== without) without.value = state.without; });
  const reset = make("button", {type: "button", onclick: () => munu.set(Object.fromEntries([...Object.keys(LISTS), "nature", "without", "relax", "union", "labels", "view"].map((k) => [k, munu.DEFAULTS[k]])))}, "Reset filters");
  const form = document.getElementById("filters");
  form.append(
    make("div", {class: "row"}, radios("flavor", "Flavor", FLAVOR), radios("nature", "Nature of N", NATURE), boxes("kinds", "Kind"),
      boxes("families", "Class", Object.fromEntries(munu.atlas.families.map((f) => [f.name, f.title])), (f) => make("span", {class: `swatch fam-${f}`, "aria-hidden": "true"}))),
    make("details", {}, make("summary", {}, "More filters"),
      make("div", {class: "row"}, boxes("statistics", "Statistic", {unknown: "not said", cls: "CLs"}), boxes("certainties", "Certainty"),
        boxes("checked", "Reading checked", {no: "not", abstract: "against the abstract", table: "against a table", computed: "computed"}),
        boxes("lines", "Lines of models, no bounds", Object.fromEntries(munu.atlas.lines.map((l) => [l.id, l.title]))),
        group("Drawing", yes("union", "outline of all together"), yes("labels", "names at curves")),
        relax(), group("Without", make("label", {for: "without"}, "names, by commas "), without))),
    reset);
  form.addEventListener("submit", (e) => e.preventDefault());
});
munu.on("change", () => synced.forEach((f) => f()));
})();
