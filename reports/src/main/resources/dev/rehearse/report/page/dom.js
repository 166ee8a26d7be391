/* Everything that reaches the page goes through here: text becomes text nodes, never markup. */

const DATA = JSON.parse(document.getElementById("data").textContent);
const REPORT = DATA.report;

/* Characters that would turn the reading direction, hide, or break what follows. */
const STEERING =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const visible = value =>
  String(value).replace(STEERING, c => `[U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);

const oneLine = (value, length) => {
  const line = visible(value).trim().replace(/\s+/g, " ");
  return length && line.length > length ? line.slice(0, length - 1) + "…" : line;
};

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : visible(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(visible(child)));
  }
  return element;
}

const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

let identifiers = 0;
const identifier = prefix => `${prefix}-${++identifiers}`;

/* A part of the report with its heading; empty parts say so instead of vanishing. */
function section(id, title, lead, ...content) {
  return h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), lead && h("p", { class: "lead" }, lead), content);
}

const sub = (title, ...content) => h("div", { class: "sub" }, h("h3", {}, title), content);

const none = text => h("p", { class: "none" }, text);

/* A word in a pill; its kind is told by a sign too, not by colour alone. */
const SIGNS = { bad: "✕", warn: "!", good: "✓", info: "", plain: "" };
const chip = (text, kind = "plain", title) =>
  h("span", { class: `chip ${kind}`, title }, SIGNS[kind] && h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[kind]), text);

/* Columns: {name, cell, kind: "num" | "text" | "text term" | "wide"} (words of ours); rows beyond the limit are counted, not drawn. */
function table(caption, columns, rows, options = {}) {
  const limit = options.limit || Infinity;
  const body = h("tbody");
  rows.slice(0, limit).forEach((row, i) => {
    const attributes = options.attributes ? options.attributes(row, i) : {};
    body.append(
      h("tr", attributes, columns.map((c, n) =>
        h(n === 0 && !options.plainFirst ? "th" : "td",
          { class: c.kind || "text", "data-label": c.name, scope: n === 0 && !options.plainFirst ? "row" : null },
          h("div", { class: "cell" }, c.cell(row, i))))));
    const detail = options.detail && options.detail(row, i);
    if (detail) body.append(detail);
  });
  return [
    h("div", { class: "scroll", tabindex: options.wide ? "0" : null, role: options.wide ? "region" : null, "aria-label": options.wide ? caption : null },
      h("table", { class: options.class },
        h("caption", { class: "quiet" }, caption),
        h("thead", {}, h("tr", {}, columns.map(c => h("th", { scope: "col", class: c.kind || "text" }, c.name)))),
        body)),
    rows.length > limit && h("p", { class: "left-out" }, options.leftOut || `${count(rows.length - limit)} more of ${count(rows.length)} are in ${FACTS}.`),
  ];
}

/* Name and value side by side. */
const pairs = entries =>
  h("dl", { class: "pairs" }, entries.filter(Boolean).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));

const KEYWORDS =
  /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*')|\b(ACCESS|ADD|ALTER|ALWAYS|ANALYZE|AND|AS|ATTACH|BEGIN|BIGINT|BY|CASCADE|CHECK|COLUMN|COMMIT|CONCURRENTLY|CONSTRAINT|CREATE|DEFAULT|DELETE|DETACH|DOMAIN|DROP|EXCLUSIVE|EXISTS|FOREIGN|FROM|FUNCTION|GENERATED|GRANT|IF|IN|INDEX|INSERT|INTEGER|INTO|IS|KEY|LIMIT|LOCK|MATERIALIZED|NOT|NULL|ON|ONLY|OR|ORDER|PARTITION|PRIMARY|REFERENCES|REFRESH|REINDEX|RENAME|REPLACE|ROLLBACK|SELECT|SET|TABLE|TEXT|TIMESTAMP|TO|TRIGGER|TRUNCATE|TYPE|UNIQUE|UPDATE|USING|VACUUM|VALIDATE|VALID|VALUES|VARCHAR|VIEW|WHERE|WITH)\b/gi;

/* SQL with its words told apart; a very long text is left plain, as nobody reads it for its beauty. */
function sql(text) {
  const shown = visible(text);
  if (shown.length > 4000) return [shown];
  const parts = [];
  let end = 0;
  for (const match of shown.matchAll(KEYWORDS)) {
    parts.push(shown.slice(end, match.index));
    parts.push(h("span", { class: match[1] ? "remark" : match[2] ? "literal" : "keyword" }, match[0]));
    end = match.index + match[0].length;
  }
  parts.push(shown.slice(end));
  return parts;
}

/* A link to a statement; following it opens the statement's row. */
const statementLink = (index, text) =>
  index >= 0 && index < REPORT.statements.length
    ? h("a", { href: `#statement-${index + 1}`, class: "statement-link" }, text || `statement ${index + 1}`)
    : h("span", {}, text || "no statement");

const errorList = errors =>
  Object.entries(errors).sort((a, b) => b[1] - a[1]).map(([state, n]) =>
    chip(`${count(n)} × ${state}`, "bad", DATA.sqlStates[state] || null));

const errorCount = errors => Object.values(errors).reduce((sum, n) => sum + n, 0);
