import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameHistory, RenderClock, interpolate } from "../../../src/Server/wwwroot/demo/js/interpolation.js";
import { Link } from "../../../src/Server/wwwroot/demo/js/link.js";
import { Frame, SnapshotSchema, entityKey } from "../../../src/Server/wwwroot/demo/js/snapshots.js";

const PERIOD = 1000 / 30;
const schema = new SnapshotSchema({ version: 1, hash: "", components: [{ name: "P", fields: [
  { name: "X", bits: 12, min: 0, step: 0.01, interpolate: true }, { name: "Kind", bits: 3, step: 0 },
] }] });

function frameAt(tick, x, kind = 0) {
  const frame = new Frame(schema.columns.length);
  frame.clear(tick);
  const row = frame.add(entityKey(1, 1), 1);
  frame.values.set([x, kind], row * 2);
  return frame;
}

// Plays arrivals `[ms, tick]` against a display of 60 Hz; returns the render ticks.
function play(arrivals, untilMs) {
  const clock = new RenderClock(30);
  const ticks = [];
  let next = 0;
  for (let nowMs = 0; nowMs < untilMs; nowMs += 1000 / 60) {
    while (next < arrivals.length && arrivals[next][0] <= nowMs) {
      clock.arrived(arrivals[next][1], arrivals[next][0]);
      next++;
    }

    ticks.push(clock.advance(nowMs));
  }

  return { clock, ticks };
}

test("an even stream is drawn two periods behind, at the speed of time", () => {
  const { clock, ticks } = play(Array.from({ length: 300 }, (_, tick) => [40 + tick * PERIOD, tick]), 9900);
  assert.ok(Math.abs(clock.delayMs - 2 * PERIOD) < 1, `delay ${clock.delayMs}`);
  const late = ticks.slice(300);
  for (let at = 1; at < late.length; at++) {
    assert.ok(Math.abs(late[at] - late[at - 1] - 0.5) < 0.01);
  }
});

test("jitter makes the delay grow so that there is always a newer snapshot to draw towards", () => {
  let state = 7;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const arrivals = Array.from({ length: 600 }, (_, tick) => [tick * PERIOD + random() * 100, tick]).sort((a, b) => a[0] - b[0]);
  const clock = new RenderClock(30);
  let next = 0;
  let starved = 0;
  let frames = 0;
  for (let nowMs = 0; nowMs < 19000; nowMs += 1000 / 60) {
    while (next < arrivals.length && arrivals[next][0] <= nowMs) {
      clock.arrived(arrivals[next][1], arrivals[next][0]);
      next++;
    }

    const tick = clock.advance(nowMs);
    if (nowMs > 3000) {
      frames++;
      starved += tick > clock.newestTick ? 1 : 0;
    }
  }

  assert.ok(clock.delayMs > 130 && clock.delayMs < 300, `delay ${clock.delayMs}`);
  assert.ok(starved / frames < 0.005, `${starved} of ${frames} frames had nothing to draw towards`);
});

test("the clock never runs backwards and never jumps while conditions change", () => {
  const arrivals = Array.from({ length: 600 }, (_, tick) => [tick * PERIOD + (tick > 200 && tick < 400 ? 90 : 0), tick])
    .filter(([, tick]) => tick < 450 || tick % 3 === 0);
  const { ticks } = play(arrivals, 19900);
  for (let at = 31; at < ticks.length; at++) {
    const pace = ticks[at] - ticks[at - 1];
    assert.ok(pace >= 0.5 * 0.89 && pace <= 0.5 * 1.11, `frame ${at}: ${pace}`);
  }
});

test("after a long silence the clock jumps to the present", () => {
  const arrivals = [...Array(60).keys()].map((tick) => [tick * PERIOD, tick])
    .concat([...Array(60).keys()].map((tick) => [2000 + 8000 + tick * PERIOD, 60 + 240 + 600 + tick]));
  const { clock, ticks } = play(arrivals, 11900);
  assert.ok(clock.newestTick - ticks[ticks.length - 1] < 8);
});

test("frames are kept in order, once each, up to a limit", () => {
  const released = [];
  const history = new FrameHistory((frame) => released.push(frame.tick));
  [3, 1, 2, 2].forEach((tick) => history.add(frameAt(tick, tick)));
  assert.deepEqual(history.frames.map((frame) => frame.tick), [1, 2, 3]);
  assert.deepEqual(released, [2]);
  for (let tick = 4; tick < 400; tick++) {
    history.add(frameAt(tick, 0));
  }

  assert.equal(history.newest.tick, 399);
  assert.ok(history.frames.length <= 90);
});

test("the moment lies between two frames, and holds at the ends", () => {
  const history = new FrameHistory();
  assert.equal(history.around(1), null);
  [10, 14].forEach((tick) => history.add(frameAt(tick, tick)));
  const middle = history.around(11);
  assert.deepEqual([middle.from.tick, middle.to.tick, middle.fraction], [10, 14, 0.25]);
  assert.equal(history.around(5).from.tick, 10);
  const end = history.around(99);
  assert.deepEqual([end.from.tick, end.fraction], [14, 0]);
});

test("positions are interpolated, kinds and teleports are not", () => {
  const [x, kind] = schema.columns;
  const from = frameAt(1, 2, 1);
  assert.equal(interpolate(x, from, 0, frameAt(2, 3, 5), 0, 0.25), 2.25);
  assert.equal(interpolate(kind, from, 0, frameAt(2, 3, 5), 0, 0.25), 1);
  assert.equal(interpolate(x, from, 0, frameAt(2, 30), 0, 0.25), 2);
  assert.equal(interpolate(x, from, 0, frameAt(2, 3), undefined, 0.25), 2);
});

test("the link delays, keeps reliable order and loses only snapshots", () => {
  let nowMs = 0;
  const queue = [];
  let state = 3;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const link = new Link((run, ms) => queue.push([nowMs + ms, run]), () => nowMs, random);
  link.latencyMs = 200;
  link.jitterMs = 100;
  link.lossPercent = 50;
  const order = [];
  let snapshots = 0;
  for (; nowMs < 10000; nowMs += 10) {
    const sent = nowMs;
    link.reliable("in", () => order.push(sent));
    link.unreliable(() => snapshots++);
  }

  queue.sort((a, b) => a[0] - b[0]).forEach(([, run]) => run());
  assert.equal(order.length, 1000);
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.ok(snapshots > 420 && snapshots < 580, `${snapshots}`);
  assert.equal(link.dropped + snapshots, 1000);
  assert.ok(queue[0][0] >= 100);
});

test("an undisturbed link delivers at once", () => {
  let delivered = 0;
  const link = new Link(() => assert.fail("nothing is to be scheduled"), () => 5);
  link.reliable("out", () => delivered++);
  link.unreliable(() => delivered++);
  assert.equal(delivered, 2);
});
