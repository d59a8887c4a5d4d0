import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeNavigation } from "../../../src/Server/wwwroot/demo/js/navigation-picture.js";

// Two cells, one agent with one point of its way, one obstacle of two corners, in the layers asked for.
function picture(layers) {
  const cells = ((layers & 1) + ((layers & 2) >> 1) + ((layers & 4) >> 1)) * 2;
  const agent = layers & 24 ? 16 + (layers & 16) + (layers & 8) : 0;
  const obstacles = layers & 16 ? 2 + 13 + 16 : 0;
  const bytes = new ArrayBuffer(32 + cells + agent + obstacles);
  const view = new DataView(bytes);
  view.setUint32(0, 0x564e5352, true);
  [[4, 2], [6, layers], [16, 2], [18, 1]].forEach(([at, value]) => view.setUint16(at, value, true));
  view.setUint32(8, 300, true);
  [[12, 7], [24, agent ? 1 : 0], [28, 2]].forEach(([at, value]) => view.setInt32(at, value, true));
  view.setInt16(20, 1, true);
  let at = 32;
  for (const [layer, values] of [[1, [0, 8]], [2, [0, 16]], [4, [127, 0, -127, 3]]]) {
    if (layers & layer) {
      values.forEach((value) => view.setInt8(at++, value));
    }
  }

  if (agent) {
    [1, 2, 0.5].forEach((value, part) => view.setFloat32(at + part * 4, value, true));
    [1, 1, layers & 8 ? 1 : 0].forEach((value, part) => view.setUint8(at + 12 + part, value));
    at += 16;
    [...(layers & 16 ? [3, 4, 5, 6] : []), ...(layers & 8 ? [7, 8] : [])].forEach((value, part) => view.setFloat32(at + part * 4, value, true));
    at += agent - 16;
  }

  if (obstacles) {
    view.setUint16(at, 1, true);
    view.setUint8(at + 14, 2);
    [[2, 0.25], [6, 9], [10, 10], [15, 11], [19, 12], [23, 13], [27, 14]].forEach(([part, value]) => view.setFloat32(at + part, value, true));
  }

  return bytes;
}

test("a picture of the navigation is read as it was written", () => {
  const read = decodeNavigation(picture(31));
  assert.deepEqual([read.tick, read.version, read.width, read.height, read.goal, read.leftOut], [300, 7, 2, 1, [1, 0], 2]);
  assert.deepEqual([[...read.grid], [...read.clearance], [...read.flow]], [[0, 8], [0, 16], [127, 0, -127, 3]]);
  assert.deepEqual(read.agents, [{ bytes: 40, x: 1, y: 2, radius: 0.5, state: 1, flags: 1, wanted: [3, 4], velocity: [5, 6], way: [[7, 8]] }]);
  assert.deepEqual(read.obstacles, [{ radius: 0.25, velocity: [9, 10], corners: [[11, 12], [13, 14]] }]);
});

test("layers that are not in it are not read", () => {
  assert.deepEqual(decodeNavigation(picture(0)).agents, []);
  assert.deepEqual([...decodeNavigation(picture(4)).flow], [127, 0, -127, 3]);
  assert.equal(decodeNavigation(picture(2)).grid, null);
  assert.deepEqual(decodeNavigation(picture(8)).agents[0].way, [[7, 8]]);
  assert.deepEqual(decodeNavigation(picture(16)).agents[0].velocity, [5, 6]);
});

test("bytes that are no picture of the navigation, or cut off, do no harm", () => {
  assert.equal(decodeNavigation(new ArrayBuffer(3)), null);
  assert.equal(decodeNavigation(new ArrayBuffer(64)), null);
  const whole = picture(31);
  for (let length = 0; length < whole.byteLength; length++) {
    assert.equal(decodeNavigation(whole.slice(0, length)), null);
  }
});
