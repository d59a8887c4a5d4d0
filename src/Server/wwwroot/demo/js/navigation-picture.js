// How the server's agents find their way, from bytes. The format is described in src/Server/Content/NavigationPicture.cs.
const HEADER_BYTES = 32;
const AGENT_BYTES = 16;
const OBSTACLE_BYTES = 13;
const MAGIC = 0x564e5352;
const VERSION = 2;
export const LAYERS = { grid: 1, clearance: 2, flow: 4, paths: 8, velocities: 16 };
export const FLYING = 1;

/**
 * Returns `{ tick, version, width, height, layers, goal, leftOut, grid, clearance, flow, agents, obstacles }`, or null for bytes that are no picture. The cells are null where the
 * picture has none; an agent is `{ x, y, radius, state, flags, wanted: [x, y], velocity: [x, y], way: [[x, y], …] }`;
 * an obstacle `{ radius, velocity: [x, y], corners: [[x, y], …] }`.
 */
export function decodeNavigation(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== VERSION) {
    return null;
  }

  const layers = view.getUint16(6, true);
  const [width, height] = [view.getUint16(16, true), view.getUint16(18, true)];
  const picture = {
    tick: view.getUint32(8, true), version: view.getInt32(12, true), width, height, layers,
    goal: [view.getInt16(20, true), view.getInt16(22, true)], leftOut: view.getInt32(28, true), grid: null, clearance: null, flow: null, agents: [], obstacles: [],
  };
  let at = HEADER_BYTES;
  for (const [name, bytes, Cells] of [["grid", 1, Uint8Array], ["clearance", 1, Uint8Array], ["flow", 2, Int8Array]]) {
    if (layers & LAYERS[name]) {
      const length = width * height * bytes;
      if (at + length > buffer.byteLength) {
        return null;
      }

      picture[name] = new Cells(buffer, at, length);
      at += length;
    }
  }

  for (let left = view.getInt32(24, true); left > 0; left--) {
    const agent = readAgent(view, at, layers);
    if (agent === null) {
      return null;
    }

    picture.agents.push(agent);
    at += agent.bytes;
  }

  return layers & LAYERS.velocities && !readObstacles(view, at, picture.obstacles) ? null : picture;
}

function readObstacles(view, at, obstacles) {
  if (at + 2 > view.byteLength) {
    return false;
  }

  let left = view.getUint16(at, true);
  for (at += 2; left > 0; left--) {
    const corners = at + OBSTACLE_BYTES > view.byteLength ? 0 : view.getUint8(at + 12);
    if (corners === 0 || at + OBSTACLE_BYTES + corners * 8 > view.byteLength) {
      return false;
    }

    const pair = (from) => [view.getFloat32(from, true), view.getFloat32(from + 4, true)];
    const first = at + OBSTACLE_BYTES;
    obstacles.push({ radius: view.getFloat32(at, true), velocity: pair(at + 4), corners: Array.from({ length: corners }, (_, index) => pair(first + index * 8)) });
    at = first + corners * 8;
  }

  return true;
}

function readAgent(view, at, layers) {
  const hasVelocities = (layers & LAYERS.velocities) !== 0;
  if (at + AGENT_BYTES > view.byteLength) {
    return null;
  }

  const points = view.getUint8(at + 14);
  const bytes = AGENT_BYTES + (hasVelocities ? 16 : 0) + points * 8;
  if (at + bytes > view.byteLength) {
    return null;
  }

  let next = at + AGENT_BYTES;
  const pair = () => {
    next += 8;
    return [view.getFloat32(next - 8, true), view.getFloat32(next - 4, true)];
  };
  return {
    bytes, x: view.getFloat32(at, true), y: view.getFloat32(at + 4, true), radius: view.getFloat32(at + 8, true), state: view.getUint8(at + 12), flags: view.getUint8(at + 13),
    wanted: hasVelocities ? pair() : [0, 0], velocity: hasVelocities ? pair() : [0, 0], way: Array.from({ length: points }, pair),
  };
}
