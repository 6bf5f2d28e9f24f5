// The register of one session on the page. Rows are made once and painted anew; a form that is open keeps what is typed.

import { countsOf, lengthOf, matches } from "./marks.js";
import { addresses, clock, fill, find, labelOf, make, say, span, states } from "./page.js";

const CHOICES = ["present", "late", "left_early", "on_leave", "official_duty", "absent", "cleared"];
const MOST_NAMED = 12;
const sheet = find("#app-sheet");
const list = find("ol", sheet);
let shown = "";

/** Show `rows` of `session`; `now` is in the server's time. */
export function paintSheet(session, rows, now) {
  const people = [session.id, ...rows.map((row) => row.enrolment)].join(" ");
  if (people !== shown) build(session, rows);
  shown = people;
  for (const row of rows) paintRow(find(`#person-${row.enrolment}`), row, session);
  paintHead(session, rows);
  paintHint(session, now);
  paintRest(session, rows);
  search(rows);
}

/** No name stays on the page once its register is gone. */
export function clear() {
  shown = "";
  for (const place of document.querySelectorAll("#app-sheet ol, #app-missing, #app-day ul")) place.replaceChildren();
  for (const place of document.querySelectorAll("#app-sheet [data-part], #app-sheet-title, #app-said")) place.textContent = "";
  find("#app-q").value = "";
}

function build(session, rows) {
  find("#app-q").value = "";
  list.replaceChildren(...rows.map((row) => Object.assign(make("row"), { id: `person-${row.enrolment}` })));
}

function paintHead(session, rows) {
  find("#app-sheet-title").textContent = session.title;
  fill(sheet, { time: span(session), place: session.place, class: session.class_no, topic: session.topic });
  for (const [code, count] of Object.entries(countsOf(rows))) find(`.counter--${code} strong`, sheet).textContent = count;
  find("#app-register").href = addresses.register.replace("/0/", `/${session.id}/`);
}

function paintRow(line, row, session) {
  const button = find(".app__person", line);
  const badge = find("[data-part=status]", line);
  const who = [row.unit, row.number].filter(Boolean).join(" · ");
  const flag = row.disputed ? say("disputed") : row.waiting ? say("waits") : "";
  fill(line, { no: row.no, name: row.name, unit: who, note: row.note, flag, status: labelOf(row), more: say("more", { name: row.name }) });
  badge.className = `badge badge--${states[row.status].tone}`;
  button.disabled = session.closed || !row.can_be_marked;
  find(".app__more", line).hidden = button.disabled;
  line.classList.toggle("roster__row--disputed", row.disputed);
  const panel = find("form", line);
  if (panel && button.disabled) panel.remove();
  else if (panel) paintChoices(panel, row);
}

function paintHint(session, now) {
  const early = Date.parse(session.opens_at) > now;
  const text = session.closed ? say("closed") : early ? say("early", { time: clock(session.opens_at) }) : "";
  find("#app-hint").hidden = !text;
  find("#app-hint p").textContent = text;
}

function paintRest(session, rows) {
  const missing = rows.filter((row) => row.status === "cleared");
  const markable = missing.filter((row) => row.can_be_marked);
  const button = find("#app-rest");
  button.hidden = session.closed || rows.length === 0;
  button.disabled = markable.length === 0;
  button.textContent = markable.length ? say(missing.length === rows.length ? "all" : "rest", { count: markable.length }) : say("done");
  find("#app-missing").replaceChildren(...(missing.length && missing.length <= MOST_NAMED ? named(missing) : []));
}

function named(missing) {
  const parts = [Object.assign(document.createElement("strong"), { textContent: say("missing") }), " "];
  for (const row of missing) {
    if (parts.length > 2) parts.push(say("comma"));
    parts.push(Object.assign(document.createElement("a"), { href: `#person-${row.enrolment}`, textContent: row.name }));
  }
  return parts;
}

/** Hide whoever does not match what is typed. */
export function search(rows) {
  const wanted = find("#app-q").value;
  const found = rows.filter((row) => matches(row, wanted)).map((row) => row.enrolment);
  for (const row of rows) find(`#person-${row.enrolment}`).hidden = !found.includes(row.enrolment);
  find("#app-nobody").hidden = found.length > 0;
  return found;
}

// The form below a name

/** Open or close the form of a row. */
export function togglePanel(row, session) {
  const line = find(`#person-${row.enrolment}`);
  const open = find("form", line);
  find(".app__more", line).setAttribute("aria-expanded", String(!open));
  if (open) return open.remove();
  const form = line.appendChild(make("panel"));
  for (const name of ["minutes", "note"]) {
    form[name].id = `${name}-${row.enrolment}`;
    find(`[data-part=${name}-label]`, form).htmlFor = form[name].id;
  }
  form.note.value = row.note;
  form.minutes.value = row.late || row.early || "";
  find("fieldset", form).append(...CHOICES.map(choice));
  find("[data-part=decide]", form).href = `${addresses.register.replace("/0/", `/${session.id}/`)}#person-${row.enrolment}`;
  paintChoices(form, row);
  form.minutes.focus();
}

const choice = (status) =>
  Object.assign(document.createElement("button"), { className: "button", type: "submit", name: "status", value: status });

function paintChoices(form, row) {
  find("[data-part=dispute]", form).hidden = !row.disputed;
  for (const button of form.querySelectorAll("button[name=status]")) {
    const current = button.value === row.status;
    button.textContent = button.value === "cleared" ? say("take_back") : states[button.value].label;
    button.hidden = button.value === "cleared" && row.status === "cleared";
    button.classList.toggle("is-current", current);
    button.setAttribute("aria-pressed", String(current));
  }
}

/** The minutes as typed: a number, null if empty; undefined, with a sentence below the name, if they make no sense. */
export function minutesOf(form, session) {
  const text = form.minutes.value.trim();
  if (text === "") return null;
  const minutes = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (minutes <= lengthOf(session)) return minutes;
  complain(form, say("bad_minutes", { minutes: lengthOf(session) }));
  return undefined;
}

export function complain(form, sentence) {
  const place = find("[data-part=error]", form);
  place.hidden = false;
  place.textContent = sentence;
  form.minutes.setAttribute("aria-invalid", "true");
  form.minutes.focus();
}
