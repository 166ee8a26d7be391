/* What every page has: its band at the top, its sections and the links to them. */

/* A different shape for each, so that the verdict survives grey paper and colour blindness. */
function emblem(verdict) {
  const shapes = {
    GO: [s("circle", { cx: 32, cy: 32, r: 29, class: "plate" }), s("path", { d: "M18 33.5 28 43.5 47 22", class: "stroke" })],
    NO_GO: [s("path", { d: "M20.3 3.5h23.4L60.5 20.3v23.4L43.7 60.5H20.3L3.5 43.7V20.3Z", class: "plate" }), s("path", { d: "M22 22 42 42M42 22 22 42", class: "stroke" })],
    INCONCLUSIVE: [s("path", { d: "M32 2.5 61.5 32 32 61.5 2.5 32Z", class: "plate" }), s("path", { d: "M25 25.5a7.2 7.2 0 1 1 10.6 6.3c-2.6 1.5-3.6 2.9-3.6 6", class: "stroke" }), s("circle", { cx: 32, cy: 45.5, r: 2.9, class: "dot" })],
  };
  return s("svg", { viewBox: "0 0 64 64", class: "emblem", "aria-hidden": "true" }, shapes[verdict]);
}

const band = (shape, kind, word, name, says, ...more) =>
  h("div", { class: `verdict ${kind}` },
    h("div", { class: "inside" },
      emblem(shape),
      h("div", { class: "names" },
        h("p", { class: "word", id: "verdict" }, word),
        h("h1", {}, name),
        h("p", { class: "says" }, says),
        more)));

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));

const navigation = (parts, names) =>
  h("ul", {}, parts.map(part => h("li", {}, h("a", { href: `#${part.id}` }, names[part.id] || part.id))));

/* A part that cannot be shown must not take the others with it. */
function guarded(make) {
  try {
    return make();
  } catch (error) {
    console.error(error);
    return section(make.name, words(make.name), null, none(`This part could not be shown (${error.message}). ${FACTS} has its facts.`));
  }
}

function show(top, makers, names, foot) {
  document.getElementById("top").append(...top.filter(Boolean));
  const parts = makers.map(guarded).filter(Boolean);
  document.getElementById("report").append(...parts);
  document.getElementById("sections").append(navigation(parts, names));
  document.getElementById("foot").append(h("p", {}, foot));
}
