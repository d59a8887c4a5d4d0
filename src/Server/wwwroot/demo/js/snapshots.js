// Snapshot parts as they come from the wire, and the frames made of them.
//
//   part   = header (16 bytes) + bit-packed body
//   header = u8 version, u8 part index, u8 part count, u8 flags, u32 tick, u32 inputs processed, u16 tick microseconds,
//            u16 late microseconds; little-endian
//   body   = variable entity count, then per entity: variable gap to the previous index (which starts at -1), 8 bits generation,
//            one bit per component of the schema, then the fields of the components present
//
// A frame is one tick, whole once all its parts are here. It is a table: one row an entity, one column a field.
import { BitReader } from "./bits.js";

export const HEADER_BYTES = 16;
const VERSION = 1;
const PENDING_TICKS_MAX = 8;
const ENTITIES_MAX = 65536;

/** What the welcome's schema says, made ready for decoding: `columns` are all fields of all components in order. */
export class SnapshotSchema {
  constructor(json) {
    if (json.version !== VERSION) {
      throw new RangeError(`schema version ${json.version} is not known here`);
    }

    this.hash = json.hash;
    this.columns = [];
    this.components = json.components.map((component, bit) => {
      const fields = component.fields.map((field) => {
        const column = {
          name: `${component.name}.${field.name}`,
          bits: field.bits,
          min: field.min ?? 0,
          step: field.step || 0,
          signed: field.signed ?? false,
          interpolate: field.interpolate ?? false,
          component: bit,
          index: this.columns.length,
        };
        this.columns.push(column);
        return column;
      });
      return { name: component.name, bit, fields };
    });
  }

  /** The column of "Component.Field", -1 when the game has none. */
  column(name) {
    return this.columns.findIndex((column) => column.name === name);
  }

  /** The bit of a component, -1 when the game has none. */
  component(name) {
    return this.components.findIndex((component) => component.name === name);
  }
}

export function readHeader(bytes) {
  if (bytes.length < HEADER_BYTES) {
    return null;
  }

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = {
    version: view.getUint8(0),
    partIndex: view.getUint8(1),
    partCount: view.getUint8(2),
    flags: view.getUint8(3),
    tick: view.getUint32(4, true),
    inputsProcessed: view.getUint32(8, true),
    tickMicroseconds: view.getUint16(12, true),
    lateMicroseconds: view.getUint16(14, true),
  };
  const known = header.version === VERSION && header.flags === 0 && header.partIndex < header.partCount;
  return known ? header : null;
}

/** One whole tick. `keys` name entities by index and generation; `values` holds `columnCount` numbers a row. */
export class Frame {
  constructor(columnCount) {
    this.columnCount = columnCount;
    this.tick = 0;
    this.count = 0;
    this.keys = new Float64Array(64);
    this.masks = new Float64Array(64);
    this.values = new Float64Array(64 * columnCount);
    this.rows = new Map();
  }

  clear(tick) {
    this.tick = tick;
    this.count = 0;
    this.rows.clear();
  }

  add(key, mask) {
    if (this.count === this.keys.length) {
      this.#grow();
    }

    const row = this.count++;
    this.keys[row] = key;
    this.masks[row] = mask;
    this.values.fill(0, row * this.columnCount, (row + 1) * this.columnCount);
    this.rows.set(key, row);
    return row;
  }

  has(row, component) {
    return component >= 0 && Math.floor(this.masks[row] / 2 ** component) % 2 === 1;
  }

  value(row, column) {
    return this.values[row * this.columnCount + column];
  }

  #grow() {
    const larger = (old, size) => {
      const next = new Float64Array(size);
      next.set(old);
      return next;
    };
    this.keys = larger(this.keys, this.keys.length * 2);
    this.masks = larger(this.masks, this.masks.length * 2);
    this.values = larger(this.values, this.values.length * 2);
  }
}

export const entityKey = (index, generation) => index * 256 + generation;
export const indexOf = (key) => Math.floor(key / 256);
export const generationOf = (key) => key % 256;

/** Adds a part's entities to a frame; false when the bytes are no such body. */
export function decodePart(schema, bytes, frame) {
  const reader = new BitReader(bytes, HEADER_BYTES);
  const count = reader.readVariable();
  if (reader.failed || count > ENTITIES_MAX) {
    return false;
  }

  let index = -1;
  for (let entity = 0; entity < count && !reader.failed; entity++) {
    const gap = reader.readVariable();
    index += gap;
    const generation = reader.read(8);
    if (gap === 0 || reader.failed) {
      return false;
    }

    decodeEntity(schema, reader, frame, entityKey(index, generation));
  }

  return !reader.failed;
}

function decodeEntity(schema, reader, frame, key) {
  let mask = 0;
  for (let bit = 0; bit < schema.components.length; bit++) {
    mask += reader.read(1) * 2 ** bit;
  }

  const row = frame.add(key, mask);
  const start = row * frame.columnCount;
  for (const component of schema.components) {
    if (!frame.has(row, component.bit)) {
      continue;
    }

    for (const field of component.fields) {
      const raw = field.signed ? reader.readSigned(field.bits) : reader.read(field.bits);
      frame.values[start + field.index] = field.step > 0 ? field.min + raw * field.step : raw;
    }
  }
}

/** Collects parts until a tick is whole. Parts may come in any order, twice or never. */
export class SnapshotAssembler {
  constructor(schema) {
    this.schema = schema;
    this.pending = new Map();
    this.free = [];
    this.newestTick = -1;
  }

  /** Returns `{ header, frame }` once a part makes its tick whole, else null. `header` is that of the last part. */
  accept(bytes) {
    const header = readHeader(bytes);
    if (header === null || header.tick <= this.newestTick - PENDING_TICKS_MAX) {
      return null;
    }

    let entry = this.pending.get(header.tick);
    if (entry === undefined) {
      entry = { partCount: header.partCount, seen: new Set(), frame: this.#takeFrame(header.tick), done: false };
      this.pending.set(header.tick, entry);
      this.newestTick = Math.max(this.newestTick, header.tick);
      this.#forgetOld();
    }

    if (entry.done || entry.partCount !== header.partCount || entry.seen.has(header.partIndex)) {
      return null;
    }

    entry.seen.add(header.partIndex);
    if (!decodePart(this.schema, bytes, entry.frame)) {
      entry.done = true;
      return null;
    }

    entry.done = entry.seen.size === entry.partCount;
    return entry.done ? { header, frame: entry.frame } : null;
  }

  /** Gives a frame back for reuse. */
  release(frame) {
    this.free.push(frame);
  }

  #takeFrame(tick) {
    const frame = this.free.pop() ?? new Frame(this.schema.columns.length);
    frame.clear(tick);
    return frame;
  }

  #forgetOld() {
    for (const [tick, entry] of this.pending) {
      if (tick <= this.newestTick - PENDING_TICKS_MAX) {
        this.pending.delete(tick);
        if (!entry.done) {
          this.release(entry.frame);
        }
      }
    }
  }
}
