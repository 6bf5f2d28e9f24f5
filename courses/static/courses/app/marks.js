// What marks mean on the device: no page, no store, only values in and values out.

/** The order in which taps go through the states; the two that need a moment only while the session is under way. */
const ROUND = ["present", "late", "absent", "on_leave", "official_duty", "left_early"];
const TIMED = ["late", "left_early"];
const HERE = ["present", "late", "left_early", "made_up"];
const EXCUSED = ["on_leave", "official_duty"];
const MINUTE = 60_000;

export const underWay = (session, now) => Date.parse(session.starts_at) <= now && now <= Date.parse(session.ends_at);

/** Where the next tap leads. */
export function nextStatus(status, session, now) {
  const round = underWay(session, now) ? ROUND : ROUND.filter((one) => !TIMED.includes(one));
  return round[(round.indexOf(status) + 1) % round.length];
}

/**
 * A new mark. `minutes` may be null: then the clock counts; null comes back if it would have to and cannot.
 * `ahead`: milliseconds by which this clock was ahead of the server's. What happened is told in the server's time,
 * when it was written down in the device's own: the server keeps both, and notes the difference.
 */
export function newMark({ person, session, row, status, minutes = null, note = "", ahead = 0, now = Date.now() }) {
  const timed = TIMED.includes(status);
  if (timed && minutes === null && !underWay(session, now - ahead)) return null;
  const happened = timed && minutes !== null ? momentOf(session, status, minutes) : now - ahead;
  return {
    client_id: crypto.randomUUID(), person, session: session.id, enrolment: row.enrolment, status, note,
    happened_at: new Date(happened).toISOString(), recorded_at: new Date(now).toISOString(),
    basis: row.heads, tried: false,
  };
}

function momentOf(session, status, minutes) {
  if (status === "late") return Date.parse(session.starts_at) + minutes * MINUTE;
  return Date.parse(session.ends_at) - minutes * MINUTE;
}

export const lengthOf = (session) => (Date.parse(session.ends_at) - Date.parse(session.starts_at)) / MINUTE;

/** The rows of a register with the marks laid over them that the server does not know yet. */
export function withMarks(session, marks) {
  const latest = new Map();
  for (const mark of marks) if (mark.session === session.id) latest.set(mark.enrolment, mark);
  return session.people.map((row) => {
    const mark = latest.get(row.enrolment);
    return mark ? { ...row, ...shown(session, mark), disputed: false, waiting: true } : { ...row, waiting: false };
  });
}

function shown(session, mark) {
  const between = (from, to) => Math.min(lengthOf(session), Math.max(0, Math.ceil((to - from) / MINUTE)));
  const happened = Date.parse(mark.happened_at);
  return {
    status: mark.status,
    note: mark.note,
    late: mark.status === "late" ? between(Date.parse(session.starts_at), happened) : 0,
    early: mark.status === "left_early" ? between(happened, Date.parse(session.ends_at)) : 0,
  };
}

/** How many are where; those late are among those here. */
export function countsOf(rows) {
  const count = (...states) => rows.filter((row) => states.includes(row.status)).length;
  return {
    expected: rows.length, here: count(...HERE), late: count("late"), excused: count(...EXCUSED),
    absent: count("absent"), unmarked: count("cleared"),
  };
}

/** What the search looks at: name, pinyin, initials and work number without blanks. */
export const findable = (row) =>
  [row.name, row.pinyin.replaceAll(" ", ""), row.initials, row.number].join(" ").toLowerCase();

export const matches = (row, wanted) => findable(row).includes(wanted.replaceAll(" ", "").toLowerCase());
