// What a bound excludes for the flavor that is shown, as intervals at a mass and as paths.
(() => {
"use strict";

const held = new Map();

// the shape of a bound for a flavor, or in words why there is none
munu.shape = (bound, flavor = munu.state.flavor) => {
  const key = `${bound.id} ${flavor}`;
  if (!held.has(key)) held.set(key, made(bound, flavor));
  return held.get(key);
};

function made(bound, flavor) {
  const on = bound.on[flavor];
  if (on === undefined) return "it does not see this flavor";
  return typeof on === "number" ? scaled(bound.shape, on) : on;
}

function scaled(shape, k) {
  if (k === 1) return shape;
  const row = ([M, low, high, ...more]) => [M, low * k, high === null ? null : high * k, ...more];
  const spot = (p) => p && [p[0], p[1] * k];
  return {...shape,
    zero: shape.zero?.map(([low, high, ...more]) => [low * k, high === null ? null : high * k, ...more]),
    outline: shape.outline?.map(([M, mu]) => [M, mu * k]), ring: spot(shape.ring),
    regions: shape.regions?.map((r) => ({rows: r.rows.map(row), left: spot(r.left), right: spot(r.right)}))};
}

// ---- intervals {low, high, open} at a mass; open: the edges are no bounds but ends, as in rows
const interval = ([low, high, open = 0]) => ({low, high: high ?? Infinity, open});

munu.at = (shape, M) => {
  if (typeof shape === "string") return [];
  if (M === 0) return (shape.zero ?? []).map(interval);
  const out = M <= (shape.reach ?? 0) ? shape.zero.map(interval) : [];
  for (const region of shape.regions ?? []) out.push(...within(region, M));
  if (shape.outline) out.push(...crossings(shape, M));
  return out;
};

munu.excludes = (shape, M, mu) => munu.at(shape, M).some((i) => i.low < mu && mu < i.high);

const between = (a, b, t) => a === null || b === null ? null
  : a <= 0 || b <= 0 ? Math.min(a, b) : a ** (1 - t) * b ** t;

// rows with the tips in which a region closes
const closed = new WeakMap();
function whole(region) {
  const tip = (p) => p ? [[p[0], p[1], p[1]]] : [];
  if (!closed.has(region)) closed.set(region, [...tip(region.left), ...region.rows, ...tip(region.right)]);
  return closed.get(region);
}

const byMass = d3.bisector((r) => r[0]);
function within(region, M) {
  const rows = whole(region);
  // masses are rounded: an edge is met within that
  const i = byMass.left(rows, M), same = [rows[i - 1], rows[i]].find((r) => r && Math.abs(r[0] - M) <= 1e-6 * M);
  if (same) return [interval(same.slice(1))];
  if (i === 0 || i === rows.length) return [];
  const [a, b] = [rows[i - 1], rows[i]], t = Math.log(M / a[0]) / Math.log(b[0] / a[0]);
  return [interval([between(a[1], b[1], t), between(a[2], b[2], t), (a[3] ?? 0) | (b[3] ?? 0)])];
}

const drawn = new WeakMap();
function outline(shape) {
  if (!drawn.has(shape)) drawn.set(shape, {path: shape.closed ? [...shape.outline, shape.outline[0]] : shape.outline,
    range: d3.extent(shape.outline, (p) => p[0]), open: new Set(shape.open ?? [])});
  return drawn.get(shape);
}

function crossings(shape, M) {
  const {path, range: [least, most], open} = outline(shape), hits = [];
  if (M < least || M > most) return [];
  // half open, so that a corner counts once; the last mass belongs to the outline
  const at = M === most ? M * (1 - 1e-15) : M;
  for (let k = 0; k + 1 < path.length; k++) {
    const [[a, u], [b, v]] = [path[k], path[k + 1]];
    if ((a <= at) !== (b <= at)) hits.push([between(u, v, Math.log(at / a) / Math.log(b / a)), open.has(k)]);
  }
  hits.sort((p, q) => p[0] - q[0]);
  const out = [];
  for (let k = 0; k < hits.length; k += 2) {
    const top = hits[k + 1];
    out.push(interval([hits[k][0], top ? top[0] : null, (hits[k][1] ? 1 : 0) | (top?.[1] ? 2 : 0)]));
  }
  return out;
}

// ---- the number that it is quoted by: [M_N, mu] of its lowest edge that is a bound
const lows = new WeakMap();
munu.lowest = (shape) => {
  if (!lows.has(shape)) lows.set(shape, lowest(shape));
  return lows.get(shape);
};

function lowest(shape) {
  let best = null;
  const take = (M, mu) => { if (mu > 0 && (!best || mu < best[1])) best = [M, mu]; };
  for (const i of shape.zero ?? []) if (!((i[2] ?? 0) & 1)) take(0, i[0]);
  for (const r of shape.regions ?? []) for (const [M, low, , open = 0] of r.rows) if (!(open & 1)) take(M, low);
  if (shape.outline) {
    for (const M of new Set(shape.outline.map((p) => p[0])))
      for (const i of crossings(shape, M)) if (!(i.open & 1)) take(M, i.low);
  }
  return best;
}

// the interval at a mass whose lower edge is nearest to a size; undefined where there is none
munu.nearest = (shape, M, mu) => {
  const far = (i) => Math.abs(Math.log(Math.max(i.low, FLOOR) / mu));
  return munu.at(shape, M).sort((a, b) => far(a) - far(b))[0];
};

// ---- what several exclude together, as one shape
munu.union = (shapes) => {
  const ends = shapes.flatMap((s) => [...(s.regions ?? []).flatMap((r) => [whole(r)[0][0], whole(r).at(-1)[0]]),
    ...(s.outline ? d3.extent(s.outline, (p) => p[0]) : []), ...(s.reach > 0 ? [s.reach] : [])]);
  const masses = [...Array.from({length: 426}, (_, k) => 10 ** (k / 50 - 3.5)), ...ends.flatMap((M) => [M * (1 - 3e-6), M, M * (1 + 3e-6)])].sort((a, b) => a - b);
  const regions = [];
  let before = [];
  for (const M of masses) {
    const found = shapes.flatMap((s) => munu.at(s, M)).sort((a, b) => a.low - b.low || (a.open & 1) - (b.open & 1)), now = [];
    for (const i of found) {
      const last = now.at(-1);
      if (!last || i.low > last.high) now.push({...i});
      else if (i.high > last.high) { last.high = i.high; last.open = (last.open & 1) | (i.open & 2); }
    }
    const rows = now.map((i) => [M, i.low, i.high === Infinity ? null : i.high, i.open]);
    if (before.length === rows.length) rows.forEach((row, k) => before[k].rows.push(row));
    else regions.push(...(before = rows.map((row) => ({rows: [row]}))));
  }
  return {regions};
};

// ---- paths in [M_N, mu]: what is filled, and the edges that are bounds
const WALL = 1e30, FLOOR = 1e-60;

munu.filled = (shape, left) => {
  const out = [];
  const up = (high) => high ?? WALL, down = (low) => Math.max(low, FLOOR);
  if (shape.reach > left) for (const i of shape.zero)
    out.push([[left, down(i[0])], [shape.reach, down(i[0])], [shape.reach, up(i[1])], [left, up(i[1])]]);
  for (const {rows, left: l, right: r} of shape.regions ?? [])
    out.push([...(l ? [l] : []), ...rows.map((x) => [x[0], down(x[1])]), ...(r ? [r] : []),
              ...rows.map((x) => [x[0], up(x[2])]).reverse()]);
  if (shape.outline) {
    const first = shape.outline[0], last = shape.outline.at(-1);
    out.push(shape.closed ? shape.outline : [...shape.outline, [last[0], WALL], [first[0], WALL]]);
  }
  return out;
};

// between the inputs that are contested; a massless N is at the left edge
munu.band = (shape, left) => {
  const rows = shape.band.map(([M, ...more]) => [M || Math.min(left, shape.band[1]?.[0] ?? left), ...more]);
  return [...rows.map((r) => [r[0], r[1]]), ...rows.map((r) => [r[0], r[2]]).reverse()];
};

munu.edges = (shape) => {
  const out = [];
  let now = [];
  const cut = () => { if (now.length > 1) out.push(now); now = []; };
  for (const {rows, left, right} of shape.regions ?? []) {
    for (const [k, bit] of [[1, 1], [2, 2]]) {
      if (left) now.push(left);
      for (const row of rows) {
        if (row[k] === null || row[k] <= 0 || (row[3] ?? 0) & bit) cut();
        else now.push([row[0], row[k]]);
      }
      if (right) now.push(right);
      // one mass alone is a point
      if (now.length === 1 && k === 1) now.push(now[0]);
      cut();
    }
  }
  if (shape.outline) {
    const open = new Set(shape.open ?? []), path = shape.closed ? [...shape.outline, shape.outline[0]] : shape.outline;
    path.forEach((p, k) => { now.push(p); if (open.has(k)) cut(); });
    cut();
  }
  return out;
};
})();
