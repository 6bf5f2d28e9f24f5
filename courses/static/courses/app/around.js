// What stands around the register: how many marks wait, what was refused, whose marks are strange here, the day's list.

import { countsOf, withMarks } from "./marks.js";
import { clock, fill, find, labelOf, make, say, span } from "./page.js";

/** The badge that is always in sight, and the sentence below it. */
export function paintState(store, outcome, syncedAt) {
  const waiting = store.queue.length;
  const badge = find("#app-unsent");
  badge.textContent = waiting ? say("unsent", { count: waiting }) : say("none");
  badge.className = `badge badge--${waiting ? "warn" : "open"}`;
  find("#app-sync").hidden = false;
  find("#app-state").textContent = sentence(store, outcome, syncedAt);
}

function sentence({ day }, outcome, syncedAt) {
  if (["offline", "unwell"].includes(outcome)) return [say(outcome), day ? say("taken", { time: clock(day.taken_at) }) : ""].join(" ");
  if (outcome === "syncing") return say("syncing");
  return day && syncedAt ? say("synced", { time: clock(syncedAt) }) : "";
}

/** Marks that the server refused: they stay until somebody has seen to them. */
export function paintRefused(store, day) {
  const mine = day ? store.refused.filter((mark) => mark.person === day.person) : [];
  const place = find("#app-refused");
  place.hidden = mine.length === 0;
  find("ul", place).replaceChildren(...mine.map((mark) => refusal(mark, day)));
}

function refusal(mark, day) {
  const line = make("refusal");
  const session = day.sessions.find((one) => one.id === mark.session);
  const row = session?.people.find((one) => one.enrolment === mark.enrolment);
  const label = session && row ? labelOf(withMarks({ ...session, people: [row] }, [mark])[0]) : "";
  fill(line, { who: row?.name ?? say("somebody"), what: [label, session && span(session)].filter(Boolean).join(" · "), why: mark.message });
  find("button", line).value = mark.client_id;
  return line;
}

/** Marks of somebody else who used this device: they wait for that person, or go by choice. */
export function paintOthers(store, day) {
  const count = day ? store.queue.filter((mark) => mark.person !== day.person).length : 0;
  const place = find("#app-others");
  place.hidden = count === 0;
  if (count) fill(place, { text: say("others", { count }) });
}

/** The sessions that were taken along. */
export function paintDay(day, queue) {
  const lines = day.sessions.map((session) => {
    const line = make("session");
    const { expected, unmarked } = countsOf(withMarks(session, queue));
    fill(line, {
      title: session.title, time: span(session), place: session.place, class: session.class_no,
      count: session.closed ? say("closed") : say("count", { marked: expected - unmarked, expected }), which: ` ${session.title} ${span(session)}`,
    });
    find("[data-part=open]", line).href = `#session-${session.id}`;
    return line;
  });
  const focused = document.activeElement?.getAttribute?.("href");
  find("#app-day ul").replaceChildren(...lines);
  if (focused?.startsWith("#session-")) find(`#app-day a[href="${focused}"]`)?.focus();
  find("#app-none").hidden = lines.length > 0;
}
