/* The answer first: the verdict, what it is about, and the handful of numbers that decide. */

const VERDICTS = {
  GO: { word: "GO", kind: "good", says: "Every limit held, and there is evidence for it." },
  NO_GO: { word: "NO-GO", kind: "bad", says: "Do not release it like this." },
  INCONCLUSIVE: { word: "INCONCLUSIVE", kind: "warn", says: "This run proves too little to decide." },
};

/* What one asks next, by the first finding that decided. */
function wayOut() {
  const deciding = { NO_GO: "BREACH", INCONCLUSIVE: "VOID" }[REPORT.verdict];
  const index = REPORT.findings.findIndex(finding => finding.severity === deciding && finding.saferWay);
  if (index < 0) return null;
  return h("p", { class: "way-out" },
    h("a", { href: `#finding-${index}` }, deciding === "VOID" ? "What to do" : "Safer way"), `: ${oneLine(REPORT.findings[index].saferWay, 240)}`);
}

function header() {
  const verdict = VERDICTS[REPORT.verdict];
  const { plan, environment, load } = REPORT;
  const dangers = REPORT.verdict === "GO" ? REPORT.findings.filter(finding => finding.severity === "DANGER").length : 0;
  const tables = Object.keys(plan.rows).length;
  return [
    band(REPORT.verdict, verdict.kind, verdict.word, plan.name,
      [verdict.says, dangers > 0 && ` What no limit judges is below: ${things(dangers, "danger")}.`], wayOut()),
    h("div", { class: "inside" },
      h("dl", { class: "setting" },
        fact("Server", environment.database),
        fact("Data", tables
          ? `${count(plan.rows[DATA.table])} rows in ${DATA.table}` + (tables > 1 ? `, ${things(tables - 1, "further table")}` : "")
          : "none loaded"),
        fact("Load", load.ratePerSecond > 0 ? `${load.rate.includes(" ") ? `operations at ${load.rate},` : `${count(load.ratePerSecond)} operations/s`} on ${things(load.clients, "client")}` : "none"),
        fact("Migration", `${plan.tool}${plan.files.length ? `: ${plan.files.slice(0, 3).join(", ")}` : ""}${plan.files.length > 3 ? ` and ${plan.files.length - 3} more` : ""}`),
        fact("Started", h("time", { datetime: environment.startedAt }, minute(environment.startedAt))),
        fact("Took", time(DATA.durationMillis))),
      REPORT.summary.length > 0 && h("ul", { class: "summary", "aria-label": "Summary" }, REPORT.summary.map(line => h("li", {}, line))),
      tiles()),
  ];
}

/* state: "bad" broke a limit, "good" within one, "warn" not to be told, "" no limit */
const tile = (name, value, note, state = "", words = STATE_WORDS[state]) =>
  h("div", { class: `tile ${state}` },
    h("dt", {}, name),
    h("dd", {}, h("span", { class: "value" }, value), note && h("span", { class: "note" }, note)),
    state && h("span", { class: "state" }, words));

const STATE_WORDS = { bad: "✕ over the limit", warn: "! not judged", good: "✓ within the limit" };

const broke = id => REPORT.findings.some(f => f.id === id && f.severity === "BREACH");

/* Findings that break no limit, but leave open whether it was kept. */
const LEFT_OPEN = { RESPONSE_TIME: "TOO_FEW_TO_TELL", ERRORS: "FEW_ERRORS" };

/* Within a limit is said only where a run proves something. */
function judged(id, measured, limited) {
  if (broke(id)) return "bad";
  if (!limited || !measured) return "";
  return REPORT.findings.some(f => f.severity === "VOID" || f.id === LEFT_OPEN[id]) ? "warn" : "good";
}

/* What goes with a column or a table that the migration added is told, but it is no limit broken. */
function wayBack(rollback) {
  if (!rollback.ran) return [];
  if (["ROLLBACK_FAILED", "SCHEMA_NOT_RESTORED", "ROWS_LOST", "VALUES_LOST"].some(broke)) return ["bad", "✕ not clean"];
  const lost = [[rollback.rowsLost, "new row"], [rollback.valuesLost, "new value"]].filter(([n]) => n > 0).map(([n, what]) => things(n, what));
  return lost.length ? ["warn", `! ${lost.join(", ")} lost`] : [];
}

const limitOf = name => {
  const key = Object.keys(REPORT.plan.budget).find(k => k.toLowerCase().includes(name));
  return key ? REPORT.plan.budget[key] : null;
};

function tiles() {
  const ran = phase => REPORT.phases.find(p => p.phase === phase);
  const migrated = ran("MIGRATE");
  if (!migrated) return null;
  // Over the limit it is told what was felt, as the finding does; within it only what counts can be held against it.
  const waited = REPORT.lockWaits.filter(w => w.waiterKind === "APPLICATION")
    .reduce((worst, w) => Math.max(worst, broke("LOCK_WAIT") ? w.millis : w.countedMillis ?? w.millis), 0);
  // Not the sum over statements: an operation can stand behind several.
  const held = REPORT.attempts.filter(a => a.phase === "MIGRATE").reduce((sum, a) => sum + a.operationsQueued, 0);
  const during = REPORT.operations.filter(o => o.phase === "MIGRATE");
  const due = during.reduce((sum, o) => sum + o.count, 0);
  const failed = during.reduce((sum, o) => sum + errorCount(o.errorsBySqlState), 0);
  const slowest = during.reduce((a, b) => (a && a.responseMillis.p99 >= b.responseMillis.p99 ? a : b), null);
  const before = slowest && REPORT.operations.find(o => o.phase === "BASELINE" && o.name === slowest.name && o.application === slowest.application);
  const limitNote = name => (limitOf(name) ? `limit ${limitOf(name)}` : "no limit");
  const rollback = REPORT.rollback;
  return h("dl", { class: "tiles" },
    tile("Longest lock wait", waited > 0 ? time(waited) : due ? "none" : "–", `behind the migration; ${limitNote("lockwait")}`, judged("LOCK_WAIT", due, limitOf("lockwait"))),
    tile("Operations held up", count(held), due ? `of ${count(due)} due while migrating` : "none were due"),
    tile("Slowest p99", slowest ? time(slowest.responseMillis.p99) : "–",
      slowest ? `${oneLine(slowest.name, 40)}${before ? `; ${time(before.responseMillis.p99)} before` : ""}` : "nothing ran",
      judged("RESPONSE_TIME", slowest, limitOf("p99"))),
    tile("Errors", due ? count(failed) : "–", due ? `of ${count(due)} operations` : "nothing ran", judged("ERRORS", due, limitOf("error"))),
    tile("Migration took", time(migrated.durationMillis), limitNote("duration"), judged("DURATION", true, limitOf("duration"))),
    tile("Rollback", rollback.ran ? time(rollback.durationMillis) : "not run",
      !rollback.ran ? "" : rollback.schemaRestored === null ? "schema not compared" : rollback.schemaRestored ? "schema restored" : "schema NOT restored",
      ...wayBack(rollback)));
}
