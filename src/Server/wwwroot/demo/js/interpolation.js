// Turns snapshots that arrive when the network pleases into smooth motion.
//
// The render clock runs in ticks, a little behind the newest snapshot. How far is decided by how evenly snapshots arrive: two tick
// periods, plus the jitter seen lately, plus a period for every snapshot lost in a row. The clock is never set back or forward
// while it is near its goal: it runs up to a tenth faster or slower until it is there.
const WINDOW_MS = 3000;
const SLEW_MAX = 0.1;
const JUMP_MS = 700;
const HISTORY_FRAMES = 90;
const TELEPORT_CELLS = 3;

export class RenderClock {
  constructor(tickRateHz) {
    this.periodMs = 1000 / tickRateHz;
    this.samples = [];
    this.delayMs = this.periodMs * 2;
    this.jitterMs = 0;
    this.tick = null;
    this.lastNowMs = 0;
    this.newestTick = -1;
  }

  /** A whole snapshot of this tick is here. */
  arrived(tick, nowMs) {
    this.samples.push({ nowMs, offsetMs: nowMs - tick * this.periodMs, tick });
    while (this.samples[0].nowMs < nowMs - WINDOW_MS) {
      this.samples.shift();
    }

    this.newestTick = Math.max(this.newestTick, tick);
    this.#measure();
  }

  /** Drops what was measured so far, after the page itself has stalled. */
  forget() {
    this.samples.length = 0;
    this.delayMs = this.periodMs * 2;
  }

  /** The tick to draw now, with a fraction; null before the first snapshot. */
  advance(nowMs) {
    if (this.samples.length === 0) {
      this.lastNowMs = nowMs;
      return this.tick;
    }

    const goal = (nowMs - this.earliestMs - this.delayMs) / this.periodMs;
    const elapsedTicks = (nowMs - this.lastNowMs) / this.periodMs;
    this.lastNowMs = nowMs;
    const behindMs = this.tick === null ? Infinity : (goal - this.tick) * this.periodMs;
    if (Math.abs(behindMs) > JUMP_MS) {
      this.tick = goal;
    } else {
      const speed = 1 + Math.max(-SLEW_MAX, Math.min(SLEW_MAX, behindMs / 500));
      this.tick += elapsedTicks * speed;
    }

    this.tick = Math.max(0, this.tick);
    return this.tick;
  }

  // The earliest arrival in the window stands for the undisturbed network; what lies later is jitter.
  #measure() {
    let earliest = Infinity;
    let gapMax = 1;
    let previous = null;
    const sorted = [];
    for (const sample of this.samples) {
      earliest = Math.min(earliest, sample.offsetMs);
      sorted.push(sample.offsetMs);
      if (previous !== null) {
        gapMax = Math.max(gapMax, sample.tick - previous);
      }

      previous = sample.tick;
    }

    sorted.sort((a, b) => a - b);
    this.earliestMs = earliest;
    this.jitterMs = sorted[Math.floor((sorted.length - 1) * 0.95)] - earliest;
    const lostInARow = Math.min(gapMax - 1, 6);
    const goal = this.periodMs * (2 + lostInARow) + this.jitterMs;
    // Grow at once, shrink slowly: a stall is seen, a needless 20 ms of delay is not.
    this.delayMs = goal > this.delayMs ? goal : this.delayMs + (goal - this.delayMs) * 0.04;
  }
}

/** Keeps the last frames in order of tick and finds the two to draw between. */
export class FrameHistory {
  constructor(release = () => {}) {
    this.frames = [];
    this.release = release;
  }

  get newest() {
    return this.frames[this.frames.length - 1] ?? null;
  }

  add(frame) {
    let at = this.frames.length;
    while (at > 0 && this.frames[at - 1].tick > frame.tick) {
      at--;
    }

    if (at > 0 && this.frames[at - 1].tick === frame.tick) {
      this.release(frame);
      return;
    }

    this.frames.splice(at, 0, frame);
    if (this.frames.length > HISTORY_FRAMES) {
      this.release(this.frames.shift());
    }
  }

  /** The frames round a tick and how far it is from one to the next; null when there is none. */
  around(tick) {
    const { frames } = this;
    if (frames.length === 0) {
      return null;
    }

    let after = frames.length;
    while (after > 0 && frames[after - 1].tick > tick) {
      after--;
    }

    const from = frames[Math.max(0, after - 1)];
    const to = frames[Math.min(after, frames.length - 1)];
    const span = to.tick - from.tick;
    const fraction = span > 0 ? Math.max(0, Math.min(1, (tick - from.tick) / span)) : 0;
    return { from, to, fraction };
  }
}

/**
 * A field of an entity between two frames. Fields the schema does not interpolate, entities that are not in both frames and jumps no
 * walker makes keep the value of the earlier frame.
 */
export function interpolate(column, from, row, to, toRow, fraction) {
  const a = from.value(row, column.index);
  if (!column.interpolate || toRow === undefined || !to.has(toRow, column.component)) {
    return a;
  }

  const b = to.value(toRow, column.index);
  const limit = TELEPORT_CELLS + (to.tick - from.tick);
  return Math.abs(b - a) > limit ? a : a + (b - a) * fraction;
}
