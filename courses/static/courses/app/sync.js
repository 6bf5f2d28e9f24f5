// Brings the marks to the server and the registers to the device. A mark leaves the queue only after an answer names it.
// Pages and the worker share this file; sending twice is harmless, the server knows every mark by its id.

import { deviceName, isHeld, keepDay, load, noteTried, settle, wipe } from "./store.js";

const DAY = "/teach/offline/";
const SYNC = "/teach/sync/";
const MOST = 400; // marks in one batch; the server takes 500
const WAIT = 20_000; // milliseconds for one answer
const GONE = [401, 404]; // signed out, or no longer somebody who keeps registers

/** Outcomes: "synced", "offline", "signed-out", "unwell" (the server cannot take it now), "busy" (another page is at it). */
export async function sync({ hurry = false } = {}) {
  if (!navigator.locks) return attempt(hurry);
  return navigator.locks.request("teach-sync", { ifAvailable: !hurry }, (lock) => (lock ? attempt(hurry) : "busy"));
}

async function attempt(hurry) {
  try {
    return await exchange(hurry);
  } catch (error) {
    if (error instanceof TypeError || ["TimeoutError", "AbortError", "NetworkError"].includes(error.name)) return "offline";
    throw error;
  }
}

async function exchange(hurry) {
  let before = await load();
  if (hasExpired(before.day)) {
    await wipe({ expired: true });
    before = await load();
  }
  const answer = await ask(DAY, { headers: before.day?.etag ? { "If-None-Match": before.day.etag } : {} });
  if (GONE.includes(answer.status)) {
    await wipe();
    return "signed-out";
  }
  if (!answer.ok && answer.status !== 304) return "unwell";
  const day = answer.status === 304 ? before.day : await dayFrom(answer);
  if (answer.status !== 304 && !(await keepDay(day, before.epoch))) return "signed-out";
  return send(day.person, before.epoch, answer.headers.get("X-CSRFToken"), hurry);
}

/** The registers with what is needed to know when they must go: how far this clock is ahead of the server's. */
async function dayFrom(answer) {
  const body = await answer.json();
  return { ...body, etag: answer.headers.get("ETag"), taken_at: Date.now(), ahead: Date.now() - Date.parse(body.server_time) };
}

/** Send the marks that this person made; those of somebody else stay where they are. */
async function send(person, epoch, token, hurry) {
  const { queue } = await load();
  const own = queue.filter((mark) => mark.person === person && (hurry || !isHeld(mark)));
  for (let start = 0; start < own.length; start += MOST) {
    const outcome = await sendBatch(own.slice(start, start + MOST), epoch, token);
    if (outcome !== "synced") return outcome;
  }
  return "synced";
}

async function sendBatch(marks, epoch, token) {
  const device = await deviceName();
  await noteTried(marks);
  const body = JSON.stringify({ device, sent_at: new Date().toISOString(), marks: marks.map(asSent) });
  const answer = await ask(SYNC, {
    method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": token },
  });
  if (GONE.includes(answer.status)) {
    await wipe();
    return "signed-out";
  }
  if (!answer.ok) return "unwell";
  await settle(await answer.json(), epoch);
  return "synced";
}

const asSent = ({ client_id, session, enrolment, status, happened_at, recorded_at, basis, note }) =>
  ({ client_id, session, enrolment, status, happened_at, recorded_at, basis, note });

/** Nothing of an answer stays in the browser's own store. */
function ask(address, options) {
  const common = { cache: "no-store", redirect: "error", credentials: "same-origin", signal: AbortSignal.timeout(WAIT) };
  return fetch(address, { ...common, ...options });
}

/** Whether the registers must go because the session that fetched them is over, by the server's clock. */
export const hasExpired = (day, now = Date.now()) => Boolean(day) && now - day.ahead >= Date.parse(day.expires_at);
