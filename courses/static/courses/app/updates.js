// A new version of the app waits until somebody taps; what stands in the queue is no part of a version.

import { find } from "./page.js";

const HOUR = 3_600_000;
let waiting = null;

/** Register the worker and say when a new version is ready. */
export async function offerUpdates(address) {
  if (!("serviceWorker" in navigator)) return;
  const options = { scope: "/teach/", type: "module", updateViaCache: "none" };
  const registration = await navigator.serviceWorker.register(address, options).catch(() => navigator.serviceWorker.getRegistration("/teach/"));
  if (!registration) return;
  offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const fresh = registration.installing;
    fresh.addEventListener("statechange", () => fresh.state === "installed" && offer(registration.waiting));
  });
  setInterval(() => registration.update().catch(() => {}), HOUR);
}

function offer(worker) {
  if (!worker || !navigator.serviceWorker.controller) return;
  waiting = worker;
  find("#app-update").hidden = false;
}

export function update() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  waiting?.postMessage("update");
}
