/* The parts in reading order: what was decided and why, what the load felt, then everything else. */

const FACTS = "report.json";

const NAMES = { migrations: "Migrations", findings: "Findings", "not-measured": "Not measured", timeline: "Timeline", blocking: "Blocking", statements: "Statements", operations: "Operations", rollback: "Rollback", server: "Server", checklist: "Checklist", environment: "Environment" };

function build() {
  show(header(), [migrations, findings, notMeasured, timeline, blocking, statements, operations, rollback, server, checklist, environment], NAMES,
    `Rehearse ${REPORT.environment.rehearseVersion}, report schema ${REPORT.schemaVersion}. One machine, one server version, synthetic load: a rehearsal shows what can go wrong, not that nothing will.`);
  document.addEventListener("click", event => {
    const link = event.target.closest("a.statement-link");
    if (!link) return;
    event.preventDefault();
    openStatement(Number(link.getAttribute("href").split("-")[1]) - 1);
  });
  if (/^#statement-\d+$/.test(location.hash)) openStatement(Number(location.hash.split("-")[1]) - 1);
}

build();
