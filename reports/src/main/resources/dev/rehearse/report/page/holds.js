/* Locks of the migration that stood in the application's way, for as long as they were held: to the end of their transaction, which is
   often long after the statement that took them. */

const HOLD_ROWS = 6;
/* Of a label, on average. */
const HOLD_LETTER = 6.5;

/* An index and a TOAST table are locked along with their table; the table says enough. */
const isTable = lock => lock.kind === "table" || lock.kind === "partitioned table";

function blockingLocks(statement) {
  const locks = statement.locks.filter(lock => lockKind(lock) !== "plain");
  return locks.some(isTable) ? locks.filter(isTable) : locks;
}

const HOLDS = REPORT.statements.flatMap(st => blockingLocks(st).map(lock => {
  const from = st.startMillis + lock.waitMillis;
  return { from, to: Math.max(from + lock.heldMillis, st.startMillis + Math.min(lock.waitMillis, st.durationMillis)), kind: lockKind(lock), relation: lock.relation, mode: lock.mode, statement: st.index };
}));

/* Spans of time without overlaps. */
function union(holds) {
  const merged = [];
  for (const hold of [...holds].sort((a, b) => a.from - b.from)) {
    const last = merged[merged.length - 1];
    if (last && hold.from <= last.to + 1) last.to = Math.max(last.to, hold.to);
    else merged.push({ ...hold });
  }
  return merged;
}

/* One row for each relation and mode, those held longest. */
function placeHolds(view) {
  const rows = new Map();
  for (const hold of HOLDS) {
    if (!inView(hold.from, hold.to - hold.from, view)) continue;
    const key = `${hold.relation}\u0000${hold.mode}`;
    rows.set(key, [...(rows.get(key) || []), hold]);
  }
  const held = row => row.reduce((sum, hold) => sum + hold.to - hold.from, 0);
  const all = [...rows.values()].map(union);
  const longest = [...all].sort((a, b) => held(b) - held(a)).slice(0, HOLD_ROWS).sort((a, b) => a[0].from - b[0].from);
  return { rows: longest, leftOut: all.length - longest.length };
}

/* Shading through all panels while such a lock was held. */
const holdColumns = (plot, top) => ["warn", "bad"].map(kind =>
  union(HOLDS.filter(hold => hold.kind === kind && inView(hold.from, hold.to - hold.from, plot.view))).map(hold => {
    const x0 = Math.max(plot.left, plot.x(hold.from));
    return s("rect", { class: `column ${kind}`, x: x0, y: top, width: Math.max(1, Math.min(plot.right, plot.x(hold.to)) - x0), height: plot.bottom - top });
  }));

const holdLane = (plot, top, { rows }) => rows.map((row, i) => {
  const y = top + i * LANES.hold;
  const bars = row.map(hold => {
    const x0 = Math.max(plot.left, plot.x(hold.from));
    const width = Math.max(2, Math.min(plot.right, plot.x(hold.to)) - x0);
    return { x0, width, node: s("rect", { class: `hold ${hold.kind}`, x: x0, y: y + 2, width, height: LANES.hold - 3, rx: 2 }, s("title", {}, `${hold.mode} on ${hold.relation}, held for ${time(hold.to - hold.from)}`)) };
  });
  const text = oneLine(`${row[0].relation}, ${row[0].mode}`, plot.wide ? 70 : 34);
  return s("g", { "data-hold": row[0].relation }, bars.map(b => b.node), holdLabel(plot, bars, text, y + LANES.hold - 4.5));
});

/* Inside a bar where it fits, else between two or beside them; cut to the widest of these places where it fits into none. */
function holdLabel(plot, bars, text, y) {
  const end = bar => bar.x0 + bar.width;
  const inside = bars.map(bar => ({ x: bar.x0 + 6, room: bar.width - 12, attributes: { class: "label inside" } }));
  const before = bars.map((bar, i) => {
    const from = i ? end(bars[i - 1]) : plot.left;
    return { x: bar.x0 - 5, room: bar.x0 - from - 10, attributes: { "text-anchor": "end" } };
  });
  const last = end(bars[bars.length - 1]);
  const places = [...inside, ...before, { x: last + 5, room: plot.right - last - 5, attributes: {} }];
  const place = places.find(({ room }) => room >= text.length * HOLD_LETTER) || places.reduce((widest, p) => (p.room > widest.room ? p : widest));
  return label(place.x, y, oneLine(text, Math.floor(place.room / HOLD_LETTER)), place.attributes);
}

const heldAt = at => HOLDS.filter(hold => at >= hold.from && at < hold.to);
