// Signing out leaves no name on the device. Loaded on every page of somebody who is signed in, the admin included.

const PATIENCE = 4000; // milliseconds for bringing what is not sent yet

const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Bring what is on its way if there is a network, then remove every name; returns how many marks remain. */
async function forget() {
  const { sync } = await import("./sync.js");
  const { load, wipe } = await import("./store.js");
  if ((await load()).queue.length) await Promise.race([sync({ hurry: true }), after(PATIENCE)]);
  return wipe();
}

async function hasStore() {
  if (!indexedDB.databases) return true;
  return (await indexedDB.databases()).some((one) => one.name === "teach");
}

addEventListener("submit", async (event) => {
  const form = event.target;
  const signsOut = /\/logout\/$/.test(new URL(form.action, location.href).pathname);
  if (!signsOut || form.dataset.forgotten || !("indexedDB" in globalThis)) return;
  event.preventDefault();
  try {
    const unsent = (await hasStore()) ? await forget() : 0;
    if (unsent) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "unsent", value: unsent }));
  } catch {
    // The answer of the server empties the store then.
  }
  form.dataset.forgotten = "yes";
  form.submit();
});
