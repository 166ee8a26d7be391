/* A number, run by run: a line through the runs, what the earlier ones span, and those that are beyond the ones before them. */

const COMPARISON = DATA.comparison;
const RUNS = COMPARISON.runs;
const LAST = RUNS.length - 1;

const UNITS = { MILLIS: time, PERCENT: n => `${n.toFixed(1)} %`, BYTES: bytes, COUNT: count };

const SUBJECTS = { OUTAGE: "outage of", LOCK_WAIT: "wait for" };

const inWords = (trend, value) => (value === null ? "not measured" : UNITS[trend.unit](value));

const nowOf = trend => trend.values[LAST];

/* "price, Settle, p50", "outage of orders", "rollback" */
function trendName(trend) {
  if (trend.subject === "RUN") return trend.what;
  if (trend.subject === "OPERATION") return `${oneLine(trend.name, 60)}, ${phaseName(trend.phase)}, ${trend.what}`;
  return `${SUBJECTS[trend.subject]} ${oneLine(trend.name, 60)}`;
}

/* By how much it is beyond what it was: "+2.1 s, 3.1×" */
function change(trend, value, median) {
  if (value === null || median === null) return "";
  const by = value - median;
  if (UNITS[trend.unit](Math.abs(by)) === UNITS[trend.unit](0)) return "±0";
  return `${by < 0 ? "−" : "+"}${UNITS[trend.unit](Math.abs(by))}${median > 0 ? `, ${times(value / median)}` : ""}`;
}

const runLink = run => h("a", { href: `#run-${run + 1}` }, `run ${run + 1}`);

/* The outcome rests on what is judged in the newest runs; what else is beyond the earlier ones tells where that comes from. */
const departureKind = (trend, departure) => (trend.worse && RUNS[departure.run].role === "LATER" ? "bad" : departure.earlier >= 5 ? "warn" : "plain");

const departureList = (trend, name = "") =>
  trend.departures.map(departure =>
    h("div", { class: "departure" },
      chip(`${name}${change(trend, departure.value, departure.median)}`, departureKind(trend, departure),
        departure.earlier >= 5 ? null : `Against ${things(departure.earlier, "run")}: perhaps by chance`),
      " in ", runLink(departure.run)));

const BOX = { small: { width: 170, height: 40, left: 5, right: 165, top: 6, bottom: 34 }, large: { width: 340, height: 150, left: 52, right: 330, top: 12, bottom: 122 } };

/* Told by shape, too: a ring was left out, a diamond is beyond those before it, the newest are larger. */
function mark(trend, run, x, y, size) {
  const { role } = RUNS[run];
  const departure = trend.departures.find(d => d.run === run);
  const text = s("title", {}, `Run ${run + 1}, ${minute(RUNS[run].startedAt)}: ${inWords(trend, trend.values[run])}${departure ? `, ${change(trend, departure.value, departure.median)}` : ""}${role === "LEFT_OUT" ? ", left out" : ""}`);
  const r = role === "LATER" ? size * 1.4 : size;
  if (departure) {
    const d = r * 1.5;
    return s("path", { class: `mark beyond ${departureKind(trend, departure)}`, d: `M${x} ${y - d}L${x + d} ${y}L${x} ${y + d}L${x - d} ${y}Z` }, text);
  }
  return s("circle", { class: `mark ${role.toLowerCase().replace("_", "-")}`, cx: x, cy: y, r }, text);
}

function chart(trend, size) {
  const box = BOX[size];
  const large = size === "large";
  const most = Math.max(...trend.values.filter(value => value !== null), trend.highest || 0);
  const y = linear(0, roundUp(most), box.bottom, box.top);
  const x = linear(0, Math.max(1, LAST), box.left + (large ? 8 : 0), box.right);
  const place = RUNS.map((run, i) => (trend.values[i] === null || run.role === "LEFT_OUT" ? null : y(trend.values[i])));
  const earlier = RUNS.map((run, i) => [run, i]).filter(([run]) => run.role === "EARLIER").map(([, i]) => i);
  const from = x(earlier[0]);
  const to = x(earlier[earlier.length - 1]);
  return s("svg", { viewBox: `0 0 ${box.width} ${box.height}`, class: `trend ${size}`, role: "img", "aria-label": `${trendName(trend)}: ${trend.values.map(value => inWords(trend, value)).join(", ")}` },
    large && (trend.unit === "COUNT" ? [0, 1] : [0, 0.5, 1]).map(part => {
      const value = roundUp(most) * part;
      return s("g", {}, s("line", { class: "grid", x1: box.left, x2: box.right + 6, y1: y(value), y2: y(value) }),
        s("text", { x: box.left - 6, y: y(value) + 4, "text-anchor": "end" }, UNITS[trend.unit](value)));
    }),
    trend.median !== null && [
      s("rect", { class: "span", x: from - 3, width: to - from + 6, y: y(trend.highest), height: Math.max(1, y(trend.lowest) - y(trend.highest)) }),
      s("line", { class: "median", x1: from - 3, x2: to + 3, y1: y(trend.median), y2: y(trend.median) })],
    s("path", { class: "line", d: linePath(RUNS.map((run, i) => x(i)), place) }),
    RUNS.map((run, i) => trend.values[i] !== null && mark(trend, i, x(i), y(trend.values[i]), large ? 3 : 2)),
    large && runTicks(x, box));
}

/* As many numbers of runs as fit, the newest among them. */
function runTicks(x, box) {
  const every = Math.ceil(RUNS.length / 12);
  return RUNS.map((run, i) => (LAST - i) % every === 0 && s("text", { x: x(i), y: box.bottom + 18, "text-anchor": "middle" }, String(i + 1)));
}

const trendCell = trend => trend
  ? h("div", { class: "trend-cell" }, chart(trend, "small"),
    h("div", {}, h("strong", { class: trend.worse ? "bad-text" : null }, inWords(trend, nowOf(trend))),
      h("span", { class: "source" }, trend.median === null ? "no earlier one" : `before ${inWords(trend, trend.median)}`)))
  : "–";
