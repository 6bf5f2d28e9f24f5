// While the worker reads or writes a table, its page looks again by itself. Without this script a link does the same.
"use strict";

const PAUSE = 1500;

async function lookAgain() {
  const state = document.querySelector(".import-state[data-busy]");
  if (!state) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".import-state");
    if (!fresh) return;
    if (!("busy" in fresh.dataset)) {
      location.reload();
      return;
    }
    if (!state.contains(document.activeElement)) state.replaceChildren(...fresh.childNodes);
  } catch {
    // The network is away for a moment: the next look will tell.
  }
  setTimeout(lookAgain, PAUSE);
}

setTimeout(lookAgain, PAUSE);
