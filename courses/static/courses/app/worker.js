// The service worker's part. It keeps the app itself, which names nobody; registers are never in its caches.

import { sync } from "./sync.js";

const PREFIX = "teach-";

/** Serve the app from a cache of its own version: {version, shell, files}. */
export function serve({ version, shell, files }) {
  const name = PREFIX + version;
  addEventListener("install", (event) => event.waitUntil(fill(name, [shell, ...files])));
  addEventListener("activate", (event) => event.waitUntil(takeOver(name)));
  addEventListener("message", (event) => event.data === "update" && skipWaiting());
  addEventListener("sync", (event) => event.waitUntil(bring()));
  addEventListener("fetch", (event) => {
    const address = new URL(event.request.url);
    if (event.request.method !== "GET" || address.origin !== location.origin) return;
    if (event.request.mode === "navigate") event.respondWith(page(event.request, address, name, shell));
    else if (address.pathname.startsWith("/static/")) event.respondWith(file(event, name, shell));
  });
}

async function fill(name, addresses) {
  const cache = await caches.open(name);
  await cache.addAll(addresses.map((address) => new Request(address, { cache: "reload", credentials: "same-origin" })));
}

async function takeOver(name) {
  for (const other of await caches.keys()) if (other.startsWith(PREFIX) && other !== name) await caches.delete(other);
  await clients.claim();
}

/** The browser says that there is a network again. What could not be brought it tries again later. */
async function bring() {
  const outcome = await sync({ hurry: true });
  if (outcome === "offline" || outcome === "unwell") throw new Error(outcome);
}

/** The app comes from its cache. Every other page comes from the network; without one the app stands in for it. */
async function page(request, address, name, shell) {
  if (address.pathname === shell) return (await kept(shell, name)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const session = address.pathname.match(/^\/teach\/sessions\/(\d+)\//)?.[1];
    const standsIn = address.pathname === "/teach/" || session;
    if (!standsIn) throw error;
    return Response.redirect(shell + (session ? `#session-${session}` : ""));
  }
}

/** Files of the app come from its own version, so that they always fit together; those of other pages do not. */
async function file(event, name, shell) {
  const client = event.clientId && (await clients.get(event.clientId));
  const own = client && new URL(client.url).pathname === shell;
  if (own) return (await kept(event.request, name)) ?? fetch(event.request);
  return fetch(event.request);
}

async function kept(request, name) {
  return (await caches.open(name)).match(request, { ignoreSearch: true, ignoreVary: true });
}
