/* Root blocker, then the statement that queued behind it, then who queued behind that. */

function blocking() {
  const tree = DATA.blocking;
  if (!tree.roots.length) return section("blocking", "Who waited for whom", null, none("Nobody was seen waiting for a lock."));
  return section("blocking", "Who waited for whom",
    `${things(DATA.lockWaits, "lock wait")}, from the session at the root of each chain to those who queued behind it.`,
    h("ul", { class: "tree" }, tree.roots.map(root)),
    tree.rootsLeftOut > 0 && h("p", { class: "left-out" }, `${things(tree.rootsLeftOut, "more root blocker")} in report.json.`),
    longestWaits());
}

function root(node) {
  const name = node.migration ? "The migration" : node.who === null ? "Root not seen" : node.who;
  const kind = node.migration ? "migration" : node.who === null ? "unseen" : "other";
  return h("li", { class: `root ${kind}`, "data-root": name },
    h("div", { class: "node" },
      h("span", { class: "who" }, name),
      h("span", { class: "role" }, node.who === null ? "the chain was not seen: too short, or the observer was busy" : "root blocker"),
      sums(node)),
    h("ul", {}, node.branches.map(part => (REPORT.statements[part.statement] ? branch(part) : leaves(part))),
      node.branchesLeftOut > 0 && h("li", { class: "left-out" }, `${things(node.branchesLeftOut, "more statement")} with shorter waits`)));
}

function branch(node) {
  const statement = REPORT.statements[node.statement];
  return h("li", { class: `branch ${statementKind(statement)}` },
    h("div", { class: "node" },
      statementLink(node.statement),
      h("code", { class: "sql inline" }, sql(oneLine(statement.sql, 140))),
      node.own && h("p", { class: "own" }, `waited ${time(node.own.worstMillis)} for ${node.own.lock}${node.own.ended.GRANTED ? "" : `, ${words(Object.keys(node.own.ended)[0])}`}`),
      node.waits > 0 && sums(node)),
    node.leaves.length > 0 && h("ul", {}, leaves(node)));
}

const leaves = node => [
  node.leaves.map(leaf),
  node.leavesLeftOut > 0 && h("li", { class: "left-out" }, `${things(node.leavesLeftOut, "more kind")} of waits, shorter`),
];

function leaf(node) {
  const lost = Object.entries(node.ended).filter(([ended]) => ended !== "GRANTED");
  return h("li", { class: "leaf" },
    h("span", { class: "times" }, `${count(node.waits)} ×`),
    h("span", { class: "what" }, h("strong", {}, node.waiter), ` for ${node.lock}`),
    h("span", { class: "numbers" }, `worst ${time(node.worstMillis)}, in all ${time(node.totalMillis)}`),
    lost.map(([ended, n]) => chip(`${count(n)} ${words(ended)}`, "bad")));
}

const sums = node => h("span", { class: "numbers" }, `${things(node.waits, "wait")}, worst ${time(node.worstMillis)}, in all ${time(node.totalMillis)}`);

function longestWaits() {
  const waits = [...REPORT.lockWaits].sort((a, b) => b.millis - a.millis);
  return sub("Longest lock waits", table("Lock waits, longest first", [
    { name: "waiter", cell: w => w.waiter },
    { name: "lock", cell: lockOf },
    { name: "waited", kind: "num", cell: w => time(w.millis) + (w.errorMillis >= 1 ? ` ± ${time(w.errorMillis)}` : "") },
    { name: "from", kind: "num", cell: w => moment(w.startMillis, 2) },
    { name: "phase", kind: "text term", cell: w => phaseName(w.phase) },
    { name: "root blocker", cell: w => w.rootBlocker === null ? "not seen" : [w.rootBlocker, ...w.alsoBlockedBy].join(", ") },
    { name: "statement", cell: w => (w.statement >= 0 ? statementLink(w.statement) : "–") },
    { name: "ended", cell: w => (w.ended === "GRANTED" ? "granted" : chip(words(w.ended), "bad")) },
    { name: "known from", cell: w => words(w.source) },
  ], waits, { limit: 15, leftOut: `The 15 longest of ${count(DATA.lockWaits)} are shown; report.json has all.`, wide: true }));
}
