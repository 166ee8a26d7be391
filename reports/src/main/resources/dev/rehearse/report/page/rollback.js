/* The way back, what it cost, and what the migration changed and left. */

function rollback() {
  const r = REPORT.rollback;
  return section("rollback", "Rollback and data", null,
    h("p", { class: "statement-of-rollback" },
      !r.ran ? chip("not rehearsed", "warn") : r.schemaRestored === false || r.rowsLost > 0 || r.valuesLost > 0 || (r.outcome && r.outcome !== "SUCCEEDED") ? chip("not clean", "bad") : chip("ran", "good"),
      r.ran && [" ", DATA.rollback]),
    sub("Rows and values, table by table", r.byTable.length ? table("What became of what the application wrote, and of rows that were there before", [
      { name: "table", cell: t => h("code", {}, t.table) },
      { name: "rows written", kind: "num", cell: t => count(t.written) },
      { name: "of these lost", kind: "num", cell: t => loss(t.rowsLost) },
      { name: "values lost", kind: "num", cell: t => loss(t.valuesLost) },
      { name: "lost by column", cell: t => Object.entries(t.lostByColumn).map(([c, n]) => `${c}: ${count(n)}`).join(", ") || "–" },
      { name: "older rows looked up", kind: "num", cell: t => count(t.sampled) },
      { name: "rows lost", kind: "num", cell: t => loss(t.sampledRowsLost) },
      { name: "values changed", kind: "num", cell: t => loss(t.sampledValuesLost) },
    ], r.byTable, { limit: 100 }) : none("No rows were accounted for.")),
    r.differences.length > 0 && sub("What the rollback did not restore", diff(r.differences)),
    sub("What the migration changed", REPORT.schemaChanges.length ? diff(REPORT.schemaChanges) : none("No change of the schema was seen.")),
    REPORT.leftovers.length > 0 && sub("Left half done", table("What the migration left half done", [
      { name: "what", cell: l => chip(words(l.kind), "warn") },
      { name: "object", cell: l => h("code", {}, l.object) },
      { name: "after", kind: "text term", cell: l => phaseName(l.phase) },
      { name: "detail", cell: l => l.detail },
    ], REPORT.leftovers, { limit: 60 })),
    REPORT.invariants.length > 0 && sub("Invariants", table("Values that had to hold", [
      { name: "invariant", cell: i => [h("strong", {}, i.name), h("pre", { class: "sql short" }, sql(i.sql))] },
      { name: "held", cell: i => (i.held ? chip("held", "good") : chip("broken", "bad")) },
      { name: "expected", cell: i => maybe(i.expected) },
      { name: "before", cell: i => maybe(i.before) },
      { name: "after migration", cell: i => maybe(i.afterMigration) },
      { name: "after rollback", cell: i => maybe(i.afterRollback) },
    ], REPORT.invariants)));
}

const loss = n => (n > 0 ? h("strong", { class: "bad-text" }, count(n)) : "0");

const maybe = value => (value === null ? "–" : value);

function diff(changes) {
  const most = 80;
  return [
    h("div", { class: "diff" }, changes.slice(0, most).map(c => h("div", { class: "change" },
      h("p", { class: "object" }, chip(c.before === null ? "added" : c.after === null ? "removed" : "changed", "plain"), " ", h("code", {}, c.object)),
      c.before !== null && h("pre", { class: "sql minus" }, h("span", { class: "sign", "aria-label": "before" }, "− "), c.before),
      c.after !== null && h("pre", { class: "sql plus" }, h("span", { class: "sign", "aria-label": "after" }, "+ "), c.after)))),
    changes.length > most && h("p", { class: "left-out" }, `${things(changes.length - most, "more change")} in report.json.`),
  ];
}
