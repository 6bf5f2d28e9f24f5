// Small helpers of the app's page: words, templates, places, moments.

const data = JSON.parse(document.querySelector("#app-data").textContent);

export const { addresses, states } = data;
export const find = (selector, root = document) => root.querySelector(selector);

/** Fill the places in braces of a sentence. */
export const say = (name, values = {}) => data.words[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));

/** The first element of a template, ready to be filled. */
export const make = (name) => find(`#app-${name}`).content.firstElementChild.cloneNode(true);

/** Put texts into the places of an element that have these names; what is there already stays untouched. */
export function fill(root, texts) {
  for (const [name, text] of Object.entries(texts)) {
    const place = find(`[data-part="${name}"]`, root);
    if (place.textContent !== String(text)) place.textContent = text;
  }
}

const ZONE = { timeZone: data.zone, hour12: false };
const DAY = new Intl.DateTimeFormat(document.documentElement.lang, { ...ZONE, month: "long", day: "numeric", weekday: "short" });
const CLOCK = new Intl.DateTimeFormat(document.documentElement.lang, { ...ZONE, hour: "2-digit", minute: "2-digit" });

export const clock = (moment) => CLOCK.format(new Date(moment));
export const span = (session) => `${DAY.format(new Date(session.starts_at))} ${clock(session.starts_at)}–${clock(session.ends_at)}`;

/** 迟到 5 分钟 */
export function labelOf(row) {
  const minutes = row.late + row.early;
  const label = states[row.status].label;
  return minutes ? `${label} ${say("minutes", { minutes })}` : label;
}
