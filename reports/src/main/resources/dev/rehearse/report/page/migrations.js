/* Each migration with a verdict of its own, where there are several. */

const VERDICT_KINDS = { GO: "good", NO_GO: "bad", INCONCLUSIVE: "warn" };

function migrations() {
  const list = REPORT.migrations;
  if (list.length < 2) return null;
  return section("migrations", `Migrations (${count(list.length)})`, "Each by what its own statements did; the verdict above is for all of them together.",
    table("Migrations in the order in which they ran", [
      { name: "migration", kind: "wide", cell: m => h("code", {}, oneLine(m.id, 120)) },
      { name: "verdict", cell: m => chip(m.verdict, VERDICT_KINDS[m.verdict]) },
      { name: "outcome", cell: m => words(m.outcome) },
      { name: "from", kind: "num", cell: m => (m.startMillis < 0 ? "–" : moment(m.startMillis)) },
      { name: "took", kind: "num", cell: m => (m.startMillis < 0 ? "–" : time(m.durationMillis)) },
      { name: "rolled back", cell: m => (m.rolledBack === null ? "–" : m.rolledBack ? "yes" : "no") },
      { name: "findings", kind: "wide", cell: m => m.findings.map(id => chip(oneLine(id, 40))) },
    ], list, { limit: 200 }));
}
