// What the game "lanes" means by its components: from rows of numbers to units, towers, projectiles and the state of play. Everything
// is found by name in the schema; what a server's version of the game lacks is left out of the picture.
import { interpolate } from "./interpolation.js";

export const INPUT_DEPLOY = 1;
export const EVENT_REFUSED = 2;

/** Kinds in the order of the game's numbers. `radius` is how big they are drawn, in cells. */
export const KINDS = [
  { name: "Knight", shape: "knight", cost: 3, radius: 0.54, hint: "Strong in melee" },
  { name: "Archer", shape: "archer", cost: 3, radius: 0.48, hint: "Shoots from afar" },
  { name: "Bats", shape: "bat", cost: 4, radius: 0.46, flying: true, hint: "Fly over water" },
  { name: "Swarm", shape: "swarm", cost: 4, radius: 0.36, hint: "Many and small" },
  { name: "Cannon", shape: "cannon", cost: 5, radius: 0.8, building: true, hint: "A building that blocks" },
  { name: "Giant", shape: "giant", cost: 5, radius: 0.78, hint: "Walks straight to towers" },
];

/** The 12 bytes of a DeployUnit. */
export function encodeDeploy(x, y, kind) {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setFloat32(0, x, true);
  view.setFloat32(4, y, true);
  view.setInt32(8, kind, true);
  return bytes;
}

export class LanesView {
  constructor(schema) {
    const column = (name) => schema.columns[schema.column(name)] ?? null;
    this.bits = Object.fromEntries(["Position", "Unit", "Health", "Projectile", "Tower", "PlayerState", "MatchClock"]
      .map((name) => [name, schema.component(name)]));
    this.x = column("Position.X");
    this.y = column("Position.Y");
    this.unitKind = column("Unit.Kind");
    this.unitOwner = column("Unit.Owner");
    this.health = column("Health.Current");
    this.healthMax = column("Health.Max");
    this.towerKing = column("Tower.King");
    this.towerOwner = column("Tower.Owner");
    this.projectileOwner = column("Projectile.Owner");
    this.projectileKind = column("Projectile.Kind");
    this.player = column("PlayerState.Player");
    this.energy = column("PlayerState.Energy");
    this.crowns = column("PlayerState.Crowns");
    this.secondsLeft = column("MatchClock.SecondsLeft");
    this.overtime = column("MatchClock.Overtime");
  }

  /** Calls `visit(key, thing)` for each thing to draw. `thing` is reused from call to call. */
  forEach({ from, to, fraction }, visit) {
    const { bits } = this;
    for (let row = 0; row < from.count; row++) {
      if (!from.has(row, bits.Position)) {
        continue;
      }

      const key = from.keys[row];
      const toRow = to.rows.get(key);
      const thing = this.#thing;
      thing.x = interpolate(this.x, from, row, to, toRow, fraction);
      thing.y = interpolate(this.y, from, row, to, toRow, fraction);
      thing.health = read(from, row, this.health, -1);
      thing.healthMax = read(from, row, this.healthMax, -1);
      thing.kind = 0;
      if (from.has(row, bits.Unit)) {
        thing.type = "unit";
        thing.kind = read(from, row, this.unitKind, 0);
        thing.owner = read(from, row, this.unitOwner, 0);
      } else if (from.has(row, bits.Tower)) {
        thing.type = "tower";
        thing.king = read(from, row, this.towerKing, 0) !== 0;
        thing.owner = read(from, row, this.towerOwner, 0);
      } else if (from.has(row, bits.Projectile)) {
        thing.type = "projectile";
        thing.kind = read(from, row, this.projectileKind, 0);
        thing.owner = read(from, row, this.projectileOwner, 0);
      } else {
        continue;
      }

      visit(key, thing);
    }
  }

  /** The state of play in a frame: `{ secondsLeft, overtime, players: { 1: { energy, crowns }, 2: … } }`. */
  state(frame) {
    const state = { secondsLeft: null, overtime: false, players: {} };
    for (let row = 0; row < frame.count; row++) {
      if (frame.has(row, this.bits.PlayerState)) {
        state.players[read(frame, row, this.player, 0)] = {
          energy: read(frame, row, this.energy, 0),
          crowns: read(frame, row, this.crowns, 0),
        };
      } else if (frame.has(row, this.bits.MatchClock)) {
        state.secondsLeft = read(frame, row, this.secondsLeft, null);
        state.overtime = read(frame, row, this.overtime, 0) !== 0;
      }
    }

    return state;
  }

  #thing = { type: "", x: 0, y: 0, kind: 0, owner: 0, health: -1, healthMax: -1, king: false };
}

function read(frame, row, column, fallback) {
  return column === null || !frame.has(row, column.component) ? fallback : frame.value(row, column.index);
}

const REFUSALS = ["Not possible", "Not enough energy", "Not on your half", "Something is in the way", "No such unit", "Too many units"];

/** Why a deploy was refused, in words. */
export function decodeRefusal(bytes) {
  const reason = bytes.length >= 4 ? new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true) : 0;
  return REFUSALS[reason] ?? REFUSALS[0];
}
