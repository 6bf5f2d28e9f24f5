// The register that works without a network. It shows what the device keeps, puts marks into the queue, and syncs.

import { paintDay, paintOthers, paintRefused, paintState } from "./around.js";
import { newMark, nextStatus, withMarks } from "./marks.js";
import { find, labelOf, say } from "./page.js";
import { clear, complain, minutesOf, paintSheet, search, togglePanel } from "./sheet.js";
import { drop, enqueue, load, onChange, wipe } from "./store.js";
import { hasExpired, sync } from "./sync.js";
import { offerUpdates, update } from "./updates.js";

const OFTEN = 30_000; // milliseconds between two syncs while the page is looked at
const SETTLED = 3200; // milliseconds after a tap until its mark is sent
let store = { queue: [], refused: [] };
let outcome = "";
let syncedAt = null;
let writing = 0;
let timer = 0;

// Showing

async function show() {
  const found = await load();
  if (writing) return; // the page knows better already, and is painted again once everything is written
  store = found;
  if (hasExpired(store.day)) await wipe({ expired: true }); // and the page hears of it
  else paint();
}

function paint() {
  const { day } = store;
  const session = shownSession();
  paintState(store, outcome, syncedAt);
  paintRefused(store, day);
  paintOthers(store, day);
  find("#app-out").hidden = Boolean(day) || ["", "syncing"].includes(outcome);
  find("#app-day").hidden = !day || Boolean(session);
  find("#app-sheet").hidden = !session;
  if (session) paintSheet(session, rowsOf(session), now());
  else if (day) paintDay(day, own());
  else clear();
}

const now = () => Date.now() - (store.day?.ahead ?? 0);
const own = () => store.queue.filter((mark) => mark.person === store.day?.person);
const rowsOf = (session) => withMarks(session, own());
const shownSession = () => store.day?.sessions.find((one) => location.hash === `#session-${one.id}`);

function turn() {
  scrollTo(0, 0);
  paint();
  find(shownSession() ? "#app-sheet-title" : "#app-day-title").focus();
}

// Marking

async function put(marks) {
  writing += 1;
  store.queue = [...store.queue, ...marks];
  paint();
  await enqueue(marks).finally(() => (writing -= 1));
  await show();
  await navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("marks")).catch(() => {});
  later(SETTLED);
}

async function mark(session, row, status, more = {}) {
  const made = newMark({ person: store.day.person, session, row, status, ahead: store.day.ahead, ...more });
  if (!made) return false;
  await put([made]);
  const line = rowsOf(session).find((one) => one.enrolment === row.enrolment);
  find("#app-said").textContent = say("marked", { name: row.name, status: labelOf(line) });
  return true;
}

function rest(session) {
  const missing = rowsOf(session).filter((row) => row.status === "cleared" && row.can_be_marked);
  const { person, ahead } = store.day;
  return put(missing.map((row) => newMark({ person, session, row, status: "present", ahead })));
}

async function submitPanel(form, status) {
  const session = shownSession();
  const row = rowOf(form, session);
  const minutes = minutesOf(form, session);
  if (minutes === undefined) return;
  const saved = await mark(session, row, status, { minutes, note: form.note.value.trim() });
  if (!saved) return complain(form, say("ask_minutes"));
  if (form.isConnected) togglePanel(row, session);
  find(`#person-${row.enrolment} .app__person`).focus();
}

const rowOf = (element, session) =>
  rowsOf(session).find((row) => element.closest(".app__row").id === `person-${row.enrolment}`);

// Syncing

function later(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(bring, milliseconds);
}

async function bring({ hurry = false } = {}) {
  clearTimeout(timer);
  outcome = hurry ? "syncing" : outcome;
  if (hurry) await show();
  const result = await sync({ hurry }).catch(() => "unwell");
  if (result !== "busy") outcome = result;
  if (result === "synced") syncedAt = Date.now();
  await show();
  later(OFTEN);
}

function awake() {
  if (document.visibilityState === "visible") bring();
}

const ACTIONS = {
  next: (button, session) => {
    const row = rowOf(button, session);
    return mark(session, row, nextStatus(row.status, session, now()), { note: row.waiting ? row.note : "" });
  },
  more: (button, session) => togglePanel(rowOf(button, session), session),
  rest: (_, session) => rest(session),
  dismiss: (button) => drop([button.value]).then(show),
  "drop-others": () => drop(store.queue.filter((one) => one.person !== store.day.person).map((one) => one.client_id)).then(show),
  update,
};

document.addEventListener("click", (event) => {
  const person = event.target.closest("a[href^='#person-']");
  if (person) {
    event.preventDefault(); // the address names the session
    find(`${person.hash} .app__person`).focus();
  }
  const button = event.target.closest("button[data-do]");
  if (button) ACTIONS[button.dataset.do](button, shownSession());
});
document.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.id === "app-search") find(".app__row:not([hidden]) .app__person")?.focus();
  if (event.target.dataset.do === "panel") submitPanel(event.target, event.submitter.value);
});
find("#app-q").addEventListener("input", () => search(rowsOf(shownSession())));
find("#app-sync").addEventListener("click", () => bring({ hurry: true }));
for (const name of ["online", "pageshow", "focus"]) addEventListener(name, awake);
document.addEventListener("visibilitychange", awake);
addEventListener("hashchange", turn);
addEventListener("offline", () => bring());
onChange(() => show());
setInterval(() => hasExpired(store.day) && show(), OFTEN);

find("#app-without").hidden = true;
await show();
offerUpdates(find("[data-app-worker]").dataset.appWorker);
