/* The parts in reading order: what was decided and why, what the load felt, then everything else. */

function navigation(parts) {
  const names = { migrations: "Migrations", findings: "Findings", "not-measured": "Not measured", timeline: "Timeline", blocking: "Blocking", statements: "Statements", operations: "Operations", rollback: "Rollback", server: "Server", checklist: "Checklist", environment: "Environment" };
  return h("ul", {}, parts.map(part => h("li", {}, h("a", { href: `#${part.id}` }, names[part.id] || part.id))));
}

/* A part that cannot be shown must not take the others with it. */
function guarded(make) {
  try {
    return make();
  } catch (error) {
    console.error(error);
    return section(make.name, words(make.name), null, none(`This part could not be shown (${error.message}). report.json has its facts.`));
  }
}

function build() {
  document.getElementById("top").append(...header().filter(Boolean));
  const parts = [migrations, findings, notMeasured, timeline, blocking, statements, operations, rollback, server, checklist, environment].map(guarded).filter(Boolean);
  document.getElementById("report").append(...parts);
  document.getElementById("sections").append(navigation(parts));
  document.getElementById("foot").append(h("p", {}, `Rehearse ${REPORT.environment.rehearseVersion}, report schema ${REPORT.schemaVersion}. One machine, one server version, synthetic load: a rehearsal shows what can go wrong, not that nothing will.`));
  document.addEventListener("click", event => {
    const link = event.target.closest("a.statement-link");
    if (!link) return;
    event.preventDefault();
    openStatement(Number(link.getAttribute("href").split("-")[1]) - 1);
  });
  if (/^#statement-\d+$/.test(location.hash)) openStatement(Number(location.hash.split("-")[1]) - 1);
}

build();
