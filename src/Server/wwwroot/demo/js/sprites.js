// What units, towers and projectiles look like, drawn in cells. Bodies are drawn facing right, once per kind, owner and size, and then
// only turned and copied.
export const SIDES = {
  0: { main: "#c9ced8", dark: "#5c6470", light: "#eef1f6" },
  1: { main: "#3f8cff", dark: "#1b4a9c", light: "#a9d0ff" },
  2: { main: "#ff5d5d", dark: "#9c2430", light: "#ffc0b4" },
};
const STEEL = "#d3dae6";
const WOOD = "#8a5f38";
const INK = "#141a24";
const FULL_TURN = Math.PI * 2;

const BODIES = { giant, knight, archer, bat, swarm, cannon };
const cache = new Map();

export function sideOf(owner) {
  return SIDES[owner] ?? SIDES[0];
}

/** The picture of a kind, `radius` cells big, at a size in pixels; white when it has just been hit. */
export function bodySprite(shape, owner, radius, cellPixels, flash) {
  const key = `${shape}/${owner}/${radius}/${cellPixels}/${flash}`;
  let sprite = cache.get(key);
  if (sprite === undefined) {
    sprite = makeSprite(shape, owner, radius, cellPixels, flash);
    cache.set(key, sprite);
  }

  return sprite;
}

function makeSprite(shape, owner, radius, cellPixels, flash) {
  const half = radius * 2;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.max(4, Math.ceil(half * 2 * cellPixels));
  const context = canvas.getContext("2d");
  context.translate(canvas.width / 2, canvas.height / 2);
  context.scale(radius * cellPixels, radius * cellPixels);
  (BODIES[shape] ?? swarm)(context, sideOf(owner));
  if (flash) {
    context.globalCompositeOperation = "source-atop";
    context.fillStyle = "rgba(255, 255, 255, 0.75)";
    context.fillRect(-3, -3, 6, 6);
  }

  canvas.half = half;
  return canvas;
}

function disc(context, x, y, radius, fill, stroke = INK, line = 0.1) {
  context.beginPath();
  context.arc(x, y, radius, 0, FULL_TURN);
  paint(context, fill, stroke, line);
}

function oval(context, x, y, rx, ry, fill, stroke = INK, line = 0.1) {
  context.beginPath();
  context.ellipse(x, y, rx, ry, 0, 0, FULL_TURN);
  paint(context, fill, stroke, line);
}

function shapeOf(context, points, fill, stroke = INK, line = 0.1) {
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.closePath();
  paint(context, fill, stroke, line);
}

function paint(context, fill, stroke, line) {
  context.lineJoin = "round";
  context.lineWidth = line * 2;
  context.strokeStyle = stroke;
  context.stroke();
  context.fillStyle = fill;
  context.fill();
}

// Broad shoulders, a great sword on one side, a shield on the other, a plume on the helmet.
function knight(context, side) {
  shapeOf(context, [[0.3, 0.62], [1.5, 0.5], [1.62, 0.58], [1.5, 0.68], [0.3, 0.8]], STEEL);
  shapeOf(context, [[0.3, 0.42], [0.44, 0.42], [0.44, 1], [0.3, 1]], WOOD);
  oval(context, -0.05, 0, 0.55, 0.92, side.main);
  shapeOf(context, [[0.2, -1.05], [0.72, -0.95], [0.86, -0.62], [0.72, -0.3], [0.2, -0.2]], side.dark);
  shapeOf(context, [[0.34, -0.84], [0.62, -0.8], [0.68, -0.62], [0.62, -0.45], [0.34, -0.4]], side.light, side.light, 0.01);
  disc(context, 0.02, 0, 0.48, STEEL);
  oval(context, -0.16, 0, 0.42, 0.15, side.main, side.dark, 0.05);
  shapeOf(context, [[0.3, -0.22], [0.42, -0.2], [0.42, 0.2], [0.3, 0.22]], INK, INK, 0.02);
}

// Twice the shoulders of anyone, bald, two fists ahead of him.
function giant(context, side) {
  oval(context, -0.12, 0, 0.62, 1.12, side.main);
  oval(context, -0.12, 0, 0.3, 0.98, side.dark, side.dark, 0.02);
  disc(context, 0.62, -0.78, 0.32, "#d9a27c");
  disc(context, 0.62, 0.78, 0.32, "#d9a27c");
  disc(context, 0.16, 0, 0.5, "#e6b48d");
  oval(context, 0.52, 0, 0.13, 0.3, "#7a4a2b", INK, 0.03);
}

// Slim, hooded, a bow across the front with an arrow on it, a quiver on the back.
function archer(context, side) {
  context.lineCap = "round";
  shapeOf(context, [[-0.85, 0.2], [-0.25, 0.05], [-0.2, 0.35], [-0.8, 0.52]], WOOD);
  oval(context, -0.1, 0, 0.48, 0.76, side.dark);
  context.beginPath();
  context.arc(0.1, 0, 1, -1.05, 1.05);
  context.strokeStyle = INK;
  context.lineWidth = 0.34;
  context.stroke();
  context.strokeStyle = "#d6a463";
  context.lineWidth = 0.17;
  context.stroke();
  context.beginPath();
  context.moveTo(0.6, -0.87);
  context.lineTo(0.3, 0);
  context.lineTo(0.6, 0.87);
  context.strokeStyle = "rgba(255,255,255,0.8)";
  context.lineWidth = 0.06;
  context.stroke();
  shapeOf(context, [[0.3, -0.05], [1.25, -0.05], [1.25, -0.16], [1.55, 0], [1.25, 0.16], [1.25, 0.05], [0.3, 0.05]], STEEL, INK, 0.05);
  shapeOf(context, [[-0.75, 0], [-0.1, -0.45], [0.32, -0.26], [0.38, 0], [0.32, 0.26], [-0.1, 0.45]], side.main);
  oval(context, 0.14, 0, 0.2, 0.25, "#f1c9a0", INK, 0.03);
}

// The body only: its wings beat and are drawn apart.
function bat(context, side) {
  oval(context, -0.12, 0, 0.62, 0.36, side.dark);
  disc(context, 0.42, 0, 0.34, side.main);
  shapeOf(context, [[0.3, -0.28], [0.62, -0.7], [0.66, -0.2]], side.main, INK, 0.07);
  shapeOf(context, [[0.3, 0.28], [0.62, 0.7], [0.66, 0.2]], side.main, INK, 0.07);
  disc(context, 0.6, -0.13, 0.08, "#fff3b0", INK, 0.02);
  disc(context, 0.6, 0.13, 0.08, "#fff3b0", INK, 0.02);
}

// A small one of many: big ears and a knife.
function swarm(context, side) {
  shapeOf(context, [[0.4, 0.62], [1.35, 0.68], [0.4, 0.88]], STEEL, INK, 0.09);
  shapeOf(context, [[0, -0.4], [-0.12, -1.15], [0.4, -0.5]], "#9ac15e");
  shapeOf(context, [[0, 0.4], [-0.12, 1.15], [0.4, 0.5]], "#9ac15e");
  oval(context, -0.2, 0, 0.55, 0.68, side.main);
  disc(context, 0.1, 0, 0.52, "#a9d068");
  shapeOf(context, [[-0.42, -0.38], [0.05, -0.5], [0.05, 0.5], [-0.42, 0.38]], side.main, side.dark, 0.05);
  disc(context, 0.38, -0.18, 0.09, INK, INK, 0.01);
  disc(context, 0.38, 0.18, 0.09, INK, INK, 0.01);
}

// The barrel; its base does not turn and is drawn apart.
function cannon(context, side) {
  shapeOf(context, [[-0.5, -0.3], [0.95, -0.2], [0.95, 0.2], [-0.5, 0.3]], "#3d4552");
  shapeOf(context, [[0.8, -0.3], [1.1, -0.3], [1.1, 0.3], [0.8, 0.3]], "#596374");
  disc(context, -0.35, 0, 0.42, "#4a5362");
  disc(context, -0.35, 0, 0.2, side.main, side.dark, 0.04);
}

export function drawCannonBase(context, x, y, radius, owner) {
  const side = sideOf(owner);
  context.save();
  context.translate(x, y);
  context.scale(radius, radius);
  shapeOf(context, [[-0.95, -0.75], [0.95, -0.75], [0.95, 1.02], [-0.95, 1.02]], "#4a3220");
  shapeOf(context, [[-0.95, -0.85], [0.95, -0.85], [0.95, 0.8], [-0.95, 0.8]], WOOD, INK, 0.06);
  context.fillStyle = "rgba(0,0,0,0.25)";
  for (const plank of [-0.45, 0, 0.4]) {
    context.fillRect(-0.93, plank, 1.86, 0.06);
  }

  disc(context, 0, 0, 0.62, side.dark, INK, 0.06);
  disc(context, 0, 0, 0.5, side.main, side.dark, 0.03);
  context.restore();
}

/** Wings of a flyer, `beat` from -1 to 1. */
export function drawWings(context, radius, owner, beat) {
  const side = sideOf(owner);
  const spread = 1.45 + beat * 0.35;
  for (const hand of [-1, 1]) {
    shapeOf(context, [
      [0.3 * radius, 0.2 * hand * radius], [(0.45 - beat * 0.2) * radius, spread * hand * radius],
      [-0.2 * radius, spread * 0.82 * hand * radius], [-0.28 * radius, spread * 0.55 * hand * radius],
      [-0.62 * radius, spread * 0.42 * hand * radius], [-0.5 * radius, 0.15 * hand * radius],
    ], side.main, INK, 0.07 * radius);
  }
}

/** Two feet under a walker; `phase` turns once for two steps. */
export function drawFeet(context, radius, phase) {
  const reach = Math.sin(phase) * 0.42 * radius;
  oval(context, reach, -0.38 * radius, 0.32 * radius, 0.2 * radius, "#3a2c22", INK, 0.05 * radius);
  oval(context, -reach, 0.38 * radius, 0.32 * radius, 0.2 * radius, "#3a2c22", INK, 0.05 * radius);
}
