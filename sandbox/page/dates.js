/** Times as people read them: by the sandbox's clock, in the time zone of the person acted as. */
import { myself, room } from "./store.js";

/** The sandbox's present, in milliseconds. */
export function now() {
  const clock = room.state.clock;
  const parsed = typeof clock === "number" ? clock * 1000 : Date.parse(clock ?? "");
  const drift = Number.isNaN(parsed) ? 0 : parsed - (room.clockSeenAt ?? Date.now());
  return Date.now() + drift;
}

// A plant's people read the plant's time, wherever the browser stands; without a zone the browser's own is taken.
const zone = () => myself().tz || undefined;
const date = (at, options) => at.toLocaleDateString("en-GB", { timeZone: zone(), ...options });
const time = (at, options) => at.toLocaleTimeString("en-GB", { timeZone: zone(), ...options });
const SHORT = { day: "numeric", month: "short", year: "numeric" };
const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const MIDDLE = { day: "numeric", month: "long", year: "numeric" };

/** 14:05 of a message's ts or of seconds. */
export function clockTime(seconds) {
  return time(new Date(seconds * 1000), { hour: "2-digit", minute: "2-digit" });
}

/** 2026-11-27, the day on the reader's calendar. */
const calendarDay = (at) => at.toLocaleDateString("sv-SE", { timeZone: zone() });

/** "Today", "Yesterday", "Tomorrow", or null. */
function nearDay(at) {
  const days = Math.round((Date.parse(calendarDay(at)) - Date.parse(calendarDay(new Date(now())))) / 86400000);
  return { 0: "Today", 1: "Tomorrow", [-1]: "Yesterday" }[days] ?? null;
}

/** The heading of a day in a conversation. */
export function dayName(seconds) {
  const at = new Date(seconds * 1000);
  return nearDay(at) ?? date(at, { weekday: "long", day: "numeric", month: "long" });
}

function ago(at) {
  const minutes = Math.round((now() - at.getTime()) / 60000);
  const [count, unit] = Math.abs(minutes) < 60 ? [minutes, "minute"] : Math.abs(minutes) < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-count, unit);
}

const TOKENS = {
  date_num: calendarDay,
  date: (at) => date(at, MIDDLE),
  date_short: (at) => date(at, SHORT),
  date_long: (at) => date(at, LONG),
  date_long_full: (at) => date(at, LONG),
  date_pretty: (at) => nearDay(at)?.toLowerCase() ?? date(at, MIDDLE),
  date_short_pretty: (at) => nearDay(at)?.toLowerCase() ?? date(at, SHORT),
  date_long_pretty: (at) => nearDay(at)?.toLowerCase() ?? date(at, LONG),
  time: (at) => clockTime(at.getTime() / 1000),
  time_secs: (at) => time(at),
  ago,
};

/** Slack's <!date^…> pattern filled in, or null when the number is none. */
export function formatDate(seconds, pattern) {
  if (!Number.isFinite(seconds)) return null;
  const at = new Date(seconds * 1000);
  const shown = pattern.replace(/\{(\w+)\}/g, (whole, token) => TOKENS[token]?.(at) ?? whole);
  return shown.charAt(0).toUpperCase() === shown.charAt(0) ? shown : firstWordAsWritten(shown, pattern);
}

function firstWordAsWritten(shown, pattern) {
  return pattern.startsWith("{") ? shown.charAt(0).toUpperCase() + shown.slice(1) : shown;
}

/** When a mail came: the time today, the day before that. */
export function mailTime(text) {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return "";
  return nearDay(at) === "Today" ? clockTime(at.getTime() / 1000) : date(at, { day: "numeric", month: "short" });
}

/** A mail's date in full. */
export function mailDate(text) {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : `${date(at, { weekday: "short", ...SHORT })}, ${clockTime(at.getTime() / 1000)}`;
}
