// The board: the map's picture, everything on it, and where a click on it lies. Drawn at the display's rate.
import { drawTerrain, isWater } from "./terrain.js";
import { bodySprite, drawCannonBase, drawFeet, drawWings, sideOf } from "./sprites.js";
import { drawProjectile, drawRuin, drawTower } from "./towers.js";
import { Effects } from "./effects.js";
import { KINDS } from "./lanes.js";

const TERRAIN_PIXELS_MAX = 40;
const APPEAR_MS = 260;
const FLASH_MS = 130;
const TURN_PER_SECOND = 12;
const FLYING_LIFT = 0.75;

export class Board {
  /** `navigation` is the server's view of the ground, drawn with the board. */
  constructor(canvas, navigation) {
    this.canvas = canvas;
    this.navigation = navigation;
    this.context = canvas.getContext("2d");
    this.effects = new Effects();
    this.actors = new Map();
    this.map = null;
    this.turned = false;
    this.scale = 1;
    this.hover = null;
    this.showPaths = false;
    this.showCircles = false;
    this.warm = false;
  }

  setMap(map) {
    this.map = map;
    this.view = this.turned ? map.turned() : map;
    this.terrain = null;
    this.canvas.style.aspectRatio = `${map.width} / ${map.height}`;
    this.canvas.parentElement.style.setProperty("--board-aspect", map.width / map.height);
  }

  /** A new match: forget what stood on the board. */
  reset(turned) {
    this.actors.clear();
    this.warm = false;
    this.turned = turned;
    if (this.map !== null) {
      this.setMap(this.map);
    }
  }

  /** From the world to where it is on the board, in cells, and back: the same turn. */
  turn(x, y) {
    return this.turned ? [this.map.width - x, this.map.height - y] : [x, y];
  }

  worldAt(clientX, clientY) {
    const box = this.canvas.getBoundingClientRect();
    return this.turn((clientX - box.left) / box.width * this.map.width, (clientY - box.top) / box.height * this.map.height);
  }

  clientOf(x, y) {
    const box = this.canvas.getBoundingClientRect();
    const [column, row] = this.turn(x, y);
    return { x: box.left + column / this.map.width * box.width, y: box.top + row / this.map.height * box.height };
  }

  /** Draws a moment: `view` reads the frames, `moment` is what lies between which (null before the first), `clock` its `tick` and `tickRate`. */
  draw(view, moment, clock, nowMs, elapsedMs) {
    if (this.map === null) {
      return;
    }

    this.#fit();
    const { context } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.terrain, 0, 0, this.canvas.width, this.canvas.height);
    context.scale(this.scale, this.scale);
    this.#drawGlints(nowMs);
    this.#inWorld(() => this.navigation.drawCells(context, this.scale));
    this.#drawSide();
    if (view !== null && moment !== null) {
      this.#gather(view, moment, nowMs, elapsedMs);
      this.#drawActors(nowMs);
      this.#inWorld(() => this.navigation.drawAgents(context, clock.tick, clock.tickRate));
    }

    this.effects.draw(context, elapsedMs, 1 / this.scale * (this.canvas.width / this.canvas.clientWidth));
  }

  // Draws in cells of the world, however the board is turned.
  #inWorld(draw) {
    this.context.save();
    if (this.turned) {
      this.context.transform(-1, 0, 0, -1, this.map.width, this.map.height);
    }

    draw();
    this.context.restore();
  }

  #fit() {
    const pixels = Math.min(2, window.devicePixelRatio || 1);
    const width = Math.max(1, Math.round(this.canvas.clientWidth * pixels));
    const height = Math.max(1, Math.round(width * this.map.height / this.map.width));
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }

    this.scale = width / this.map.width;
    const cellPixels = Math.max(12, Math.min(TERRAIN_PIXELS_MAX, Math.ceil(this.scale)));
    // While a window is being resized the old picture is stretched; a new one is made for real differences only.
    if (this.terrain === null || Math.abs(this.terrainPixels - cellPixels) > 5) {
      this.terrain = drawTerrain(this.view, cellPixels);
      this.terrainPixels = cellPixels;
    }
  }

  #drawGlints(nowMs) {
    const { context, view } = this;
    context.strokeStyle = "rgba(214, 238, 255, 0.34)";
    context.lineWidth = 0.045;
    context.lineCap = "round";
    context.beginPath();
    for (let glint = 0; glint < 26; glint++) {
      const x = ((glint * 2.17 + nowMs * 0.00035 * (0.6 + (glint % 5) * 0.2)) % (view.width + 1)) - 0.5;
      const y = view.height / 2 - 0.8 + ((glint * 0.618) % 1) * 1.6;
      const length = 0.3 * Math.max(0, Math.sin(nowMs * 0.0016 + glint * 1.7));
      if (length > 0.05 && isWater(view, x, y) && isWater(view, x + length, y)) {
        context.moveTo(x, y);
        context.quadraticCurveTo(x + length / 2, y - 0.05, x + length, y);
      }
    }

    context.stroke();
  }

  // While a card is in the hand, the half it cannot be played on is dimmed and the place under the pointer is marked.
  #drawSide() {
    const { context, view, hover } = this;
    if (this.showPaths) {
      this.#drawPaths();
    }

    if (hover === null) {
      return;
    }

    const half = view.height / 2;
    context.fillStyle = "rgba(120, 20, 34, 0.2)";
    context.fillRect(0, 0, view.width, half - 1);
    if (hover.x !== null) {
      const [x, y] = this.turn(hover.x, hover.y);
      const allowed = y > half + 1;
      context.strokeStyle = allowed ? "rgba(255, 255, 255, 0.85)" : "rgba(255, 110, 100, 0.9)";
      context.lineWidth = 0.07;
      context.setLineDash([0.25, 0.18]);
      context.beginPath();
      context.arc(x, y, Math.max(0.6, KINDS[hover.kind].radius * 1.4), 0, Math.PI * 2);
      context.stroke();
      context.setLineDash([]);
      if (allowed) {
        context.globalAlpha = 0.55;
        this.#drawBody(hover.owner, KINDS[hover.kind], x, y, -Math.PI / 2, false);
        context.globalAlpha = 1;
      }
    }
  }

  #drawPaths() {
    const { context } = this;
    context.strokeStyle = "rgba(255, 255, 255, 0.4)";
    context.lineWidth = 0.08;
    context.setLineDash([0.4, 0.3]);
    for (const lane of this.map.objects.filter((object) => object.class === "lane")) {
      context.beginPath();
      for (const point of lane.points ?? []) {
        context.lineTo(...this.turn(point.x, point.y));
      }

      context.stroke();
    }

    context.setLineDash([]);
  }

  // Brings the actors up to date with the moment: where each thing is and what has just happened to it.
  #gather(view, moment, nowMs, elapsedMs) {
    view.forEach(moment, (key, thing) => {
      const [x, y] = this.turn(thing.x, thing.y);
      let actor = this.actors.get(key);
      if (actor === undefined || actor.type !== thing.type) {
        actor = this.#appear(thing, x, y, nowMs);
        this.actors.set(key, actor);
      }

      actor.seenMs = nowMs;
      this.#move(actor, x, y, elapsedMs);
      if (thing.health >= 0 && thing.health < actor.health) {
        actor.flashMs = nowMs;
        actor.hitMs = nowMs;
      }

      actor.health = thing.health;
      actor.healthMax = Math.max(actor.healthMax, thing.healthMax, thing.health);
    });
    for (const [key, actor] of this.actors) {
      if (actor.seenMs !== nowMs) {
        this.#vanish(actor);
        this.actors.delete(key);
      }
    }

    this.warm = true;
  }

  #appear(thing, x, y, nowMs) {
    const up = (thing.owner === 1) !== this.turned;
    const actor = {
      type: thing.type, kind: KINDS[thing.kind] ?? KINDS[0], owner: thing.owner, king: thing.king, heavy: thing.kind !== 0,
      x, y, facing: up ? -Math.PI / 2 : Math.PI / 2, phase: Math.random() * 6, pace: 0, bornMs: this.warm ? nowMs : 0,
      health: thing.health, healthMax: 0, flashMs: -1e9, hitMs: -1e9, seenMs: nowMs, startX: x, startY: y,
    };
    if (this.warm && thing.type === "unit") {
      this.effects.ring(x, y, sideOf(thing.owner).light, actor.kind.radius * 2);
      this.effects.puff(x, y, "#d9cfb4", 5, 1.1);
    }

    return actor;
  }

  #vanish(actor) {
    const { x, y } = actor;
    if (actor.type === "projectile") {
      this.effects.puff(x, y, actor.heavy ? "#ffb65c" : "#fff2cc", actor.heavy ? 8 : 3, 1.4);
    } else if (actor.type === "tower") {
      this.effects.puff(x, y, "#8d939e", 40, 4);
      this.effects.puff(x, y, "#ffb65c", 20, 3);
      this.effects.ring(x, y, "#ffd9a0", 3);
    } else {
      this.effects.puff(x, y - (actor.kind.flying ? FLYING_LIFT : 0), sideOf(actor.owner).main, 8, 1.8);
    }
  }

  // Facing follows the way walked; it turns, it does not jump.
  #move(actor, x, y, elapsedMs) {
    const seconds = Math.max(0.001, elapsedMs / 1000);
    const dx = x - actor.x;
    const dy = y - actor.y;
    const speed = Math.min(8, Math.hypot(dx, dy) / seconds);
    actor.pace += (speed - actor.pace) * Math.min(1, seconds * 8);
    actor.x = x;
    actor.y = y;
    actor.phase += actor.pace * seconds * 4.5;
    if (speed > 0.15) {
      const wanted = Math.atan2(dy, dx);
      const difference = Math.atan2(Math.sin(wanted - actor.facing), Math.cos(wanted - actor.facing));
      actor.facing += actor.type === "projectile" ? difference : difference * Math.min(1, seconds * TURN_PER_SECOND);
    }
  }

  #drawActors(nowMs) {
    const { context } = this;
    const standing = new Set();
    const ground = [];
    const air = [];
    for (const actor of this.actors.values()) {
      if (actor.type === "tower") {
        standing.add(`${Math.round(actor.x)}/${Math.round(actor.y)}`);
      }

      (actor.type === "projectile" || actor.kind.flying && actor.type === "unit" ? air : ground).push(actor);
    }

    this.#drawRuins(standing);
    ground.sort((a, b) => a.y - b.y);
    air.sort((a, b) => a.y - b.y);
    for (const actor of ground) {
      if (actor.type === "tower") {
        drawTower(context, actor, actor.king ? 4 : 3, flashOf(actor, nowMs));
      } else {
        this.#drawUnit(actor, nowMs);
      }
    }

    for (const actor of air) {
      if (actor.type === "projectile") {
        drawProjectile(context, actor, 0.45);
      } else {
        this.#drawUnit(actor, nowMs);
      }
    }

    for (const actor of this.actors.values()) {
      this.#drawHealth(actor, nowMs);
    }
  }

  #drawRuins(standing) {
    if (!this.warm) {
      return;
    }

    for (const object of this.map.objects) {
      if (object.class !== "tower") {
        continue;
      }

      const [x, y] = this.turn(object.x + object.width / 2, object.y + object.height / 2);
      if (!standing.has(`${Math.round(x)}/${Math.round(y)}`)) {
        drawRuin(this.context, x, y, object.width);
      }
    }
  }

  #drawUnit(actor, nowMs) {
    const { context } = this;
    const grown = Math.min(1, (nowMs - actor.bornMs) / APPEAR_MS);
    const size = grown < 1 ? 1 - (1 - grown) ** 3 * 1.2 : 1;
    const bob = actor.kind.flying || actor.kind.building ? 0 : Math.abs(Math.sin(actor.phase)) * 0.06 * Math.min(1, actor.pace);
    const lift = actor.kind.flying ? FLYING_LIFT + Math.sin(nowMs * 0.005 + actor.bornMs) * 0.07 : bob;
    context.save();
    context.translate(actor.x, actor.y);
    context.scale(Math.max(0.05, size), Math.max(0.05, size));
    this.#drawShadow(actor);
    context.translate(0, -lift);
    this.#drawBody(actor.owner, actor.kind, 0, 0, actor.facing, nowMs - actor.flashMs < FLASH_MS, actor, nowMs);
    context.restore();
    if (this.showCircles) {
      context.strokeStyle = sideOf(actor.owner).light;
      context.lineWidth = 0.04;
      context.beginPath();
      context.arc(actor.x, actor.y, actor.kind.radius, 0, Math.PI * 2);
      context.stroke();
    }
  }

  #drawShadow({ kind, owner }) {
    const { context } = this;
    context.fillStyle = "rgba(5, 9, 14, 0.36)";
    context.beginPath();
    context.ellipse(0.06, kind.flying ? 0.25 : 0.14, kind.radius * 1.1, kind.radius * (kind.flying ? 0.6 : 0.85), 0, 0, Math.PI * 2);
    context.fill();
    if (!kind.flying && !kind.building) {
      context.strokeStyle = sideOf(owner).main;
      context.globalAlpha *= 0.75;
      context.lineWidth = 0.055;
      context.beginPath();
      context.ellipse(0, 0.06, kind.radius * 1.15, kind.radius, 0, 0, Math.PI * 2);
      context.stroke();
      context.globalAlpha /= 0.75;
    }
  }

  #drawBody(owner, kind, x, y, facing, flash, actor = null, nowMs = 0) {
    const { context } = this;
    if (kind.building) {
      drawCannonBase(context, x, y, kind.radius, owner);
    }

    context.save();
    context.translate(x, y);
    context.rotate(facing);
    if (kind.flying) {
      drawWings(context, kind.radius, owner, Math.sin(nowMs * 0.022 + (actor?.phase ?? 0)));
    } else if (!kind.building && actor !== null && actor.pace > 0.1) {
      drawFeet(context, kind.radius, actor.phase);
    }

    const sprite = bodySprite(kind.shape, owner, kind.radius, Math.ceil(this.scale), flash);
    context.drawImage(sprite, -sprite.half, -sprite.half, sprite.half * 2, sprite.half * 2);
    context.restore();
  }

  #drawHealth(actor, nowMs) {
    if (actor.health < 0 || actor.healthMax <= 0 || (actor.type === "unit" && actor.health >= actor.healthMax)) {
      return;
    }

    const { context } = this;
    const tower = actor.type === "tower";
    const width = tower ? (actor.king ? 3 : 2.3) : Math.max(0.7, actor.kind.radius * 2.1);
    const height = tower ? 0.3 : 0.15;
    const top = tower ? actor.y - (actor.king ? 3.05 : 2.4) : actor.y - actor.kind.radius - 0.42 - (actor.kind.flying ? FLYING_LIFT : 0);
    const y = tower ? Math.max(0.1, top) : top;
    const left = actor.x - width / 2;
    const share = Math.max(0, Math.min(1, actor.health / actor.healthMax));
    context.fillStyle = "rgba(8, 12, 18, 0.82)";
    context.beginPath();
    context.roundRect(left - 0.06, y - 0.06, width + 0.12, height + 0.12, 0.1);
    context.fill();
    context.fillStyle = nowMs - actor.hitMs < FLASH_MS ? "#ffffff" : sideOf(actor.owner).main;
    context.beginPath();
    context.roundRect(left, y, Math.max(0.02, width * share), height, 0.07);
    context.fill();
    context.fillStyle = "rgba(255, 255, 255, 0.28)";
    context.fillRect(left + 0.03, y, Math.max(0, width * share - 0.06), height * 0.4);
    if (tower) {
      context.font = "700 0.34px system-ui, sans-serif";
      context.textAlign = "center";
      context.fillStyle = "#fff";
      context.strokeStyle = "rgba(8, 12, 18, 0.9)";
      context.lineWidth = 0.1;
      context.strokeText(Math.ceil(actor.health), actor.x, y + height * 0.92);
      context.fillText(Math.ceil(actor.health), actor.x, y + height * 0.92);
    }
  }
}

function flashOf(actor, nowMs) {
  return Math.max(0, 1 - (nowMs - actor.flashMs) / FLASH_MS);
}
