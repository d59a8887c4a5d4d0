// A worse network than the real one, for the page's own traffic. Reliable messages are delayed and stay in order; snapshots are
// delayed, may overtake each other and may be lost, as they would be on UDP.
export class Link {
  constructor(schedule = (run, ms) => setTimeout(run, ms), now = () => performance.now(), random = Math.random) {
    this.schedule = schedule;
    this.now = now;
    this.random = random;
    this.latencyMs = 0;
    this.jitterMs = 0;
    this.lossPercent = 0;
    this.dropped = 0;
    this.due = { in: 0, out: 0 };
  }

  /** Delivers later what must arrive, in order. `direction` is "in" or "out". */
  reliable(direction, deliver) {
    const nowMs = this.now();
    const dueMs = Math.max(this.due[direction], nowMs + this.#delay());
    this.due[direction] = dueMs;
    this.#deliver(deliver, dueMs - nowMs);
  }

  /** Delivers later what may be lost. */
  unreliable(deliver) {
    if (this.random() * 100 < this.lossPercent) {
      this.dropped++;
      return;
    }

    this.#deliver(deliver, this.#delay());
  }

  // Latency is that of the round trip, half of it each way; jitter comes on top, in each direction.
  #delay() {
    return this.latencyMs / 2 + this.random() * this.jitterMs;
  }

  #deliver(deliver, ms) {
    if (ms <= 0) {
      deliver();
    } else {
      this.schedule(deliver, ms);
    }
  }
}
