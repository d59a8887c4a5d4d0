// One visitor's way into the running match: configuration, account, socket, match, and all of it again after an interruption.
import { decodeEnvelope, encodeEnvelope } from "./envelope.js";

export const OP_WELCOME = -1;
export const OP_SNAPSHOT = -2;
export const OP_RESULT = -3;

const DEVICE_KEY = "realtimeserver.device";
const PING_MS = 1000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 8000;
const SILENCE_MS = 4000;
const RESULT_SHOWN_MS = 6000;
const NEXT_MATCH_POLL_MS = 1500;

/** Events: state(text, ok), welcome(json), snapshot(bytes), event(opCode, bytes), result(json), ping(ms). */
export class Session {
  /** `config` is where the match that runs is asked for. */
  constructor(link, events, config = "config.json") {
    this.config = config;
    this.link = link;
    this.events = events;
    this.matchId = null;
    this.socket = null;
    this.retryMs = RETRY_FIRST_MS;
    this.cid = 0;
    this.waiting = new Map();
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.heardMs = 0;
    this.finished = false;
    this.timer = setInterval(() => this.#beat(), PING_MS);
  }

  async start() {
    try {
      this.events.state("Looking for the match …", false);
      const config = await fetchJson(this.config);
      const token = await this.#authenticate(config.serverKey);
      this.events.state("Connecting …", false);
      this.#open(config, token);
    } catch (error) {
      this.#retry(error.message);
    }
  }

  /** Sends an input to the match; false when there is none. */
  input(opCode, data) {
    if (this.matchId === null || this.socket?.readyState !== WebSocket.OPEN) {
      return false;
    }

    this.#send({ matchDataSend: { matchId: this.matchId, opCode, data, reliable: true } });
    return true;
  }

  async #authenticate(serverKey) {
    const response = await fetch("/v2/account/authenticate/device?create=true", {
      method: "POST",
      headers: { Authorization: `Basic ${btoa(`${serverKey}:`)}`, "Content-Type": "application/json" },
      body: JSON.stringify({ id: deviceId() }),
    });
    if (!response.ok) {
      throw new Error(`The server did not let this device in (${response.status}).`);
    }

    return (await response.json()).token;
  }

  #open(config, token) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws?token=${encodeURIComponent(token)}&format=protobuf`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.heardMs = performance.now();
    socket.onopen = () => this.#join(config.matchId);
    socket.onmessage = (message) => this.#receive(socket, new Uint8Array(message.data));
    socket.onclose = () => {
      if (this.socket === socket) {
        this.#retry("The connection was lost.");
      }
    };
  }

  #join(matchId) {
    this.finished = false;
    this.heardMs = performance.now();
    this.events.state("Joining …", false);
    this.#request({ matchJoin: { matchId } }, (answer) => {
      if (answer.error !== undefined) {
        this.events.state(answer.error.message, false);
        this.#next();
        return;
      }

      this.matchId = answer.match.matchId;
      this.retryMs = RETRY_FIRST_MS;
      this.events.state("Live", true);
    });
  }

  #receive(socket, bytes) {
    this.bytesIn += bytes.length;
    const envelope = decodeEnvelope(bytes);
    const deliver = () => {
      if (this.socket === socket) {
        this.#dispatch(envelope);
      }
    };
    if (envelope.matchData?.opCode === OP_SNAPSHOT) {
      this.link.unreliable(deliver);
    } else {
      this.link.reliable("in", deliver);
    }
  }

  #dispatch(envelope) {
    if (envelope.cid !== undefined && this.waiting.has(envelope.cid)) {
      const answered = this.waiting.get(envelope.cid);
      this.waiting.delete(envelope.cid);
      answered(envelope);
    } else if (envelope.matchData !== undefined) {
      this.#matchData(envelope.matchData);
    } else if (envelope.error !== undefined) {
      this.events.state(envelope.error.message, false);
    }
  }

  #matchData({ matchId, opCode, data }) {
    if (this.matchId !== null && matchId !== this.matchId && opCode !== OP_WELCOME) {
      return;
    }

    this.heardMs = performance.now();
    switch (opCode) {
      case OP_WELCOME:
        this.matchId = matchId;
        this.events.welcome(parseJson(data));
        break;
      case OP_SNAPSHOT:
        this.finished = false;
        this.events.snapshot(data);
        break;
      case OP_RESULT:
        this.finished = true;
        this.events.result(parseJson(data));
        setTimeout(() => this.#next(), RESULT_SHOWN_MS);
        break;
      default:
        this.events.event(opCode, data);
    }
  }

  // Asks which match runs now, until it is another one than the last.
  async #next() {
    const { socket } = this;
    const last = this.matchId;
    this.finished = true;
    while (this.finished && this.socket === socket && socket.readyState === WebSocket.OPEN) {
      await new Promise((resume) => setTimeout(resume, NEXT_MATCH_POLL_MS));
      const config = await fetchJson(this.config).catch(() => null);
      if (config !== null && config.matchId !== last && this.socket === socket) {
        if (last !== null) {
          this.#send({ matchLeave: { matchId: last } });
        }

        this.matchId = null;
        this.#join(config.matchId);
        return;
      }
    }
  }

  #beat() {
    if (this.socket?.readyState !== WebSocket.OPEN) {
      return;
    }

    const sentMs = performance.now();
    this.#request({ ping: {} }, () => this.events.ping(performance.now() - sentMs));
      if (!this.finished && this.matchId !== null && sentMs - this.heardMs > SILENCE_MS) {
      this.#next();
    }
  }

  #request(envelope, answered) {
    const cid = String(++this.cid);
    this.waiting.set(cid, answered);
    this.#send({ cid, ...envelope });
  }

  #send(envelope) {
    const { socket } = this;
    const bytes = encodeEnvelope(envelope);
    this.link.reliable("out", () => {
      if (socket.readyState === WebSocket.OPEN) {
        this.bytesOut += bytes.length;
        socket.send(bytes);
      }
    });
  }

  #retry(reason) {
    const waitMs = this.retryMs * (0.8 + Math.random() * 0.4);
    this.retryMs = Math.min(RETRY_MAX_MS, this.retryMs * 2);
    this.socket = null;
    this.matchId = null;
    this.waiting.clear();
    this.events.state(`${reason} Trying again …`, false);
    setTimeout(() => this.start(), waitMs);
  }
}

async function fetchJson(address) {
  const response = await fetch(address, { cache: "no-store" });
  if (!response.ok) {
    throw new Error(`The server has no ${address} (${response.status}).`);
  }

  return response.json();
}

// The account is the browser's own; without storage (private windows) it lasts as long as the page.
function deviceId() {
  const fresh = `demo-${[...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("")}`;
  try {
    const kept = localStorage.getItem(DEVICE_KEY) ?? fresh;
    localStorage.setItem(DEVICE_KEY, kept);
    return kept;
  } catch {
    return fresh;
  }
}

function parseJson(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes));
}
