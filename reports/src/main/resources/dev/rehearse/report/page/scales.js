/* From values to places on paper. */

const linear = (from, to, start, end) => {
  const factor = (end - start) / (to - from || 1);
  const scale = value => start + (value - from) * factor;
  scale.invert = place => from + (place - start) / factor;
  return scale;
};

const logarithmic = (from, to, start, end) => {
  const inner = linear(Math.log10(from), Math.log10(to), start, end);
  return value => inner(Math.log10(Math.max(from, value)));
};

const TIME_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 15000, 30000, 60000, 120000, 300000, 600000, 1800000, 3600000];

function timeTicks(from, to, most) {
  const step = TIME_STEPS.find(candidate => (to - from) / candidate <= most) || TIME_STEPS[TIME_STEPS.length - 1];
  const decimals = step >= 1000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
  const ticks = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) ticks.push({ at: t, text: moment(t, decimals) });
  return ticks;
}

/* The least round number that is not below the value. */
function roundUp(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map(m => m * power).find(candidate => candidate >= value * 0.999);
}

/* A line through the points that exist; a gap where nothing was measured. */
function linePath(xs, ys) {
  let path = "";
  let pen = false;
  for (let i = 0; i < xs.length; i++) {
    if (ys[i] === null) {
      pen = false;
      continue;
    }
    path += `${pen ? "L" : "M"}${xs[i].toFixed(1)} ${ys[i].toFixed(1)}`;
    pen = true;
  }
  return path;
}

/* Steps, one for each bucket; closed to the base line for an area. */
function stepPath(edges, ys, base) {
  let path = base === undefined ? `M${edges[0].toFixed(1)} ${ys[0].toFixed(1)}` : `M${edges[0].toFixed(1)} ${base}`;
  for (let i = 0; i < ys.length; i++) path += `L${edges[i].toFixed(1)} ${ys[i].toFixed(1)}L${edges[i + 1].toFixed(1)} ${ys[i].toFixed(1)}`;
  return base === undefined ? path : `${path}L${edges[ys.length].toFixed(1)} ${base}Z`;
}

/* What lies between two rows of steps. */
function bandPath(edges, lower, upper) {
  const there = stepPath(edges, upper);
  let back = "";
  for (let i = lower.length - 1; i >= 0; i--) back += `L${edges[i + 1].toFixed(1)} ${lower[i].toFixed(1)}L${edges[i].toFixed(1)} ${lower[i].toFixed(1)}`;
  return `${there}${back}Z`;
}

/* Rows such that nothing in one row overlaps; what needs a row too many is left out. */
function pack(items, start, end, most) {
  const free = [];
  const packed = [];
  let leftOut = 0;
  for (const item of items) {
    let row = free.findIndex(until => until <= start(item));
    if (row < 0) {
      if (free.length >= most) {
        leftOut++;
        continue;
      }
      row = free.length;
    }
    free[row] = end(item);
    packed.push({ item, row });
  }
  return { packed, rows: free.length, leftOut };
}
