/* What the migration sent, one row for each statement; the row opens to everything known about it. */

const ORDERS = {
  "as sent": (a, b) => a.index - b.index,
  "longest first": (a, b) => b.durationMillis - a.durationMillis,
  "most queued first": (a, b) => b.queued - a.queued || b.durationMillis - a.durationMillis,
};

/* Of more, most are the tool's own bookkeeping, and what stood in the way would be far below. */
const READ_AS_SENT = 20;

function statements() {
  const list = REPORT.statements;
  if (!list.length) return section("statements", "Statements", null, none("The migration sent no statement."));
  const slowest = Math.max(...list.map(st => st.durationMillis));
  const holder = h("div");
  const draw = order => holder.replaceChildren(...statementTable([...list].sort(ORDERS[order]), slowest).filter(Boolean));
  const first = list.length > READ_AS_SENT ? "most queued first" : "as sent";
  draw(first);
  return section("statements", `Statements (${count(list.length)})`, null,
    list.length > 3 && h("div", { class: "toolbar screen", role: "toolbar", "aria-label": "Order" }, Object.keys(ORDERS).map(order =>
      h("button", { type: "button", "aria-pressed": String(order === first), onclick: event => {
        for (const other of event.currentTarget.parentNode.children) other.setAttribute("aria-pressed", String(other === event.currentTarget));
        draw(order);
      } }, order))),
    holder, attempts());
}

function statementTable(list, slowest) {
  const waits = index => DATA.waitsByStatement[index];
  return table("What the migration sent", [
    { name: "#", kind: "num", cell: st => st.index + 1 },
    { name: "statement", kind: "wide", cell: statementCell },
    { name: "start", kind: "num", cell: st => moment(st.startMillis, 1) },
    { name: "took", kind: "num", cell: st => [time(st.durationMillis), bar(st.durationMillis, slowest, statementKind(st))] },
    { name: "locks", kind: "wide", cell: st => lockChips(st.locks, 3) },
    { name: "queued", kind: "num", cell: st => (st.queued ? h("strong", {}, count(st.queued)) : "0") },
    { name: "worst wait", kind: "num", cell: st => (waits(st.index) ? time(waits(st.index).worstMillis) : "–") },
    { name: "errors", kind: "num", cell: st => (errorCount(st.errors) ? h("strong", { class: "bad-text" }, count(errorCount(st.errors))) : "0") },
    { name: "WAL", kind: "num", cell: st => bytes(st.walBytes) },
  ], list, {
    class: "statements",
    attributes: st => ({ id: `statement-${st.index + 1}`, "data-row": st.index, class: st.outcome === "SUCCEEDED" ? null : "failed" }),
    detail: st => detailRow(st),
  }).flat();
}

const bar = (value, full, kind) =>
  s("svg", { class: `bar ${kind}`, viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" }, s("rect", { x: 0, y: 0, width: full > 0 ? Math.max(2, (100 * value) / full) : 0, height: 4 }));

function statementCell(st) {
  const detail = `statement-${st.index + 1}-detail`;
  return [
    h("button", { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": detail, onclick: event => toggle(event.currentTarget) },
      h("span", { class: "arrow", "aria-hidden": "true" }), h("code", { class: "sql inline" }, sql(oneLine(st.sql, 160)))),
    h("div", { class: "under" },
      st.source && h("span", { class: "source" }, st.source),
      !st.source && st.migration && h("span", { class: "source" }, st.migration),
      st.phase !== "MIGRATE" && chip(phaseName(st.phase), "info"),
      st.attempt > 1 && chip(`attempt ${st.attempt}`, "info"),
      REPORT.statements.some(other => other.migrator > 0) && chip(`migrator ${st.migrator + 1}`, "info"),
      st.outcome !== "SUCCEEDED" && chip(`${words(st.outcome)}${st.sqlState ? " " + st.sqlState : ""}`, "bad"),
      work(st).map(([text, full]) => chip(text, "work", full))),
  ];
}

const work = st => [
  ...st.rewrites.map(t => [`rewrites ${oneLine(t, 50)}`, t]),
  ...st.scans.map(t => [`scans ${oneLine(t, 50)}`, t]),
  ...st.indexBuilds.map(t => [`builds ${oneLine(t, 50)}`, t]),
];

const lockText = { bad: "blocks reads and writes", warn: "blocks writes", plain: "" };

const byStrength = locks => [...locks].sort((a, b) => b.existedBefore - a.existedBefore || MODES.indexOf(b.mode) - MODES.indexOf(a.mode) || isTable(b) - isTable(a) || b.heldMillis - a.heldMillis);

/* Locks on what the statement itself made stand in nobody's way; the row's details have them. */
function lockChips(locks, most) {
  const shown = byStrength(locks.filter(lock => lock.existedBefore));
  return [
    shown.slice(0, most).map(lock => h("div", { class: "lock" }, chip(lock.mode, lockKind(lock), lockText[lockKind(lock)]), " ", h("code", {}, oneLine(lock.relation, 60)))),
    shown.length > most && h("div", { class: "lock quiet" }, `and ${shown.length - most} more`),
    !shown.length && "none",
  ];
}

function detailRow(st) {
  const waits = DATA.waitsByStatement[st.index];
  return h("tr", { class: "detail", id: `statement-${st.index + 1}-detail`, hidden: true },
    h("td", { colspan: 9 },
      h("pre", { class: "sql" }, sql(st.sql)),
      st.message && h("p", { class: "message" }, chip(st.sqlState || st.outcome, "bad"), " ", st.message),
      pairs([
        ["outcome", words(st.outcome)],
        ["started", moment(st.startMillis, 3)],
        ["took", time(st.durationMillis)],
        ["WAL", bytes(st.walBytes)],
        ["operations queued", count(st.queued)],
        waits && ["lock waits of the application", `${count(waits.count)}, worst ${time(waits.worstMillis)}, in all ${time(waits.totalMillis)}`],
        st.rewrites.length > 0 && ["rewrites", st.rewrites.join(", ")],
        st.scans.length > 0 && ["scans", st.scans.join(", ")],
        st.indexBuilds.length > 0 && ["builds", st.indexBuilds.join(", ")],
        errorCount(st.errors) > 0 && ["errors of the application meanwhile", errorList(st.errors)],
      ]),
      st.locks.length > 0 && table("Locks it took", [
        { name: "relation", cell: l => h("code", {}, l.relation) },
        { name: "kind", cell: l => l.kind + (l.existedBefore ? "" : ", new") },
        { name: "mode", cell: l => chip(l.mode, lockKind(l)) },
        { name: "stands in the way of", cell: l => (l.existedBefore ? { bad: "reads and writes", warn: "writes", plain: "–" }[lockKind(l)] : "nobody: it is new") },
        { name: "waited", kind: "num", cell: l => time(l.waitMillis) },
        { name: "held", kind: "num", cell: l => time(l.heldMillis) },
      ], byStrength(st.locks), { limit: 60 })));
}

function toggle(opener, open = opener.getAttribute("aria-expanded") !== "true") {
  opener.setAttribute("aria-expanded", String(open));
  document.getElementById(opener.getAttribute("aria-controls")).hidden = !open;
}

function openStatement(index) {
  const row = document.getElementById(`statement-${index + 1}`);
  if (!row) return;
  toggle(row.querySelector(".opener"), true);
  row.scrollIntoView({ block: "start" });
  row.querySelector(".opener").focus({ preventScroll: true });
}

function attempts() {
  const list = REPORT.attempts;
  if (!list.length) return null;
  return sub("Attempts", table("Attempts to migrate, to roll back and to migrate again", [
    { name: "phase", kind: "text term", cell: a => phaseName(a.phase) },
    list.some(a => a.migration) && { name: "migration", cell: a => a.migration || "all" },
    { name: "migrator", kind: "num", cell: a => a.migrator + 1 },
    { name: "attempt", kind: "num", cell: a => a.number },
    { name: "from", kind: "num", cell: a => moment(a.startMillis) },
    { name: "took", kind: "num", cell: a => time(a.durationMillis) },
    { name: "outcome", cell: a => [a.outcome === "SUCCEEDED" ? chip("succeeded", "good") : chip(`${words(a.outcome)}${a.sqlState ? " " + a.sqlState : ""}`, "bad"), a.message && h("div", { class: "quiet" }, a.message)] },
    { name: "operations queued", kind: "num", cell: a => count(a.operationsQueued) },
    { name: "longest lock wait", kind: "num", cell: a => time(a.longestLockWaitMillis) },
  ].filter(Boolean), list, { limit: 60 }));
}
