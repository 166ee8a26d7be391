/* The picture: stacked panels on one time axis. Drag, wheel, keys and buttons change the part that is shown. */

function timeline() {
  const whole = span();
  if (!whole) return section("timeline", "Timeline", null, none("The run ended before there was anything to draw."));
  const holder = h("div", { class: "plot", tabindex: "0", role: "group", "aria-label": "Timeline. Keys: plus and minus zoom, arrows move, 0 shows all.", "data-from": "", "data-to": "" });
  const readout = h("div", { class: "readout" });
  const notes = h("p", { class: "left-out" });
  const state = { view: whole, whole, plot: null, holder, readout, notes, buttons: [], show };

  function show(view) {
    const least = Math.max(20, REPORT.timeline.due.length ? REPORT.timeline.bucketMillis * 4 : 20);
    const width = Math.min(whole[1] - whole[0], Math.max(least, view[1] - view[0]));
    const from = Math.min(Math.max(view[0], whole[0]), whole[1] - width);
    state.view = [from, from + width];
    schedule();
  }

  let scheduled = false;
  function schedule() {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      render(state, holder.clientWidth);
    });
  }

  const toolbar = buttons(state);
  pointer(state);
  keys(state);
  new ResizeObserver(schedule).observe(holder);
  // Paper is narrower than most windows; drawn for its width, the letters keep their size.
  addEventListener("beforeprint", () => {
    state.view = whole;
    render(state, 700);
  });
  addEventListener("afterprint", schedule);
  return section("timeline", "Timeline",
    "What the load felt, with the migration's statements (numbered), the locks they held, and every lock wait.",
    h("figure", {}, toolbar, readout, holder,
      h("figcaption", {},
        h("p", { class: "legend" },
          h("span", { class: "key bad" }, "blocks reads and writes"), h("span", { class: "key warn" }, "blocks writes (shaded while the lock was held)"), h("span", { class: "key plain" }, "blocks neither"),
          h("span", { class: "key wait application" }, "lock wait of the application"), h("span", { class: "key wait migration" }, "of the migration"), h("span", { class: "key wait lost" }, "gave up or failed"),
          activeClasses().map(([name, text]) => h("span", { class: `key narrow active-${name}` }, text))),
        h("p", { class: "hint screen" }, "Drag to zoom, double-click to see all. With Ctrl, or after a click into the picture, the wheel zooms; so do + and −. Arrows move, a click on a statement goes to it."),
        notes)));
}

/* From the first load to the last of load and statements; the phases alone where no load ran. */
function span() {
  const t = REPORT.timeline;
  const end = x => x.startMillis + x.durationMillis;
  if (t.due.length) {
    const ends = [t.startMillis + t.due.length * t.bucketMillis, ...REPORT.statements.map(end)];
    return [Math.min(t.startMillis, ...REPORT.statements.map(st => st.startMillis)), Math.max(...ends)];
  }
  const last = Math.max(0, ...REPORT.statements.map(end), ...REPORT.phases.map(end));
  return last > 0 ? [0, last] : null;
}

function render(state, width) {
  if (width < 100) return;
  const { view } = state;
  const wide = width > 560;
  const plot = { view, wide, left: wide ? 58 : 46, right: width - (wide ? 14 : 8), clip: "url(#plot-area)" };
  plot.x = linear(view[0], view[1], plot.left, plot.right);
  const list = panels();
  const gap = 34;

  const placed = placeStatements(view);
  let y = LANES.phase + placed.height + 4;
  const holds = placeHolds(view);
  const holdsTop = y;
  if (holds.rows.length) y += 16 + holds.rows.length * LANES.hold + 4;
  const waits = placeWaits(view);
  const waitsTop = y;
  if (waits.rows) y += 16 + waits.rows * waits.pitch + 6;
  const tops = list.map(p => {
    const top = y + gap - 8;
    y = top + p.height;
    return top;
  });
  plot.bottom = y + 2;
  const part = list.length ? buckets(plot) : null;

  const picture = s("svg", { class: "timeline", viewBox: `0 0 ${width} ${plot.bottom + 22}`, role: "img", "aria-label": `Timeline from ${moment(view[0])} to ${moment(view[1])}` },
    s("defs", {}, s("clipPath", { id: "plot-area" }, s("rect", { x: plot.left, y: 0, width: plot.right - plot.left, height: plot.bottom }))),
    phaseLane(plot),
    timeTicks(view[0], view[1], wide ? 10 : 4).map(tick => s("g", {},
      s("line", { class: "grid", x1: plot.x(tick.at), x2: plot.x(tick.at), y1: LANES.phase, y2: plot.bottom }),
      label(plot.x(tick.at), plot.bottom + 16, tick.text, { "text-anchor": "middle" }))),
    s("g", { class: "columns" }, holdColumns(plot, LANES.phase)),
    part && list.map((p, i) => p.draw(plot, part, tops[i], p.height)),
    holds.rows.length > 0 && s("g", { class: "holds" }, label(plot.left, holdsTop + 10, "Locks held", { class: "label title" }), holdLane(plot, holdsTop + 16, holds)),
    waits.rows > 0 && s("g", { class: "waits" }, label(plot.left, waitsTop + 10, waits.text, { class: "label title" }), waitLane(plot, waitsTop + 16, waits)),
    s("g", { class: "spans" }, statementLane(plot, LANES.phase, placed)),
    s("line", { class: "cursor", x1: -9, x2: -9, y1: LANES.phase, y2: plot.bottom }),
    s("rect", { class: "selection", x: -9, y: LANES.phase, width: 0, height: plot.bottom - LANES.phase }));
  state.plot = plot;
  state.picture = picture;
  state.holder.replaceChildren(picture);
  state.holder.dataset.from = view[0].toFixed(1);
  state.holder.dataset.to = view[1].toFixed(1);
  state.notes.textContent = [
    holds.leftOut > 0 && `${things(holds.leftOut, "more lock")} held more briefly.`,
    DATA.lockWaits > REPORT.lockWaits.length && `Of ${things(DATA.lockWaits, "lock wait")} the ${count(REPORT.lockWaits.length)} longest are in this page.`,
    placed.leftOut > 0 && `${things(placed.leftOut, "shorter statement")} in this span not drawn; zoom in to see them.`,
  ].filter(Boolean).join(" ");
  for (const button of state.buttons) button.refresh();
  read(state, null);
}

function buttons(state) {
  const near = (a, b) => Math.abs(a[0] - b[0]) < 1 && Math.abs(a[1] - b[1]) < 1;
  const to = (text, view, name) => {
    const button = h("button", { type: "button", "data-zoom": name, "aria-pressed": "false", onclick: () => state.show(view) }, text);
    button.refresh = () => button.setAttribute("aria-pressed", String(near(state.view, view)));
    state.buttons.push(button);
    return button;
  };
  const phases = REPORT.phases.filter(p => ["BASELINE", "MIGRATE", "SETTLE", "ROLL_BACK", "REAPPLY"].includes(p.phase) && p.durationMillis > 0 && p.startMillis < state.whole[1]);
  return h("div", { class: "toolbar screen", role: "toolbar", "aria-label": "Part of the timeline" },
    to("All", state.whole, "ALL"),
    phases.map(p => {
      const margin = p.durationMillis * 0.04;
      const from = Math.max(state.whole[0], p.startMillis - margin);
      return to(phaseName(p.phase), [from, Math.min(state.whole[1], p.startMillis + p.durationMillis + margin)], p.phase);
    }),
    h("span", { class: "spacer" }),
    h("button", { type: "button", "data-zoom": "OUT", "aria-label": "Zoom out", onclick: () => zoom(state, 2) }, "−"),
    h("button", { type: "button", "data-zoom": "IN", "aria-label": "Zoom in", onclick: () => zoom(state, 0.5) }, "+"));
}

function zoom(state, factor, center = (state.view[0] + state.view[1]) / 2) {
  state.show([center - (center - state.view[0]) * factor, center + (state.view[1] - center) * factor]);
}

const move = (state, share) => {
  const by = (state.view[1] - state.view[0]) * share;
  state.show([state.view[0] + by, state.view[1] + by]);
};

function keys(state) {
  const actions = { "+": () => zoom(state, 0.5), "=": () => zoom(state, 0.5), "-": () => zoom(state, 2), ArrowLeft: () => move(state, -0.2), ArrowRight: () => move(state, 0.2), 0: () => state.show(state.whole), Escape: () => state.show(state.whole) };
  state.holder.addEventListener("keydown", event => {
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
}

function pointer(state) {
  const { holder } = state;
  const place = event => Math.min(Math.max(event.clientX - holder.getBoundingClientRect().left, state.plot.left), state.plot.right);
  let from = null;
  holder.addEventListener("pointerdown", event => {
    if (event.button !== 0) return;
    from = place(event);
    holder.setPointerCapture(event.pointerId);
  });
  holder.addEventListener("pointermove", event => {
    const x = place(event);
    read(state, state.plot.x.invert(x), x);
    if (from === null) return;
    const selection = state.picture.querySelector(".selection");
    selection.setAttribute("x", Math.min(from, x));
    selection.setAttribute("width", Math.abs(x - from));
  });
  holder.addEventListener("pointerup", event => {
    if (from === null) return;
    const x = place(event);
    const [a, b] = [Math.min(from, x), Math.max(from, x)];
    from = null;
    if (b - a > 5) state.show([state.plot.x.invert(a), state.plot.x.invert(b)]);
    else follow(event);
  });
  const forget = () => {
    from = null;
    const selection = state.picture && state.picture.querySelector(".selection");
    if (selection) selection.setAttribute("width", 0);
  };
  holder.addEventListener("pointercancel", forget);
  holder.addEventListener("pointerleave", () => from === null && read(state, null));
  holder.addEventListener("dblclick", () => state.show(state.whole));
  holder.addEventListener("wheel", event => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== holder) return;
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) move(state, Math.sign(event.deltaX) * 0.1);
    else zoom(state, event.deltaY > 0 ? 1.25 : 0.8, state.plot.x.invert(place(event)));
  }, { passive: false });

  function follow(event) {
    const span = document.elementsFromPoint(event.clientX, event.clientY).map(e => e.closest("[data-statement]")).find(Boolean);
    if (span) openStatement(Number(span.dataset.statement));
  }
}

/* What was measured at a moment, below the cursor line. */
function read(state, at, x) {
  const t = REPORT.timeline;
  const cell = (name, value, wide) => h("div", { class: wide ? "wide" : null }, h("span", { class: "name" }, name), h("span", { class: "value" }, value));
  const cursor = state.picture.querySelector(".cursor");
  if (at === null) {
    cursor.setAttribute("x1", -9);
    cursor.setAttribute("x2", -9);
    state.readout.replaceChildren(h("div", { class: "wide" }, h("span", { class: "name" }, `${moment(state.view[0])} to ${moment(state.view[1])}`), h("span", { class: "value" }, "point at the picture to read it")));
    return;
  }
  cursor.setAttribute("x1", x);
  cursor.setAttribute("x2", x);
  const phase = REPORT.phases.find(p => at >= p.startMillis && at < p.startMillis + p.durationMillis);
  const running = REPORT.statements.filter(st => at >= st.startMillis && at < st.startMillis + Math.max(st.durationMillis, 0.5));
  const i = t.due.length ? Math.floor((at - t.startMillis) / t.bucketMillis) : -1;
  const has = i >= 0 && i < t.due.length;
  const rate = n => perSecond((n * 1000) / t.bucketMillis);
  state.readout.replaceChildren(
    cell("at", moment(at, 2)),
    cell("phase", phase ? phaseName(phase.phase) : "–"),
    ...(has ? [
      cell("due", rate(t.due[i])), cell("succeeded", rate(t.succeeded[i])), cell("errors", rate(t.failed[i])),
      cell("p50", time(t.p50Millis[i])), cell("p99", time(t.p99Millis[i])), cell("max", time(t.maxMillis[i])),
      cell("waiting", count(t.waiting[i]))] : []),
    ...(has && t.replayLagMillis[i] !== null && t.replayLagMillis[i] !== undefined ? [cell("lag", time(t.replayLagMillis[i]))] : []),
    ...(has && activeAt(i) ? [cell("active", activeAt(i), true)] : []),
    ...(heldAt(at).length ? [cell("held", [...new Set(heldAt(at).map(hold => `${hold.mode} on ${oneLine(hold.relation, 40)} (statement ${hold.statement + 1})`))].slice(0, 3).join(", "), true)] : []),
    cell("statement", running.length ? running.slice(0, 2).map(st => `${st.index + 1}: ${oneLine(st.sql, 70)}`).join("; ") : "none", true));
}
