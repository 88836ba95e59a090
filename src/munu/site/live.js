// The panel that asks a munu behind this page: any probe, star, model, formula; forms by its own interface.
(() => {
"use strict";

const {make} = munu;
// command: the kind whose member is chosen, the field that names it, the field of what it can be told
const COMMANDS = {
  limit: ["probes", "probe", "option"], spectrum: ["probes", "probe", "option"], natures: ["probes", "probe", "option"],
  propagate: ["media", "medium", "option"], model: ["models", "name", "parameters"], check: ["models", "model", "point"],
  calc: ["formulas", "formula", "arguments"], convert: ["", "", ""], moments: ["", "", ""],
};
const TITLES = {limit: "Limit", spectrum: "Spectrum", natures: "Dirac or Majorana", propagate: "Propagation", model: "Model", check: "Check a point or a model", calc: "Formula", convert: "Convert a moment", moments: "Fundamental moments"};
// of a point of couplings, which no member has
const POINT = ["mu", "d", "M_N", "flavor", "nature", "emu", "etau", "mutau"].map((name) => ({name, about: "of the point", default: null, unit: ""}));
// the fields that are asked first; the rest stands behind "more"
const FIRST = ["mass", "flavor", "nature", "mu", "energies", "field", "quantity", "to", "unit", "kind", "limits"];
const GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5em,1fr));gap:4px 10px;margin:6px 0;align-items:end";
const CELL = "display:grid;gap:0;justify-items:stretch;font-size:.88rem", LINE = "display:flex;gap:6px;margin:4px 0", WIDE = "flex:1;min-width:0";
// of an answer below its numbers
const LAST = ["assumptions", "not_compared", "version", "data", "convention", "citations", "bibtex", "command"];
const MOST_ROWS = 60;
// at most 40 characters
const session = crypto.randomUUID?.() ?? Math.random().toString(36).slice(2);
const kept = new Map();
let schemas, command, member, fields, more, options, slider, said, out, waiting = null, drawn = 0;

// ---- asking: a newer question takes the place of an older, here and at the server
async function ask(path, body, signal) {
  const got = await fetch(path, body === undefined ? {signal} : {
    method: "POST", signal, body: JSON.stringify(body), headers: {"Content-Type": "application/json", "Munu-Session": session}});
  const text = await got.text();
  let data;
  try { data = JSON.parse(text); } catch { throw new RangeError(`munu answers with ${got.status} and no JSON`); }
  if (!got.ok) throw Object.assign(new RangeError(data.error ?? `munu answers with ${got.status}`), {code: got.status});
  return {data, command: decodeURIComponent(got.headers.get("Munu-Command") ?? ""), notes: decodeURIComponent(got.headers.get("Munu-Said") ?? "")};
}
const once = (path) => {
  if (!kept.has(path)) kept.set(path, ask(path).then((x) => x.data).catch((error) => { kept.delete(path); throw error; }));
  return kept.get(path);
};
const say = (text, bad = false) => { said.textContent = text; said.classList.toggle("bad", bad); };

async function go() {
  waiting?.abort();
  const mine = waiting = new AbortController();
  say("asking …");
  try {
    const got = await ask(`/api/${command.value}`, question(), mine.signal);
    if (mine !== waiting) return;
    say(got.notes);
    show(got.data, got.command);
  } catch (error) {
    // called off: the newer one speaks
    if (mine !== waiting || error.name === "AbortError" || error.code === 409) return;
    say(error instanceof RangeError ? error.message : "munu does not answer; is `munu explore` still running?", true);
    out.replaceChildren();
  } finally { if (mine === waiting) waiting = null; }
}

// ---- the question: what is filled in, and nothing else
function question() {
  const [, first, where] = COMMANDS[command.value], body = {};
  if (first && member.value.trim()) body[first] = member.value.trim();
  for (const input of document.querySelectorAll("#live-form [data-field]")) {
    const key = input.dataset.field;
    if (input.type === "checkbox") { if (input.checked) body[key] = true; }
    else if (input.value.trim() !== "") body[key] = input.dataset.kind === "integer" ? Number(input.value) : input.value.trim();
  }
  const told = Object.fromEntries([...options.querySelectorAll("[data-option]")].map((x) => [x.dataset.option, x.value.trim()]).filter(([, x]) => x !== ""));
  if (where && Object.keys(told).length) body[where] = told;
  return body;
}

// ---- forms
const choice = (words, attributes) => make("select", attributes, make("option", {value: ""}, "as it stands"), ...words.map((w) => make("option", {value: w}, w)));

function field(name, schema, needed) {
  const one = schema.anyOf?.find((x) => x.type !== "null") ?? schema, about = schema.description ?? "";
  const attributes = {"data-field": name, "data-kind": one.type, id: `live-${name}`};
  const input = one.type === "boolean" ? make("input", {...attributes, type: "checkbox"})
    : one.enum ? choice(one.enum, attributes)
    : make("input", {...attributes, size: 12, maxlength: 200, required: needed, placeholder: String(schema.default ?? schema.examples?.[0] ?? "")});
  return one.type === "boolean" ? make("label", {title: about, style: "font-size:.88rem"}, input, ` ${spoken(name)}`) : make("label", {title: about, style: CELL}, spoken(name), input);
}
const spoken = (name) => name.replaceAll("_", " ");

function formed() {
  const [kind, first, where] = COMMANDS[command.value], schema = schemas[command.value];
  const skip = new Set([first, where, "scan"]), needed = schema.required ?? [];
  const early = (k) => needed.includes(k) || FIRST.includes(k);
  const made = Object.entries(schema.properties).filter(([k]) => !skip.has(k)).map(([k, x]) => [k, field(k, x, needed.includes(k))]);
  fields.replaceChildren(...made.filter(([k]) => early(k)).map(([, x]) => x));
  more.replaceChildren(...made.filter(([k]) => !early(k)).map(([, x]) => x));
  // a label that is laid out as a line is not taken away by "hidden"
  const only = (node, yes, how) => { node.parentNode.style.display = yes ? how : "none"; };
  only(more, more.children.length, "block"); only(options, where, "block");
  only(member, kind, "flex"); only(slider, "mass" in schema.properties, "flex");
  // what has to be told is seen at once
  options.parentNode.open = ["model", "check", "calc"].includes(command.value);
  member.value = schema.properties[first]?.examples?.[0] ?? schema.properties[first]?.default ?? "";
  out.replaceChildren(); say("");
  if (kind) listed(kind);
  told();
}

async function listed(kind) {
  try {
    const names = (await once(`/api/list/${kind}`))[kind];
    document.getElementById("live-names").replaceChildren(...Object.entries(names).map(([value, about]) => make("option", {value}, String(about ?? ""))));
  } catch (error) { say(error.message, true); }
}

// what the member can be told
async function told() {
  const [kind] = COMMANDS[command.value], name = member.value.trim(), asked = command.value;
  options.replaceChildren();
  let known = command.value === "check" && !name ? POINT : [];
  if (kind && name && !name.includes("+")) {
    try { known = (await once(`/api/list/${kind}/${encodeURIComponent(name)}`)).parameters; }
    catch (error) { say(error.message, true); return; }
  }
  if (name !== member.value.trim() || asked !== command.value) return;
  options.replaceChildren(...known.map((p) => make("label", {title: p.about, style: CELL},
    `${p.name}${p.unit && p.unit !== "1" ? ` [${p.unit}]` : ""}`,
    p.choices?.length ? choice(p.choices, {"data-option": p.name})
      : make("input", {"data-option": p.name, size: 10, maxlength: 200, placeholder: p.default == null ? (p.needed ? "needed" : "") : String(p.default), required: Boolean(p.needed)}))));
}

// ---- answers
const plain = (x) => x === null || typeof x !== "object";
const word = (x) => x === null ? "–" : typeof x === "number" ? (Number.isInteger(x) && Math.abs(x) < 1e6 ? String(x) : munu.number(x, 4)) : String(x);

function table(rows) {
  const keys = [...new Set(rows.flatMap(Object.keys))].slice(0, 12);
  const cell = (x) => plain(x) ? word(x) : Array.isArray(x) ? x.flat().map((y) => plain(y) ? word(y) : "…").join(", ") : JSON.stringify(x);
  // wide rows scroll in their own box: a column of words broken letter by letter cannot be read
  return make("div", {style: "overflow:auto;max-height:22em", tabindex: 0}, make("table", {style: "white-space:nowrap"}, make("thead", {}, make("tr", {}, ...keys.map((k) => make("th", {scope: "col"}, k)))),
    make("tbody", {}, ...rows.slice(0, MOST_ROWS).map((r) => make("tr", {}, ...keys.map((k) => make("td", {}, k in r ? cell(r[k]) : "")))))));
}

function tree(data, depth = 0) {
  const list = make("dl", {});
  const late = ([key]) => LAST.includes(key);
  for (const [key, x] of Object.entries(data).sort((a, b) => late(a) - late(b))) {
    const empty = x === null || (typeof x === "object" && !Object.keys(x).length);
    if (empty) continue;
    const inner = plain(x) ? word(x)
      : Array.isArray(x) ? (x.every(plain) ? x.slice(0, MOST_ROWS).map(word).join(", ") + (x.length > MOST_ROWS ? ` … (${x.length})` : "") : x.every((y) => !plain(y) && !Array.isArray(y)) ? table(x) : `${x.length} rows, in the JSON`)
      : depth < 3 ? tree(x, depth + 1) : "in the JSON";
    const whole = typeof inner === "string" ? null : "grid-column:1/-1;min-width:0";
    list.append(make("dt", {style: whole}, key), make("dd", {style: whole}, inner));
  }
  return list;
}

// a limit on moments at several masses is a curve of the map
function curve(data) {
  if (command.value !== "limit" || data.unit !== "mu_B" || data.along !== "mu" && data.parameter !== "mu") return null;
  const points = data.limits.filter((x) => x.mu > 0).map((x) => [x.M_N_MeV, x.mu]);
  return points.length ? make("button", {type: "button", onclick: () => { drawn += 1; munu.addCurve({id: `live-${drawn}`, label: `${data.probe}, asked`, points, dashed: data.grade === "sensitivity", color: null}); }}, "Draw on the map") : null;
}

function show(data, line) {
  const text = JSON.stringify(data, null, 1);
  const first = command.value === "limit" && data.limits?.length === 1 ? `μ < ${word(data.limits[0].mu)} μ_B at M_N = ${munu.mass(data.limits[0].M_N_MeV)}` : "";
  const save = make("a", {class: "button", download: `munu-${command.value}.json`, href: `data:application/json;charset=utf-8,${encodeURIComponent(text)}`}, "Save as JSON");
  out.replaceChildren(...[first && make("p", {class: "said", id: "live-first"}, make("strong", {}, first)), make("div", {class: "buttons no-print"}, curve(data), save),
    line && make("pre", {title: "the same on the command line"}, line), tree(data)].filter(Boolean));
}

// ---- the mass by hand: each step is a question, and the last one counts
function slid() {
  const M = 10 ** Number(slider.value), input = fields.querySelector('[data-field="mass"]');
  input.value = `${M.toPrecision(4)}MeV`;
  slider.setAttribute("aria-valuetext", munu.mass(M));
  go();
}

munu.whenReady(async () => {
  const panel = munu.panel("live", "Ask munu");
  said = make("p", {role: "status", class: "said"});
  out = make("div", {id: "live-out"});
  command = make("select", {id: "live-command", onchange: formed}, ...Object.keys(COMMANDS).map((c) => make("option", {value: c}, TITLES[c])));
  member = make("input", {id: "live-member", list: "live-names", size: 22, maxlength: 200, autocomplete: "off", onchange: told});
  slider = make("input", {id: "live-mass", type: "range", min: -3, max: 3, step: 0.02, value: -1.3, "aria-label": "mass of N", oninput: slid});
  [fields, more, options] = [0, 1, 2].map(() => make("div", {style: GRID}));
  for (const x of [command, member, slider]) x.style.cssText = WIDE;
  panel.append(make("form", {class: "no-print", id: "live-form", autocomplete: "off", onsubmit: (e) => { e.preventDefault(); go(); }},
    make("label", {style: LINE}, "what", command), make("label", {style: LINE}, "of", member), make("datalist", {id: "live-names"}),
    make("label", {style: LINE}, "M_N", slider), fields,
    make("details", {}, make("summary", {}, "more"), more), make("details", {}, make("summary", {}, "what it can be told"), options),
    make("div", {class: "buttons"}, make("button", {}, "Ask"), make("button", {type: "button", onclick: () => { waiting?.abort(); waiting = null; say("called off"); }}, "Stop"))), said, out);
  try {
    const made = await once("/openapi.json");
    schemas = Object.fromEntries(Object.keys(COMMANDS).filter((c) => made.paths[`/api/${c}`]).map((c) => {
      const ref = made.paths[`/api/${c}`].post.requestBody.content["application/json"].schema.$ref;
      return [c, made.components.schemas[ref.split("/").at(-1)]];
    }));
    formed();
  } catch (error) { say("munu does not answer; start `munu explore`", true); }
});
})();
