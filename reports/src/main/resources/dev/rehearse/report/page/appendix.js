/* Replication and server, the checklist, and where all this ran. */

function server() {
  const cost = REPORT.server;
  const grown = cost.relations.filter(r => r.bytesBefore !== r.bytesAfterMigration || r.deadRowsAfterMigration > r.deadRowsBefore)
    .sort((a, b) => Math.abs(b.bytesAfterMigration - b.bytesBefore) - Math.abs(a.bytesAfterMigration - a.bytesBefore));
  return section("server", "Server and standbys", null,
    pairs([["WAL written while migrating", bytes(cost.walBytes)], ["temporary files", bytes(cost.tempBytes)], ["deadlocks", counted(cost.deadlocks)],
      ["checkpoints meanwhile", cost.checkpoints < 0 ? counted(cost.checkpoints) : `${count(cost.checkpoints)}, of these ${count(cost.requestedCheckpoints)} asked for; ${bytes(cost.checkpointBytes)} written`],
      ["database on disk, before and at most", `${bytes(cost.databaseBytesBefore)}, ${bytes(cost.databaseBytesPeak)}`], ["WAL on disk, at most", bytes(cost.walDirectoryBytesPeak)],
      ["read from outside its buffers, and from them", `${bytes(cost.bufferReadBytes)}, ${bytes(cost.bufferHitBytes)}`],
      ["transactions begun while one snapshot was kept, at most", counted(cost.oldestSnapshotAge)],
      ["transactions since the oldest that is not frozen, at most", counted(cost.frozenXidAge)]]),
    sub("Standbys", REPORT.replication.length ? table("How far standbys fell behind", [
      { name: "standby", cell: r => r.standby },
      { name: "replay furthest behind", kind: "num", cell: r => time(r.maxLagMillis) },
      { name: "WAL not replayed", kind: "num", cell: r => bytes(r.maxLagBytes) },
      { name: "at", kind: "num", cell: r => moment(r.atMillis, 1) },
      { name: "receipt furthest behind", kind: "num", cell: r => time(r.maxReceiveLagMillis) },
      { name: "queries cancelled", kind: "num", cell: r => loss(r.conflicts) },
      { name: "written tables, furthest behind first", cell: r => r.byTable.filter(t => t.maxLagMillis > 0).slice(0, 5).map(t => `${t.table} ${time(t.maxLagMillis)}`).join(", ") },
    ], REPORT.replication) : none("No standby took part; replay lag is not measured.")),
    REPORT.replication.some(r => r.lockWaits.length) ? sub("Waits for locks on standbys", table("Replay waits behind readers, and readers behind replay", [
      { name: "standby", cell: w => w.standby },
      { name: "waited", cell: w => w.waiter },
      { name: "for", cell: lockOf },
      { name: "for how long", kind: "num", cell: w => time(w.millis) },
      { name: "from", kind: "num", cell: w => moment(w.startMillis, 1) },
      { name: "behind", cell: w => [w.chain.join(" ← "), ...w.alsoBlockedBy].join(", ") },
      { name: "ended", cell: w => phrase(w.ended) },
    ], REPORT.replication.flatMap(r => r.lockWaits.map(w => ({ ...w, standby: r.standby }))), { limit: 20 })) : null,
    sub("Tables and indexes that grew or shrank", grown.length ? table("Sizes and dead rows", [
      { name: "relation", cell: r => [h("code", {}, r.relation), h("span", { class: "source" }, r.kind)] },
      { name: "before", kind: "num", cell: r => bytes(r.bytesBefore) },
      { name: "after migration", kind: "num", cell: r => bytes(r.bytesAfterMigration) },
      { name: "after rollback", kind: "num", cell: r => bytes(r.bytesAfterRollback) },
      { name: "dead rows before", kind: "num", cell: r => counted(r.deadRowsBefore) },
      { name: "after migration", kind: "num", cell: r => counted(r.deadRowsAfterMigration) },
      { name: "after rollback", kind: "num", cell: r => counted(r.deadRowsAfterRollback) },
    ], grown, { limit: 40 }) : none("None did.")));
}

const STATES = { DONE: ["done", "good"], FAILED: ["failed", "bad"], NOT_MEASURED: ["not measured", "warn"] };

function checklist() {
  const lines = REPORT.checklist;
  if (!lines.length) return null;
  const groups = [...new Set(lines.map(l => l.when))];
  const done = lines.filter(l => l.state === "DONE").length;
  return section("checklist", "Go-live checklist", `${done} of ${lines.length} lines are proven by this run.`,
    groups.map(when => sub(phrase(when), h("ul", { class: "checklist" }, lines.filter(l => l.when === when).map(l =>
      h("li", { class: STATES[l.state][1], "data-state": l.state }, chip(...STATES[l.state]), h("div", {}, h("p", { class: "item" }, l.item), h("p", { class: "proof" }, l.evidence))))))));
}

const phrase = when => when.charAt(0).toUpperCase() + when.slice(1).toLowerCase();

function environment() {
  const e = REPORT.environment;
  const { plan } = REPORT;
  return section("environment", "Environment", null,
    pairs([
      ["database", e.database], ["server version", e.serverVersion], ["provider", e.provider], ["standbys", count(e.standbys)],
      ["machine", `${things(e.cores, "core")}, ${bytes(e.memoryMib * 1048576)}`], ["operating system", e.operatingSystem], ["Java", e.javaVersion],
      ["Rehearse", e.rehearseVersion], ["started", e.startedAt], ["plan", plan.folder], ["randomSeed", String(plan.randomSeed)],
    ]),
    e.compiledWith && sub("Build of the server", h("pre", { class: "sql" }, e.compiledWith)),
    sub("Budget", Object.keys(plan.budget).length ? table("Limits agreed beforehand", [{ name: "limit", cell: ([k]) => k }, { name: "value", cell: ([, v]) => v }], Object.entries(plan.budget)) : none("No limits were given.")),
    sub("Settings of the server", Object.keys(e.settings).length ? table("Settings that matter", [{ name: "setting", cell: ([k]) => h("code", {}, k) }, { name: "value", cell: ([, v]) => v }], Object.entries(e.settings)) : none("Not read.")),
    sub("Rows loaded", Object.keys(plan.rows).length ? table("Rows loaded by table", [{ name: "table", cell: ([k]) => h("code", {}, k) }, { name: "rows", kind: "num", cell: ([, v]) => count(v) }], Object.entries(plan.rows).sort((a, b) => b[1] - a[1]), { limit: 60 }) : none("None.")),
    sub("Phases", REPORT.phases.length ? table("When each phase ran", [{ name: "phase", kind: "text term", cell: p => phaseName(p.phase) }, { name: "from", kind: "num", cell: p => moment(p.startMillis) }, { name: "took", kind: "num", cell: p => time(p.durationMillis) }], REPORT.phases) : none("None ran.")));
}
