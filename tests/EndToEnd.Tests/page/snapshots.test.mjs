import assert from "node:assert/strict";
import { test } from "node:test";
import { BitReader } from "../../../src/Server/wwwroot/demo/js/bits.js";
import {
  Frame, SnapshotAssembler, SnapshotSchema, decodePart, entityKey, generationOf, indexOf, readHeader,
} from "../../../src/Server/wwwroot/demo/js/snapshots.js";
import { BitWriter, writePart } from "./bit-writer.mjs";

const SCHEMA = {
  version: 1,
  hash: "1f",
  components: [
    { name: "Position", fields: [
      { name: "X", bits: 12, min: 0, step: 0.0078125, signed: false, interpolate: true },
      { name: "Y", bits: 12, min: -4, step: 0.0078125, signed: false, interpolate: true },
    ] },
    { name: "Unit", fields: [{ name: "Kind", bits: 3, min: 0, step: 0, signed: false }, { name: "Mood", bits: 5, min: 0, step: 0, signed: true }] },
    { name: "Wide", fields: [{ name: "Value", bits: 32, min: 0, step: 0, signed: false }] },
  ],
};
const unit = (index, x, y, kind, mood) => ({ index, generation: index % 256, components: { Position: { X: x, Y: y }, Unit: { Kind: kind, Mood: mood } } });

test("bits come least significant first, across bytes", () => {
  const reader = new BitReader(Uint8Array.of(0b10110101, 0b00000011, 0xff, 0xff, 0xff, 0xff));
  assert.equal(reader.read(1), 1);
  assert.equal(reader.read(3), 0b010);
  assert.equal(reader.read(6), 0b111011);
  assert.equal(reader.read(6), 0);
  assert.equal(reader.read(32), 0xffffffff);
  assert.equal(reader.failed, false);
  assert.equal(reader.read(1), 0);
  assert.equal(reader.failed, true);
});

test("what was written is read, for all widths and signs", () => {
  const writer = new BitWriter();
  for (let bits = 1; bits <= 32; bits++) {
    writer.write(2 ** bits - 1, bits);
    writer.writeSigned(-(2 ** (bits - 1)), bits);
  }

  [0, 127, 128, 300, 0xffffffff].forEach((value) => writer.writeVariable(value));
  const reader = new BitReader(writer.finish());
  for (let bits = 1; bits <= 32; bits++) {
    assert.equal(reader.read(bits), 2 ** bits - 1);
    assert.equal(reader.readSigned(bits), -(2 ** (bits - 1)));
  }

  [0, 127, 128, 300, 0xffffffff].forEach((value) => assert.equal(reader.readVariable(), value));
});

test("a variable number of more than 32 bits fails", () => {
  const reader = new BitReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f));
  assert.equal(reader.readVariable(), 0);
  assert.equal(reader.failed, true);
});

test("the header is read, and foreign ones are refused", () => {
  const part = writePart(SCHEMA, { tick: 70000, inputsProcessed: 9, tickMicroseconds: 812, lateMicroseconds: 65535 }, []);
  assert.deepEqual(readHeader(part), {
    version: 1, partIndex: 0, partCount: 1, flags: 0, tick: 70000, inputsProcessed: 9, tickMicroseconds: 812, lateMicroseconds: 65535,
  });
  assert.equal(readHeader(part.subarray(0, 15)), null);
  assert.equal(readHeader(writePart(SCHEMA, { version: 2, tick: 1 }, [])), null);
  assert.equal(readHeader(writePart(SCHEMA, { flags: 1, tick: 1 }, [])), null);
  assert.equal(readHeader(writePart(SCHEMA, { partIndex: 1, partCount: 1, tick: 1 }, [])), null);
});

test("entities have their components and quantised values", () => {
  const schema = new SnapshotSchema(SCHEMA);
  const frame = new Frame(schema.columns.length);
  const bare = { index: 700, generation: 255, components: { Wide: { Value: 0xfffffffe } } };
  assert.ok(decodePart(schema, writePart(SCHEMA, { tick: 1 }, [unit(0, 1.5, -3.25, 4, -16), unit(3, 18, 20, 1, 15), bare]), frame));
  assert.equal(frame.count, 3);
  const row = frame.rows.get(entityKey(0, 0));
  assert.equal(frame.value(row, schema.column("Position.X")), 1.5);
  assert.equal(frame.value(row, schema.column("Position.Y")), -3.25);
  assert.equal(frame.value(row, schema.column("Unit.Mood")), -16);
  assert.equal(frame.has(row, schema.component("Wide")), false);
  const wide = frame.rows.get(entityKey(700, 255));
  assert.equal(frame.value(wide, schema.column("Wide.Value")), 0xfffffffe);
  assert.equal(frame.has(wide, schema.component("Position")), false);
  assert.equal(schema.column("No.Such"), -1);
});

test("a key gives its index and generation back", () => {
  assert.equal(indexOf(entityKey(65534, 200)), 65534);
  assert.equal(generationOf(entityKey(65534, 200)), 200);
});

test("a tick is whole once all parts are here, in any order", () => {
  const assembler = new SnapshotAssembler(new SnapshotSchema(SCHEMA));
  const parts = [0, 1, 2].map((partIndex) => writePart(SCHEMA, { tick: 5, partIndex, partCount: 3 }, [unit(partIndex * 100, 1, 1, 0, 0)]));
  assert.equal(assembler.accept(parts[2]), null);
  assert.equal(assembler.accept(parts[2]), null);
  assert.equal(assembler.accept(parts[0]), null);
  const whole = assembler.accept(parts[1]);
  assert.equal(whole.frame.count, 3);
  assert.equal(whole.frame.tick, 5);
  assert.equal(assembler.accept(parts[1]), null);
});

test("ticks that stay incomplete are forgotten", () => {
  const assembler = new SnapshotAssembler(new SnapshotSchema(SCHEMA));
  for (let tick = 1; tick < 500; tick++) {
    assembler.accept(writePart(SCHEMA, { tick, partIndex: 0, partCount: 2 }, []));
  }

  assert.ok(assembler.pending.size <= 8);
  assert.equal(assembler.accept(writePart(SCHEMA, { tick: 1, partIndex: 1, partCount: 2 }, [])), null);
});

test("cut parts are refused", () => {
  const schema = new SnapshotSchema(SCHEMA);
  const part = writePart(SCHEMA, { tick: 1 }, [unit(0, 1, 1, 0, 0), unit(9, 1, 1, 0, 0)]);
  for (let length = 16; length < part.length; length++) {
    assert.equal(decodePart(schema, part.subarray(0, length), new Frame(schema.columns.length)), false, `length ${length}`);
  }
});

test("random bodies never throw and never grow a frame beyond its bytes", () => {
  const schema = new SnapshotSchema(SCHEMA);
  let state = 99;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 5000; round++) {
    const bytes = Uint8Array.from({ length: Math.floor(random() * 120) }, () => random() * 256);
    const frame = new Frame(schema.columns.length);
    decodePart(schema, bytes, frame);
    assert.ok(frame.count <= bytes.length);
  }
});

test("frames are reused without traces of their past", () => {
  const assembler = new SnapshotAssembler(new SnapshotSchema(SCHEMA));
  const first = assembler.accept(writePart(SCHEMA, { tick: 1 }, [unit(1, 2, 2, 3, 4)])).frame;
  assembler.release(first);
  const second = assembler.accept(writePart(SCHEMA, { tick: 2 }, [{ index: 1, generation: 1, components: {} }])).frame;
  assert.equal(second, first);
  assert.equal(second.count, 1);
  assert.deepEqual([...second.values.subarray(0, 5)], [0, 0, 0, 0, 0]);
});
