// A new version of the app waits until somebody taps; what stands in the queue is no part of a version.

const HOUR = 3_600_000;
let waiting = null;

/** Register the worker and say when a new version is ready. */
export async function offerUpdates(address) {
  if (!("serviceWorker" in navigator)) return;
  const known = await navigator.serviceWorker.getRegistration("/teach/");
  const registration = known ?? (await install(address).catch(() => null));
  if (!registration) return;
  offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const fresh = registration.installing;
    fresh.addEventListener("statechange", () => fresh.state === "installed" && offer(registration.waiting));
  });
  registration.update().catch(() => {});
  setInterval(() => registration.update().catch(() => {}), HOUR);
}

/** The address says how pages look (size, colours, language): another look is another version. */
export const install = (address) =>
  navigator.serviceWorker.register(address, { scope: "/teach/", type: "module", updateViaCache: "none" });

function offer(worker) {
  if (!worker || !navigator.serviceWorker.controller) return;
  waiting = worker;
  document.querySelector("#app-update").hidden = false;
}

export function update() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  waiting?.postMessage("update");
}
