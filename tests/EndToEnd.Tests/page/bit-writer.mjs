// The writing side of bits.js and snapshots.js, for tests only: the server writes, the page reads.
export class BitWriter {
  constructor() {
    this.bits = [];
  }

  write(value, bits) {
    for (let bit = 0; bit < bits; bit++) {
      this.bits.push(Math.floor(value / 2 ** bit) % 2);
    }
  }

  writeSigned(value, bits) {
    this.write(value < 0 ? value + 2 ** bits : value, bits);
  }

  writeVariable(value) {
    let rest = value;
    while (rest >= 128) {
      this.write((rest % 128) + 128, 8);
      rest = Math.floor(rest / 128);
    }

    this.write(rest, 8);
  }

  finish() {
    const bytes = new Uint8Array(Math.ceil(this.bits.length / 8));
    this.bits.forEach((bit, at) => { bytes[at >> 3] |= bit << (at & 7); });
    return bytes;
  }
}

/** A part on the wire. `entities` are `{ index, generation, components: { Name: { Field: value } } }` in ascending index. */
export function writePart(schemaJson, header, entities) {
  const writer = new BitWriter();
  writer.writeVariable(entities.length);
  let previous = -1;
  for (const entity of entities) {
    writer.writeVariable(entity.index - previous);
    previous = entity.index;
    writer.write(entity.generation, 8);
    for (const component of schemaJson.components) {
      writer.write(entity.components[component.name] === undefined ? 0 : 1, 1);
    }

    for (const component of schemaJson.components) {
      const values = entity.components[component.name];
      for (const field of values === undefined ? [] : component.fields) {
        const raw = field.step > 0 ? Math.round((values[field.name] - field.min) / field.step) : values[field.name];
        (field.signed ? writer.writeSigned(raw, field.bits) : writer.write(raw, field.bits));
      }
    }
  }

  const body = writer.finish();
  const bytes = new Uint8Array(16 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, header.version ?? 1);
  view.setUint8(1, header.partIndex ?? 0);
  view.setUint8(2, header.partCount ?? 1);
  view.setUint8(3, header.flags ?? 0);
  view.setUint32(4, header.tick, true);
  view.setUint32(8, header.inputsProcessed ?? 0, true);
  view.setUint16(12, header.tickMicroseconds ?? 0, true);
  view.setUint16(14, header.lateMicroseconds ?? 0, true);
  bytes.set(body, 16);
  return bytes;
}
