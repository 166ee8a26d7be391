/* What the application felt, operation by operation and phase by phase, beside its own baseline. */

function operations() {
  const list = REPORT.operations;
  const load = REPORT.load;
  return section("operations", "Operations", "Response time counts from the moment an operation was due, service time from the moment a client took it up.",
    list.length ? table("Times per operation and phase", [
      { name: "operation", cell: (o, i) => (i === 0 || !sameOperation(o, list[i - 1]) ? [h("strong", {}, o.name), h("span", { class: "source" }, o.application)] : h("span", { class: "again" }, o.name)) },
      { name: "phase", kind: "text term", cell: o => phaseName(o.phase) },
      { name: "due", kind: "num", cell: o => count(o.count) },
      { name: "errors", kind: "num", cell: o => (errorCount(o.errorsBySqlState) ? errorList(o.errorsBySqlState) : "0") },
      { name: "p50", kind: "num", cell: o => time(o.responseMillis.p50) },
      { name: "p90", kind: "num", cell: o => time(o.responseMillis.p90) },
      { name: "p99", kind: "num", cell: o => time(o.responseMillis.p99) },
      { name: "p99.9", kind: "num", cell: o => time(o.responseMillis.p999) },
      { name: "max", kind: "num", cell: o => time(o.responseMillis.max) },
      { name: "p99, times baseline", kind: "num", cell: toBaseline },
      { name: "service p99", kind: "num", cell: o => time(o.serviceMillis.p99) },
      { name: "service max", kind: "num", cell: o => time(o.serviceMillis.max) },
    ], sortedOperations(list), { class: "operations", wide: true, limit: 400, attributes: (o, i) => ({ class: `${o.phase === "BASELINE" ? "reference" : ""} ${i > 0 && sameOperation(o, list[i - 1]) ? "more" : ""}`, "data-operation": o.name }) }) : none("No operation ran."),
    sub("How honest the load was", load.planned > 0 ? [
      pairs([
        ["operations asked for", load.rate],
        ["clients", count(load.clients)],
        ["planned", count(load.planned)],
        ["completed", `${count(load.completed)} (${share(load.completed, load.planned)})`],
        ["gave up waiting for a connection", count(load.shed)],
        ["unfinished at the end", count(load.unfinished)],
        ["generator late, p99", time(load.lateP99Millis)],
        ["generator late, worst", time(load.lateMaxMillis)],
        ["waited for a connection, p99", time(load.queueP99Millis)],
        ["connections made again", count(load.reconnects)],
        ["application before", load.before],
        load.after !== null && ["application after", load.after],
      ]),
      h("p", { class: "quiet" }, "Arrivals follow a schedule that does not wait for answers; what the generator itself was late is part of no operation's service time.")] : none("No load ran.")),
    outages(), queues(), blockers());
}

const share = (part, whole) => (whole > 0 ? `${((100 * part) / whole).toFixed(part === whole ? 0 : 1)} %` : "–");

const sameOperation = (a, b) => a.name === b.name && a.application === b.application;

const order = phase => Object.keys(PHASES).indexOf(phase);

/* In place, since the first column names an operation once. */
const sortedOperations = list =>
  list.sort((a, b) => a.application.localeCompare(b.application) || a.name.localeCompare(b.name) || order(a.phase) - order(b.phase));

function toBaseline(operation) {
  if (operation.phase === "BASELINE") return "reference";
  const baseline = REPORT.operations.find(o => o.phase === "BASELINE" && sameOperation(o, operation));
  if (!baseline || !(baseline.responseMillis.p99 > 0)) return "–";
  const factor = operation.responseMillis.p99 / baseline.responseMillis.p99;
  return factor >= 3 && operation.responseMillis.p99 - baseline.responseMillis.p99 > 5 ? h("strong", { class: "bad-text" }, times(factor)) : times(factor);
}

function outages() {
  return sub("Outages", REPORT.outages.length ? table("Times in which nothing on a table succeeded although something was due", [
    { name: "table", cell: o => h("code", {}, o.table) },
    { name: "for", kind: "num", cell: o => time(o.millis) },
    { name: "from", kind: "num", cell: o => moment(o.startMillis, 2) },
    { name: "during", cell: o => statementLink(o.statement) },
  ], REPORT.outages, { limit: 40 }) : none("On every table something succeeded whenever something was due."));
}

function queues() {
  return REPORT.queues.length > 0 && sub("Longest queues", table("Most sessions that waited at once, by relation", [
    { name: "relation", cell: q => h("code", {}, q.relation) },
    { name: "sessions", kind: "num", cell: q => count(q.longest) },
    { name: "at", kind: "num", cell: q => moment(q.atMillis, 2) },
  ], REPORT.queues, { limit: 40 }));
}

function blockers() {
  return REPORT.blockers.length > 0 && sub("Blockers on stage", table("Sessions that the plan put in the way", [
    { name: "blocker", cell: b => words(b.kind) },
    { name: "table", cell: b => (b.table === null ? "–" : h("code", {}, b.table)) },
    { name: "from", kind: "num", cell: b => moment(b.startMillis, 2) },
    { name: "for", kind: "num", cell: b => time(b.millis) },
    { name: "end", cell: b => (b.diedEarly ? [chip("died early", "bad"), " ", b.error || ""] : "as planned") },
  ], REPORT.blockers));
}
