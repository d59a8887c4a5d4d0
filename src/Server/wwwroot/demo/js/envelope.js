// The few messages of nakama.realtime.Envelope this page speaks, in protobuf's binary form. Unknown fields are passed
// over, so a newer server does no harm. Names are those of the .proto file, in camel case.
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder();

const STRING_VALUE = [{ number: 1, name: "value", type: "string" }];
const PRESENCE = [
  { number: 1, name: "userId", type: "string" },
  { number: 2, name: "sessionId", type: "string" },
  { number: 3, name: "username", type: "string" },
];
const ENTRY = [
  { number: 1, name: "key", type: "string" },
  { number: 2, name: "value", type: "string" },
];
const MATCH_ID = { number: 1, name: "matchId", type: "string" };
const ENVELOPE = [
  { number: 1, name: "cid", type: "string" },
  {
    number: 11, name: "error", type: [
      { number: 1, name: "code", type: "int" },
      { number: 2, name: "message", type: "string" },
      { number: 3, name: "context", type: ENTRY, repeated: true },
    ],
  },
  {
    number: 12, name: "match", type: [
      MATCH_ID,
      { number: 2, name: "authoritative", type: "bool" },
      { number: 3, name: "label", type: STRING_VALUE },
      { number: 4, name: "size", type: "int" },
      { number: 5, name: "presences", type: PRESENCE, repeated: true },
      { number: 6, name: "self", type: PRESENCE },
    ],
  },
  {
    number: 14, name: "matchData", type: [
      MATCH_ID,
      { number: 2, name: "presence", type: PRESENCE },
      { number: 3, name: "opCode", type: "int" },
      { number: 4, name: "data", type: "bytes" },
      { number: 5, name: "reliable", type: "bool" },
    ],
  },
  {
    number: 15, name: "matchDataSend", type: [
      MATCH_ID,
      { number: 2, name: "opCode", type: "int" },
      { number: 3, name: "data", type: "bytes" },
      { number: 5, name: "reliable", type: "bool" },
    ],
  },
  { number: 16, name: "matchJoin", type: [MATCH_ID] },
  { number: 17, name: "matchLeave", type: [MATCH_ID] },
  {
    number: 18, name: "matchPresenceEvent", type: [
      MATCH_ID,
      { number: 2, name: "joins", type: PRESENCE, repeated: true },
      { number: 3, name: "leaves", type: PRESENCE, repeated: true },
    ],
  },
  { number: 32, name: "ping", type: [] },
  { number: 33, name: "pong", type: [] },
];

/** Envelope as an object, for example `{ cid: "1", matchJoin: { matchId } }`, to bytes. */
export function encodeEnvelope(envelope) {
  const out = [];
  writeMessage(out, ENVELOPE, envelope);
  return Uint8Array.from(out);
}

/** Bytes to an object; throws RangeError when they are no Envelope. Fields that are absent have their empty value, messages are absent. */
export function decodeEnvelope(bytes) {
  return readMessage({ bytes, at: 0 }, bytes.length, ENVELOPE);
}

function writeMessage(out, fields, message) {
  for (const field of fields) {
    const value = message[field.name];
    if (value === undefined || value === null) {
      continue;
    }

    for (const item of field.repeated ? value : [value]) {
      writeField(out, field, item);
    }
  }
}

function writeField(out, field, value) {
  switch (field.type) {
    case "int":
    case "bool":
      writeVarint(out, BigInt(field.number * 8 + VARINT));
      writeVarint(out, BigInt.asUintN(64, BigInt(Number(value))));
      return;
    case "string":
      writeBytes(out, field.number, utf8Encoder.encode(value));
      return;
    case "bytes":
      writeBytes(out, field.number, value);
      return;
    default: {
      const inner = [];
      writeMessage(inner, field.type, value);
      writeBytes(out, field.number, inner);
    }
  }
}

function writeBytes(out, number, bytes) {
  writeVarint(out, BigInt(number * 8 + BYTES));
  writeVarint(out, BigInt(bytes.length));
  for (const byte of bytes) {
    out.push(byte);
  }
}

function writeVarint(out, value) {
  while (value >= 128n) {
    out.push(Number(value & 127n) | 128);
    value >>= 7n;
  }

  out.push(Number(value));
}

function readMessage(reader, end, fields) {
  const message = {};
  for (const field of fields) {
    if (field.repeated) {
      message[field.name] = [];
    } else if (!Array.isArray(field.type) && field.name !== "cid") {
      message[field.name] = { int: 0, bool: false, string: "", bytes: new Uint8Array(0) }[field.type];
    }
  }

  while (reader.at < end) {
    const tag = readVarint(reader, end);
    const field = fields.find((candidate) => candidate.number === Math.floor(tag / 8));
    readField(reader, end, tag % 8, field, message);
  }

  return message;
}

function readField(reader, end, wireType, field, message) {
  if (wireType === VARINT) {
    const value = readVarint(reader, end);
    if (field?.type === "int" || field?.type === "bool") {
      message[field.name] = field.type === "bool" ? value !== 0 : value;
    }
  } else if (wireType === BYTES) {
    const length = readVarint(reader, end);
    const stop = reader.at + length;
    require(length >= 0 && stop <= end);
    if (field !== undefined && field.type !== "int" && field.type !== "bool") {
      const value = readBytes(reader, stop, field.type);
      if (field.repeated) {
        message[field.name].push(value);
      } else {
        message[field.name] = value;
      }
    }

    reader.at = stop;
  } else if (wireType === FIXED64 || wireType === FIXED32) {
    reader.at += wireType === FIXED64 ? 8 : 4;
    require(reader.at <= end);
  } else {
    throw new RangeError("an unknown wire type");
  }
}

function readBytes(reader, stop, type) {
  if (Array.isArray(type)) {
    return readMessage(reader, stop, type);
  }

  const bytes = reader.bytes.subarray(reader.at, stop);
  return type === "string" ? utf8Decoder.decode(bytes) : bytes;
}

// A 64-bit two's complement number; everything this page reads fits a double exactly.
function readVarint(reader, end) {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    require(reader.at < end);
    const byte = reader.bytes[reader.at++];
    if (shift < 28) {
      low += (byte & 127) * 2 ** shift;
    } else {
      high += (byte & 127) * 2 ** (shift - 28);
    }

    if (byte < 128) {
      const negative = high >= 2 ** 35;
      return low + (negative ? (high % 2 ** 36) - 2 ** 36 : high) * 2 ** 28;
    }
  }

  throw new RangeError("a varint of more than ten bytes");
}

function require(condition) {
  if (!condition) {
    throw new RangeError("the message ends too early");
  }
}
