import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePicture, drawPicture } from "../../../src/Server/wwwroot/demo/js/debug-draw.js";
import { decodeShot, encodeAct } from "../../../src/Server/wwwroot/demo/js/arena-view.js";

function picture() {
  const bytes = new ArrayBuffer(24 + 18 + 34);
  const view = new DataView(bytes);
  view.setUint32(0, 0x44445352, true);
  view.setUint16(4, 1, true);
  view.setBigUint64(8, 77n, true);
  view.setInt32(16, 2, true);
  view.setInt32(20, 5, true);
  view.setUint8(24, 1);
  view.setUint8(25, 2);
  [1, 2, 3, 0.5].forEach((value, at) => view.setFloat32(26 + at * 4, value, true));
  view.setUint8(42, 3);
  view.setUint8(43, 3);
  [4, 5, 6].forEach((value, at) => view.setFloat32(44 + at * 4, value, true));
  [0, 0, 0, 32767].forEach((value, at) => view.setInt16(56 + at * 2, value, true));
  [7, 8, 9].forEach((value, at) => view.setFloat32(64 + at * 4, value, true));
  return bytes;
}

test("a picture is read as it was written", () => {
  const read = decodePicture(picture());
  assert.equal(read.step, 77);
  assert.equal(read.leftOut, 5);
  assert.deepEqual(read.primitives[0], { kind: 1, state: 2, numbers: [1, 2, 3, 0.5] });
  assert.deepEqual(read.primitives[1], { kind: 3, state: 3, numbers: [4, 5, 6, 0, 0, 0, 1, 7, 8, 9] });
});

test("bytes that are no picture, or cut off, do no harm", () => {
  assert.equal(decodePicture(new ArrayBuffer(3)), null);
  assert.equal(decodePicture(new ArrayBuffer(64)), null);
  const whole = picture();
  for (let length = 24; length < whole.byteLength; length++) {
    assert.ok(decodePicture(whole.slice(0, length)).primitives.length < 2);
  }
});

test("a cylinder is round from above, and a bar with two rims when it lies", () => {
  const lying = Math.SQRT1_2;
  for (const [rotation, reach] of [[[0, 0, 0, 1], 0.5], [[0, 0, lying, lying], 2]]) {
    const points = [];
    const line = (x, z) => points.push([x - 10, z - 20]);
    const context = { save() {}, restore() {}, beginPath() {}, stroke() {}, moveTo: line, lineTo: line };
    drawPicture(context, { primitives: [{ kind: 4, state: 2, numbers: [10, 1, 20, ...rotation, 0.5, 2] }] }, 0.01);
    assert.ok(points.length > 30);
    assert.ok(Math.abs(Math.max(...points.map(([x]) => x)) - reach) < 1e-6);
    assert.ok(Math.abs(Math.max(...points.map(([, z]) => z)) - 0.5) < 1e-6);
    assert.ok(rotation[3] !== 1 || points.every(([x, z]) => Math.abs(Math.hypot(x, z) - 0.5) < 1e-6));
  }
});

test("inputs and events are the game's structs", () => {
  const bytes = encodeAct({ moveX: 1, moveY: -1, aimX: 0.5, aimY: 0, buttons: 5, seenTick: 9 });
  const view = new DataView(bytes.buffer);
  assert.equal(bytes.length, 24);
  assert.equal(view.getUint32(16, true), 5);
  assert.equal(view.getUint32(20, true), 9);
  assert.equal(decodeShot(bytes).fromX, 1);
});
