// What the device keeps: the day's registers ("kept"), marks on their way ("queue") and marks that were refused.
// Only the registers and the notes hold words about people; `wipe` leaves numbers alone.

const NAME = "teach";
const HOLD = 3000; // milliseconds in which a further tap on the same person replaces a mark that was never sent
const STORES = ["kept", "queue", "refused"];

/** One step per version of the store. A step adds or changes; none may lose what stands in the queue. */
const STEPS = [
  (db) => {
    db.createObjectStore("kept");
    db.createObjectStore("queue", { keyPath: "client_id" });
    db.createObjectStore("refused", { keyPath: "client_id" });
  },
];

let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, STEPS.length);
    request.onupgradeneeded = (event) => {
      for (const step of STEPS.slice(event.oldVersion)) step(request.result, request.transaction);
    };
    request.onsuccess = () => {
      const db = request.result;
      db.onversionchange = () => db.close(); // a newer page takes over
      db.onclose = () => (opening = null);
      resolve(db);
    };
    request.onerror = () => {
      opening = null;
      reject(request.error);
    };
  });
  return opening;
}

const answerOf = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Do `work` with all stores in one transaction; what it returns comes back once everything is written. */
async function together(mode, work) {
  const transaction = (await open()).transaction(STORES, mode);
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const result = await work(Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)])));
  await ended;
  return result;
}

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(NAME) : null;

/** Tell this page and every other page of the app that something has changed. */
function changed() {
  channel?.postMessage("changed");
  globalThis.dispatchEvent?.(new Event("teach:changed"));
}

export function onChange(listener) {
  channel?.addEventListener("message", listener);
  addEventListener("teach:changed", listener);
}

/** Everything at once: {device, day, epoch, queue, refused}; marks in the order in which they were made. */
export async function load() {
  return together("readonly", async ({ kept, queue, refused }) => {
    const [device, day, epoch] = await Promise.all(["device", "day", "epoch"].map((name) => answerOf(kept.get(name))));
    const [waiting, failed] = await Promise.all([answerOf(queue.getAll()), answerOf(refused.getAll())]);
    return { device, day, epoch: epoch ?? 0, queue: waiting.sort(byTime), refused: failed.sort(byTime) };
  });
}

const byTime = (a, b) => Date.parse(a.recorded_at) - Date.parse(b.recorded_at);

/** The name of this device; it says nothing about whoever holds it. */
export async function deviceName() {
  return together("readwrite", async ({ kept }) => {
    const name = (await answerOf(kept.get("device"))) ?? crypto.randomUUID();
    kept.put(name, "device");
    return name;
  });
}

/** Whether a mark may still be replaced by the next tap. */
export const isHeld = (mark, now = Date.now()) => !mark.tried && now - Date.parse(mark.recorded_at) < HOLD;

/** Put marks into the queue. A mark of the same person that is still held makes room for the new one. */
export async function enqueue(marks) {
  await together("readwrite", async ({ queue }) => {
    const same = (a, b) => a.session === b.session && a.enrolment === b.enrolment;
    for (const old of await answerOf(queue.getAll())) {
      if (isHeld(old) && marks.some((mark) => same(mark, old))) queue.delete(old.client_id);
    }
    for (const mark of marks) queue.put(mark);
  });
  changed();
}

/** From now on these marks may have reached the server: they are replaced no more. */
export async function noteTried(marks) {
  await together("readwrite", async ({ queue }) => marks.forEach((mark) => queue.put({ ...mark, tried: true })));
}

/** Keep the registers, unless somebody signed out since `epoch` was read. Returns whether they were kept. */
export async function keepDay(day, epoch) {
  const done = await together("readwrite", async ({ kept }) => {
    if (((await answerOf(kept.get("epoch"))) ?? 0) !== epoch) return false;
    kept.put(day, "day");
    return true;
  });
  changed();
  return done;
}

/** Drop what the server has kept, set apart what it has refused, and take over what it says stands now. */
export async function settle(answer, epoch) {
  await together("readwrite", async ({ kept, queue, refused }) => {
    for (const name of answer.kept) queue.delete(name);
    for (const one of answer.refused) {
      const mark = await answerOf(queue.get(one.client_id));
      if (mark) refused.put({ ...mark, code: one.code, message: one.message });
      queue.delete(one.client_id);
    }
    const day = await answerOf(kept.get("day"));
    if (day && ((await answerOf(kept.get("epoch"))) ?? 0) === epoch) kept.put(withStates(day, answer.state), "day");
  });
  changed();
}

function withStates(day, states) {
  const sessions = day.sessions.map((session) => ({
    ...session,
    people: session.people.map((person) => ({ ...person, ...states[session.id]?.[person.enrolment] })),
  }));
  return { ...day, sessions, etag: "" };
}

/** Take marks away that somebody has seen to: refused ones, or those of another person. */
export async function drop(names) {
  await together("readwrite", async ({ queue, refused }) => {
    for (const name of names) {
      queue.delete(name);
      refused.delete(name);
    }
  });
  changed();
}

/**
 * Leave nothing readable: no register, no note. Returns how many marks are still on their way, as numbers.
 * `expired`: only if there is a register; who has signed in anew meanwhile is not disturbed.
 */
export async function wipe({ expired = false } = {}) {
  const unsent = await together("readwrite", async ({ kept, queue, refused }) => {
    if (expired && !(await answerOf(kept.get("day")))) return 0;
    const epoch = (await answerOf(kept.get("epoch"))) ?? 0;
    kept.delete("day");
    kept.put(epoch + 1, "epoch");
    const waiting = await answerOf(queue.getAll());
    for (const mark of waiting) queue.put({ ...mark, note: "" });
    for (const mark of await answerOf(refused.getAll())) refused.put({ ...mark, note: "" });
    return waiting.length;
  });
  changed();
  return unsent;
}
