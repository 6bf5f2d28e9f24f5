// The screen of a room. The page works without this file: it then loads itself anew.
// Codes come from the server alone; the laptop's clock is never asked. How old a code is, is measured by the clock that
// runs since the page was opened, which nobody can set; a tab that slept asks before it shows anything.

const GONE = 15_000; // milliseconds after which a code that was not renewed is no longer shown
const WAIT = 12_000; // milliseconds for one answer

const place = document.querySelector("#room-now");
const stale = document.querySelector("#room-stale");
let since = performance.now();
let timer = 0;
let asking = false;

function again(milliseconds) {
  window.clearTimeout(timer);
  timer = window.setTimeout(ask, milliseconds);
}

function mark() {
  const gone = performance.now() - since > GONE;
  place.classList.toggle("is-stale", gone);
  const text = gone ? place.dataset.stale : "";
  if (stale.textContent !== text) stale.textContent = text;
}

async function ask() {
  if (asking) return;
  asking = true;
  let pause = 2000;
  try {
    const answer = await fetch(place.dataset.url, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(WAIT) });
    if (answer.type === "opaqueredirect") window.location.reload(); // signed out meanwhile
    if (answer.ok) {
      place.innerHTML = await answer.text();
      since = performance.now();
      pause = Number(place.firstElementChild?.dataset.again) || pause;
    }
  } catch {
    // The next try comes by itself.
  } finally {
    asking = false;
    mark();
    again(pause);
  }
}

function awake() {
  if (document.visibilityState !== "visible") return;
  mark();
  ask();
}

document.addEventListener("visibilitychange", awake);
window.addEventListener("pageshow", awake);
window.addEventListener("online", awake);
window.setInterval(mark, 1000);
again(Number(place.firstElementChild?.dataset.again) || 2000);

const whole = document.querySelector("#whole-screen");
if (whole && document.fullscreenEnabled) {
  whole.hidden = false;
  whole.addEventListener("click", () => document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", () => {
    whole.hidden = Boolean(document.fullscreenElement);
  });
}
