// Points and curves of the user: typed, or dropped as files; they never leave the page.
(() => {
"use strict";

const {make, state} = munu;
let list, said;

const say = (text, bad = false) => { said.textContent = text; said.classList.toggle("bad", bad); };

function add(event) {
  event.preventDefault();
  const form = new FormData(event.target), text = (k) => String(form.get(k) ?? "").trim();
  try {
    const point = {label: text("label").slice(0, 40) || `point ${state.points.length + 1}`, M: munu.quantity(text("M"), "M_N", "energy"), mu: munu.quantity(text("mu"), "mu", "moment")};
    munu.set({points: [...state.points, point]});
    say(`${point.label}: ${verdict(point)}`);
    event.target.reset();
  } catch (error) { say(error.message, true); }
}

async function take(files) {
  const bad = [], good = [];
  for (const file of files) {
    try {
      if (file.size > 2e6) throw new RangeError(`${file.name}: holds more than 2 MB`);
      const made = munu.table(await file.text(), file.name);
      if (made.points.length === 1) munu.set({points: [...state.points, {label: made.label, M: made.points[0][0], mu: made.points[0][1]}]});
      else munu.set({curves: [...state.curves, made]});
      good.push(`${made.label}: ${made.points.length} points${made.left ? `, ${made.left} rows without a bound left out` : ""}${made.level ? `, ${100 * made.level} %` : ""}${made.flavor ? `, flavor ${made.flavor}` : ""}`);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      bad.push(error.message);
    }
  }
  say([...bad, ...good].join("; "), bad.length > 0);
}

// what the bounds shown say of a point
function verdict({M, mu}) {
  const by = munu.chart.sorted.shown.filter((s) => munu.stands(s) && munu.excludes(s.shape, M, mu));
  return by.length ? `excluded by ${by.map((s) => s.bound.title).join("; ")}` : "not excluded by a bound shown";
}

function listed() {
  const entry = (text, key, i) => make("li", {}, text, " ", make("button", {type: "button", class: "no-print", "aria-label": `Remove ${state[key][i].label}`, onclick: () => munu.set({[key]: state[key].filter((_, k) => k !== i)})}, "remove"));
  list.replaceChildren(
    ...state.points.map((p, i) => entry(`${p.label} (M_N = ${munu.mass(p.M)}, μ = ${munu.number(p.mu)} μ_B): ${verdict(p)}`, "points", i)),
    ...state.curves.map((c, i) => entry(`${c.label}, curve of ${c.points.length} points${c.flavor ? `, flavor ${c.flavor}` : ""}${c.flavor && munu.atlas.flavors.includes(c.flavor) && c.flavor !== state.flavor ? `, on a map of flavor ${state.flavor}` : ""}`, "curves", i)));
}

munu.paintOwn = (chart, path) => {
  const curves = [...state.curves.map((c, i) => ({...c, id: `own-${i}`, color: null})), ...munu.added.values()];
  const line = chart.own.selectAll("g.owned").data(curves, (c) => c.id).join((enter) => {
    const g = enter.append("g").attr("class", "owned").attr("role", "img");
    g.append("path").attr("class", "halo");
    g.append("path").attr("class", "line");
    g.append("text").attr("class", "label");
    return g;
  });
  line.attr("aria-label", (c) => `${c.label}: your curve`).attr("data-id", (c) => c.id);
  line.selectAll("path").attr("d", function () { return path(d3.select(this.parentNode).datum().points.filter((p) => p[0] > 0)); });
  line.select(".line").style("stroke", (c) => c.color ?? null).attr("stroke-dasharray", (c) => c.dashed ? "6 4" : null);
  const inside = (p) => chart.x(p[0]) > chart.left && chart.x(p[0]) < chart.width - chart.right - 40 && chart.y(p[1]) > 20 && chart.y(p[1]) < chart.height - 60;
  line.select("text").each(function (c) {
    const seen = c.points.filter((p) => p[0] > 0 && inside(p)), p = seen[Math.floor(seen.length / 2)];
    d3.select(this).text(c.label).attr("display", p ? null : "none").attr("x", p ? chart.x(p[0]) : 0).attr("y", p ? chart.y(p[1]) - 7 : 0).style("fill", c.color ?? null);
  });
  const spot = chart.own.selectAll("g.point").data(state.points.map((p, i) => ({...p, i})), (p) => p.i).join((enter) => {
    const g = enter.append("g").attr("class", "point").attr("role", "img").attr("tabindex", 0);
    g.append("path").attr("d", "M0,-6L6,0L0,6L-6,0Z");
    g.append("text").attr("class", "label").attr("x", 9).attr("y", 4);
    return g;
  });
  spot.attr("transform", (p) => `translate(${p.M > 0 ? chart.x(p.M) : chart.left + 8},${chart.y(p.mu)})`)
    .attr("aria-label", (p) => `your point ${p.label}: ${verdict(p)}`);
  spot.select("text").text((p) => p.label);
};

munu.whenReady(() => {
  const panel = munu.panel("own", "Your points and curves");
  said = make("p", {role: "status", class: "said"});
  list = make("ul", {class: "own"});
  const file = make("input", {type: "file", multiple: true, accept: ".csv,.ecsv,.txt", id: "file", onchange: () => { take([...file.files]); file.value = ""; }});
  panel.append(
    make("form", {class: "no-print", id: "own-form", autocomplete: "off", onsubmit: add},
      make("label", {}, "M_N ", make("input", {name: "M", required: true, size: 8, placeholder: "50 keV"})),
      make("label", {}, "μ or d ", make("input", {name: "mu", required: true, size: 10, placeholder: "1e-11 mu_B"})),
      make("label", {}, "name ", make("input", {name: "label", size: 8, placeholder: "A", maxlength: 40})),
      make("button", {}, "Add point")),
    make("label", {class: "drop no-print", for: "file"}, "Drop CSV or ECSV files anywhere, or choose them: ", file,
      make("small", {}, "First line: M_N [keV], mu [mu_B] (or d [1/GeV]); above it perhaps # level: 0.9 and # flavor: tau")),
    said, list);
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (e) => {
    if (![...(e.dataTransfer?.types ?? [])].includes("Files")) return;
    e.preventDefault();
    document.body.classList.toggle("dropping", name === "dragover");
    if (name === "drop") take([...e.dataTransfer.files]);
  });
  document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) document.body.classList.remove("dropping"); });
});
munu.on("change", listed);
})();
