// The panel that makes a limit anew from templates: experiment, level, background, exposure, a point.
(() => {
"use strict";

const {make, state} = munu, all = munu.templates, newton = munu.newton;
if (!all.probes) return;
// what a link may hold: default, least and most
const ASKED = {level: [0.9, 0.5, 0.999], background: [1, 0.1, 10], error: [0, 0, 2], exposure: [1, 0.1, 100], flat: [0, 0, 1e4], flatError: [0.1, 1e-3, 2], M: [0, 0, 1e5], mu: [2e-11, 1e-15, 1e-3]};
const sum = (v) => v.reduce((x, y) => x + y, 0);
const MASSES = 80, NAMES = {e: "e", mu: "μ", tau: "τ", universal: "universal"};
munu.DEFAULTS.recompute = state.recompute = null;
const parts = {};

// what is asked, whatever a link says; null where no experiment is chosen
function asked() {
  const given = state.recompute;
  if (given === null) return null;
  const name = Object.hasOwn(all.probes, given?.probe) && given.probe;
  const wrong = !name ? "probe" : Object.keys(given).find((k) => k !== "probe" && !(k in ASKED && Number.isFinite(given[k]) && given[k] >= ASKED[k][1] && given[k] <= ASKED[k][2]));
  if (wrong) {
    munu.notice(`The link could not be followed in all: recompute has no such ${wrong}`);
    return null;
  }
  return {...Object.fromEntries(Object.entries(ASKED).map(([k, v]) => [k, v[0]])), ...given};
}

const change = (patch) => munu.set({recompute: {...(asked() ?? {}), ...patch}});
const one = (a) => all.probes[a.probe];
// the exposure in words: of the run, times a factor
const exposed = (a) => one(a).exposure.split(" + ").map((x) => x.split(" ")).map(([n, ...u]) => `${Number((n * a.exposure).toPrecision(3))} ${u.join(" ")}`).join(" + ");

// ---- limits along the masses
function masses(a) {
  const last = one(a).masses.at(-1), first = 3e-4, step = Math.log(last / first) / (MASSES - 1);
  const row = [0, ...Array.from({length: MASSES}, (_, i) => Math.min(first * Math.exp(i * step), last)), ...one(a).ends.filter((m) => m < last)];
  return row.sort((x, y) => x - y);
}

function curve(a, median) {
  const exposure = median ? a.exposure : 1, made = [];
  for (const m of masses(a)) {
    const mu = newton.upper(all, a.probe, m, a.level, {...a, flavor: state.flavor, exposure}, median);
    if (Number.isFinite(mu)) made.push([m, mu]);
  }
  return made;
}

function draw() {
  const a = asked();
  for (const id of ["recompute", "recompute-median"]) munu.added.delete(id);
  parts.body.hidden = !a;
  parts.probe.value = a?.probe ?? "";
  if (!a) { munu.tell("own"); return; }
  const seen = one(a).counts ? curve(a, false) : [], median = curve(a, true);
  if (seen.length) munu.added.set("recompute", {id: "recompute", label: `${one(a).title}, recomputed`, points: seen, color: "var(--own)"});
  if (median.length) munu.added.set("recompute-median", {id: "recompute-median", label: `median of ${exposed(a)}`, points: median, dashed: true, color: "var(--own)"});
  munu.tell("own");
  show(a);
  say(a, seen, median);
}

// ---- words
function say(a, seen, median) {
  const t = one(a), level = `${Number((100 * a.level).toPrecision(4))} %`, size = (x) => `${munu.number(x)} μ_B`;
  const lines = [];
  if (!(state.flavor in t.signal) && state.flavor !== "universal") lines.push(`${t.title} sees nothing of flavor ${NAMES[state.flavor]}: it sees ${Object.keys(t.signal).join(", ")}.`);
  else if (t.asks && !(a.flat > 0)) lines.push(`No reach without its background: give the rate of ${t.asks.about}.`);
  else {
    if (seen.length) lines.push(`At M_N = 0 and ${level}, μ above ${size(seen[0][1])} is excluded by what was seen.`);
    if (median.length) lines.push(`The median experiment of ${exposed(a)} without a signal: ${size(median[0][1])}.`);
    const found = newton.point(all, a.probe, a.M, a.mu, {...a, flavor: state.flavor, exposure: t.counts ? 1 : a.exposure});
    const edge = found && newton.limit(all, a.probe, a.M, a.level, {...a, flavor: state.flavor, exposure: t.counts ? 1 : a.exposure});
    if (!found) lines.push(`At M_N = ${munu.mass(a.M)} the templates say nothing: they end at ${munu.mass(t.masses.at(-1))}.`);
    else {
      const verb = t.counts ? "is" : "would be";
      const more = a.mu > edge.upper ? `${verb} excluded` : `${verb} allowed`;
      lines.push(`The point μ = ${size(a.mu)}, M_N = ${munu.mass(a.M)} ${more} at ${level}: p = ${munu.number(found.p)}, limit ${Number.isFinite(edge.upper) ? size(edge.upper) : "none"}.`);
      if (edge.lower > 0) lines.push(`A signal is preferred: nothing below ${size(edge.lower)} is excluded.`);
    }
    spectrum(a, found);
  }
  if (t.backgrounds.length && t.counts && !a.error) lines.push("The norm of the background is free: its factor moves the projection alone.");
  if (!t.backgrounds.length) lines.push("Its background is subtracted already; errors of a projection go as the root of the exposure.");
  parts.said.replaceChildren(...lines.map((x) => make("span", {style: "display:block"}, x)));
  if (!lines.some((x) => x.startsWith("The point"))) parts.bins.replaceChildren();
}

// ---- counts in bins, without a signal and with the point's
function spectrum(a, found) {
  parts.bins.replaceChildren();
  if (!found) return;
  const t = one(a), edges = t.axis.edges, n = edges.length - 1, width = 340, height = 190, left = 44, bottom = 32;
  const folded = (v) => edges.slice(1).map((_, i) => v.reduce((s, x, k) => s + (k % n === i ? x : 0), 0));
  const wide = edges.slice(1).map((e, i) => e - edges[i]), seen = folded(found.seen);
  const error = found.error ? folded(found.error.map((e) => e * e)).map(Math.sqrt) : seen.map(Math.sqrt);
  const lines = {none: folded(found.none), with: folded(found.mean), signal: folded(found.signal)};
  const per = (v) => v.map((c, i) => c / wide[i]), tops = Object.values(lines).map(per), dots = per(seen), bars = per(error);
  // a signal beyond what was seen is cut, the counts stay readable
  const high = 1.1 * Math.min(Math.max(...tops.flat(), ...dots.map((d, i) => d + bars[i])), 3 * Math.max(...dots.map((d, i) => d + bars[i]))), low = Math.min(0, ...dots.map((d, i) => d - bars[i]));
  const x = d3.scaleLinear([edges[0], edges[n]], [left, width - 6]), y = d3.scaleLinear([low, high], [height - bottom, 8]);
  const root = d3.select(parts.bins).append("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("role", "img")
    .attr("aria-label", `${t.title}: ${munu.number(sum(seen))} ${t.counts ? "events seen" : "events in the median experiment"}, ${munu.number(sum(lines.none))} expected without a signal, ${munu.number(sum(lines.with))} with the point's signal of ${munu.number(sum(lines.signal))}`);
  root.append("clipPath").attr("id", "bins-frame").append("rect").attr("x", left).attr("y", 8).attr("width", width - left - 6).attr("height", height - bottom - 8);
  const inside = root.append("g").attr("clip-path", "url(#bins-frame)");
  const steps = (v) => v.map((c, i) => `${i ? "L" : "M"}${x(edges[i])},${y(c)}H${x(edges[i + 1])}`).join("");
  const stroke = {none: ["var(--soft)", 1.2, null], with: ["var(--recoils)", 1.8, null], signal: ["var(--recoils)", 1.2, "4 3"]};
  Object.keys(lines).forEach((k, i) => inside.append("path").attr("d", steps(tops[i])).style("fill", "none").style("stroke", stroke[k][0]).style("stroke-width", stroke[k][1]).attr("stroke-dasharray", stroke[k][2]));
  const dot = inside.append("g").style("stroke", "var(--own)").style("fill", "var(--own)").selectAll("g").data(t.counts ? dots : []).join("g");
  dot.append("path").attr("d", (d, i) => `M${x((edges[i] + edges[i + 1]) / 2)},${y(d - bars[i])}V${y(d + bars[i])}`);
  dot.append("circle").attr("cx", (d, i) => x((edges[i] + edges[i + 1]) / 2)).attr("cy", (d) => y(d)).attr("r", 1.8);
  const axes = root.append("g").attr("class", "axes");
  axes.append("g").attr("transform", `translate(0,${height - bottom})`).call(d3.axisBottom(x).ticks(6));
  axes.append("g").attr("transform", `translate(${left},0)`).call(d3.axisLeft(y).ticks(5));
  axes.append("text").attr("x", (left + width) / 2).attr("y", height - 3).attr("text-anchor", "middle").text(`${t.axis.name} [${t.axis.unit}]`);
  axes.append("text").attr("transform", `translate(10,${(height - bottom) / 2})rotate(-90)`).attr("text-anchor", "middle").text(`events / ${t.axis.unit}`);
  parts.bins.append(make("p", {class: "hint"}, `${t.counts ? "Points: seen. " : ""}Grey: the best fit without a signal. Blue: with the point's; dashed: its signal alone.${t.rows > 1 ? " Runs are added." : ""}`));
}

// ---- controls: a slider in its own measure beside what it says
function slider(key, title, [low, high, step], to, from, word) {
  const out = make("output", {for: `recompute-${key}`});
  const input = make("input", {type: "range", id: `recompute-${key}`, min: low, max: high, step, style: "flex:1;min-width:0;padding:0", oninput: () => change({[key]: from(Number(input.value))})});
  const row = make("div", {style: "display:flex;gap:8px;align-items:center;font-size:.88rem"}, make("label", {for: `recompute-${key}`, style: "flex:0 0 7.5em"}, title), input, make("span", {style: "flex:0 0 8.5em"}, out));
  parts.rows.push((a) => {
    // a value that came in from a link stands between two marks and stays as it is
    if (document.activeElement !== input || from(Number(input.value)) !== a[key]) input.value = to(a[key]);
    out.textContent = word(a);
    input.setAttribute("aria-valuetext", out.textContent);
    row.style.display = hidden(key, a) ? "none" : "flex";
  });
  return row;
}

const hidden = (key, a) => ["background", "error"].includes(key) && !one(a).backgrounds.length;
const show = (a) => parts.rows.forEach((f) => f(a));
const three = (x) => Number(x.toPrecision(3)), power = (v) => three(10 ** v);

function typed(key, title, hint, read, write) {
  const input = make("input", {id: `recompute-${key}-typed`, size: 11, placeholder: hint, onchange: () => {
    try { change({[key]: read(input.value)}); munu.notice(""); } catch (error) { munu.notice(error.message); }
  }});
  parts.rows.push((a) => { if (document.activeElement !== input) input.value = write(a); });
  return make("label", {}, title, input);
}

const number = (name, least, most) => (text) => {
  const value = Number(text);
  if (!text.trim() || !(value >= least && value <= most)) throw new RangeError(`${name} '${text}' must be a number from ${least} to ${most}`);
  return value;
};
const limited = (key, what, kind) => (text) => {
  const value = munu.quantity(text, what, kind), [, least, most] = ASKED[key];
  if (!(value >= least && value <= most)) throw new RangeError(`${what} '${text}' must be from ${munu.number(least)} to ${munu.number(most)} ${kind === "energy" ? "MeV" : "mu_B"}`);
  return value;
};

munu.whenReady(() => {
  const panel = munu.panel("recompute", "Recompute an experiment");
  parts.rows = [];
  parts.probe = make("select", {id: "recompute-probe", onchange: () => munu.set({recompute: parts.probe.value ? {...(asked() ?? {}), probe: parts.probe.value} : null})},
    make("option", {value: ""}, "none"), ...Object.entries(all.probes).map(([name, t]) => make("option", {value: name}, t.title)));
  parts.said = make("p", {class: "said", id: "recompute-said", role: "status", style: "font-size:.88rem"});
  parts.bins = make("div", {id: "recompute-bins"});
  const asks = make("div", {style: "font-size:.88rem"}, typed("flat", "background [events/(t yr keV)] ", "10", number("background", 0, ASKED.flat[2]), (a) => a.flat || ""), " ",
    typed("flatError", "its error ", "0.1", number("its error", ...ASKED.flatError.slice(1)), (a) => a.flatError));
  parts.rows.push((a) => { asks.hidden = !one(a).asks; });
  const massed = (v) => v <= -4 ? 0 : power(v);
  parts.body = make("div", {hidden: true}, asks,
    slider("level", "level", [0.5, 0.999, 0.001], (v) => v, (v) => Number(v.toFixed(3)), (a) => `${Number((100 * a.level).toPrecision(4))} %`),
    slider("background", "background", [-1, 1, 0.02], Math.log10, power, (a) => `× ${a.background}`),
    slider("error", "its error", [0, 1, 0.01], (v) => v, (v) => Number(v.toFixed(2)), (a) => a.error ? `${three(100 * a.error)} %` : one(a).backgrounds.every((b) => b.error === null) ? "free" : "as published"),
    slider("exposure", "exposure", [-1, 2, 0.02], Math.log10, power, exposed),
    slider("mu", "point: μ", [-13, -5, 0.02], Math.log10, power, (a) => `${munu.number(a.mu)} μ_B`),
    slider("M", "point: M_N", [-4, 1, 0.02], (v) => v > 0 ? Math.log10(v) : -4, massed, (a) => munu.mass(a.M)),
    make("p", {style: "font-size:.88rem;margin:4px 0"}, typed("mu", "μ or d ", "2e-11 mu_B", limited("mu", "mu", "moment"), (a) => `${a.mu} mu_B`), " ",
      typed("M", "M_N ", "50 keV", limited("M", "M_N", "energy"), (a) => a.M ? `${a.M} MeV` : "0")),
    parts.said, parts.bins);
  panel.append(make("p", {style: "margin:2px 0"}, make("label", {for: "recompute-probe"}, "Experiment "), parts.probe),
    make("p", {class: "hint"}, "Profile likelihood in this page, from counts in bins, for the flavor chosen above. Full line: what was seen; dashed: the median experiment."), parts.body);
});

let waiting = false;
munu.on("change", (patch) => {
  if (!("recompute" in patch || "flavor" in patch) || waiting) return;
  waiting = true;
  queueMicrotask(() => { waiting = false; draw(); });
});
})();
