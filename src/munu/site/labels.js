// Names at the curves: each where there is room beside it, the others are named when pointed at.
(() => {
"use strict";

const HIGH = 12, CELL = 6;
const canvas = document.createElement("canvas").getContext("2d");

munu.labels = (chart, shown) => {
  const wanted = munu.state.labels ? shown : [];
  const box = {left: chart.left + 2, right: chart.width - chart.right - 2, top: 16, bottom: chart.height - 52};
  // the buttons of the zoom lie there
  const held = [{left: chart.width - chart.right - 108, right: chart.width, top: 0, bottom: 52}], placed = [], lines = wanted.map((s) => ({s, points: pixels(chart, s, box)}));
  // how many points of curves lie in each cell of the picture
  const cells = new Map(), cell = (i, j) => 4096 * i + j;
  for (const {points} of lines) for (const [x, y] of points) {
    const k = cell(Math.floor(x / CELL), Math.floor(y / CELL));
    cells.set(k, (cells.get(k) ?? 0) + 1);
  }
  const under = (a) => {
    let n = 0;
    for (let i = Math.floor(a.left / CELL); i <= Math.floor(a.right / CELL); i++)
      for (let j = Math.floor((a.top + 3) / CELL); j <= Math.floor((a.bottom - 2) / CELL); j++) n += cells.get(cell(i, j)) ?? 0;
    return n;
  };
  for (const {s, points} of lines) {
    canvas.font = `${["computed", "own"].includes(s.bound.kind) ? 600 : 400} 11px system-ui, sans-serif`;
    const text = s.bound.title, wide = canvas.measureText(text).width + 4;
    let best = null;
    for (const [px, py] of points.filter((_, k) => k % 3 === 0)) {
      for (const [dx, dy] of [[0, -7], [0, 15], [wide / 2 + 5, 4], [-wide / 2 - 5, 4]]) {
        const a = {left: px + dx - wide / 2, right: px + dx + wide / 2, top: py + dy - HIGH + 2, bottom: py + dy + 3};
        if (a.left < box.left || a.right > box.right || a.top < box.top || a.bottom > box.bottom) continue;
        if (held.some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)) continue;
        const crossed = under(a);
        if (!best || crossed < best.crossed) best = {a, crossed, x: px + dx, y: py + dy};
        if (!crossed) break;
      }
      if (best && !best.crossed) break;
    }
    if (!best || best.crossed > 3) continue;
    held.push(best.a);
    placed.push({...best, text, bound: s.bound});
  }
  chart.labels.selectAll("text").data(placed, (p) => p.bound.id).join("text")
    .attr("class", (p) => `label fam-${p.bound.family} ${p.bound.kind}`).attr("aria-hidden", "true")
    .attr("text-anchor", "middle").attr("x", (p) => p.x).attr("y", (p) => p.y).text((p) => p.text);
};

// points of a curve that are in sight, evenly along it, in pixels
function pixels(chart, s, box) {
  const paths = munu.edges(s.shape), out = [];
  if (s.stub) out.push([s.stub[1][0], s.stub[1][1]]);
  for (const path of paths) {
    let last = null;
    for (const p of path) {
      const now = [chart.x(p[0]), chart.y(p[1])];
      if (last) {
        const long = Math.hypot(now[0] - last[0], now[1] - last[1]), n = Math.min(Math.ceil(long / 9), 400);
        for (let k = 1; k <= n; k++) out.push([last[0] + (now[0] - last[0]) * k / n, last[1] + (now[1] - last[1]) * k / n]);
      }
      last = now;
    }
  }
  return out.filter(([x, y]) => x > box.left && x < box.right && y > box.top && y < box.bottom);
}
})();
