// On the trainer's pages: make the app ready, and take the day's registers along. Without this file the pages work as ever.

import { load, onChange } from "./store.js";
import { sync } from "./sync.js";
import { install } from "./updates.js";

/** Say how many marks wait, on the link that leads to the app. */
async function tell() {
  const { queue } = await load();
  for (const place of document.querySelectorAll("[data-unsent]")) {
    place.textContent = queue.length ? place.dataset.unsent.replace("{count}", queue.length) : "";
    place.hidden = queue.length === 0;
  }
}

async function prepare() {
  if (!("serviceWorker" in navigator) || !("indexedDB" in globalThis)) return;
  const link = document.querySelector("[data-app-worker]");
  if (link) await install(link.dataset.appWorker);
  onChange(tell);
  await tell();
  await sync({ hurry: true });
}

prepare().catch(() => {}); // a browser that keeps nothing, in a private window for example: the pages do without
