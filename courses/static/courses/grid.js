// The page works without this file: choices and one button. With it a key chooses, and the counters follow.

const form = document.querySelector("form[data-grid]");
const lines = form ? [...form.querySelectorAll("[data-line]")] : [];
const save = form?.querySelector("[data-save]");
const TIMED = ["late", "left_early"];

const chosen = (line) => line.querySelector("input[type=radio]:checked");
const minutes = (line) => line.querySelector("input[name^=minutes]");

/** Go to a line: to the state that is chosen in it. Below the last line stands the button. */
function goTo(number) {
  const line = lines[Math.max(0, number)];
  const target = line ? (chosen(line) ?? line.querySelector("input[type=radio]")) : save;
  target.focus({ preventScroll: true });
  (line ?? save).scrollIntoView({ block: "nearest" });
}

/** The state whose digit or letter was pressed, in whatever width the keyboard writes it. */
function meant(line, key) {
  const typed = key.normalize("NFKC").toUpperCase();
  const names = { DELETE: "0", BACKSPACE: "0", "√": "1" };
  const wanted = names[typed] ?? typed;
  const states = [...line.querySelectorAll("input[type=radio]")];
  return states.find((state) => state.dataset.digit === wanted || (wanted && state.dataset.letter === wanted));
}

function choose(state, line, number) {
  state.checked = true;
  count();
  if (!TIMED.includes(state.value)) return goTo(number + 1);
  state.focus({ preventScroll: true });
  minutes(line).focus();
  minutes(line).select();
}

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit(save);
  const line = event.target.closest("[data-line]");
  if (!line || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const number = lines.indexOf(line);
  const steps = { Enter: 1, ArrowDown: 1, ArrowUp: -1 };
  const state = event.target.type === "radio" ? meant(line, event.key) : null;
  if (event.key in steps) goTo(number + steps[event.key]);
  else if (state) choose(state, line, number);
  else return;
  event.preventDefault();
}

/** How many lines stand in each state; with the box ticked those that are not marked are present, as the server has it. */
function tally(isChosen, isTicked) {
  const found = {};
  const box = form.querySelector("#grid-rest");
  const rest = box ? isTicked(box) : false;
  for (const line of lines) {
    const value = [...line.querySelectorAll("input[type=radio]")].find(isChosen)?.value ?? "cleared";
    const counted = rest && value === "cleared" ? "present" : value;
    found[counted] = (found[counted] ?? 0) + 1;
  }
  return found;
}

/** The counters as the server sent them, moved by what was chosen since. */
const places = form ? [...form.querySelectorAll("[data-count]")] : [];
const sent = new Map(places.map((place) => [place, Number(place.textContent)]));

function count() {
  const before = tally((state) => state.defaultChecked, (box) => box.defaultChecked);
  const now = tally((state) => state.checked, (box) => box.checked);
  for (const place of places) {
    const state = place.dataset.count;
    place.textContent = sent.get(place) + (now[state] ?? 0) - (before[state] ?? 0);
  }
}

if (form) {
  form.querySelector("[data-keys]").hidden = false;
  form.addEventListener("keydown", onKey);
  form.addEventListener("change", count);
  count();
  const wrong = form.querySelector(".grid-line--wrong[data-line]");
  if (wrong) (wrong.querySelector("[aria-invalid]") ?? chosen(wrong))?.focus();
  else if (lines[0] && !form.elements.table) (chosen(lines[0]) ?? save).focus({ preventScroll: true });
}
