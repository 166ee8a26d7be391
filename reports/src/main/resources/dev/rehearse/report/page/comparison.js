/* Runs beside earlier ones of the same plan: whether something got worse, what, since when and by how much. */

const FACTS = "what --json writes";

const NAMES = { compared: "Compared", trends: "Over the runs", operations: "Operations", relations: "Outages and lock waits", runs: "Runs" };

const OUTCOMES = {
  WORSE: { word: "WORSE", kind: "bad", shape: "NO_GO", says: "What is marked below is beyond what chance did to the earlier runs." },
  NO_WORSE: { word: "NO WORSE", kind: "good", shape: "GO", says: "Nothing that is judged is beyond what chance did to the earlier runs." },
  INCONCLUSIVE: { word: "INCONCLUSIVE", kind: "warn", shape: "INCONCLUSIVE", says: "These runs cannot be compared." },
};

const VERDICT_KINDS = { GO: "good", NO_GO: "bad", INCONCLUSIVE: "warn" };

const ofRole = role => RUNS.map((run, i) => ({ ...run, i })).filter(run => run.role === role);

const ofSubject = (...subjects) => COMPARISON.trends.filter(trend => subjects.includes(trend.subject));

const lastDeparts = trend => trend.departures.some(departure => departure.run === LAST);

/* Worse first, then what is beyond the earlier runs, each in the order in which it came. */
const rank = trends => (trends.some(trend => trend.worse) ? 0 : trends.some(lastDeparts) ? 1 : trends.some(trend => trend.departures.length) ? 2 : 3);

/* What is worse since an earlier run is not told again. Of runs that cannot be compared it proves nothing. */
function departedBefore() {
  const whatOf = trend => trend.subject === "RUN" ? trend.what : "slower on the new schema";
  const departed = ofRole("EARLIER")
    .map(run => ({ run: run.i, what: [...new Set(COMPARISON.trends.filter(trend => trend.judged && trend.departures.some(departure => departure.run === run.i && departure.stays)).map(whatOf))] }))
    .filter(run => run.what.length);
  return !COMPARISON.notComparable.length && departed.length > 0 && h("p", { class: "says", "data-departed": departed.length }, "Earlier runs were worse than those before them; what stays so since is not told again: ",
    departed.map((run, i) => [i ? "; " : "", runLink(run.run), ` (${run.what.join(", ")})`]), ".");
}

function header() {
  const outcome = OUTCOMES[COMPARISON.outcome];
  const earlier = ofRole("EARLIER");
  const later = ofRole("LATER");
  const leftOut = ofRole("LEFT_OUT");
  return [
    band(outcome.shape, outcome.kind, outcome.word, COMPARISON.plan, outcome.says,
      COMPARISON.notComparable.map(reason => h("p", { class: "says" }, reason)),
      departedBefore(),
      COMPARISON.perhapsChance && h("p", { class: "says" }, "Chance may have done that: so few earlier runs do not show how far they lie apart by themselves.")),
    h("div", { class: "inside" },
      h("dl", { class: "setting" },
        fact(later.length > 1 ? `Judged: ${later.length} runs, the newest` : "Judged", minute(later[later.length - 1].startedAt)),
        fact("Against", earlier.length ? [things(earlier.length, "earlier run"), h("span", { class: "source" }, `since ${minute(earlier[0].startedAt)}`)] : "no earlier run"),
        leftOut.length > 0 && fact("Left out", `${leftOut.length} INCONCLUSIVE`),
        fact("Tolerance", `${count(COMPARISON.tolerance * 100)} % above their median`))),
  ];
}

function compared() {
  const trendOf = line => ofSubject("RUN").find(trend => trend.what === line.what);
  return section("compared", "What is compared", "A number is worse where it is above the earlier runs' median by more than the tolerance, by half as much again as the highest of them is above it, and by more than what is too little to tell.",
    COMPARISON.lines.length ? table("What is compared", [
      { name: "what", cell: line => line.what },
      { name: "before", cell: line => line.before },
      { name: "now", cell: line => line.now },
      { name: "change", cell: line => (trendOf(line) ? change(trendOf(line), nowOf(trendOf(line)), trendOf(line).median) : "") },
      { name: "outcome", kind: "text term", cell: line => (line.worse ? chip("worse", "bad") : "") },
    ], COMPARISON.lines, { class: "compared", attributes: line => ({ class: line.worse ? "failed" : "", "data-line": line.what }) }) : none("There is no earlier run to compare with."));
}

function trends() {
  const shown = [...ofSubject("RUN"), ...ofSubject("OPERATION").filter(trend => trend.worse)]
    .filter(trend => trend.values.some(value => value > 0))
    .sort((a, b) => rank([a]) - rank([b]));
  return section("trends", "Over the runs", "The band is what the earlier runs span, the dashed line their median; a diamond is a run beyond those before it, a ring one that was left out. Times are without those that the machine took.",
    shown.length ? h("div", { class: "trends" }, shown.map(trend =>
      h("figure", { class: trend.worse ? "bad" : null, "data-trend": trendName(trend) },
        h("h3", {}, trendName(trend)),
        h("p", {}, h("strong", { class: trend.worse ? "bad-text" : null }, inWords(trend, nowOf(trend))), " ", h("span", { class: "quiet" }, change(trend, nowOf(trend), trend.median))),
        chart(trend, "large"),
        departureList(trend)))) : none("Nothing was measured."));
}

const beyond = pairs => pairs.filter(([trend]) => trend).map(([trend, name]) => departureList(trend, name));

function operations() {
  const rows = [];
  for (const trend of ofSubject("OPERATION")) {
    const same = rows.find(row => row.name === trend.name && row.application === trend.application && row.phase === trend.phase);
    if (same) same[trend.what] = trend;
    else rows.push({ name: trend.name, application: trend.application, phase: trend.phase, [trend.what]: trend });
  }
  const both = row => [row.p50, row.p99].filter(Boolean);
  return section("operations", "Operations", "Response times from when an operation was due, per phase. The outcome rests on the median on the new schema (Settle), by itself and against the run's baseline; the rest tells where it comes from.",
    rows.length ? table("Response times over the runs", [
      { name: "operation", cell: row => [h("strong", {}, row.name), h("span", { class: "source" }, row.application)] },
      { name: "phase", kind: "text term", cell: row => phaseName(row.phase) },
      { name: "p50", kind: "text", cell: row => trendCell(row.p50) },
      { name: "p99", kind: "text", cell: row => trendCell(row.p99) },
      { name: "beyond those before", kind: "text", cell: row => beyond([[row.p50, "p50 "], [row.p99, "p99 "]]) },
    ], rows.sort((a, b) => rank(both(a)) - rank(both(b))), { class: "over", limit: 200, attributes: row => ({ "data-operation": row.name }) }) : none("No operation ran often enough."));
}

function relations() {
  const rows = ofSubject("OUTAGE", "LOCK_WAIT").sort((a, b) => rank([a]) - rank([b]));
  return section("relations", "Outages and lock waits", "The longest of each, as the verdict counts it; 0 where there was none.",
    rows.length ? table("Outages and lock waits over the runs", [
      { name: "what", cell: trend => [`${SUBJECTS[trend.subject]} `, h("code", {}, trend.name)] },
      { name: "longest", kind: "text", cell: trendCell },
      { name: "beyond those before", kind: "text", cell: trend => beyond([[trend, ""]]) },
    ], rows, { class: "over", limit: 200 }) : none("No table was out, and no operation waited for a lock, in any of the runs."));
}

const ROLES = { EARLIER: "compared with", LEFT_OUT: "left out", LATER: "judged" };

function runs() {
  return section("runs", "Runs", "What each is beyond the runs before it; against fewer than five perhaps by chance.",
    table("The runs, oldest first", [
      { name: "run", kind: "num", cell: (run, i) => String(i + 1) },
      { name: "started", cell: run => minute(run.startedAt) },
      { name: "verdict", cell: run => [chip(run.verdict.replace("_", "-"), VERDICT_KINDS[run.verdict]), h("span", { class: "source" }, ROLES[run.role])] },
      { name: "findings", cell: run => run.findings.join(", ") || "none" },
      { name: "beyond those before", kind: "text", cell: (run, i) => beyondIn(i) },
      { name: "report", cell: (run, i) => (DATA.reports[i] ? h("a", { href: DATA.reports[i] }, run.folder) : run.folder) },
    ], RUNS, { attributes: (run, i) => ({ id: `run-${i + 1}` }) }));
}

const MOST_BEYOND = 8;

function beyondIn(run) {
  const all = COMPARISON.trends.flatMap(trend => trend.departures.filter(d => d.run === run).map(departure => [trend, departure]))
    .sort((a, b) => rank([a[0]]) - rank([b[0]]));
  if (!all.length) return "nothing";
  return [
    all.slice(0, MOST_BEYOND).map(([trend, departure]) => h("div", { class: "departure" }, `${trendName(trend)}: `, chip(change(trend, departure.value, departure.median), departureKind(trend, departure)))),
    all.length > MOST_BEYOND && h("div", { class: "quiet" }, `and ${all.length - MOST_BEYOND} more`)];
}

show(header(), [compared, trends, operations, relations, runs], NAMES, `Comparison schema ${COMPARISON.schemaVersion}. Runs of one plan on one kind of machine: what got worse there is to be looked into, not quoted.`);
