// Wires the arena's page: session to decoder to render clock to canvas, keys and mouse to inputs, and the server's picture of its bodies on top.
import { ArenaView, BUTTONS, EVENT_SHOT, INPUT_ACT, decodeShot, drawFloor, drawShots, drawThing, encodeAct } from "./arena-view.js";
import { BROAD_PHASE, decodePicture, drawPicture } from "./debug-draw.js";
import { FrameHistory, RenderClock } from "./interpolation.js";
import { Link } from "./link.js";
import { Panel, Rate, bytesText } from "./panel.js";
import { Session } from "./session.js";
import { SnapshotAssembler, SnapshotSchema } from "./snapshots.js";
import { TerrainMap } from "./terrain.js";

const SEND_MS = 33;
const PICTURE_MS = 100;
const KEYS = { KeyW: [0, -1], ArrowUp: [0, -1], KeyS: [0, 1], ArrowDown: [0, 1], KeyA: [-1, 0], ArrowLeft: [-1, 0], KeyD: [1, 0], ArrowRight: [1, 0] };

const link = new Link();
const panel = new Panel(link);
const canvas = document.getElementById("board");
const notice = document.getElementById("notice");
const result = document.getElementById("result");
const rates = { snapshots: new Rate(), down: new Rate(), up: new Rate() };
const held = new Set();
const aim = { x: 0, y: 0 };
let match = null;
let things = [];
let shots = [];
let shotsSeen = 0;
let picture = null;
let pingMs = null;
let lastSent = "";
let isShooting = false;
let isThrowing = false;
let bytesSeen = { in: 0, out: 0 };

const session = new Session(link, {
  state: (text, ok) => {
    panel.status(text, ok);
    notice.textContent = ok ? "" : text;
  },
  welcome: (welcome) => begin(welcome),
  snapshot: (bytes) => applySnapshot(bytes),
  event: (opCode, bytes) => {
    if (opCode === EVENT_SHOT) {
      shots.push({ ...decodeShot(bytes), atMs: performance.now() });
      shotsSeen++;
    }
  },
  result: ({ winner, score }) => {
    result.hidden = false;
    result.querySelector("strong").textContent = winner === 0 ? "A bot won" : winner === match?.player ? "You won" : `Player ${winner} won`;
    result.querySelector("span").textContent = `with ${score}`;
  },
  ping: (ms) => { pingMs = ms; },
}, "config.json?game=arena");

async function begin(welcome) {
  const schema = new SnapshotSchema(welcome.schema);
  const assembler = new SnapshotAssembler(schema);
  match = {
    player: welcome.player,
    tickRate: welcome.tickRate,
    view: new ArenaView(schema),
    assembler,
    clock: new RenderClock(welcome.tickRate),
    history: new FrameHistory((frame) => assembler.release(frame)),
    header: null,
    map: null,
  };
  result.hidden = true;
  lastSent = "";
  panel.match(welcome.tickRate);
  const current = match;
  const json = await fetch(`/maps/${encodeURIComponent(welcome.map)}.json`).then((response) => response.json());
  current.map = new TerrainMap(json);
}

function applySnapshot(bytes) {
  const whole = match?.assembler.accept(bytes) ?? null;
  if (whole !== null) {
    const nowMs = performance.now();
    rates.snapshots.add(1, nowMs);
    match.header = whole.header;
    match.history.add(whole.frame);
    match.clock.arrived(whole.header.tick, nowMs);
    panel.tick(whole.header);
  }
}

/** Pixels a metre, and the size of a pixel in metres; the canvas shows the whole map. */
function fit() {
  const pixels = window.devicePixelRatio || 1;
  const side = Math.round(canvas.clientWidth * pixels);
  if (canvas.width !== side) {
    canvas.width = canvas.height = side;
  }

  return side / Math.max(match.map.width, match.map.height);
}

function draw(nowMs) {
  requestAnimationFrame(draw);
  const tick = match?.clock.advance(nowMs) ?? null;
  const moment = tick === null ? null : match.history.around(tick);
  if (moment !== null && match.map !== null) {
    const scale = fit();
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    drawFloor(context, match.map);
    things = match.view.things(moment);
    things.forEach((thing) => drawThing(context, thing, match.player));
    shots = drawShots(context, shots, nowMs);
    if (picture !== null) {
      drawPicture(context, picture, 1 / scale);
    }

    showState(moment.from);
  }

  panel.refresh(nowMs, () => measure(nowMs));
}

function showState(frame) {
  const me = own();
  const left = match.view.secondsLeft(frame);
  document.getElementById("health").textContent = me === undefined ? "–" : String(me.health);
  document.getElementById("score").textContent = me === undefined ? "–" : String(me.score);
  document.getElementById("clock").textContent = left === null ? "–:––" : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

function own() {
  return match?.player ? things.find((thing) => thing.type === "Fighter" && thing.player === match.player) : undefined;
}

function measure(nowMs) {
  rates.down.add(session.bytesIn - bytesSeen.in, nowMs);
  rates.up.add(session.bytesOut - bytesSeen.out, nowMs);
  bytesSeen = { in: session.bytesIn, out: session.bytesOut };
  return {
    tickRate: match === null ? "–" : `${match.tickRate} Hz`,
    snapshots: rates.snapshots.perSecond(nowMs).toFixed(0),
    ping: pingMs === null ? "–" : `${pingMs.toFixed(pingMs < 10 ? 1 : 0)} ms`,
    down: bytesText(rates.down.perSecond(nowMs)),
    up: bytesText(rates.up.perSecond(nowMs)),
    delay: match === null ? "–" : `${match.clock.delayMs.toFixed(0)} ms`,
    units: String(things.length),
    late: match?.header ? `${(match.header.lateMicroseconds / 1000).toFixed(2)} ms` : "–",
    player: match === null ? "–" : match.player === 0 ? "watching" : `player ${match.player}`,
  };
}

/** Says what the player does now: at once when it changes, and with every shot. */
function send() {
  const me = own();
  if (me === undefined) {
    return;
  }

  let [moveX, moveY] = [0, 0];
  for (const key of held) {
    moveX += KEYS[key]?.[0] ?? 0;
    moveY += KEYS[key]?.[1] ?? 0;
  }

  const act = {
    moveX,
    moveY,
    aimX: aim.x - me.x,
    aimY: aim.y - me.y,
    buttons: (isShooting ? BUTTONS.shoot : 0) | (isThrowing ? BUTTONS.throw : 0) | (held.has("Space") ? BUTTONS.jump : 0),
    seenTick: Math.max(0, Math.floor(match.clock.tick ?? 0)),
  };
  const text = JSON.stringify({ ...act, seenTick: 0 });
  if (text !== lastSent || isShooting) {
    lastSent = text;
    session.input(INPUT_ACT, encodeAct(act));
  }

  isThrowing = false;
}

function aimAt(event) {
  if (match?.map) {
    const box = canvas.getBoundingClientRect();
    const metres = Math.max(match.map.width, match.map.height) / box.width;
    aim.x = (event.clientX - box.left) * metres;
    aim.y = (event.clientY - box.top) * metres;
  }
}

async function fetchPicture() {
  const isShown = document.getElementById("show-physics").checked;
  document.getElementById("physics-legend").hidden = !isShown;
  try {
    const layers = document.getElementById("show-boxes").checked ? 15 : 7;
    const answer = isShown ? await fetch(`physics.bin?layers=${layers}`, { cache: "no-store" }) : null;
    picture = answer?.ok ? decodePicture(await answer.arrayBuffer()) : null;
  } catch {
    picture = null;
  }

  setTimeout(fetchPicture, PICTURE_MS);
}

window.addEventListener("keydown", (event) => {
  if (event.code in KEYS || event.code === "Space") {
    held.add(event.code);
    event.preventDefault();
  } else if (event.code === "KeyE" && !event.repeat) {
    isThrowing = true;
  }
});
window.addEventListener("keyup", (event) => held.delete(event.code));
window.addEventListener("blur", () => held.clear());
canvas.addEventListener("pointermove", aimAt);
canvas.addEventListener("pointerdown", (event) => { aimAt(event); isShooting = true; });
window.addEventListener("pointerup", () => { isShooting = false; });

/** For tests and the curious: what the page knows at this moment. */
window.arena = {
  get player() { return match?.player ?? null; },
  get ready() { return things.length > 0; },
  get shots() { return shotsSeen; },
  get me() { return own() ?? null; },
  get picture() { return picture === null ? null : { step: picture.step, leftOut: picture.leftOut, states: picture.primitives.map((primitive) => primitive.state) }; },
  get showsBoxes() { return picture?.primitives.some((primitive) => primitive.state === BROAD_PHASE) ?? false; },
  things: () => things,
};

setInterval(send, SEND_MS);
requestAnimationFrame(draw);
fetchPicture();
session.start();
