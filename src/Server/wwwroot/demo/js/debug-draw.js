// The server's picture of its bodies: decoded from bytes, drawn from above.
//
//   picture   = "RSDD", u16 version, u16 0, u64 step, i32 primitives, i32 left out
//   primitive = u8 kind, u8 state, little-endian floats (rotations: four i16 of 32767)
const HEADER_BYTES = 24;
const MAGIC = 0x44445352;
const VERSION = 1;
const [SPHERE, CAPSULE, BOX, CYLINDER, SEGMENT, BOUNDS, CONTACT] = [1, 2, 3, 4, 5, 6, 7];
const BYTES = { [SPHERE]: 18, [CAPSULE]: 30, [BOX]: 34, [CYLINDER]: 30, [SEGMENT]: 26, [BOUNDS]: 26, [CONTACT]: 30 };
const STATIC = 0;
export const BROAD_PHASE = 7;
const COLORS = ["#c3d0ea", "#7aa2ff", "#4ade9a", "#8b93a3", "#ffc94d", "#ff5d5d", "#4fd6e8", "#33405c", "#3f8cff", "#c070ff", "#ff9a4d"];
const RIM = 20;
const CORNERS = [0, 1, 2, 3, 4, 5, 6, 7];
const EDGES = [[0, 1], [1, 3], [3, 2], [2, 0], [4, 5], [5, 7], [7, 6], [6, 4], [0, 4], [1, 5], [2, 6], [3, 7]];

/** Returns `{ step, leftOut, primitives: [{ kind, state, numbers }] }`, or null for bytes that are no picture. */
export function decodePicture(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== VERSION) {
    return null;
  }

  const primitives = [];
  let at = HEADER_BYTES;
  while (at < buffer.byteLength) {
    const kind = view.getUint8(at);
    const bytes = BYTES[kind];
    if (bytes === undefined || at + bytes > buffer.byteLength) {
      break;
    }

    primitives.push({ kind, state: view.getUint8(at + 1), numbers: readNumbers(view, at + 2, bytes - 2, kind) });
    at += bytes;
  }

  return { step: Number(view.getBigUint64(8, true)), leftOut: view.getInt32(20, true), primitives };
}

function readNumbers(view, at, bytes, kind) {
  const numbers = [];
  const turned = kind === BOX || kind === CYLINDER;
  for (let i = 0; i < bytes;) {
    if (turned && i >= 12 && i < 20) {
      numbers.push(view.getInt16(at + i, true) / 32767);
      i += 2;
    } else {
      numbers.push(view.getFloat32(at + i, true));
      i += 4;
    }
  }

  return numbers;
}

/** Draws a picture; the context's units are metres, x to the right and z down. */
export function drawPicture(context, picture, pixel) {
  context.save();
  context.lineWidth = 1.5 * pixel;
  for (const { kind, state, numbers } of picture.primitives) {
    context.strokeStyle = COLORS[state] ?? "#ffffff";
    context.fillStyle = context.strokeStyle;
    context.globalAlpha = state === BROAD_PHASE ? 0.8 : state === STATIC ? 0.7 : 1;
    draw(context, kind, numbers, pixel);
  }

  context.restore();
}

function draw(context, kind, n, pixel) {
  context.beginPath();
  switch (kind) {
    case SPHERE:
      context.arc(n[0], n[2], n[3], 0, 2 * Math.PI);
      break;
    case CAPSULE: {
      const angle = Math.atan2(n[5] - n[2], n[3] - n[0]);
      context.arc(n[3], n[5], n[6], angle - Math.PI / 2, angle + Math.PI / 2);
      context.arc(n[0], n[2], n[6], angle + Math.PI / 2, angle + 1.5 * Math.PI);
      context.closePath();
      break;
    }
    case CYLINDER:
      drawCylinder(context, n);
      break;
    case BOX: {
      const half = n.slice(7, 10);
      const corners = CORNERS.map((c) => turn(n.slice(3, 7), [half[0] * (c & 1 ? 1 : -1), half[1] * (c & 2 ? 1 : -1), half[2] * (c & 4 ? 1 : -1)]));
      for (const [a, b] of EDGES) {
        context.moveTo(n[0] + corners[a][0], n[2] + corners[a][2]);
        context.lineTo(n[0] + corners[b][0], n[2] + corners[b][2]);
      }

      break;
    }
    case SEGMENT:
      context.moveTo(n[0], n[2]);
      context.lineTo(n[3], n[5]);
      break;
    case BOUNDS:
      context.rect(n[0], n[2], n[3] - n[0], n[5] - n[2]);
      break;
    default:
      context.arc(n[0], n[2], 2.5 * pixel, 0, 2 * Math.PI);
      context.fill();
      context.moveTo(n[0], n[2]);
      context.lineTo(n[0] + n[3] * 0.4, n[2] + n[5] * 0.4);
  }

  context.stroke();
}

/** Both rims, and the two lines between them that are seen from above. */
function drawCylinder(context, n) {
  for (const end of [-n[8], n[8]]) {
    for (let i = 0; i <= RIM; i++) {
      const angle = (i * 2 * Math.PI) / RIM;
      const [x, , z] = turn(n.slice(3, 7), [n[7] * Math.cos(angle), end, n[7] * Math.sin(angle)]);
      context[i === 0 ? "moveTo" : "lineTo"](n[0] + x, n[2] + z);
    }
  }

  const axis = turn(n.slice(3, 7), [0, n[8], 0]);
  const length = Math.hypot(axis[0], axis[2]);
  if (length > 1e-3) {
    const [acrossX, acrossZ] = [(-axis[2] / length) * n[7], (axis[0] / length) * n[7]];
    for (const side of [-1, 1]) {
      context.moveTo(n[0] - axis[0] + side * acrossX, n[2] - axis[2] + side * acrossZ);
      context.lineTo(n[0] + axis[0] + side * acrossX, n[2] + axis[2] + side * acrossZ);
    }
  }
}

/** A vector turned by a quaternion x, y, z, w. */
function turn([x, y, z, w], [a, b, c]) {
  const [u, v, t] = [2 * (y * c - z * b), 2 * (z * a - x * c), 2 * (x * b - y * a)];
  return [a + w * u + y * t - z * v, b + w * v + z * u - x * t, c + w * t + x * v - y * u];
}
