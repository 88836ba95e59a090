// What a bound says, in words: the statement, where it comes from, the table, what is left out.
(() => {
"use strict";

const {make, state} = munu;
const LEVELS = (b) => b.level === null ? "a criterion without a level" : `${Number((100 * b.level).toPrecision(6))} % CL`;
const WORDS = {profile: "profile likelihood", one_sided: "one-sided", feldman_cousins: "Feldman-Cousins", cls: "CLs",
               power_constrained: "power-constrained",
               bayes: "Bayesian", counting: "counting", criterion: "criterion", unknown: "statistic not said"};
const FLAVORS = {e: "electron flavor", mu: "muon flavor", tau: "tau flavor", universal: "all flavors alike"};
const NATURES = {dirac: "Dirac", majorana: "Majorana"};
const flavors = (f) => Array.isArray(f) ? f.join(", ") : f ?? "not said";
const size = (mu) => `${munu.number(mu)} μ_B`;

// one sentence; at a mass, or else at its lowest point
munu.sentence = (bound, shape, M = null, named = true) => {
  const best = munu.lowest(shape), at = M === null || M === undefined ? null : munu.at(shape, M);
  const spot = at && at.length ? {M, i: at[0]} : best ? {M: best[0], i: munu.nearest(shape, ...best) ?? {low: best[1], high: Infinity, open: 0}} : null;
  if (!spot) return `${named ? bound.title + ": " : ""}no edge that is a bound`;
  const {i} = spot, verb = bound.kind === "projection" ? "would exclude" : "excludes";
  const above = i.open & 1 ? `known to exclude from ${size(i.low)} on, where its figure ends,` : `${verb} μ above ${size(i.low)}`;
  const upto = i.high === Infinity ? "" : ` up to ${size(i.high)}${i.open & 2 ? ", where what is known ends," : ""}`;
  return `${named ? bound.title + " " : ""}${above}${upto} at M_N = ${munu.mass(spot.M)}, ${LEVELS(bound)}`;
};

// ---- the statement of the chosen one
function statement() {
  const body = document.getElementById("statement-body"), bound = munu.atlas.bounds.find((b) => b.id === state.chosen);
  if (!bound) {
    body.replaceChildren(make("p", {class: "hint"}, "Choose a curve, in the chart or in the table: what it excludes, on what it rests, its paper and its numbers."));
    return;
  }
  const shape = munu.shape(bound), list = make("dl");
  const say = (name, value) => { if (value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length)) list.append(make("dt", {}, name), make("dd", {}, Array.isArray(value) ? value.join("; ") : String(value))); };
  say("Level", `${LEVELS(bound)}, ${WORDS[bound.statistic] ?? bound.statistic}`);
  say("Kind", `${bound.kind}${bound.grade ? `, from ${bound.grade}` : ""}${bound.status === "standing" || bound.kind === bound.status ? "" : `, ${bound.status}`}, ${bound.family}`);
  say("Flavor", speaks(bound));
  say("Nature of N", bound.both ? "excluded for Dirac and for Majorana" : bound.nature ? NATURES[bound.nature] : "holds for both");
  say("Assumes", bound.assumptions);
  say("Rests on", bound.rests.map((r) => r.text));
  say("Given up here", munu.fallen(bound));
  say("Certainty", bound.certainty && `${bound.certainty}, reading checked: ${bound.checked}`);
  say("Where", bound.where);
  say("Read", bound.how && `${bound.how}${bound.error !== undefined ? `, error ${bound.error}` : ""}`);
  say("Via", bound.via);
  say("Experiment", [bound.experiment, bound.channel, bound.year].filter(Boolean).join(", "));
  say("Quantity", bound.quantity);
  say("Checked in", bound.checked_in);
  say("Note", bound.note);
  say("Licence", bound.licence);
  say("Older", bound.older && "code or data have changed since it was computed");
  const there = typeof shape !== "string", name = bound.ours ? `${bound.id}.${state.flavor}` : bound.id;
  body.replaceChildren(make("h3", {}, bound.title), make("p", {class: "said"}, there ? munu.sentence(bound, shape, null, false) + "." : `For this flavor: ${shape}.`), list,
    make("p", {class: "buttons no-print"},
      there || bound.file ? make("button", {type: "button", id: "ecsv", onclick: () => munu.save(`${name}.ecsv`, munu.ecsv(bound, state.flavor))}, "Download ECSV") : null,
      make("button", {type: "button", id: "bib", onclick: () => munu.save(`${bound.id}.bib`, munu.bibtex(bound.papers))}, "Download BibTeX"),
      make("button", {type: "button", onclick: () => munu.set({without: [state.without, bound.name].filter(Boolean).join(", "), chosen: null})}, "Leave it out")),
    make("details", {class: "bibtex", open: true}, make("summary", {}, `BibTeX (${bound.papers.join(", ")})`), make("pre", {tabindex: 0}, munu.bibtex(bound.papers))));
}

function speaks(bound) {
  if (bound.ours) return FLAVORS[state.flavor];
  const on = bound.on[state.flavor], own = `published for ${flavors(bound.flavor)}`;
  if (typeof on === "string" || on === 1) return own;
  return typeof on === "number" ? `${own}; here as it speaks of ${state.flavor}: sizes times ${munu.number(on)}`
    : `${own}; here as it speaks of ${state.flavor}: N couples to all, so the upper edge lies lower`;
}

// ---- the table
const COLUMNS = [
  ["Bound", (r) => r.bound.title], ["Kind", (r) => r.bound.kind], ["Class", (r) => r.bound.family],
  ["μ above [μ_B]", (r) => r.best?.[1] ?? Infinity], ["d above [1/GeV]", (r) => munu.d(r.best?.[1] ?? Infinity)], ["at M_N", (r) => r.best?.[0] ?? -1],
  ["Level", (r) => r.bound.level ?? 0], ["Statistic", (r) => r.bound.statistic], ["Flavor", (r) => flavors(r.bound.ours ? state.flavor : r.bound.flavor)],
  ["Nature", (r) => r.bound.both ? "both" : r.bound.nature ?? ""], ["Certainty, checked", (r) => [r.bound.certainty, r.bound.checked].filter(Boolean).join(", ")],
  ["Paper", (r) => r.bound.papers[0] ?? ""],
];
let order = {column: 3, rising: true};

function table() {
  const rows = munu.chart.sorted.shown.map((s) => ({...s, best: munu.lowest(s.shape)}));
  const value = COLUMNS[order.column][1], sign = order.rising ? 1 : -1;
  rows.sort((a, b) => { const [x, y] = [value(a), value(b)]; return sign * (x < y ? -1 : x > y ? 1 : 0); });
  const head = make("tr", {}, ...COLUMNS.map(([name], i) => make("th", {scope: "col", "aria-sort": i === order.column ? (order.rising ? "ascending" : "descending") : "none"},
    make("button", {type: "button", onclick: () => { order = {column: i, rising: i === order.column ? !order.rising : true}; table(); document.querySelectorAll("#table-body th button")[i].focus(); }}, name))));
  const show = [null, null, null, (x) => Number.isFinite(x) ? munu.number(x) : "–", (x) => Number.isFinite(x) ? munu.number(x) : "–", (x) => x < 0 ? "–" : munu.mass(x), (x) => x ? `${Number((100 * x).toPrecision(6))} %` : "–"];
  const body = rows.map((r) => make("tr", {class: r.bound.id === state.chosen ? "chosen" : ""},
    make("th", {scope: "row"}, make("button", {type: "button", class: `name fam-${r.bound.family}`, onclick: () => munu.choose(r.bound.id)}, r.bound.title)),
    ...COLUMNS.slice(1).map(([, of], i) => make("td", {}, show[i + 1] ? show[i + 1](of(r)) : of(r)))));
  document.getElementById("table-body").replaceChildren(make("table", {},
    make("caption", {}, `${rows.length} bounds shown for ${FLAVORS[state.flavor]}; a number is that of the lowest edge, with its mass`),
    make("thead", {}, head), make("tbody", {}, ...body)));
  const out = munu.chart.sorted.out, by = Map.groupBy ? Map.groupBy(out, (x) => x.why) : out.reduce((m, x) => m.set(x.why, [...(m.get(x.why) ?? []), x]), new Map());
  document.getElementById("out-body").replaceChildren(out.length ? make("ul", {}, ...[...by].map(([why, list]) => make("li", {}, make("b", {}, `${why}: `), list.map((x) => x.bound.title).join(", "))))
    : make("p", {}, "Nothing."));
  captions(rows.length, out.length);
}

function captions(shown, out) {
  const kinds = state.kinds.join(", ") || "nothing", nature = state.nature ? `${NATURES[state.nature]} N` : "whatever the nature of N (what hangs on it: excluded for both)";
  document.getElementById("status").textContent = `${shown} bounds shown, ${out} left out.`;
  document.getElementById("caption").textContent = `Dipole portal, ${FLAVORS[state.flavor]}, ${nature}. Tone: what the bounds shown exclude together`
    + `${state.union ? ", with its outline" : ""}. Bold: computed by munu; thin: published; dashed: projections. Shown: ${kinds}. `
    + (munu.chart.sorted.shown.some((s) => s.shape.band) ? "A band of a bound's color: between inputs that are contested. " : "")
    + "Ends of curves are ends of what is known. Levels as stated by each bound. A mark at the left edge holds at M_N = 0.";
}

munu.on("change", () => { statement(); table(); });
munu.on("choose", () => {
  const place = document.getElementById("statement");
  place.scrollIntoView({block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
});
munu.whenReady(() => {
  const a = munu.atlas;
  document.getElementById("about").textContent = `munu ${a.version}, data ${a.data}. ${a.convention}. Curves are rounded to ${a.digits} digits; the file of a published bound is as it is read.`;
  document.getElementById("footer").append(make("p", {}, `Made by munu ${a.version} (data ${a.data}) in one file: no network is used, nothing leaves this page. Chart: d3 (ISC). Cite the paper of a bound with it.`));
  // on paper, where the filters are not
  document.getElementById("key").append(...a.families.flatMap((f) => [make("span", {class: `swatch fam-${f.name}`}), `${f.title}   `]));
  for (const [id, act] of [["copy", copy], ["theme", () => munu.set({theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark"})], ["print", () => window.print()]])
    document.getElementById(id).addEventListener("click", act);
});

async function copy() {
  const link = munu.link();
  try { await navigator.clipboard.writeText(link); munu.notice("The link to this view is copied."); } catch { window.prompt("The link to this view:", link); }
}
})();
