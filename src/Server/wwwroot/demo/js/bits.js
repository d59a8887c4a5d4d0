// Reads values of 1 to 32 bits, least significant bit first: bit 0 of byte 0 comes first. Reading past the end yields
// zeros and sets `failed`, which the caller checks once, at the end.
export class BitReader {
  constructor(bytes, offset = 0) {
    this.bytes = bytes;
    this.bit = offset * 8;
    this.end = bytes.length * 8;
    this.failed = false;
  }

  read(bits) {
    if (this.failed || this.bit + bits > this.end) {
      this.failed = true;
      return 0;
    }

    let value = 0;
    let have = 0;
    while (have < bits) {
      const inByte = this.bit & 7;
      const take = Math.min(8 - inByte, bits - have);
      const part = (this.bytes[this.bit >>> 3] >>> inByte) & ((1 << take) - 1);
      // A multiplication, because << works on 32 signed bits.
      value += part * 2 ** have;
      have += take;
      this.bit += take;
    }

    return value;
  }

  readSigned(bits) {
    const value = this.read(bits);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  // Groups of seven bits, least significant first, each followed by a bit that says whether more come; 32 bits at most.
  readVariable() {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const group = this.read(8);
      value += (group & 127) * 2 ** shift;
      if (group < 128) {
        this.failed ||= value > 0xffffffff;
        return this.failed ? 0 : value;
      }
    }

    this.failed = true;
    return 0;
  }
}
