// What the game "arena" means by its components, and how it looks from above. Metres and cells are one; a body's x is the map's x, its z the map's y.
import { interpolate } from "./interpolation.js";

export const INPUT_ACT = 1;
export const EVENT_SHOT = 2;
export const BUTTONS = { shoot: 1, throw: 2, jump: 4 };
const SHOT_MS = 160;
const NAMES = ["X", "Y", "Z"];

/** The 24 bytes of an Act. */
export function encodeAct({ moveX, moveY, aimX, aimY, buttons, seenTick }) {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  [moveX, moveY, aimX, aimY].forEach((value, at) => view.setFloat32(at * 4, value, true));
  view.setUint32(16, buttons, true);
  view.setUint32(20, seenTick, true);
  return bytes;
}

export function decodeShot(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [fromX, fromY, toX, toY] = [0, 4, 8, 12].map((at) => view.getFloat32(at, true));
  return { fromX, fromY, toX, toY, hit: view.getInt32(16, true), fell: view.getInt32(20, true) };
}

export class ArenaView {
  constructor(schema) {
    const column = (name) => schema.columns[schema.column(name)] ?? null;
    this.bits = Object.fromEntries(["Transform", "Fighter", "Crate", "Ball", "Pickup", "ArenaClock"].map((name) => [name, schema.component(name)]));
    this.position = NAMES.map((axis) => column(`Transform.Position.${axis}`));
    this.rotation = [...NAMES, "W"].map((axis) => column(`Transform.Rotation.${axis}`));
    this.columns = Object.fromEntries(["Fighter.Player", "Fighter.Health", "Fighter.Score", "Fighter.Aim.X", "Fighter.Aim.Y", "Crate.Side", "Pickup.Kind",
      "Pickup.IsThere", "ArenaClock.SecondsLeft"].map((name) => [name, column(name)]));
  }

  /** The things of a moment: `{ key, type, x, y, height, yaw, … }`. */
  things({ from, to, fraction }) {
    const things = [];
    for (let row = 0; row < from.count; row++) {
      const type = ["Fighter", "Crate", "Ball", "Pickup"].find((name) => from.has(row, this.bits[name]));
      if (type === undefined || !from.has(row, this.bits.Transform)) {
        continue;
      }

      const toRow = to.rows.get(from.keys[row]);
      const [x, height, y] = this.position.map((column) => interpolate(column, from, row, to, toRow, fraction));
      const [i, j, k, w] = this.rotation.map((column) => interpolate(column, from, row, to, toRow, fraction));
      const value = (name) => from.value(row, this.columns[name].index);
      const thing = { key: from.keys[row], type, x, y, height, yaw: Math.atan2(2 * (w * j + i * k), 1 - 2 * (j * j + i * i)) };
      if (type === "Fighter") {
        Object.assign(thing, { player: value("Fighter.Player"), health: value("Fighter.Health"), score: value("Fighter.Score"), aimX: value("Fighter.Aim.X"), aimY: value("Fighter.Aim.Y") });
      } else if (type === "Crate") {
        thing.side = value("Crate.Side") / 10;
      } else if (type === "Pickup") {
        Object.assign(thing, { kind: value("Pickup.Kind"), isThere: value("Pickup.IsThere") !== 0 });
      }

      things.push(thing);
    }

    return things;
  }

  secondsLeft(frame) {
    for (let row = 0; row < frame.count; row++) {
      if (frame.has(row, this.bits.ArenaClock)) {
        return frame.value(row, this.columns["ArenaClock.SecondsLeft"].index);
      }
    }

    return null;
  }
}

/** Tiles as plain cells, lighter where they stand higher. */
export function drawFloor(context, map) {
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      context.fillStyle = map.groundAt(x, y).color ?? "#555555";
      context.fillRect(x, y, 1.01, 1.01);
      if ((x + y) % 2 === 0) {
        context.fillStyle = "rgba(0, 0, 0, 0.05)";
        context.fillRect(x, y, 1, 1);
      }
    }
  }
}

export function drawThing(context, thing, me) {
  context.save();
  context.translate(thing.x, thing.y);
  switch (thing.type) {
    case "Fighter":
      drawFighter(context, thing, me);
      break;
    case "Crate":
      context.rotate(-thing.yaw);
      context.fillStyle = "#a9743c";
      context.strokeStyle = "#6b4520";
      context.lineWidth = 0.07;
      context.fillRect(-thing.side / 2, -thing.side / 2, thing.side, thing.side);
      context.strokeRect(-thing.side / 2, -thing.side / 2, thing.side, thing.side);
      break;
    case "Ball":
      disc(context, 0.1 + 0.06 * thing.height, "#22262f", "#e8edf6");
      break;
    default:
      if (thing.isThere) {
        disc(context, 0.38, thing.kind === 0 ? "#ff5d7a" : "#ffc94d", "#ffffff");
      }
  }

  context.restore();
}

export function drawShots(context, shots, nowMs) {
  for (const shot of shots) {
    context.globalAlpha = Math.max(0, 1 - (nowMs - shot.atMs) / SHOT_MS);
    context.strokeStyle = shot.hit >= 0 ? "#ff8a73" : "#ffe9a8";
    context.lineWidth = 0.06;
    context.beginPath();
    context.moveTo(shot.fromX, shot.fromY);
    context.lineTo(shot.toX, shot.toY);
    context.stroke();
  }

  context.globalAlpha = 1;
  return shots.filter((shot) => nowMs - shot.atMs < SHOT_MS);
}

function drawFighter(context, { health, player, aimX, aimY, height }, me) {
  const isMe = player !== 0 && player === me;
  context.globalAlpha = health === 0 ? 0.25 : 1;
  const radius = 0.4 + 0.05 * Math.max(0, height - 0.9);
  disc(context, radius, isMe ? "#3f8cff" : player === 0 ? "#d9534f" : "#c070ff", "#ffffff");
  context.strokeStyle = "#11151d";
  context.lineWidth = 0.12;
  context.beginPath();
  context.moveTo(aimX * 0.2, aimY * 0.2);
  context.lineTo(aimX * 0.75, aimY * 0.75);
  context.stroke();
  context.fillStyle = "rgba(0, 0, 0, 0.6)";
  context.fillRect(-0.5, -0.75, 1, 0.14);
  context.fillStyle = health > 40 ? "#4ade9a" : "#ff8a73";
  context.fillRect(-0.5, -0.75, health / 100, 0.14);
}

function disc(context, radius, fill, edge) {
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = edge;
  context.lineWidth = 0.05;
  context.stroke();
}
