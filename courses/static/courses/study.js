// Notes what is studied. Without this file a lesson can be read all the same, and the button says it is studied.
//
// A batch is everything that this opening of the page knows, so a lost one is made good by the next, and one that
// arrives twice changes nothing. Batches that could not be sent wait in the browser and go out at the next opening.

const TICK = 1000;
const WHILE_PLAYING = 4000; // a tab that dies loses less than five seconds of a film
const WHILE_READING = 10000;
const IDLE_AFTER = 120000; // nobody reads two minutes without touching anything
const KEPT_FOR = 14 * 24 * 3600 * 1000;
const GAP = 2; // seconds, as on the server
const FASTEST = 2;
const MOST_PIECES = 150;
const FINAL = [400, 404, 413, 422]; // answers that another try would not change
const STEPS = [25, 50, 75, 90, 100]; // per cent that are worth telling to a screen reader

const page = document.querySelector("[data-study]");
const outbox = `study:${document.querySelector("[data-study-outbox]")?.dataset.studyOutbox}:`;
const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

// Sending

const bodyOf = (batch) => new URLSearchParams({ csrfmiddlewaretoken: token, batch: JSON.stringify(batch) });

/** Return the answer; null if it was refused for good. Throws if another try may help. */
async function send(url, batch) {
  const headers = { Accept: "application/json" };
  const answer = await fetch(url, { method: "POST", body: bodyOf(batch), headers, keepalive: true, redirect: "manual" });
  if (answer.ok) return answer.json();
  if (FINAL.includes(answer.status)) return null;
  throw new Error(String(answer.status));
}

function keep(key, url, batch) {
  try {
    localStorage.setItem(outbox + key, JSON.stringify({ url, batch, at: Date.now() }));
  } catch {
    // Full or forbidden: the next batch says it all again.
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing is kept here.
  }
}

function waiting() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(outbox));
  } catch {
    return [];
  }
}

/** Send what earlier openings could not. */
async function sendWaiting(except) {
  for (const key of waiting()) {
    if (key === except) continue;
    try {
      const { url, batch, at } = JSON.parse(localStorage.getItem(key));
      if (Date.now() - at < KEPT_FOR) await send(url, batch);
    } catch (problem) {
      if (!(problem instanceof SyntaxError)) return; // no network yet: keep it
    }
    forget(key);
  }
}

// Pieces: [from, to] in order, none touching

function join(pieces) {
  const joined = [];
  for (const [from, to] of [...pieces].sort((one, other) => one[0] - other[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (to > from) joined.push([from, to]);
  }
  return joined;
}

function fromTheStart(pieces) {
  const gap = pieces.findIndex(([from], at) => from > (at ? pieces[at - 1][1] : 0) + GAP);
  return gap < 0 ? pieces : pieces.slice(0, gap);
}

const lengthOf = (pieces) => pieces.reduce((sum, [from, to]) => sum + to - from, 0);

function clock(seconds) {
  const parts = [Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(seconds / 3600);
  return hours ? `${hours}:${parts.join(":")}` : parts.join(":");
}

/** One video or recording: goes on where it was left, notes what is played, holds to the rule about skipping. */
class Player {
  constructor(figure, known, lesson) {
    this.media = figure.querySelector("video, audio");
    this.notes = figure.querySelector("[data-player]");
    this.lesson = lesson;
    this.known = known ?? { position: 0, played: [] };
    this.played = []; // of this opening
    this.run = null; // the piece that is being played
    this.stand = null; // { position, at }
    this.told = 0;
    this.notes.hidden = false;
    if (this.media.readyState >= 1) this.goOn();
    else this.media.addEventListener("loadedmetadata", () => this.goOn(), { once: true });
    this.listen();
  }

  listen() {
    const on = (name, react) => this.media.addEventListener(name, react);
    on("timeupdate", () => this.follow());
    on("playing", () => this.begin());
    on("seeking", () => this.leap());
    on("seeked", () => this.land());
    on("ratechange", () => (this.media.playbackRate = Math.min(this.media.playbackRate, FASTEST)));
    for (const name of ["pause", "ended"]) on(name, () => this.rest());
    this.notes.querySelector("[data-restart]").addEventListener("click", () => this.restart());
  }

  get isVideo() {
    return this.media.tagName === "VIDEO";
  }

  get isSeen() {
    return !this.isVideo || document.visibilityState === "visible" || document.pictureInPictureElement === this.media;
  }

  get isPlaying() {
    return !this.media.paused && !this.media.ended && this.isSeen;
  }

  get all() {
    return join([...this.known.played, ...this.played, ...(this.run ? [this.run] : [])]);
  }

  /** How far the film may be wound forward. */
  get limit() {
    if (!this.lesson.inOrder) return Infinity;
    return (fromTheStart(this.all).at(-1)?.[1] ?? 0) + GAP;
  }

  goOn() {
    const from = Math.min(this.known.position, this.limit);
    if (this.media.currentTime === 0 && from > 3 && from < this.media.duration - 5) {
      this.media.currentTime = from;
      this.notes.querySelector("[data-time]").textContent = clock(from);
      this.notes.querySelector("[data-resume]").hidden = false;
    }
    this.show();
  }

  restart() {
    this.media.currentTime = 0;
    this.notes.querySelector("[data-resume]").hidden = true;
    this.media.focus();
    this.media.play().catch(() => {});
  }

  begin() {
    this.close();
    this.run = [this.media.currentTime, this.media.currentTime];
    this.started = true;
  }

  /** The film moved on by itself, or it leapt. */
  follow() {
    if (this.media.seeking || this.media.paused) return;
    if (this.media.currentTime > this.limit) return this.leap();
    const step = this.run ? this.media.currentTime - this.run[1] : -1;
    if (step < 0 || step > 5 * this.media.playbackRate) this.begin();
    else if (this.isSeen) this.run[1] = this.media.currentTime;
    this.note();
  }

  leap() {
    const limit = this.limit;
    if (this.media.currentTime <= limit) return;
    this.media.currentTime = Math.max(0, limit - GAP);
    const words = this.notes.querySelector("[data-limit]");
    words.textContent = words.dataset.text;
  }

  land() {
    if (!this.started) return; // that was the script, going on where the film was left
    this.begin();
    this.note();
  }

  rest() {
    if (this.media.ended && this.run) this.run[1] = this.media.duration;
    this.close();
    if (!this.started) return;
    this.note();
    this.lesson.soon();
  }

  close() {
    if (this.run) this.played = join([...this.played, this.run]);
    this.run = null;
  }

  note() {
    this.stand = { position: this.media.currentTime, at: this.lesson.now() };
    this.show();
  }

  show() {
    if (!this.media.duration) return;
    const counted = this.lesson.inOrder ? fromTheStart(this.all) : this.all;
    const percent = Math.min(100, Math.floor((100 * lengthOf(counted)) / this.media.duration));
    const line = this.notes.querySelector("[data-watched]");
    line.hidden = percent === 0;
    line.querySelector("[data-percent]").textContent = percent;
    const step = STEPS.findLast((one) => one <= percent) ?? 0;
    if (step > this.told && this.started) this.notes.querySelector("[data-announce]").textContent = line.textContent;
    this.told = Math.max(step, this.told);
  }

  /** What the server is told; null if the film was not touched. */
  claim() {
    if (!this.stand || !Number.isFinite(this.media.duration)) return null;
    const duration = Math.max(1, Math.round(this.media.duration));
    const whole = (seconds) => Math.min(duration, Math.round(seconds));
    const pieces = join([...this.played, ...(this.run ? [this.run] : [])].map((piece) => piece.map(whole)));
    const played = pieces.slice(-MOST_PIECES);
    return { at: Math.floor(this.stand.at), position: Math.min(duration, Math.floor(this.stand.position)), duration, played };
  }
}

/** The page of a lesson: time on the server's clock, how far the text was read, and its players. */
class Lesson {
  constructor(element) {
    this.element = element;
    this.data = element.dataset;
    this.inOrder = "inOrder" in this.data && !("completed" in this.data);
    this.key = `${this.data.ticket}:${Math.random().toString(36).slice(2)}`;
    this.start = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
    this.ahead = 0;
    this.time = []; // pieces in milliseconds
    this.reached = 0;
    this.touched = this.ticked = this.sentAt = performance.now();
    this.sent = this.sending = "";
    const known = JSON.parse(this.data.clips);
    this.players = [...document.querySelectorAll("[data-clip]")]
      .filter((figure) => figure.querySelector("video, audio"))
      .map((figure) => [figure.dataset.clip, new Player(figure, known[figure.dataset.clip], this)]);
    this.listen();
  }

  listen() {
    for (const name of ["pointermove", "pointerdown", "keydown", "scroll", "touchstart"]) {
      addEventListener(name, () => (this.touched = performance.now()), { passive: true, capture: true });
    }
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.hide());
    addEventListener("pagehide", () => this.leave());
    addEventListener("forget", () => {
      this.leave();
      this.signedOut = true;
    });
    setInterval(() => this.tick(), TICK);
  }

  now() {
    return Number(this.data.now) + performance.now() - this.start + this.ahead;
  }

  get isPlaying() {
    return this.players.some(([, player]) => player.isPlaying);
  }

  get isActive() {
    const awake = document.visibilityState === "visible" && performance.now() - this.touched < IDLE_AFTER;
    return awake || this.isPlaying;
  }

  tick() {
    const now = performance.now();
    const span = now - this.ticked;
    this.ticked = now;
    if (this.isActive && span < 5 * TICK) this.count(span);
    if (now - this.sentAt >= (this.isPlaying ? WHILE_PLAYING : WHILE_READING)) this.send();
  }

  count(span) {
    const now = this.now();
    const last = this.time.at(-1);
    if (last && now - span - last[1] < 100) last[1] = now;
    else this.time.push([now - span, now]);
    if (document.visibilityState === "visible" && now - Number(this.data.now) > 5000) this.read();
  }

  /** How much of the text has passed the lower edge of the window. */
  read() {
    const text = document.querySelector(".prose")?.getBoundingClientRect();
    const share = text?.height ? (innerHeight - text.top) / text.height : 1;
    this.reached = Math.max(this.reached, Math.min(100, Math.floor(100 * share + 0.5)));
  }

  batch() {
    const claims = this.players.map(([key, player]) => [key, player.claim()]).filter(([, claim]) => claim);
    return {
      ticket: this.data.ticket,
      time: join(this.time.map((piece) => piece.map((moment) => Math.floor(moment / 1000)))).slice(-MOST_PIECES),
      reached: this.reached,
      clips: Object.fromEntries(claims),
    };
  }

  soon() {
    this.sentAt = Math.min(this.sentAt, performance.now() - WHILE_READING + TICK);
  }

  async send() {
    const batch = this.batch();
    const text = JSON.stringify(batch);
    if (this.signedOut || this.sending || text === this.sent) return;
    this.sending = text;
    this.sentAt = performance.now();
    try {
      this.heed(await send(this.data.url, batch));
      this.sent = text;
      forget(outbox + this.key);
    } catch {
      keep(this.key, this.data.url, batch);
    }
    this.sending = "";
  }

  /** Learn from the answer: the server's time after a sleep, and that the lesson is done. */
  heed(answer) {
    if (!answer) return;
    const behind = answer.now - this.now();
    if (behind > 3000) this.ahead += behind;
    const said = this.element.querySelector("[data-said]");
    said.textContent = answer.said;
    said.hidden = false;
    if (answer.completed && !("completed" in this.data)) this.complete();
  }

  complete() {
    this.data.completed = "";
    this.inOrder = false;
    for (const mark of document.querySelectorAll("[data-study-done]")) mark.hidden = false;
    this.element.querySelector("[data-study-open]")?.remove();
  }

  /** A film that nobody sees does not count, so it waits. */
  hide() {
    for (const [, player] of this.players) if (player.isVideo && !player.isSeen) player.media.pause();
    this.leave();
  }

  /** Send without waiting for an answer. It may get lost, so the batch is kept for the next opening as well. */
  leave() {
    if (this.signedOut) return;
    for (const [, player] of this.players) if (player.run) player.note();
    const batch = this.batch();
    const isGlimpse = !batch.time.length && !Object.keys(batch.clips).length;
    if (isGlimpse || JSON.stringify(batch) === this.sent) return;
    keep(this.key, this.data.url, batch);
    navigator.sendBeacon(this.data.url, bodyOf(batch));
  }
}

const lesson = page && new Lesson(page);
const flush = () => sendWaiting(lesson ? outbox + lesson.key : "");
addEventListener("online", flush);
flush();
