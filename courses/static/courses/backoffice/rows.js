/* More session rows without saving first. Without this script the form offers three empty rows at a time. */
(() => {
  "use strict";
  const list = document.querySelector("[data-rows]");
  const empty = document.querySelector("[data-rows-empty]");
  const button = document.querySelector("[data-rows-add]");
  if (!list || !empty || !button) return;
  const prefix = list.dataset.rows;
  const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
  const week = 7 * 24 * 60 * 60 * 1000;

  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);

  function fillFromLast(row, last) {
    for (const name of ["begins", "ends", "venue"]) field(row, name).value = field(last, name).value;
    const day = Date.parse(field(last, "day").value);
    if (!Number.isNaN(day)) field(row, "day").value = new Date(day + week).toISOString().slice(0, 10);
    for (const box of last.querySelectorAll('[name$="-trainer_ids"]:checked')) {
      row.querySelector(`[name$="-trainer_ids"][value="${box.value}"]`).checked = true;
    }
    const names = last.querySelector(".office-more summary span");
    if (names) row.querySelector(".office-more summary span").textContent = names.textContent;
  }

  button.hidden = false;
  button.addEventListener("click", () => {
    const number = Number(total.value);
    const rows = list.querySelectorAll("[data-row]");
    const holder = document.createElement("template");
    holder.innerHTML = empty.innerHTML.replaceAll("__prefix__", number);
    const row = holder.content.querySelector("[data-row]");
    const last = [...rows].reverse().find((one) => field(one, "day").value);
    if (last) fillFromLast(row, last);
    row.querySelector("legend").append(number + 1);
    list.append(row);
    total.value = number + 1;
    field(row, "day").focus();
  });

  list.addEventListener("change", (event) => {
    if (!event.target.name || !event.target.name.endsWith("-trainer_ids")) return;
    const more = event.target.closest(".office-more");
    const names = [...more.querySelectorAll(":checked")].map((box) => box.closest("label").textContent.trim());
    if (names.length) more.querySelector("summary span").textContent = names.join("、");
  });
})();
