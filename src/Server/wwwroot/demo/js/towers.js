// Towers, their ruins, and what flies between units.
import { sideOf } from "./sprites.js";

const FULL_TURN = Math.PI * 2;

/** A tower of `size` cells round its middle, seen from above and a little from the front. */
export function drawTower(context, tower, size, flash) {
  const { x, y, owner, king } = tower;
  const side = sideOf(owner);
  const half = size / 2 - 0.12;
  const height = king ? 0.85 : 0.65;
  context.save();
  context.translate(x, y);
  context.fillStyle = "rgba(5, 9, 14, 0.38)";
  roundRect(context, -half + 0.2, -half + 0.3, half * 2 + 0.25, half * 2 + 0.2, 0.25);
  wall(context, half, height);
  context.translate(0, -height);
  top(context, half, side, king);
  if (king) {
    crown(context, 0, 0, 0.8);
  } else {
    turret(context, side, tower.facing ?? (owner === 1 ? -Math.PI / 2 : Math.PI / 2));
  }

  if (flash > 0) {
    context.fillStyle = `rgba(255, 255, 255, ${0.45 * flash})`;
    roundRect(context, -half, -half, half * 2, half * 2 + height, 0.2);
  }

  context.restore();
}

function wall(context, half, height) {
  const gradient = context.createLinearGradient(0, half - height, 0, half);
  gradient.addColorStop(0, "#6d7482");
  gradient.addColorStop(1, "#454b58");
  context.fillStyle = gradient;
  roundRect(context, -half, -half, half * 2, half * 2, 0.2);
  context.fillStyle = "rgba(10, 14, 20, 0.25)";
  for (let row = 0; row * 0.28 < height; row++) {
    const y = half - height + row * 0.28;
    context.fillRect(-half, y, half * 2, 0.035);
    for (let x = -half + (row % 2 ? 0.25 : 0.5); x < half; x += 0.5) {
      context.fillRect(x, y, 0.035, 0.28);
    }
  }
}

// Battlements: a ring of stone with merlons, the owner's floor within.
function top(context, half, side, king) {
  context.fillStyle = "#8f97a6";
  roundRect(context, -half, -half, half * 2, half * 2, 0.2);
  const count = king ? 6 : 5;
  const pitch = (half * 2) / (count - 0.45);
  for (let merlon = 0; merlon < count; merlon++) {
    const at = -half + merlon * pitch;
    for (const [x, y] of [[at, -half], [at, half - 0.34], [-half, at], [half - 0.34, at]]) {
      context.fillStyle = "#646c7b";
      roundRect(context, x, y + 0.06, pitch * 0.55, 0.34, 0.06);
      context.fillStyle = "#c3cad6";
      roundRect(context, x, y, pitch * 0.55, 0.3, 0.06);
    }
  }

  const inner = half - 0.36;
  context.fillStyle = side.dark;
  roundRect(context, -inner, -inner, inner * 2, inner * 2, 0.15);
  context.fillStyle = side.main;
  roundRect(context, -inner, -inner + 0.12, inner * 2, inner * 2 - 0.12, 0.15);
  context.fillStyle = "rgba(255, 255, 255, 0.14)";
  context.fillRect(-inner, -0.05, inner * 2, 0.1);
  context.fillRect(-0.05, -inner + 0.12, 0.1, inner * 2 - 0.12);
}

function turret(context, side, facing) {
  context.save();
  context.fillStyle = side.dark;
  circle(context, 0, 0.05, 0.56);
  context.fillStyle = side.light;
  circle(context, 0, 0, 0.48);
  context.rotate(facing);
  context.fillStyle = "#20262f";
  roundRect(context, -0.1, -0.16, 1.02, 0.32, 0.08);
  context.fillStyle = "#4b5563";
  roundRect(context, -0.1, -0.13, 1, 0.14, 0.06);
  context.fillStyle = "#2b323d";
  circle(context, 0, 0, 0.3);
  context.restore();
}

export function crown(context, x, y, size) {
  context.save();
  context.translate(x, y);
  context.scale(size, size);
  context.beginPath();
  const points = [[-0.85, 0.55], [-0.95, -0.4], [-0.45, 0.02], [0, -0.62], [0.45, 0.02], [0.95, -0.4], [0.85, 0.55]];
  points.forEach(([px, py]) => context.lineTo(px, py));
  context.closePath();
  context.lineJoin = "round";
  context.lineWidth = 0.16;
  context.strokeStyle = "#7a4b08";
  context.stroke();
  const gold = context.createLinearGradient(0, -0.6, 0, 0.6);
  gold.addColorStop(0, "#ffe58a");
  gold.addColorStop(1, "#e39a1c");
  context.fillStyle = gold;
  context.fill();
  context.fillStyle = "#fff6cf";
  for (const [px, py] of [[-0.95, -0.42], [0, -0.66], [0.95, -0.42]]) {
    circle(context, px, py, 0.13);
  }

  context.restore();
}

/** What is left of a fallen tower. */
export function drawRuin(context, x, y, size) {
  const half = size / 2;
  context.save();
  context.translate(x, y);
  context.fillStyle = "rgba(15, 13, 14, 0.5)";
  circle(context, 0, 0, half * 0.92);
  for (let stone = 0; stone < 14; stone++) {
    const angle = stone * 2.4 + x;
    const away = half * (0.2 + 0.68 * ((stone * 0.37) % 1));
    const extent = 0.16 + 0.2 * ((stone * 0.61) % 1);
    const px = Math.cos(angle) * away;
    const py = Math.sin(angle) * away;
    context.fillStyle = "#343a45";
    roundRect(context, px - extent + 0.05, py - extent * 0.7 + 0.08, extent * 2, extent * 1.4, 0.08);
    context.fillStyle = stone % 3 === 0 ? "#868d9a" : "#6b7280";
    roundRect(context, px - extent, py - extent * 0.7, extent * 2, extent * 1.3, 0.08);
  }

  context.restore();
}

/** An arrow or a ball, `lift` cells above its shadow. */
export function drawProjectile(context, projectile, lift) {
  const { x, y, facing, owner, heavy } = projectile;
  const side = sideOf(owner);
  context.fillStyle = "rgba(5, 9, 14, 0.35)";
  context.beginPath();
  context.ellipse(x + 0.08, y + 0.1, heavy ? 0.2 : 0.14, 0.08, 0, 0, FULL_TURN);
  context.fill();
  context.save();
  context.translate(x, y - lift);
  context.rotate(facing);
  const trail = context.createLinearGradient(-1.1, 0, 0, 0);
  trail.addColorStop(0, "rgba(255, 255, 255, 0)");
  trail.addColorStop(1, heavy ? "rgba(255, 190, 90, 0.75)" : side.light);
  context.fillStyle = trail;
  context.fillRect(-1.1, heavy ? -0.1 : -0.04, 1.1, heavy ? 0.2 : 0.08);
  if (heavy) {
    context.fillStyle = "#ffd9a0";
    circle(context, 0, 0, 0.24);
    context.fillStyle = "#1d232d";
    circle(context, 0, 0, 0.18);
  } else {
    context.fillStyle = "#f4f1e6";
    context.beginPath();
    context.moveTo(0.28, 0);
    context.lineTo(-0.08, 0.11);
    context.lineTo(-0.08, -0.11);
    context.fill();
  }

  context.restore();
}

function circle(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, FULL_TURN);
  context.fill();
}

function roundRect(context, x, y, width, height, radius) {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fill();
}
