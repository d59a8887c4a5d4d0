// The server's view of the ground and of its agents, over the board: cells beneath the units, ways and velocities above them.
import { FLYING, LAYERS, decodeNavigation } from "./navigation-picture.js";

const ASK_MS = 100;
const AHEAD_TICKS_MAX = 15;
const CELL_LAYERS = LAYERS.grid | LAYERS.clearance | LAYERS.flow;
// Room from none to four cells and more: violet, blue, teal, green, yellow.
const ROOM_FULL = 64;
const ROOM_COLORS = [[92, 40, 140], [52, 86, 178], [26, 150, 160], [96, 200, 98], [250, 226, 92]];
const WAY = "#ffd24a";
const AIR_WAY = "#8fd6ff";
const WANTED = "#ffffff";
const CHOSEN = "#39e58c";
const BENT = "#ff8b4d";
const OBSTACLE = "#ff5d73";

export class NavigationView {
  /** `goalOf()` says where the flow field is to lead: `[x, y]` in cells of the world. */
  constructor(goalOf) {
    this.goalOf = goalOf;
    this.layers = 0;
    this.picture = null;
    this.cells = null;
    this.cellsKey = "";
    this.#ask();
  }

  show(name, shown) {
    this.layers = shown ? this.layers | LAYERS[name] : this.layers & ~LAYERS[name];
  }

  /** Draws what lies on the ground; the context's units are cells, turned as the board is. */
  drawCells(context, scale) {
    const { picture } = this;
    const shown = this.layers & CELL_LAYERS & (picture?.layers ?? 0);
    if (shown === 0) {
      return;
    }

    const key = [shown, picture.version, picture.goal, picture.width, scale].join();
    if (this.cells === null || this.cellsKey !== key) {
      this.cells = paintCells(picture, shown, scale);
      this.cellsKey = key;
    }

    context.drawImage(this.cells, 0, 0, picture.width, picture.height);
  }

  /** Draws ways and velocities where the units are at the tick that is drawn. */
  drawAgents(context, tick, tickRate) {
    const { picture } = this;
    const shown = this.layers & (picture?.layers ?? 0);
    if ((shown & (LAYERS.paths | LAYERS.velocities)) === 0) {
      return;
    }

    const ahead = Math.max(-AHEAD_TICKS_MAX, Math.min(AHEAD_TICKS_MAX, tick - picture.tick)) / tickRate;
    context.save();
    context.lineCap = "round";
    context.lineJoin = "round";
    if (shown & LAYERS.velocities) {
      picture.obstacles.forEach((obstacle) => drawObstacle(context, obstacle, ahead));
    }

    for (const agent of picture.agents) {
      const at = [agent.x + agent.velocity[0] * ahead, agent.y + agent.velocity[1] * ahead];
      if (shown & LAYERS.paths) {
        drawWay(context, at, agent);
      }

      if (shown & LAYERS.velocities) {
        drawVelocities(context, at, agent);
      }
    }

    context.restore();
  }

  // The next question waits for the last answer: a slow network is asked less often.
  async #ask() {
    try {
      if (this.layers === 0 || document.hidden) {
        this.picture = this.layers === 0 ? null : this.picture;
      } else {
        const [x, y] = this.goalOf().map(Math.floor);
        // Positions on the board need velocities to be brought to the tick that is drawn.
        const asked = this.layers & LAYERS.paths ? this.layers | LAYERS.velocities : this.layers;
        const answer = await fetch(`navigation.bin?layers=${asked}&goal=${x},${y}`, { cache: "no-store" });
        this.picture = answer.ok ? decodeNavigation(await answer.arrayBuffer()) : null;
      }
    } catch {
      this.picture = null;
    }

    setTimeout(() => this.#ask(), ASK_MS);
  }
}

function paintCells(picture, shown, scale) {
  const canvas = document.createElement("canvas");
  const pixels = Math.max(4, Math.min(40, Math.round(scale)));
  canvas.width = picture.width * pixels;
  canvas.height = picture.height * pixels;
  const context = canvas.getContext("2d");
  context.scale(pixels, pixels);
  if (shown & LAYERS.clearance) {
    paintRoom(context, picture);
  }

  if (shown & LAYERS.grid) {
    paintGrid(context, picture);
  }

  if (shown & LAYERS.flow) {
    paintFlow(context, picture);
  }

  return canvas;
}

// A pixel a cell, drawn large and smooth: room changes gradually.
function paintRoom(context, { width, height, clearance }) {
  const small = document.createElement("canvas");
  [small.width, small.height] = [width, height];
  const image = new ImageData(width, height);
  clearance.forEach((room, cell) => {
    const [r, g, b] = room === 0 ? ROOM_COLORS[0] : roomColor(room);
    image.data.set([r, g, b, room === 0 ? 0 : 185], cell * 4);
  });
  small.getContext("2d").putImageData(image, 0, 0);
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, width, height);
}

function roomColor(room) {
  const at = Math.min(1, Math.max(0, room - 8) / (ROOM_FULL - 8)) * (ROOM_COLORS.length - 1);
  const low = Math.min(ROOM_COLORS.length - 2, Math.floor(at));
  return ROOM_COLORS[low].map((value, part) => value + (ROOM_COLORS[low + 1][part] - value) * (at - low));
}

function paintGrid(context, { width, height, grid }) {
  context.lineWidth = 0.03;
  context.strokeStyle = "rgba(255, 255, 255, 0.2)";
  context.beginPath();
  for (let x = 1; x < width; x++) {
    context.moveTo(x, 0);
    context.lineTo(x, height);
  }

  for (let y = 1; y < height; y++) {
    context.moveTo(0, y);
    context.lineTo(width, y);
  }

  context.stroke();
  grid.forEach((cost, cell) => {
    const [x, y] = [cell % width, Math.floor(cell / width)];
    if (cost === 0) {
      closedCell(context, x, y);
    } else if (cost !== 8) {
      context.fillStyle = cost > 8 ? `rgba(255, 178, 62, ${Math.min(0.6, 0.16 + (cost - 8) * 0.02)})` : "rgba(92, 220, 150, 0.3)";
      context.fillRect(x, y, 1, 1);
    }
  });
}

function closedCell(context, x, y) {
  context.fillStyle = "rgba(196, 30, 52, 0.42)";
  context.fillRect(x, y, 1, 1);
  context.strokeStyle = "rgba(255, 150, 150, 0.5)";
  context.lineWidth = 0.05;
  context.beginPath();
  context.moveTo(x, y + 0.5);
  context.lineTo(x + 0.5, y);
  context.moveTo(x, y + 1);
  context.lineTo(x + 1, y);
  context.moveTo(x + 0.5, y + 1);
  context.lineTo(x + 1, y + 0.5);
  context.stroke();
}

function paintFlow(context, { width, height, flow, goal }) {
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const [color, line] of [["rgba(6, 20, 32, 0.65)", 0.16], ["#9ff0ff", 0.075]]) {
    context.strokeStyle = color;
    context.lineWidth = line;
    context.beginPath();
    for (let cell = 0; cell < width * height; cell++) {
      const [dx, dy] = [flow[2 * cell] / 127, flow[2 * cell + 1] / 127];
      if (dx !== 0 || dy !== 0) {
        arrow(context, (cell % width) + 0.5 - dx * 0.3, Math.floor(cell / width) + 0.5 - dy * 0.3, dx * 0.6, dy * 0.6, 0.2);
      }
    }

    context.stroke();
  }

  const [x, y] = [goal[0] + 0.5, goal[1] + 0.5];
  for (const [radius, color] of [[0.62, "rgba(6, 20, 32, 0.8)"], [0.5, "#9ff0ff"], [0.34, "rgba(6, 20, 32, 0.8)"], [0.2, "#ffffff"]]) {
    context.fillStyle = color;
    context.beginPath();
    context.arc(x, y, radius, 0, Math.PI * 2);
    context.fill();
  }
}

function arrow(context, x, y, dx, dy, head) {
  const length = Math.hypot(dx, dy);
  const [ux, uy] = [dx / length * head, dy / length * head];
  context.moveTo(x, y);
  context.lineTo(x + dx, y + dy);
  context.moveTo(x + dx - ux + uy * 0.7, y + dy - uy - ux * 0.7);
  context.lineTo(x + dx, y + dy);
  context.lineTo(x + dx - ux - uy * 0.7, y + dy - uy + ux * 0.7);
}

function drawWay(context, [x, y], { way, flags }) {
  if (way.length === 0) {
    return;
  }

  const color = flags & FLYING ? AIR_WAY : WAY;
  for (const [stroke, line] of [["rgba(10, 14, 20, 0.6)", 0.2], [color, 0.09]]) {
    context.strokeStyle = stroke;
    context.lineWidth = line;
    context.beginPath();
    context.moveTo(x, y);
    way.forEach(([px, py]) => context.lineTo(px, py));
    context.stroke();
  }

  way.forEach(([px, py], index) => {
    const last = index === way.length - 1;
    context.fillStyle = last ? color : "rgba(10, 14, 20, 0.85)";
    context.lineWidth = 0.07;
    context.strokeStyle = last ? "rgba(10, 14, 20, 0.85)" : color;
    context.beginPath();
    context.arc(px, py, last ? 0.17 : 0.11, 0, Math.PI * 2);
    context.fill();
    context.stroke();
  });
}

// Its outline, as wide as its rounding; what moves has an arrow.
function drawObstacle(context, { radius, velocity: [vx, vy], corners }, ahead) {
  const points = corners.map(([x, y]) => [x + vx * ahead, y + vy * ahead]);
  context.strokeStyle = "rgba(255, 93, 115, 0.35)";
  context.fillStyle = "rgba(255, 93, 115, 0.35)";
  context.lineWidth = Math.max(radius * 2, 0.04);
  context.beginPath();
  points.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
  if (points.length > 2) {
    context.fill();
  }

  if (points.length > 1) {
    context.stroke();
  } else {
    context.beginPath();
    context.arc(points[0][0], points[0][1], radius, 0, Math.PI * 2);
    context.fill();
  }

  if (Math.hypot(vx, vy) >= 0.05) {
    const middle = [0, 1].map((part) => points.reduce((sum, point) => sum + point[part], 0) / points.length);
    context.strokeStyle = OBSTACLE;
    context.lineWidth = 0.11;
    context.beginPath();
    arrow(context, middle[0], middle[1], vx, vy, 0.24);
    context.stroke();
  }
}

// White is what it would do alone; green what it does. Orange: avoidance bends it by more than a tenth of its speed.
function drawVelocities(context, [x, y], { radius, wanted, velocity }) {
  const bend = Math.hypot(wanted[0] - velocity[0], wanted[1] - velocity[1]);
  const isBent = bend > 0.1 * Math.max(0.5, Math.hypot(...wanted));
  context.lineWidth = 0.05;
  context.strokeStyle = isBent ? BENT : CHOSEN;
  context.beginPath();
  context.arc(x, y, Math.max(radius, 0.1), 0, Math.PI * 2);
  context.stroke();
  for (const [[dx, dy], color, line, back] of [[wanted, WANTED, 0.07, 0.15], [velocity, isBent ? BENT : CHOSEN, 0.11, 0.24]]) {
    if (Math.hypot(dx, dy) < 0.05) {
      continue;
    }

    for (const [stroke, wide] of [["rgba(10, 14, 20, 0.7)", back], [color, line]]) {
      context.strokeStyle = stroke;
      context.lineWidth = wide;
      context.beginPath();
      arrow(context, x, y, dx, dy, 0.24);
      context.stroke();
    }
  }
}
