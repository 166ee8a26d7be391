/* What the timeline draws, from top to bottom: phases, statements, lock waits, then one panel for each measure. */

const LANES = { phase: 22, statement: 20, hold: 17, waits: 110 };
const MOST_SPANS = 400;
const MOST_WAITS = 600;
const WAIT_ROWS = 40;

/* How far a statement's strongest lock on what existed before stands in the way. */
const MODES = ["ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"];

/* What a wait was for: a row where the server's lock is on what has the row, its transaction or itself. */
const lockOf = w => [["transactionid", "tuple"].includes(w.lockType) && w.relation !== w.lockType ? "a row of " : `${w.mode} on `, h("code", {}, w.relation)];
const lockKind = lock => (!lock.existedBefore ? "plain" : lock.mode === "ACCESS EXCLUSIVE" ? "bad" : MODES.indexOf(lock.mode) >= 4 ? "warn" : "plain");

const statementKind = statement => {
  const kinds = statement.locks.map(lockKind);
  return kinds.includes("bad") ? "bad" : kinds.includes("warn") ? "warn" : "plain";
};

const inView = (start, length, view) => start < view[1] && start + length > view[0];

const label = (x, y, text, attributes = {}) => s("text", { x, y, class: "label", ...attributes }, text);

function phaseLane(plot) {
  return REPORT.phases.filter(p => inView(p.startMillis, p.durationMillis, plot.view)).map((p, i) => {
    const x0 = Math.max(plot.left, plot.x(p.startMillis));
    const x1 = Math.min(plot.right, plot.x(p.startMillis + p.durationMillis));
    const name = phaseName(p.phase);
    return s("g", { class: `phase phase-${p.phase.toLowerCase()}`, "data-phase": p.phase },
      s("title", {}, `${name}: ${moment(p.startMillis)} to ${moment(p.startMillis + p.durationMillis)}`),
      s("rect", { class: "band", x: x0, y: 0, width: Math.max(1, x1 - x0), height: plot.bottom }),
      s("rect", { class: "head", x: x0, y: 0, width: Math.max(1, x1 - x0), height: LANES.phase - 3 }),
      x1 - x0 > name.length * 6.4 + 8 && label((x0 + x1) / 2, LANES.phase - 8, name, { "text-anchor": "middle" }));
  });
}

/* Which statements are in view, and in which row each goes. */
function placeStatements(view) {
  const seen = REPORT.statements.filter(st => inView(st.startMillis, Math.max(0.5, st.durationMillis), view));
  const longest = [...seen].sort((a, b) => b.durationMillis - a.durationMillis).slice(0, MOST_SPANS).sort((a, b) => a.startMillis - b.startMillis);
  const { packed, rows, leftOut } = pack(longest, st => st.startMillis, st => st.startMillis + st.durationMillis, 4);
  return { packed, height: Math.max(1, rows) * LANES.statement, leftOut: leftOut + seen.length - longest.length };
}

function statementLane(plot, top, placed) {
  return placed.packed.map(({ item, row }) => {
    const kind = statementKind(item);
    const x0 = Math.max(plot.left, plot.x(item.startMillis));
    const width = Math.max(2, Math.min(plot.right, plot.x(item.startMillis + item.durationMillis)) - x0);
    const number = String(item.index + 1);
    return s("g", { class: `span ${kind}${item.outcome === "SUCCEEDED" ? "" : " failed"}`, "data-statement": item.index },
      s("title", {}, `Statement ${number}, ${time(item.durationMillis)}${item.outcome === "SUCCEEDED" ? "" : ", " + item.outcome}: ${oneLine(item.sql, 160)}`),
      s("rect", { x: x0, y: top + row * LANES.statement + 2, width, height: LANES.statement - 4, rx: 2 }),
      width > number.length * 7 + 4 && label(x0 + Math.min(width / 2, 60), top + row * LANES.statement + 14, item.outcome === "SUCCEEDED" ? number : `${number} ✕`, { "text-anchor": "middle" }));
  });
}

/* Every n-th wait where there are too many for the rows, so that what is drawn has the shape of the whole. */
function placeWaits(view) {
  const seen = REPORT.lockWaits.filter(w => inView(w.startMillis, w.millis, view)).sort((a, b) => a.startMillis - b.startMillis);
  const every = Math.max(1, Math.ceil(seen.length / MOST_WAITS), Math.ceil(mostAtOnce(seen) / WAIT_ROWS));
  const { packed, rows } = pack(seen.filter((w, i) => i % every === 0), w => w.startMillis, w => w.startMillis + w.millis, WAIT_ROWS + 8);
  const text = every === 1 ? `Lock waits (${count(seen.length)})` : `Lock waits (every ${every}${["th", "st", "nd", "rd"][every % 100 > 10 && every % 100 < 14 ? 0 : every % 10] || "th"} of ${count(seen.length)})`;
  return { packed, rows, text, pitch: Math.max(2, Math.min(7, LANES.waits / Math.max(1, rows))) };
}

function mostAtOnce(waits) {
  const steps = waits.flatMap(w => [[w.startMillis, 1], [w.startMillis + w.millis, -1]]).sort((a, b) => a[0] - b[0]);
  let now = 0;
  return steps.reduce((most, [, step]) => Math.max(most, (now += step)), 0);
}

const waitLane = (plot, top, { packed, pitch }) => packed.map(({ item, row }) => {
  const x0 = Math.max(plot.left, plot.x(item.startMillis));
  const width = Math.max(1, Math.min(plot.right, plot.x(item.startMillis + item.millis)) - x0);
  return s("rect", { class: `wait ${item.waiterKind.toLowerCase()}${item.ended === "GRANTED" ? "" : " lost"}`, x: x0, y: top + row * pitch, width, height: Math.max(1.2, pitch - 1) });
});

/* The part of the timeline in view: bucket edges, and each column of it. */
function buckets(plot) {
  const { bucketMillis: width, startMillis: start, due } = REPORT.timeline;
  if (!due.length) return null;
  const first = Math.max(0, Math.floor((plot.view[0] - start) / width));
  const last = Math.min(due.length, Math.ceil((plot.view[1] - start) / width) + 1);
  if (last <= first) return null;
  const edges = [];
  for (let i = first; i <= last; i++) edges.push(plot.x(start + i * width));
  const middles = edges.slice(0, -1).map((edge, i) => (edge + edges[i + 1]) / 2);
  return { edges, middles, cut: column => column.slice(first, last), rates: rates(plot, first, last) };
}

/* Counts per second; so many buckets together that each step is wide enough to be seen and the noise of small counts is not. */
function rates(plot, first, last) {
  const { bucketMillis: width, startMillis: start } = REPORT.timeline;
  const together = Math.max(1, Math.ceil(5 / (plot.x(width) - plot.x(0))));
  const from = Math.floor(first / together) * together;
  const edges = [];
  for (let i = from; i < last; i += together) edges.push(plot.x(start + i * width));
  edges.push(plot.x(start + Math.min(last, from + edges.length * together) * width));
  const sums = column => {
    const result = [];
    for (let i = from; i < last; i += together) {
      const group = column.slice(i, Math.min(i + together, last));
      result.push((group.reduce((a, b) => a + b, 0) * 1000) / (width * group.length));
    }
    return result;
  };
  return { edges, sums };
}

const axis = (plot, ticks, y) =>
  ticks.map(([value, text]) => s("g", {}, s("line", { class: "grid", x1: plot.left, x2: plot.right, y1: y(value), y2: y(value) }), label(plot.left - 6, y(value) + 3.5, text, { "text-anchor": "end" })));

const title = (plot, top, text, ...legend) => {
  let x = plot.left + 7.1 * text.length + 10;
  return [label(plot.left, top - 6, text, { class: "label title" }), legend.map(([cls, name]) => {
    const mark = s("g", {}, s("line", { class: cls, x1: x, x2: x + 16, y1: top - 10, y2: top - 10 }), label(x + 20, top - 6, name));
    x += 30 + name.length * 6.6;
    return mark;
  })];
};

function throughput(plot, part, top, height) {
  const { edges, sums } = part.rates;
  const due = sums(REPORT.timeline.due);
  const succeeded = sums(REPORT.timeline.succeeded);
  // A drained queue makes one bucket tower over all; cut there, say so, and keep the rest readable.
  const usual = Math.max(...due);
  const greatest = Math.max(...succeeded);
  const ceiling = roundUp(Math.min(Math.max(greatest, usual), 1.6 * usual || greatest));
  const y = linear(0, ceiling, top + height, top);
  const clipped = succeeded.map((v, i) => (v > ceiling ? (edges[i] + edges[i + 1]) / 2 : null)).filter(x => x !== null);
  return [
    title(plot, top, "Operations/s", ["line due", "due"], ["line succeeded", "succeeded"]),
    axis(plot, [[0, "0"], [ceiling / 2, count(ceiling / 2)], [ceiling, count(ceiling)]], y),
    s("g", { "clip-path": plot.clip },
      s("path", { class: "area succeeded", d: stepPath(edges, succeeded.map(v => y(Math.min(v, ceiling))), y(0)) }),
      s("path", { class: "line succeeded", d: stepPath(edges, succeeded.map(v => y(Math.min(v, ceiling)))) }),
      s("path", { class: "line due", d: stepPath(edges, due.map(v => y(Math.min(v, ceiling)))) }),
      clipped.map(x => s("path", { class: "beyond", d: `M${x - 3} ${top + 5}L${x} ${top}L${x + 3} ${top + 5}Z` }))),
    clipped.length > 0 && plot.wide && label(plot.right, top - 6, `peaks cut, up to ${count(greatest)}/s`, { "text-anchor": "end" }),
  ];
}

function responseTime(plot, part, top, height) {
  const { p50Millis, p99Millis, maxMillis, due } = REPORT.timeline;
  const known = column => part.cut(column).map((v, i) => (part.cut(due)[i] > 0 && v !== null && v > 0 ? v : null));
  const lines = [known(p50Millis), known(p99Millis), known(maxMillis)];
  const values = lines.flat().filter(v => v !== null);
  const from = 10 ** Math.floor(Math.log10(Math.min(...values, 1)));
  const to = 10 ** Math.ceil(Math.log10(Math.max(...values, 10)));
  const y = logarithmic(from, to, top + height, top);
  const ticks = [];
  for (let v = from; v <= to * 1.001; v *= 10) ticks.push([v, v < 1 ? `${+v.toPrecision(1)} ms` : v < 1000 ? `${Math.round(v)} ms` : `${Math.round(v / 1000)} s`]);
  const planned = Object.entries(DATA.budget).find(([name]) => name.toLowerCase().includes("p99") && !/x|times/i.test(limitOf("p99") || ""));
  const limit = planned && planned[1] >= from && planned[1] <= to && planned[1];
  // Beside the lines' names, where nothing is drawn; on a phone there is no room for that.
  const named = plot.right - plot.left > 380;
  return [
    title(plot, top, "Response time", ["line p50", "p50"], ["line p99", "p99"], ["line max", "max"], ...(limit && named ? [["line limit", `limit of p99 ${time(limit)}`]] : [])),
    axis(plot, ticks, y),
    s("g", { "clip-path": plot.clip },
      ["max", "p99", "p50"].map(name => s("path", { class: `line ${name}`, d: linePath(part.middles, lines[["p50", "p99", "max"].indexOf(name)].map(v => (v === null ? null : y(v)))) })),
      limit && s("line", { class: "line limit", x1: plot.left, x2: plot.right, y1: y(limit), y2: y(limit) }),
      // Above the line, unless the panel's title stands there.
      limit && !named && label(plot.left + 6, y(limit) + (y(limit) - top < 12 ? 12 : -4), `limit of p99 ${time(limit)}`)),
  ];
}

/* A measure that starts at nothing: errors, sessions that wait, replay lag. */
function amount(plot, part, top, height, spec) {
  const edges = spec.counts ? part.rates.edges : part.edges;
  const values = spec.counts ? part.rates.sums(spec.column) : part.cut(spec.column).map(v => v || 0);
  const greatest = Math.max(...values);
  const ceiling = roundUp(greatest);
  const y = linear(0, ceiling, top + height, top);
  return [
    title(plot, top, spec.title),
    axis(plot, greatest > 0 ? [[0, "0"], [ceiling, spec.text(ceiling)]] : [[0, "0"]], y),
    greatest > 0
      ? s("g", { "clip-path": plot.clip }, s("path", { class: `area ${spec.name}`, d: stepPath(edges, values.map(v => y(v)), y(0)) }), s("path", { class: `line ${spec.name}`, d: stepPath(edges, values.map(v => y(v))) }))
      : label(plot.left + 6, top + height - 5, "none"),
  ];
}

/* Classes of wait events that have a colour of their own, from bottom to top; the lock waits are what one looks for, and stand on all others. */
const WAIT_CLASSES = [["cpu", "CPU"], ["io", "IO"], ["lwlock", "LWLock"], ["else", "other"], ["lock", "Lock"]];

const waitClass = wait => (WAIT_CLASSES.find(([, prefix]) => wait.split(":")[0] === prefix) || WAIT_CLASSES[3])[0];

const activeClasses = () => WAIT_CLASSES.filter(([name]) => Object.keys(REPORT.timeline.active).some(wait => waitClass(wait) === name));

/* Sessions that ran something, one on the other by what they waited for. */
function activeSessions(plot, part, top, height) {
  const columns = Object.entries(REPORT.timeline.active).map(([wait, column]) => [waitClass(wait), part.cut(column)]);
  const present = activeClasses();
  let below = part.middles.map(() => 0);
  const layers = present.map(([name]) => {
    const from = below;
    below = below.map((v, i) => v + columns.reduce((sum, [cls, column]) => sum + (cls === name ? column[i] || 0 : 0), 0));
    return { name, from, to: below };
  });
  const greatest = Math.max(...below);
  const ceiling = roundUp(greatest);
  const y = linear(0, ceiling, top + height, top);
  return [
    // Where there is no room, the caption has the legend.
    title(plot, top, "Active sessions", ...present.filter(() => plot.wide).map(([name, text]) => [`swatch active-${name}`, text])),
    axis(plot, greatest > 0 ? [[0, "0"], [ceiling, count(ceiling)]] : [[0, "0"]], y),
    s("g", { "clip-path": plot.clip }, layers.map(({ name, from, to }) =>
      s("path", { class: `layer active-${name}`, "data-active": name, d: bandPath(part.edges, from.map(y), to.map(y)) }))),
  ];
}

/* What ran in a bucket, most first. */
const activeAt = i =>
  Object.entries(REPORT.timeline.active).map(([wait, column]) => [wait, column[i] || 0]).filter(([, n]) => n > 0)
    .sort((a, b) => b[1] - a[1]).map(([wait, n]) => `${count(n)} ${wait}`).join(", ");

/* The panels that this run has something for. */
function panels() {
  const t = REPORT.timeline;
  if (!t.due.length) return [];
  const any = column => column.some(v => v);
  return [
    { height: 84, draw: throughput },
    { height: 120, draw: responseTime },
    { height: any(t.failed) ? 48 : 18, draw: (plot, part, top, height) => amount(plot, part, top, height, { name: "failed", title: "Errors/s", column: t.failed, counts: true, text: count }) },
    { height: any(t.waiting) ? 56 : 18, draw: (plot, part, top, height) => amount(plot, part, top, height, { name: "waiting", title: "Sessions waiting for a lock", column: t.waiting, text: count }) },
    Object.keys(t.active).length > 0 && { height: 72, draw: activeSessions },
    t.replayLagMillis.some(v => v !== null) && { height: 56, draw: (plot, part, top, height) => amount(plot, part, top, height, { name: "lag", title: "Replay lag of the worst standby", column: t.replayLagMillis, text: time }) },
  ].filter(Boolean);
}
