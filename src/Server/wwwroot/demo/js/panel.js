// The side panel: what the server needs for a tick, what the network brings, and the sliders that make it worse.
const STRIP_TICKS = 180;
const RATE_WINDOW_MS = 2000;
const REFRESH_MS = 250;

const NUMBERS = [
  ["tickRate", "tick rate"], ["snapshots", "snapshots/s"], ["ping", "ping"],
  ["down", "down"], ["up", "up"], ["delay", "drawn behind"],
  ["units", "units"], ["late", "tick late"], ["player", "you are"],
];

/** Counts over the last two seconds. */
export class Rate {
  constructor() {
    this.samples = [];
  }

  add(amount, nowMs) {
    this.samples.push([nowMs, amount]);
  }

  perSecond(nowMs) {
    while (this.samples.length > 0 && this.samples[0][0] < nowMs - RATE_WINDOW_MS) {
      this.samples.shift();
    }

    return this.samples.reduce((sum, [, amount]) => sum + amount, 0) / (RATE_WINDOW_MS / 1000);
  }
}

export class Panel {
  constructor(link) {
    this.cells = {};
    this.ticks = [];
    this.tickPeriodUs = 33333;
    this.nextRefreshMs = 0;
    this.strip = document.getElementById("strip");
    this.#makeNumbers();
    this.#bindSlider("latency", (value) => { link.latencyMs = value; return `${value} ms`; });
    this.#bindSlider("jitter", (value) => { link.jitterMs = value; return `${value} ms`; });
    this.#bindSlider("loss", (value) => { link.lossPercent = value; return `${value} %`; });
  }

  match(tickRateHz) {
    this.tickPeriodUs = 1e6 / tickRateHz;
    this.ticks.length = 0;
    document.getElementById("budget").textContent = `· budget ${(this.tickPeriodUs / 1000).toFixed(1)} ms a tick`;
  }

  tick(header) {
    this.ticks.push(header.tickMicroseconds);
    if (this.ticks.length > STRIP_TICKS) {
      this.ticks.shift();
    }
  }

  status(text, ok) {
    const status = document.getElementById("status");
    status.classList.toggle("ok", ok);
    status.querySelector(".text").textContent = text;
  }

  /** Shows the numbers, four times a second. `measure` is called only when they are due. */
  refresh(nowMs, measure) {
    if (nowMs < this.nextRefreshMs) {
      return;
    }

    this.nextRefreshMs = nowMs + REFRESH_MS;
    for (const [name, text] of Object.entries(measure())) {
      if (this.cells[name].textContent !== text) {
        this.cells[name].textContent = text;
      }
    }

    const recent = this.ticks.slice(-30);
    const mean = recent.reduce((sum, tick) => sum + tick, 0) / Math.max(1, recent.length);
    document.getElementById("tick-now").textContent = recent.length === 0 ? "–" : `${(mean / 1000).toFixed(2)} ms`;
    this.#drawStrip();
  }

  // The scale is a root, so that both a tick of 50 microseconds and the budget of 33 milliseconds can be seen.
  #drawStrip() {
    const pixels = window.devicePixelRatio || 1;
    const width = Math.round(this.strip.clientWidth * pixels);
    const height = Math.round(this.strip.clientHeight * pixels);
    this.strip.width = width;
    this.strip.height = height;
    const context = this.strip.getContext("2d");
    const top = height * 0.86;
    const heightOf = (us) => Math.min(1.12, Math.sqrt(us / this.tickPeriodUs)) * top;
    const pitch = width / STRIP_TICKS;
    const first = STRIP_TICKS - this.ticks.length;
    const fill = context.createLinearGradient(0, height, 0, 0);
    fill.addColorStop(0, "#2fa873");
    fill.addColorStop(0.6, "#4ade9a");
    fill.addColorStop(0.86, "#ffc94d");
    fill.addColorStop(1, "#ff5d5d");
    context.fillStyle = fill;
    this.ticks.forEach((us, at) => {
      const bar = Math.max(pixels, heightOf(us));
      context.fillRect((first + at) * pitch, height - bar, Math.max(1, pitch - 0.6), bar);
    });
    context.fillStyle = "rgba(255, 138, 115, 0.85)";
    for (let x = 0; x < width; x += 6 * pixels) {
      context.fillRect(x, height - top, 3 * pixels, pixels);
    }

    context.font = `${10 * pixels}px system-ui, sans-serif`;
    context.fillStyle = "rgba(255, 190, 175, 0.9)";
    context.fillText("budget", 5 * pixels, height - top + 12 * pixels);
    context.fillStyle = "rgba(147, 160, 184, 0.35)";
    context.fillRect(0, height - heightOf(1000), width, pixels);
    context.fillStyle = "rgba(147, 160, 184, 0.9)";
    context.fillText("1 ms", 5 * pixels, height - heightOf(1000) - 3 * pixels);
  }

  #makeNumbers() {
    const list = document.getElementById("numbers");
    for (const [name, label] of NUMBERS) {
      const item = document.createElement("div");
      const term = document.createElement("dt");
      const value = document.createElement("dd");
      term.textContent = label;
      value.textContent = "–";
      value.id = `number-${name}`;
      item.append(term, value);
      list.append(item);
      this.cells[name] = value;
    }
  }

  #bindSlider(name, apply) {
    const input = document.getElementById(name);
    const output = document.getElementById(`${name}-value`);
    const changed = () => { output.textContent = apply(Number(input.value)); };
    input.addEventListener("input", changed);
    changed();
  }
}

export function bytesText(bytes) {
  return bytes >= 10000 ? `${(bytes / 1000).toFixed(0)} kB/s` : `${(bytes / 1000).toFixed(1)} kB/s`;
}
