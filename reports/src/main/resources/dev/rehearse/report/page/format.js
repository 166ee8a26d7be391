/* Numbers as people read them, the same way as the console and the comment write them. */

const count = n => Math.round(n).toLocaleString("en-US");

const things = (n, one, many = one + "s") => `${count(n)} ${n === 1 ? one : many}`;

function time(ms) {
  if (ms === null || ms === undefined || !Number.isFinite(ms) || ms < 0) return "–";
  if (ms < 9.95) return ms === 0 ? "0 ms" : `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 59950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const both = (n, sixty, one) => `${Math.floor(n / 60)} ${sixty}${n % 60 ? ` ${n % 60} ${one}` : ""}`;
  return seconds < 3600 ? both(seconds, "min", "s") : both(Math.round(ms / 60000), "h", "min");
}

/* A moment of the run: seconds with as many decimals as the picture can show. */
function moment(ms, decimals = 1) {
  const sign = ms < 0 ? "−" : "";
  const s = Math.abs(ms) / 1000;
  if (s < 60) return `${sign}${s.toFixed(decimals)} s`;
  const rest = (s % 60).toFixed(decimals);
  return `${sign}${Math.floor(s / 60)}:${rest.padStart(decimals ? decimals + 3 : 2, "0")}`;
}

/* "2026-11-28 02:54 UTC"; what is no date as it is. */
function minute(iso) {
  const at = new Date(iso);
  return isNaN(at) ? iso : `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function bytes(n) {
  if (n === null || n === undefined || n < 0) return "–";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 9.95 ? n.toFixed(0) : n.toFixed(1)} ${units[unit]}`;
}

const counted = n => (n < 0 ? "–" : count(n));

const perSecond = n => `${n >= 100 || n === Math.round(n) ? count(n) : n.toFixed(1)}/s`;

const times = factor => (factor >= 9.95 ? `${count(factor)}×` : `${factor.toFixed(1)}×`);

const PHASES = {
  PROVISION: "Provision",
  LOAD: "Load data",
  SNAPSHOT: "Snapshot",
  WARM_UP: "Warm up",
  BASELINE: "Baseline",
  MIGRATE: "Migrate",
  SETTLE: "Settle",
  ROLL_BACK: "Roll back",
  VERIFY: "Verify",
  REAPPLY: "Migrate again",
};

const phaseName = phase => PHASES[phase] || phase;

/* "LOCK_TIMEOUT" -> "lock timeout" */
const words = constant => String(constant).toLowerCase().replace(/_/g, " ");
