// Limits of the templates by a profile likelihood: Newton for the nuisances, Newton for the edge.
// The Python that does the same is munu/site/_live.py; both read the block "munu-templates".
"use strict";
(function () {
  const FAR = 1e7, NONE = 1e-300, FLOOR = 1e-8, ROOT2 = Math.SQRT2;
  const sum = (a) => a.reduce((x, y) => x + y, 0);
  const add = (a, b) => a.map((x, i) => x + b[i]);

  // ---- expected counts between masses: a spline of ln S in the root of what is left to an end

  function counts(text) {
    const raw = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return new Float32Array(raw.buffer);
  }

  // pieces of one flavor: u rising, f = ln S and slopes m, each [node][bin]
  function pieces(one, flavor) {
    const all = counts(one.signal[flavor]), bins = one.fixed.length;
    return one.ends.map((b, k) => {
      const a = k ? one.ends[k - 1] : -Infinity, u = [], f = [];
      for (let i = one.masses.length - 1; i >= 0; i--) {
        if (one.masses[i] < a || one.masses[i] > b) continue;
        const row = Array.from(all.subarray(i * bins, (i + 1) * bins)), most = Math.max(...row);
        u.push(Math.sqrt(b - one.masses[i]));
        f.push(row.map((x) => Math.log(Math.max(x, FLOOR * most))));
      }
      return { a, b, u, f, m: slopes(u, f) };
    });
  }

  function slopes(u, f) {
    const n = u.length - 1, bins = f[0].length, h = u.slice(1).map((x, i) => x - u[i]);
    const d = h.map((w, i) => f[i].map((x, j) => (f[i + 1][j] - x) / w));
    const end = (h0, h1, d0, d1) => d0.map((x, j) => ((2 * h0 + h1) * x - h0 * d1[j]) / (h0 + h1));
    const m = [end(h[0], h[1], d[0], d[1])], over = [0];
    m[n] = end(h[n - 1], h[n - 2], d[n - 1], d[n - 2]);
    for (let i = 1; i < n; i++) {
      const a = h[i], b = h[i - 1], left = 2 * (a + b) - a * over[i - 1];
      over[i] = b / left;
      m[i] = new Array(bins);
      for (let j = 0; j < bins; j++)
        m[i][j] = (3 * (a * d[i - 1][j] + b * d[i][j]) - a * m[i - 1][j]) / left;
    }
    for (let i = n - 1; i > 0; i--)
      for (let j = 0; j < bins; j++) m[i][j] -= over[i] * m[i + 1][j];
    return m;
  }

  const kept = new WeakMap();

  // counts by bin of y = 1 at a mass [MeV], or null where the templates end or the flavor is unseen
  function signal(one, flavor, mass) {
    const flavors = flavor === "universal" ? Object.keys(one.signal) : [flavor];
    if (!flavors.every((x) => x in one.signal)) return null;
    if (!(mass >= 0 && mass <= one.masses[one.masses.length - 1])) return null;
    if (!kept.has(one)) kept.set(one, {});
    const made = kept.get(one);
    return flavors.map((x) => between((made[x] = made[x] || pieces(one, x)), mass)).reduce(add);
  }

  function between(all, mass) {
    // on an end the later piece holds it, as in Python
    const p = all.filter((x) => mass >= x.a && mass <= x.b).pop(), u = Math.sqrt(p.b - mass);
    let k = 0;
    while (k < p.u.length - 2 && p.u[k + 1] <= u) k++;
    const h = p.u[k + 1] - p.u[k], t = (u - p.u[k]) / h, s = 1 - t;
    return p.f[k].map((x, j) => Math.exp(x * (1 + 2 * t) * s * s + p.f[k + 1][j] * t * t * (3 - 2 * t)
      + h * t * s * (p.m[k][j] * s - p.m[k + 1][j] * t)));
  }

  // ---- the problem: y S + F + theta B, all of it within `whole`; counts, or values with errors

  // asked: flavor, background (factor), error, flat, flatError, exposure (factor), as _live.Asked
  function problem(one, mass, asked) {
    const k = asked.exposure || 1, S = signal(one, asked.flavor, mass);
    if (!S || (one.asks && !(asked.flat > 0))) return null;
    const held = one.backgrounds.map((b) => ({ counts: b.counts, error: b.error }));
    if (one.asks)
      held.push({ counts: one.asks.counts.map((x) => x * asked.flat),
        error: asked.flatError || one.asks.error });
    const factor = k * (asked.background || 1);
    const B = held.map((b) => b.counts.map((x) => x * factor)), F = one.fixed.map((x) => k * x);
    const median = B.reduce(add, F);
    return { S: S.map((x) => k * x), B, F, whole: one.whole, median,
      weight: held.map((b) => 1 / (asked.error || b.error || Infinity) ** 2),
      error: one.error && one.error.map((x) => x * Math.sqrt(k)),
      seen: one.counts && k === 1 ? one.counts : median };
  }

  // minimum over the nuisances at y: -2 ln L (to a constant), its slope in y, the nuisances
  function profile(p, y, seen, start) {
    const n = p.S.length, K = p.B.length, w = p.whole, error = p.error;
    const made = p.S.map((s, i) => y * s + p.F[i]);
    const T = w ? [...p.B, made.map((v) => w * v)] : p.B, P = T.length;
    const weight = w ? [...p.weight, 1] : p.weight, centre = T.map((_, b) => (b < K ? 1 : 0));
    // below this -2 ln L is round-off
    const noise = 1e-12 + 1e-15 * sum(seen.map(Math.abs));
    let x = start || centre, m, here = at(x);
    function at(x) {
      m = made.slice();
      let out = 0;
      for (let b = 0; b < P; b++) {
        for (let i = 0; i < n; i++) m[i] += x[b] * T[b][i];
        out += weight[b] * (x[b] - centre[b]) ** 2;
      }
      for (let i = 0; i < n; i++)
        out += error ? ((seen[i] - m[i]) / error[i]) ** 2
          : 2 * (m[i] - seen[i] + (seen[i] > 0 ? logs(seen[i], m[i]) : 0));
      return out;
    }
    for (let round = 0; round < 100 && P; round++) {
      const slope = T.map((_, b) => weight[b] * (x[b] - centre[b]));
      const A = T.map((_, b) => T.map((_, c) => (b === c ? weight[b] : 0)));
      for (let i = 0; i < n; i++) {
        const ratio = error ? (seen[i] - m[i]) / error[i] ** 2 : seen[i] > 0 ? seen[i] / m[i] - 1 : -1;
        const bend = error ? error[i] ** -2 : seen[i] > 0 ? seen[i] / m[i] ** 2 : 0;
        for (let b = 0; b < P; b++) {
          slope[b] -= T[b][i] * ratio;
          for (let c = 0; c < P; c++) A[b][c] += T[b][i] * T[c][i] * bend;
        }
      }
      // a norm at 0 that would go lower rests there
      const free = x.map((v, b) => b >= K || v > 1e-9 || slope[b] < 0);
      for (let b = 0; b < P; b++) {
        if (free[b]) continue;
        slope[b] = 0;
        for (let c = 0; c < P; c++) A[b][c] = A[c][b] = b === c ? 1 : 0;
      }
      const step = solve(A, slope), before = x, value = here;
      for (let half = 0, length = 1; half < 40; half++, length /= 2) {
        x = before.map((v, b) => Math.max(v - length * step[b], b < K ? 0 : -Infinity));
        here = at(x);
        if (here <= value + noise) break;
      }
      if (x.every((v, b) => Math.abs(v - before[b]) < 1e-11 * (1 + Math.abs(v)))) break;
    }
    let slope = 0;
    for (let i = 0; i < n; i++)
      slope += 2 * p.S[i] * (w ? 1 + w * x[K] : 1) * (error ? (m[i] - seen[i]) / error[i] ** 2
        : 1 - (seen[i] > 0 ? seen[i] / m[i] : 0));
    return { value: here, slope, x, mean: m, noise };
  }

  const logs = (seen, mean) => (mean > 0 ? seen * Math.log(seen / mean) : Infinity);

  function solve(A, b) {
    const n = b.length, M = A.map((r, i) => [...r, b[i]]);
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        const f = M[j][i] / Math.max(M[i][i], NONE);
        for (let k = i; k <= n; k++) M[j][k] -= f * M[i][k];
      }
    for (let i = n - 1; i >= 0; i--) {
      for (let j = i + 1; j < n; j++) M[i][n] -= M[i][j] * M[j][n];
      M[i][n] /= Math.max(M[i][i], NONE);
    }
    return M.map((r) => r[n]);
  }

  // where a function of y with its slope crosses 0, between `low` (below 0) and `high`
  function root(f, low, high, y) {
    for (let n = 0; n < 100; n++) {
      const { value, slope, noise } = f(y);
      if (value < 0) low = y; else high = y;
      let next = y - value / slope;
      if (Math.abs(next - y) <= 1e-13 * y || Math.abs(value) < noise) return next;
      if (!(next > low && next < high)) next = 0.5 * (low + high);
      y = next;
    }
    return y;
  }

  // the best y >= 0: where the slope crosses 0, by secants within a bracket
  function best(p, seen) {
    const zero = profile(p, 0, seen), size = sum(p.S);
    if (zero.slope >= 0 && Number.isFinite(zero.value)) return { y: 0, ...zero };
    let low = 0, high = 1 / size, at = profile(p, high, seen);
    while (at.slope < 0) { low = high; high *= 2; at = profile(p, high, seen, at.x); }
    // -2 ln L is flat there: its slope need not vanish to the last digit
    const y = root((v) => {
      const h = 1e-4 / size, a = profile(p, v, seen), b = profile(p, v + h, seen, a.x);
      return { value: a.slope, slope: (b.slope - a.slope) / h, noise: 1e-10 * size };
    }, low, high, 0.5 * (low + high));
    return { y, ...profile(p, y, seen) };
  }

  // edges in y of what is allowed at a rise of -2 ln L
  function edges(p, seen, rise) {
    const fit = best(p, seen), size = sum(p.S);
    const most = FAR * (1 + sum(seen.map(Math.abs)));
    const over = (y) => {
      const a = profile(p, y, seen);
      return { value: a.value - fit.value - rise, slope: a.slope, noise: a.noise };
    };
    let step = 1 / size, low = fit.y;
    while (over(fit.y + step).value < 0) {
      if ((fit.y + step) * size > most) return { upper: Infinity, lower: 0, fit };
      low = fit.y + step;
      step *= 2;
    }
    const upper = root(over, low, fit.y + step, fit.y + step);
    const under = (y) => { const a = over(y); return { ...a, value: -a.value, slope: -a.slope }; };
    const lower = fit.y > 0 && over(0).value > 0 ? root(under, 0, fit.y, 0.5 * fit.y) : 0;
    return { upper, lower, fit };
  }

  // ---- Gaussian tails

  function erfc(x) {
    if (x < 2.5) {
      let term = x, total = x;
      for (let n = 1; term > 1e-17 * total; n++) { term *= (2 * x * x) / (2 * n + 1); total += term; }
      return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
    }
    let f = x;
    for (let n = 120; n > 0; n--) f = x + n / 2 / f;
    return Math.exp(-x * x) / (f * Math.sqrt(Math.PI));
  }

  // how far -2 ln L may rise: 2.706 at a level of 0.9
  const rises = {};
  const rise = (level) => (rises[level] = rises[level] || risen(level));

  function risen(level) {
    let z = 0;
    for (let n = 0; n < 100; n++)
      z += (erfc(z / ROOT2) - (1 - level)) * Math.sqrt(Math.PI / 2) * Math.exp(z * z / 2);
    return z * z;
  }

  // ---- what the page asks; sizes are moments [mu_B]

  // upper edge at a mass, of what was seen or of the median experiment; NaN where nothing is known
  function upper(all, name, mass, level, asked, median) {
    const p = problem(all.probes[name], mass, asked);
    return p ? all.size * Math.sqrt(edges(p, median ? p.median : p.seen, rise(level)).upper) : NaN;
  }

  // limit at a mass: upper, lower, and upper of the median experiment; null where nothing is known
  function limit(all, name, mass, level, asked) {
    const p = problem(all.probes[name], mass, asked), size = all.size;
    if (!p) return null;
    const seen = edges(p, p.seen, rise(level));
    return { upper: size * Math.sqrt(seen.upper), lower: size * Math.sqrt(seen.lower),
      expected: upper(all, name, mass, level, asked, true) };
  }

  // a point: counts by bin with the nuisances that fit it best, and its p value
  function point(all, name, mass, mu, asked) {
    const p = problem(all.probes[name], mass, asked);
    if (!p) return null;
    const y = (mu / all.size) ** 2, fit = best(p, p.seen), at = profile(p, y, p.seen);
    return { p: erfc(Math.sqrt(Math.max(at.value - fit.value, 0) / 2)), mean: at.mean,
      none: profile(p, 0, p.seen).mean, seen: p.seen, error: p.error, best: all.size * Math.sqrt(fit.y),
      signal: p.S.map((s) => y * s * (p.whole ? 1 + p.whole * at.x[p.B.length] : 1)) };
  }

  const made = { signal, problem, profile, edges, erfc, rise, upper, limit, point };
  if (typeof module !== "undefined") module.exports = made;
  else { window.munu = window.munu || {}; window.munu.newton = made; }
})();
