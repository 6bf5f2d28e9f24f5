// Suggestions below a search box, as the WAI-ARIA combobox pattern has them, and the key that leads to the box.
// Without this file the box is a form like any other.

const PAUSE = 200; // milliseconds without a key before the server is asked

class Suggestions {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=search]");
    this.panel = Object.assign(document.createElement("div"), { className: "suggestions", hidden: true });
    this.status = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
    box.append(this.panel, this.status);
    this.dress();
    this.input.addEventListener("input", (event) => event.isComposing || this.askSoon());
    this.input.addEventListener("compositionend", () => this.askSoon());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.close());
    this.panel.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    this.panel.addEventListener("click", (event) => this.open(event.target.closest("[role=option]")));
  }

  dress() {
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions" };
    for (const [name, value] of Object.entries(roles)) this.input.setAttribute(name, value);
    this.panel.innerHTML = '<ul id="suggestions" role="listbox"></ul>';
  }

  get options() {
    return [...this.panel.querySelectorAll("[role=option]")];
  }

  get chosen() {
    return this.panel.querySelector("[aria-selected=true]");
  }

  askSoon() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const words = this.input.value.trim();
    if (!words) return this.close();
    this.asking = new AbortController();
    const address = `${this.box.dataset.suggest}?${new URLSearchParams({ q: words })}`;
    try {
      const answer = await fetch(address, { signal: this.asking.signal });
      if (answer.ok) this.show(await answer.text());
    } catch {
      this.close(); // a newer question, or no network: the form still works
    }
  }

  show(html) {
    if (document.activeElement !== this.input) return;
    this.panel.innerHTML = html; // escaped by our own server
    this.status.textContent = this.panel.firstElementChild.dataset.status;
    this.panel.hidden = this.options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.panel.hidden));
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.panel.hidden = true;
    this.status.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.choose(null);
  }

  press(event) {
    if (event.isComposing || this.panel.hidden) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.step(steps[event.key]);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.chosen) this.open(this.chosen);
    else return;
    event.preventDefault();
  }

  /** Move through the options; before the first and after the last one stands the box itself. */
  step(by) {
    const places = [null, ...this.options];
    const now = places.indexOf(this.chosen);
    this.choose(places[(now + by + places.length) % places.length]);
  }

  choose(option) {
    this.chosen?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  open(option) {
    if (option) location.assign(option.dataset.url);
  }
}

/** The key / leads to the search box, unless it is a character of something being typed or is switched off. */
function leadToSearch(event) {
  const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
  const isPlain = event.key === "/" && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
  if (!isPlain || isTyping || document.documentElement.dataset.keys === "off") return;
  const box = [...document.querySelectorAll("[data-suggest] input[type=search]")].find((input) => input.offsetParent);
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

for (const box of document.querySelectorAll("[data-suggest]")) new Suggestions(box);
document.addEventListener("keydown", leadToSearch);
