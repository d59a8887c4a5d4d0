import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeEnvelope, encodeEnvelope } from "../../../src/Server/wwwroot/demo/js/envelope.js";

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g).map((byte) => parseInt(byte, 16)));
const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

test("a ping is the bytes other clients send", () => {
  assert.equal(hexOf(encodeEnvelope({ cid: "1", ping: {} })), "0a0131820200");
});

test("a pong from other servers is understood", () => {
  const envelope = decodeEnvelope(bytesOf("0a01318a0200"));
  assert.equal(envelope.cid, "1");
  assert.deepEqual(envelope.pong, {});
  assert.equal(envelope.ping, undefined);
});

test("negative op codes take ten bytes and come back negative", () => {
  const bytes = encodeEnvelope({ matchData: { matchId: "m", opCode: -2, data: Uint8Array.of(1, 2) } });
  assert.equal(hexOf(bytes), "7212" + "0a016d" + "18feffffffffffffffff01" + "22020102");
  assert.equal(decodeEnvelope(bytes).matchData.opCode, -2);
});

test("messages survive the way there and back", () => {
  for (const opCode of [0, 1, 127, 128, 2 ** 31, 2 ** 40 + 3, -1, -3, -(2 ** 40)]) {
    const sent = { cid: "é", matchDataSend: { matchId: "a.b", opCode, data: Uint8Array.of(0, 255, 3), reliable: true } };
    assert.deepEqual(decodeEnvelope(encodeEnvelope(sent)), sent);
  }
});

test("an error carries its message and context", () => {
  const sent = { error: { code: 4, message: "Match not found.", context: [{ key: "match", value: "x" }] } };
  assert.deepEqual(decodeEnvelope(encodeEnvelope(sent)), sent);
});

test("a match lists its presences, and absent ones are none", () => {
  const presence = { userId: "u", sessionId: "s", username: "n" };
  const envelope = decodeEnvelope(encodeEnvelope({ match: { matchId: "m", presences: [presence, presence], self: presence } }));
  assert.deepEqual(envelope.match.presences, [presence, presence]);
  assert.equal(envelope.match.authoritative, false);
  assert.deepEqual(decodeEnvelope(encodeEnvelope({ match: { matchId: "m" } })).match.presences, []);
});

test("unknown fields of every wire type are passed over", () => {
  // 100: varint, 101: 8 bytes, 102: bytes, 103: 4 bytes; then a ping.
  const unknown = "a00605" + "a9060102030405060708" + "b20602abcd" + "bd0601020304";
  assert.deepEqual(decodeEnvelope(bytesOf(unknown + "820200")), { ping: {} });
});

test("cut or broken messages are refused, never hung on", () => {
  const whole = encodeEnvelope({ cid: "1", matchData: { matchId: "match", opCode: -2, data: new Uint8Array(40) } });
  let refused = 0;
  for (let length = 1; length < whole.length; length++) {
    try {
      decodeEnvelope(whole.subarray(0, length));
    } catch (error) {
      assert.ok(error instanceof RangeError);
      refused++;
    }
  }

  assert.ok(refused > whole.length - 10);
  assert.throws(() => decodeEnvelope(bytesOf("ff".repeat(12))), RangeError);
});

test("random bytes only ever give a message or a RangeError", () => {
  let state = 12345;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 20000; round++) {
    const bytes = Uint8Array.from({ length: Math.floor(random() * 40) }, () => random() * 256);
    try {
      decodeEnvelope(bytes);
    } catch (error) {
      assert.ok(error instanceof RangeError, String(error));
    }
  }
});
