/* One card for each finding, and what nobody must take for measured. */

const SEVERITIES = {
  BREACH: { word: "Limit broken", kind: "bad" },
  VOID: { word: "Proves too little", kind: "warn" },
  DANGER: { word: "Danger", kind: "warn" },
  NOTE: { word: "Note", kind: "info" },
};

/* Of more than these a line each comes first. */
const AT_A_GLANCE = 4;

function findings() {
  const list = REPORT.findings;
  return section("findings", list.length ? `Findings (${count(list.length)})` : "Findings", null,
    list.length > AT_A_GLANCE && h("ol", { class: "glance" }, list.map((f, i) => h("li", {},
      chip(SEVERITIES[f.severity].word, SEVERITIES[f.severity].kind), h("a", { href: `#finding-${i}` }, oneLine(f.title, 160))))),
    list.length ? h("div", { class: "cards" }, list.map((f, i) => card(f, i, DATA.scales[i]))) : none("No limit was broken, and no danger was seen."));
}

function card(finding, index, scale) {
  const severity = SEVERITIES[finding.severity];
  const statement = REPORT.statements[finding.statement];
  return h("article", { class: `card ${severity.kind}`, id: `finding-${index}`, "data-finding": finding.id },
    h("p", { class: "kicker" },
      chip(severity.word, severity.kind),
      h("code", { class: "id" }, finding.id),
      finding.catalogue && h("code", { class: "id", title: "in the catalogue of dangerous operations" }, finding.catalogue)),
    h("h3", {}, finding.title),
    against(finding, scale, severity.kind),
    statement && h("div", { class: "cause" },
      statementLink(finding.statement), statement.source && h("span", { class: "source" }, statement.source),
      h("pre", { class: "sql short" }, sql(oneLine(statement.sql, 300)))),
    h("ul", { class: "evidence", "aria-label": "Evidence" }, evidence(finding, statement).map(line => h("li", {}, folded(line)))),
    finding.effect && h("p", { class: "effect" }, h("span", { class: "label" }, "Effect"), finding.effect),
    finding.saferWay && h("p", { class: "safer" }, h("span", { class: "label" }, finding.severity === "VOID" || finding.severity === "NOTE" ? "What to do" : "Safer way"), finding.saferWay));
}

/* A line that names very many things is opened by whoever wants them all. */
const LONGEST_LINE = 400;
const folded = line =>
  line.length <= LONGEST_LINE ? line : h("details", {}, h("summary", {}, oneLine(line, LONGEST_LINE / 2)), line);

/* The line that only repeats the statement shown above it is left out. */
const evidence = (finding, statement) =>
  finding.evidence.filter(line => !(statement && line.startsWith(`statement ${finding.statement + 1}`) && oneLine(line).includes(oneLine(statement.sql).slice(0, 40))));

/* Measured against the limit, on one scale where both are numbers of a kind. */
function against(finding, scale, kind) {
  if (!finding.measured) return null;
  const numbers = h("p", { class: "numbers" },
    h("span", {}, "measured: ", h("strong", {}, finding.measured)),
    finding.limit && h("span", { class: "limit" }, `limit: ${finding.limit}`));
  if (scale.length !== 2 || Math.max(...scale) <= 0) return numbers;
  const [measured, limit] = scale;
  const full = Math.max(measured, limit);
  return h("div", { class: "against" }, numbers,
    s("svg", { class: `gauge ${kind}`, viewBox: "0 0 1000 14", preserveAspectRatio: "none", role: "img", "aria-label": `measured ${finding.measured}, limit ${finding.limit}` },
      s("rect", { class: "ground", x: 0, y: 3, width: 1000, height: 8, rx: 2 }),
      s("rect", { class: "measured", x: 0, y: 3, width: Math.max(2, (1000 * measured) / full), height: 8, rx: 2 }),
      s("rect", { class: "mark", x: Math.min(996, (1000 * limit) / full - 2), y: 0, width: 4, height: 14 })));
}

function notMeasured() {
  const list = REPORT.notMeasured;
  if (!list.length) return null;
  return section("not-measured", "Not measured", "Do not take this run as evidence for:",
    h("ul", { class: "missing" }, list.map(line => h("li", {}, line))));
}
