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
  const form = event.target.closest?.("form");
  const text = document.querySelector("#register")?.dataset.failed;
  if (!form || !text) return;
  const place = form.querySelector(".field__error") ?? form.insertBefore(document.createElement("p"), form.firstChild);
  place.className = "field__error";
  place.setAttribute("role", "alert");
  place.textContent = text;
}

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, tell);

/** After a row was replaced the keyboard is back on it. */
document.addEventListener("htmx:afterSwap", (event) => {
  const row = event.target.closest?.(".roster__row") ?? document.querySelector(`#${event.detail.target?.id}.roster__row`);
  (row?.querySelector("[aria-invalid]") ?? row?.querySelector("summary"))?.focus();
});
