// Wires the page: session to decoder to render clock to board, pointer to inputs, and measurements to the panel.
import { Board } from "./board.js";
import { Hand } from "./hand.js";
import { EVENT_REFUSED, INPUT_DEPLOY, KINDS, LanesView, decodeRefusal, encodeDeploy } from "./lanes.js";
import { FrameHistory, RenderClock } from "./interpolation.js";
import { Link } from "./link.js";
import { NavigationView } from "./navigation-view.js";
import { Panel, Rate, bytesText } from "./panel.js";
import { Scoreboard } from "./scoreboard.js";
import { Session } from "./session.js";
import { SnapshotAssembler, SnapshotSchema } from "./snapshots.js";
import { TerrainMap } from "./terrain.js";

const link = new Link();
const panel = new Panel(link);
const navigation = new NavigationView(() => flowGoal());
const board = new Board(document.getElementById("board"), navigation);
const scoreboard = new Scoreboard();
const hand = new Hand(() => aim());
const notice = document.getElementById("notice");

const rates = { snapshots: new Rate(), down: new Rate(), up: new Rate() };
let match = null;
let snapshotsApplied = 0;
let pingMs = null;
let pointer = null;
let lastFrameMs = performance.now();
let bytesSeen = { in: 0, out: 0 };

const session = new Session(link, {
  state: (text, ok) => {
    panel.status(text, ok);
    if (!ok && match === null) {
      notice.textContent = text;
    }
  },
  welcome: (welcome) => begin(welcome),
  snapshot: (bytes) => applySnapshot(bytes),
  event: (opCode, bytes) => showEvent(opCode, bytes),
  result: (result) => scoreboard.result(result, match?.player ?? 0),
  ping: (ms) => { pingMs = ms; },
});

async function begin(welcome) {
  const schema = new SnapshotSchema(welcome.schema);
  const assembler = new SnapshotAssembler(schema);
  match = {
    player: welcome.player,
    tickRate: welcome.tickRate,
    view: new LanesView(schema),
    assembler,
    clock: new RenderClock(welcome.tickRate),
    history: new FrameHistory((frame) => assembler.release(frame)),
    late: new Rate(),
    header: null,
  };
  panel.match(welcome.tickRate);
  board.reset(welcome.player === 2);
  scoreboard.begin(welcome.player);
  hand.player(welcome.player);
  hand.showEnergy(null);
  notice.textContent = welcome.player === 0 ? "You are watching: both sides are taken." : "Choose a unit, then click on your half.";
  const current = match;
  const map = await fetch(`/maps/${encodeURIComponent(welcome.map)}.json`).then((response) => response.json());
  if (current === match) {
    board.setMap(new TerrainMap(map));
  }
}

function applySnapshot(bytes) {
  const whole = match?.assembler.accept(bytes) ?? null;
  if (whole === null) {
    return;
  }

  const nowMs = performance.now();
  snapshotsApplied++;
  rates.snapshots.add(1, nowMs);
  match.header = whole.header;
  match.history.add(whole.frame);
  match.clock.arrived(whole.header.tick, nowMs);
  panel.tick(whole.header);
}

function showEvent(opCode, bytes) {
  if (opCode === EVENT_REFUSED) {
    const refusal = decodeRefusal(bytes);
    const [x, y] = pointer?.deployed ?? [9, 24];
    board.effects.words(...board.turn(x, y), refusal);
  }
}

function draw(nowMs) {
  requestAnimationFrame(draw);
  const elapsedMs = Math.min(100, nowMs - lastFrameMs);
  lastFrameMs = nowMs;
  const tick = match?.clock.advance(nowMs) ?? null;
  const moment = tick === null ? null : match.history.around(tick);
  const picture = board.terrain;
  board.draw(match?.view ?? null, moment, { tick, tickRate: match?.tickRate ?? 1 }, nowMs, elapsedMs);
  if (board.terrain !== picture) {
    // Drawing the map held the page up for a moment; that was not the network.
    match?.clock.forget();
  }

  if (moment !== null) {
    const state = match.view.state(moment.from);
    scoreboard.show(state);
    hand.showEnergy(state.players[match.player]?.energy ?? null);
  }

  panel.refresh(nowMs, () => measure(nowMs));
}

function measure(nowMs) {
  rates.down.add(session.bytesIn - bytesSeen.in, nowMs);
  rates.up.add(session.bytesOut - bytesSeen.out, nowMs);
  bytesSeen = { in: session.bytesIn, out: session.bytesOut };
  let units = 0;
  for (const actor of board.actors.values()) {
    units += actor.type === "unit" ? 1 : 0;
  }

  return {
    tickRate: match === null ? "–" : `${match.tickRate} Hz`,
    snapshots: rates.snapshots.perSecond(nowMs).toFixed(0),
    ping: pingMs === null ? "–" : `${pingMs < 10 ? pingMs.toFixed(1) : pingMs.toFixed(0)} ms`,
    down: bytesText(rates.down.perSecond(nowMs)),
    up: bytesText(rates.up.perSecond(nowMs)),
    delay: match === null ? "–" : `${match.clock.delayMs.toFixed(0)} ms`,
    units: String(units),
    late: match?.header ? `${(match.header.lateMicroseconds / 1000).toFixed(2)} ms` : "–",
    player: match === null ? "–" : ["watching", "blue", "red"][match.player] ?? `player ${match.player}`,
  };
}

function aim() {
  const armed = match !== null && match.player !== 0;
  board.canvas.classList.toggle("armed", armed);
  board.hover = armed && pointer !== null && pointer.inside
    ? { x: pointer.x, y: pointer.y, kind: hand.chosen, owner: match.player }
    : null;
}

function pointed(event) {
  const [x, y] = board.map === null ? [0, 0] : board.worldAt(event.clientX, event.clientY);
  pointer = { ...pointer, x, y, inside: event.pointerType !== "touch" };
  aim();
}

function left() {
  pointer = { ...pointer, inside: false };
  aim();
}

// The flow field leads to where the pointer was last; to the far king before it was anywhere.
function flowGoal() {
  const king = board.map?.objects.filter((object) => object.class === "tower").sort((a, b) => b.width - a.width || a.y - b.y)[0];
  return pointer?.x !== undefined ? [pointer.x, pointer.y] : king === undefined ? [0, 0] : [king.x + king.width / 2, king.y + king.height / 2];
}

function deploy(event) {
  if (match === null || match.player === 0 || board.map === null) {
    return;
  }

  const [x, y] = board.worldAt(event.clientX, event.clientY);
  pointer = { ...pointer, x, y, deployed: [x, y] };
  if (session.input(INPUT_DEPLOY, encodeDeploy(x, y, hand.chosen))) {
    board.effects.ring(...board.turn(x, y), "#ffffff", KINDS[hand.chosen].radius * 1.6);
    notice.textContent = "";
  }
}

board.canvas.addEventListener("pointermove", pointed);
board.canvas.addEventListener("pointerleave", left);
board.canvas.addEventListener("click", deploy);
document.getElementById("show-paths").addEventListener("change", (event) => { board.showPaths = event.target.checked; });
document.getElementById("show-circles").addEventListener("change", (event) => { board.showCircles = event.target.checked; });

for (const toggle of document.querySelectorAll("input[data-layer]")) {
  toggle.addEventListener("change", () => {
    navigation.show(toggle.dataset.layer, toggle.checked);
    document.getElementById("layers-legend").hidden = navigation.layers === 0;
  });
  navigation.show(toggle.dataset.layer, toggle.checked);
}

/** For tests and the curious: what the page knows at this moment. */
window.demo = {
  get matchId() { return session.matchId; },
  get player() { return match?.player ?? null; },
  get snapshots() { return snapshotsApplied; },
  get dropped() { return link.dropped; },
  get delayMs() { return match?.clock.delayMs ?? null; },
  get renderTick() { return match?.clock.tick ?? null; },
  get ready() { return board.terrain !== null && board.actors.size > 0; },
  entities: () => [...board.actors].map(([key, actor]) => {
    const [x, y] = board.turn(actor.x, actor.y);
    return { key, type: actor.type, kind: KINDS.indexOf(actor.kind), owner: actor.owner, health: actor.health, x, y };
  }),
  get navigation() { return navigation.picture; },
  clientOf: (x, y) => board.clientOf(x, y),
  energy: () => hand.energy,
  choose: (kind) => hand.cards[kind].click(),
};

requestAnimationFrame(draw);
session.start();
