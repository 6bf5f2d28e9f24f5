// The register works without this file; with it a mark is saved in place, and a lost connection is told.

const REFUSED = [409, 422];

/** A refusal carries its words with it: show them where the answer would stand. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if (REFUSED.includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

/** Say beside the person that nothing was saved; the form keeps what was typed and the same id for the next try. */
function tell(event) {
  if (isNews(event)) return;
  const form = event.target.closest?.("form");
  const text = document.querySelector("#register")?.dataset.failed;
  if (!form || !text) return;
  const place = form.querySelector(".field__error") ?? form.insertBefore(document.createElement("p"), form.firstChild);
  place.className = "field__error";
  place.setAttribute("role", "alert");
  place.textContent = text;
}

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, tell);

/** Rows that come with the news of colleagues take the keyboard from nobody. */
const isNews = (event) => event.detail.elt?.id === "register-live" || event.detail.requestConfig?.elt?.id === "register-live";

/** After a row was replaced the keyboard is back on it. */
document.addEventListener("htmx:afterSwap", (event) => {
  if (isNews(event)) return;
  const row = event.target.closest?.(".roster__row") ?? document.querySelector(`#${event.detail.target?.id}.roster__row`);
  (row?.querySelector("[aria-invalid]") ?? row?.querySelector("summary"))?.focus();
});

/** Show only the people who match what is typed; without this file the form asks the server. */
function find() {
  const field = document.querySelector("#register-q");
  if (!field) return;
  const wanted = field.value.replaceAll(" ", "").toLowerCase();
  let shown = 0;
  for (const row of document.querySelectorAll(".roster__row")) {
    row.hidden = !row.dataset.find.includes(wanted);
    shown += row.hidden ? 0 : 1;
  }
  document.querySelector("#register-none").hidden = shown > 0;
}

document.addEventListener("input", (event) => event.target.id === "register-q" && find());
document.addEventListener("htmx:afterSettle", () => document.querySelector("#register-q")?.value && find());
document.addEventListener("submit", (event) => {
  if (event.target.id !== "register-search" || !document.querySelector("#register-none")) return;
  event.preventDefault();
  find();
  document.querySelector(".roster__row:not([hidden]) summary")?.focus();
});
