// The chart: axes in mu_B and 1/GeV, what is excluded in one tone, every bound a curve to point at.
(() => {
"use strict";

const HOME = [5e-4, 1e5, 3e-18, 1e-5], MARGIN = {top: 14, right: 66, bottom: 50, left: 74};
const STUB = 14;
const chart = {};
const {state} = munu;

// ---- which bounds are shown, and why the others are not
munu.sorted = () => {
  const shown = [], out = [], given = munu.relaxed(state.relax);
  for (const bound of munu.atlas.bounds) {
    const shape = munu.shape(bound), why = hidden(bound);
    if (why === null) continue;
    if (why) out.push({bound, why});
    else if (typeof shape === "string") out.push({bound, why: shape});
    else shown.push({bound, shape, fallen: munu.fallen(bound, given)});
  }
  const rank = ({bound}) => ["computed", "published", "projection", "superseded"].indexOf(bound.kind);
  shown.sort((a, b) => rank(a) - rank(b) || munu.lowest(a.shape)?.[1] - munu.lowest(b.shape)?.[1]);
  return {shown, out};
};

// "" where it is shown, null where another entry of the same probe speaks in its place
function hidden(b) {
  // of one probe: what holds for both natures, or the one that was asked
  const sibling = (nature) => munu.atlas.bounds.some((x) => x.ours && x.name === b.name && x !== b && state.flavor in x.on && (nature === "" ? x.both : x.nature === nature));
  if (b.ours && b.both && (state.nature ? sibling(state.nature) : !(state.flavor in b.on) && (sibling("dirac") || sibling("majorana")))) return null;
  if (b.ours && b.nature && b.nature !== state.nature && sibling(state.nature)) return null;
  if (b.nature && state.nature && b.nature !== state.nature) return `it holds for ${b.nature} N, not ${state.nature}`;
  if (!state.kinds.includes(b.kind)) return `filtered: ${b.kind}`;
  if (!state.families.includes(b.family)) return `filtered: ${b.family}`;
  if (!state.statistics.includes(b.statistic)) return `filtered: statistic ${b.statistic}`;
  if (b.certainty && !state.certainties.includes(b.certainty)) return `filtered: certainty ${b.certainty}`;
  if (!state.checked.includes(b.checked)) return `filtered: checked ${b.checked}`;
  const word = state.without.split(",").map((x) => x.trim().toLowerCase()).filter(Boolean)
    .find((x) => b.name.toLowerCase().includes(x) || b.title.toLowerCase().includes(x));
  return word ? `filtered: without ${word}` : "";
}

// ---- numbers for people
const SUPER = {"-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹"};
const power = (n) => [...String(n)].map((c) => SUPER[c]).join("");
munu.number = (x, digits = 3) => {
  if (x === 0) return "0";
  const [m, e] = x.toExponential(digits - 1).split("e").map(Number);
  return Math.abs(e) < 3 ? String(Number(x.toPrecision(digits))) : `${m === 1 ? "" : `${m} × `}10${power(e)}`;
};
munu.mass = (M) => {
  if (M === 0) return "0";
  const [name, factor] = M < 0.9995e-3 ? ["eV", 1e6] : M < 0.9995 ? ["keV", 1e3] : M < 999.5 ? ["MeV", 1] : ["GeV", 1e-3];
  return `${munu.number(M * factor)} ${name}`;
};
munu.d = (mu) => mu * munu.atlas.mu_B_per_GeV / 2;
const tick = (say) => (x) => {
  const [x0, x1] = chart.x.domain(), [y0, y1] = chart.y.domain();
  const wide = say === munu.mass ? x1 / x0 : y1 / y0;
  const whole = Math.abs(Math.log10(x) - Math.round(Math.log10(x))) < 1e-9;
  return whole ? say(x) : wide < 30 && String(x.toPrecision(1)) === String(x.toPrecision(3) * 1).slice(0, 9) || wide < 8 ? say(x) : "";
};

// ---- frame
function build() {
  const root = d3.select("#chart"), svg = root.append("svg")
    .attr("role", "group").attr("tabindex", 0).attr("aria-roledescription", "chart")
    .attr("aria-label", "Bounds in the plane of the mass M_N and the moment mu. Tab enters the curves, arrow keys go from one to the next, Enter shows its statement; plus and minus zoom, 0 resets, shift with arrows moves the view.");
  svg.append("clipPath").attr("id", "frame").append("rect");
  const clip = (name) => svg.append("g").attr("class", name).attr("clip-path", "url(#frame)");
  Object.assign(chart, {root, svg, back: svg.append("rect").attr("class", "back"),
    fills: clip("fills"), grid: clip("grid"), union: clip("union"), bands: clip("bands"), lines: clip("models"), curves: clip("curves"),
    own: clip("own"), labels: clip("labels"), frame: svg.append("rect").attr("class", "frame"),
    axes: svg.append("g").attr("class", "axes"), tip: root.append("div").attr("class", "tip").attr("aria-hidden", "true"),
    x: d3.scaleLog(), y: d3.scaleLog(), base: null});
  for (const name of ["x", "mu", "d"]) chart[`axis_${name}`] = chart.axes.append("g");
  for (const name of ["title-x", "title-mu", "title-d"]) chart.axes.append("text").attr("class", `title ${name}`);
  const bar = root.append("div").attr("class", "zoom no-print");
  for (const [sign, said, act] of [["+", "Zoom in", () => by(0.5)], ["−", "Zoom out", () => by(2)], ["⌂", "Whole map", () => munu.set({view: null})]])
    bar.append("button").attr("type", "button").attr("aria-label", said).attr("title", said).text(sign).on("click", act);
  chart.zoom = d3.zoom().scaleExtent([1e-3, 1e3])
    // the wheel scrolls the page unless the chart is meant; one finger too
    .filter((e) => e.type === "wheel" ? e.ctrlKey || e.metaKey || svg.node().contains(document.activeElement)
      : e.touches ? e.touches.length > 1 : !e.button)
    .on("zoom", zoomed).on("end", () => { if (chart.moved) { chart.moved = false; munu.set({view: view()}); } });
  svg.call(chart.zoom).on("dblclick.zoom", null).on("dblclick", () => munu.set({view: null}));
  svg.on("pointermove", readout).on("pointerleave", () => { document.getElementById("readout").textContent = ""; hover(null); });
  svg.on("keydown", keys);
  new ResizeObserver(() => { chart.base = null; draw(); }).observe(root.node());
}

const view = () => [...chart.x.domain(), ...chart.y.domain()].map((v) => Number(v.toPrecision(5)));

// the base scales hold the view that was set; a zoom in progress is a transform of them
function frame() {
  const width = Math.max(chart.root.node().clientWidth, 280), height = Math.round(Math.min(Math.max(width * 0.68, 340), 720));
  const narrow = width < 560, {top, bottom} = MARGIN, left = narrow ? 52 : MARGIN.left, right = narrow ? 48 : MARGIN.right;
  Object.assign(chart, {width, height, left, right, narrow});
  chart.svg.attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height);
  const [x0, x1, y0, y1] = state.view ?? HOME;
  chart.base = {x: d3.scaleLog([x0, x1], [left, width - right]), y: d3.scaleLog([y0, y1], [height - bottom, top])};
  chart.x = chart.base.x.copy(); chart.y = chart.base.y.copy();
  chart.key = JSON.stringify(state.view);
  chart.svg.property("__zoom", d3.zoomIdentity);
  for (const box of [chart.svg.select("#frame rect"), chart.back, chart.frame])
    box.attr("x", left).attr("y", top).attr("width", width - left - right).attr("height", height - top - bottom);
  chart.zoom.extent([[left, top], [width - right, height - bottom]]);
}

function zoomed({transform, sourceEvent}) {
  if (!sourceEvent) return;
  const x = transform.rescaleX(chart.base.x), y = transform.rescaleY(chart.base.y);
  const decades = [x, y].map((s) => Math.log10(s.domain()[1] / s.domain()[0]));
  if (Math.min(...decades) < 0.02 || Math.max(...decades) > 24) return;
  chart.moved = true;
  chart.x = x; chart.y = y;
  paint();
}

// zoom about the middle by a factor of decades; move by shares of the frame
function by(factor, right = 0, up = 0) {
  const one = (scale, shift) => {
    const [a, b] = scale.domain().map(Math.log10), half = (b - a) / 2 * factor, middle = (a + b) / 2 + shift * (b - a);
    return [10 ** (middle - half), 10 ** (middle + half)];
  };
  const next = [...one(chart.x, right), ...one(chart.y, up)];
  if (Math.log10(next[1] / next[0]) > 0.02 && Math.log10(next[1] / next[0]) < 24) munu.set({view: next.map((v) => Number(v.toPrecision(5)))});
}

function keys(event) {
  const arrows = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
  const acts = {"+": () => by(0.5), "=": () => by(0.5), "-": () => by(2), "0": () => munu.set({view: null}), Escape: () => munu.set({chosen: null})};
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (arrows && event.shiftKey) by(1, 0.2 * arrows[0], 0.2 * arrows[1]);
  else if (arrows) step(arrows[0] + -arrows[1]);
  else if (event.key in acts) acts[event.key]();
  else return;
  event.preventDefault();
}

// from one curve to the next, in the order of the table
function step(n) {
  const all = chart.curves.selectAll(".bound").nodes();
  if (!all.length) return;
  const i = all.indexOf(document.activeElement);
  const next = all[i < 0 ? 0 : (i + n + all.length) % all.length];
  all.forEach((e) => e.setAttribute("tabindex", e === next ? 0 : -1));
  next.focus();
}

// ---- drawing
function draw() {
  if (!chart.base || chart.key !== JSON.stringify(state.view)) frame();
  chart.sorted = munu.sorted();
  const all = chart.sorted.shown.filter(munu.stands), made = [state.flavor, state.union, ...all.map((s) => s.bound.id)].join();
  if (made !== chart.made) chart.outline = state.union ? munu.edges(munu.union(all.map((s) => s.shape))) : [];
  chart.made = made;
  paint();
}

const path = (points) => d3.line((p) => chart.x(p[0]), (p) => chart.y(p[1]))(points);
// what takes part in what is excluded
munu.stands = (s) => ["computed", "published"].includes(s.bound.kind) && !s.fallen.length;

function paint() {
  const {shown} = chart.sorted, left = chart.x.domain()[0], whole = left <= 2 * HOME[0];
  axes();
  chart.fills.selectAll("path").data(shown.filter(munu.stands), (s) => s.bound.id).join("path")
    .attr("d", (s) => munu.filled(s.shape, left).map((p) => path(p) + "Z").join("")).attr("fill-rule", "evenodd");
  chart.union.selectAll("path").data(chart.outline).join("path").attr("d", path);
  chart.bands.selectAll("path").data(shown.filter((s) => s.shape.band), (s) => s.bound.id).join("path")
    .attr("class", (s) => `fam-${s.bound.family}`).classed("fallen", (s) => s.fallen.length > 0)
    .attr("d", (s) => path(munu.band(s.shape, left)) + "Z");
  model();
  const curves = chart.curves.selectAll("g.bound").data(shown, (s) => s.bound.id).join(curve).order();
  curves.each(function (s) {
    const at = d3.select(this), d = munu.edges(s.shape).map(path).join("");
    const stubs = (s.shape.zero ?? []).filter((i) => !((i[2] ?? 0) & 1) && (whole || s.shape.reach > left))
      .map((i) => [[chart.left, chart.y(i[0])], [Math.max(chart.left + (whole ? STUB : 0), s.shape.reach > left ? chart.x(s.shape.reach) : 0), chart.y(i[0])]]);
    s.stub = stubs[0];
    const line = d + stubs.map(([a, b]) => `M${a}L${b}`).join("");
    at.selectAll("path").attr("d", line);
    at.select("circle").attr("display", s.shape.ring ? null : "none")
      .attr("cx", s.shape.ring ? chart.x(s.shape.ring[0]) : 0).attr("cy", s.shape.ring ? chart.y(s.shape.ring[1]) : 0);
    at.classed("fallen", s.fallen.length > 0).classed("chosen", s.bound.id === state.chosen).attr("aria-pressed", s.bound.id === state.chosen);
  });
  if (!curves.filter('[tabindex="0"]').size()) curves.filter((s, i) => i === 0).attr("tabindex", 0);
  munu.paintOwn?.(chart, path);
  munu.labels(chart, shown);
}

function curve(enter) {
  const g = enter.append("g").attr("class", (s) => `bound ${s.bound.kind} fam-${s.bound.family}`).attr("tabindex", -1).attr("role", "button")
    .attr("data-id", (s) => s.bound.id).attr("aria-label", (s) => munu.sentence(s.bound, s.shape))
    .on("click keydown.choose", (e, s) => { if (e.type === "click" || e.key === "Enter" || e.key === " ") { e.preventDefault(); munu.choose(s.bound.id); } })
    .on("pointerenter pointermove", (e, s) => hover(s, e)).on("pointerleave", () => hover(null))
    .on("focus", (e, s) => hover(s)).on("blur", () => hover(null));
  g.append("path").attr("class", "hit");
  g.append("path").attr("class", "halo");
  g.append("path").attr("class", "line");
  g.append("circle").attr("r", 3);
  return g;
}

function model() {
  const held = munu.atlas.lines.filter((l) => state.lines.includes(l.id));
  const g = chart.lines.selectAll("g").data(held, (l) => l.id).join((enter) => { const g = enter.append("g"); g.append("path"); g.append("text"); return g; });
  g.attr("class", (l) => l.kind).attr("aria-label", (l) => `${l.title}: no bound`);
  g.select("path").attr("d", (l) => path([...l.rows.map((r) => [r[0], r[1]]), ...l.rows.map((r) => [r[0], r[2]]).reverse()]) + "Z");
  g.select("text").text((l) => l.title).each(function (l) {
    const inside = l.rows.filter((r) => chart.x(r[0]) > chart.left && chart.x(r[0]) < chart.width - chart.right && chart.y(r[2]) > MARGIN.top + 12 && chart.y(r[2]) < chart.height - MARGIN.bottom);
    const r = inside[Math.floor(inside.length * 0.8)];
    d3.select(this).attr("display", r ? null : "none").attr("x", r ? chart.x(r[0]) : 0).attr("y", r ? chart.y(r[2]) - 4 : 0).attr("text-anchor", "end");
  });
}

function axes() {
  const {x, y, left, right, width, height, narrow} = chart, {top, bottom} = MARGIN;
  const d = y.copy().domain(y.domain().map(munu.d));
  const n = (s, room) => { const all = s.ticks(), some = all.filter((t) => tick(s === x ? munu.mass : munu.number)(t)); return [all, some, room]; };
  const put = (g, axis, scale, say, room) => {
    const marks = scale.ticks(), named = marks.filter((t) => tick(say)(t)), each = Math.max(1, Math.ceil(named.length * room / Math.abs(scale.range()[1] - scale.range()[0])));
    g.call(axis.tickValues(marks.length > 150 ? named : marks).tickFormat((t) => { const i = named.indexOf(t); return i >= 0 && i % each === 0 ? say(t) : ""; }).tickSizeOuter(0));
    g.selectAll(".tick").classed("minor", (t) => !named.includes(t));
    return named.filter((t, i) => i % each === 0);
  };
  const whole = put(chart.axis_x.attr("transform", `translate(0,${height - bottom})`), d3.axisBottom(x), x, munu.mass, 62);
  const level = put(chart.axis_mu.attr("transform", `translate(${left},0)`), d3.axisLeft(y), y, munu.number, 26);
  put(chart.axis_d.attr("transform", `translate(${width - right},0)`), d3.axisRight(d), d, munu.number, 26);
  chart.grid.selectAll("path").data([...whole.map((t) => `M${x(t)},${top}V${height - bottom}`), ...level.map((t) => `M${left},${y(t)}H${width - right}`)]).join("path").attr("d", (t) => t);
  const title = (name, text, at) => chart.axes.select(`.title-${name}`).text(text).attr("transform", at).attr("text-anchor", "middle");
  title("x", "mass of the heavy neutrino, M_N", `translate(${(left + width - right) / 2},${height - 10})`);
  title("mu", "moment μ [μ_B]", `translate(${narrow ? 11 : 16},${(top + height - bottom) / 2})rotate(-90)`);
  title("d", "d = μ/2 [1/GeV]", `translate(${width - (narrow ? 4 : 10)},${(top + height - bottom) / 2})rotate(-90)`);
}

// ---- pointing
function where(event) {
  const [px, py] = d3.pointer(event, chart.svg.node());
  if (px < chart.left || px > chart.width - chart.right || py < MARGIN.top || py > chart.height - MARGIN.bottom) return null;
  return {M: chart.x.invert(px), mu: chart.y.invert(py), px, py};
}

function readout(event) {
  const at = where(event), line = document.getElementById("readout");
  if (!at) { line.textContent = ""; return; }
  const by = chart.sorted.shown.filter((s) => munu.stands(s) && munu.excludes(s.shape, at.M, at.mu)).length;
  line.textContent = `M_N = ${munu.mass(at.M)}, μ = ${munu.number(at.mu)} μ_B, d = ${munu.number(munu.d(at.mu))} /GeV: `
    + (by ? `excluded by ${by} of the bounds shown` : "not excluded by a bound shown");
}

function hover(s, event) {
  chart.curves.selectAll("g.bound").classed("hover", (x) => s && x.bound === s.bound);
  chart.tip.classed("on", Boolean(s));
  if (!s) return;
  const at = event && where(event), best = munu.lowest(s.shape);
  const place = at ?? (best ? {px: chart.x(Math.max(best[0], chart.x.domain()[0])), py: chart.y(best[1])} : {px: chart.left, py: MARGIN.top});
  chart.tip.html("").append("strong").text(s.bound.title);
  chart.tip.append("span").text(munu.sentence(s.bound, s.shape, at && at.M, false));
  const half = chart.width / 2;
  chart.tip.style("left", place.px < half ? `${Math.max(place.px, chart.left) + 14}px` : null).style("right", place.px < half ? null : `${chart.width - Math.min(place.px, chart.width - chart.right) + 14}px`)
    .style("top", `${Math.min(Math.max(place.py - 10, 4), chart.height - 70)}px`);
}

munu.choose = (id) => { munu.set({chosen: id}); munu.tell("choose", id); };
munu.repaint = () => chart.sorted && paint();
munu.chart = chart;
munu.whenReady(build);
munu.on("change", draw);
munu.on("own", () => munu.repaint());
})();
