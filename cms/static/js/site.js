// Niceties only: every page does its work without this file.

const root = document.documentElement;

/** Apply a display choice at once; the form still tells the server, which keeps the cookie. */
async function changeDisplay(event) {
  const form = event.target.closest("form[data-display]");
  const button = event.submitter;
  if (!form || !button?.name) return;
  event.preventDefault();
  const body = new FormData(form, button);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) throw new Error(String(answer.status));
    root.dataset[button.name] = button.value;
    for (const other of document.querySelectorAll("form[data-display] button[data-toggles]")) showOther(other);
  } catch {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    form.submit();
  }
}

/** After a change the switch offers the way back. */
function showOther(button) {
  const next = button.dataset.toggles.split(" ").find((value) => value !== root.dataset[button.name]);
  button.value = next;
  for (const part of button.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== next;
}

/** A second click while the first is still on its way does nothing. */
function markBusy(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.dataset.busy === "allow") return;
  if (form.dataset.busy === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "yes";
  event.submitter?.setAttribute("data-busy", "");
  // A download leaves the page where it is: the form is free again after a while.
  setTimeout(() => release(form), 8000);
}

function release(form) {
  if (form.dataset.busy !== "yes") return;
  delete form.dataset.busy;
  for (const button of form.querySelectorAll("[data-busy]")) button.removeAttribute("data-busy");
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

/** Put the text of a field into the clipboard and say so; without a clipboard select it for the reader's own keys. */
async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    for (const place of document.querySelectorAll("[data-copied]")) place.textContent = button.dataset.done;
  } catch {
    field.focus();
  }
}

document.addEventListener("submit", changeDisplay);
document.addEventListener("submit", markBusy);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-busy='yes']").forEach(release));

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  if (event.target.closest("[data-print]")) print();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Paper has no folded parts.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("main details:not([open])")) {
    folded.open = true;
    folded.dataset.folded = "";
  }
});
addEventListener("afterprint", () => {
  for (const unfolded of document.querySelectorAll("details[data-folded]")) {
    unfolded.open = false;
    delete unfolded.dataset.folded;
  }
});

/** Signing out leaves nothing of the person in the browser: computers are shared. */
document.addEventListener("submit", (event) => {
  const prefix = event.target.dataset.forget;
  if (!prefix) return;
  dispatchEvent(new Event("forget")); // whoever has something to save does it now
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
});

for (const control of document.querySelectorAll("[data-print], [data-copy]")) control.hidden = false;
document.querySelector(".error-summary")?.focus();
