// Draws the map once, as a picture: organic borders between grounds, water with a shore, bridges, rocks and trees with shadows.
// Light comes from the top left. The picture is made for the way the board is turned, so that shadows always fall the same way.
const DEFAULT_COLOR = "#5b8a46";
// Grounds that stand on others are drawn as things; the ground under them is that of the neighbours.
const CRISP = new Set(["bridge"]);
const WATER = new Set(["water", "deep"]);
const FLAGSTONE = new Set(["plaza", "floor", "red", "blue"]);

/** The map as the page uses it: ground class per cell and what stands on it. */
export class TerrainMap {
  constructor(json) {
    this.width = json.width;
    this.height = json.height;
    this.objects = json.objects ?? [];
    const byGid = new Map(json.tiles.map((tile) => [tile.gid, tile]));
    const layers = json.layers.map((layer) => layer.tiles);
    this.ground = [];
    this.things = [];
    for (let cell = 0; cell < this.width * this.height; cell++) {
      this.ground.push(byGid.get(layers[0]?.[cell]) ?? { class: "grass", color: DEFAULT_COLOR });
      for (const layer of layers.slice(1)) {
        const tile = byGid.get(layer[cell]);
        if (tile !== undefined) {
          this.things.push({ x: cell % this.width, y: Math.floor(cell / this.width), tile });
        }
      }
    }
  }

  groundAt(x, y) {
    const column = Math.max(0, Math.min(this.width - 1, x));
    const row = Math.max(0, Math.min(this.height - 1, y));
    return this.ground[row * this.width + column];
  }

  /** The map as the other side sees it: turned by half. */
  turned() {
    const other = Object.create(TerrainMap.prototype);
    other.width = this.width;
    other.height = this.height;
    other.objects = this.objects;
    other.ground = [...this.ground].reverse();
    other.things = this.things.map((thing) => ({ ...thing, x: this.width - 1 - thing.x, y: this.height - 1 - thing.y }));
    return other;
  }
}

export function drawTerrain(map, cellPixels) {
  const canvas = document.createElement("canvas");
  canvas.width = map.width * cellPixels;
  canvas.height = map.height * cellPixels;
  const context = canvas.getContext("2d");
  context.putImageData(paintGround(map, cellPixels, context), 0, 0);
  context.scale(cellPixels, cellPixels);
  drawBridges(context, map);
  drawGrass(context, map);
  // Shadows first, so that none falls on a neighbour's top.
  const things = [...map.things].sort((a, b) => a.y - b.y);
  for (const pass of [thingShadow, thingBody]) {
    things.forEach((thing) => pass(context, thing));
  }

  drawVignette(context, map);
  return canvas;
}

/** True where a cell is water, for the moving glints. */
export function isWater(map, x, y) {
  return WATER.has(map.groundAt(Math.floor(x), Math.floor(y)).class);
}

// Every pixel looks its ground up at a place displaced by noise, which frays the borders, and gets shades of its own.
function paintGround(map, cellPixels, context) {
  const width = map.width * cellPixels;
  const height = map.height * cellPixels;
  const image = context.createImageData(width, height);
  const palette = new Map();
  const shore = shoreDistance(map);
  for (let py = 0; py < height; py++) {
    const y = (py + 0.5) / cellPixels;
    for (let px = 0; px < width; px++) {
      const x = (px + 0.5) / cellPixels;
      const color = groundColor(map, shore, palette, x, y);
      const at = (py * width + px) * 4;
      image.data[at] = color[0];
      image.data[at + 1] = color[1];
      image.data[at + 2] = color[2];
      image.data[at + 3] = 255;
    }
  }

  return image;
}

const mixed = [0, 0, 0];

function groundColor(map, shore, palette, x, y) {
  const warpX = x + (noise(x * 1.7, y * 1.7, 1) - 0.5) * 0.7;
  const warpY = y + (noise(x * 1.7, y * 1.7, 2) - 0.5) * 0.7;
  let tile = map.groundAt(Math.floor(warpX), Math.floor(warpY));
  const exact = map.groundAt(Math.floor(x), Math.floor(y));
  const straight = FLAGSTONE.has(exact.class) || FLAGSTONE.has(tile.class);
  if (straight) {
    tile = exact;
  }

  if (CRISP.has(tile.class)) {
    tile = { class: "water", color: waterColor(map) };
  }

  let base = palette.get(tile.color);
  if (base === undefined) {
    base = mute(parseColor(tile.color ?? DEFAULT_COLOR));
    palette.set(tile.color, base);
  }

  const broad = noise(x * 0.35, y * 0.35, 3) - 0.5;
  const fine = noise(x * 6, y * 6, 4) - 0.5;
  let light = 1 + broad * 0.22 + fine * 0.1;
  if (WATER.has(tile.class)) {
    light = waterLight(shore, warpX, warpY, map);
  } else if (tile.class === "rough" || tile.class === "mud") {
    light += (noise(x * 11, y * 11, 5) - 0.5) * 0.2;
  } else if (straight) {
    light += stoneJoint(x, y);
  }

  // Land beside water falls away to the shore.
  const toWater = WATER.has(tile.class) ? 9 : bilinear(shore.land, map, warpX, warpY);
  if (toWater < 0.75) {
    light *= 0.8 + 0.2 * (toWater / 0.75);
  }

  mixed[0] = base[0] * light;
  mixed[1] = base[1] * light;
  mixed[2] = base[2] * light;
  return mixed;
}

function waterColor(map) {
  return map.ground.find((tile) => WATER.has(tile.class))?.color ?? "#3d7fc4";
}

function waterLight(shore, x, y, map) {
  const depth = bilinear(shore.water, map, x, y);
  const ripple = noise(x * 2.2, y * 5.5, 6) - 0.5;
  // A bright rim where the water meets the land.
  const rim = depth < 0.28 ? 0.55 : 0;
  return 1.12 - Math.min(1, depth) * 0.34 + ripple * 0.1 + rim;
}

function stoneJoint(x, y) {
  const row = Math.floor(y * 2);
  const along = x * 1.5 + (row % 2) * 0.5;
  const joint = Math.min(along - Math.floor(along), (y * 2) - row) < 0.07;
  return (joint ? -0.14 : 0) + (noise(Math.floor(along) * 7.3, row * 3.1, 7) - 0.5) * 0.14;
}

// Distance in cells from each cell's centre to the nearest land (for water) and water (for land), cut off at 2.
function shoreDistance(map) {
  const water = [];
  const land = [];
  const wet = (x, y) => WATER.has(map.groundAt(x, y).class) || map.groundAt(x, y).class === "bridge";
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      let nearest = 2;
      for (let dy = -2; dy <= 2; dy++) {
        for (let dx = -2; dx <= 2; dx++) {
          if (wet(x + dx, y + dy) !== wet(x, y)) {
            nearest = Math.min(nearest, Math.hypot(Math.max(0, Math.abs(dx) - 0.5), Math.max(0, Math.abs(dy) - 0.5)));
          }
        }
      }

      water.push(wet(x, y) ? nearest : 0);
      land.push(wet(x, y) ? 0 : nearest);
    }
  }

  return { water, land };
}

function bilinear(field, map, x, y) {
  const at = (column, row) => {
    const cx = Math.max(0, Math.min(map.width - 1, column));
    const cy = Math.max(0, Math.min(map.height - 1, row));
    return field[cy * map.width + cx];
  };
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const fx = x - 0.5 - left;
  const fy = y - 0.5 - top;
  const upper = at(left, top) * (1 - fx) + at(left + 1, top) * fx;
  const lower = at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}

function drawBridges(context, map) {
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      if (map.groundAt(x, y).class !== "bridge" || (x > 0 && map.groundAt(x - 1, y).class === "bridge")
        || (y > 0 && map.groundAt(x, y - 1).class === "bridge")) {
        continue;
      }

      let width = 1;
      let height = 1;
      while (x + width < map.width && map.groundAt(x + width, y).class === "bridge") {
        width++;
      }

      while (y + height < map.height && map.groundAt(x, y + height).class === "bridge") {
        height++;
      }

      bridge(context, x, y, width, height);
    }
  }
}

// Planks across the way, with rails on both sides; it runs up and down.
function bridge(context, x, y, width, height) {
  const top = y - 0.3;
  const length = height + 0.6;
  context.fillStyle = "rgba(8, 20, 34, 0.45)";
  context.fillRect(x + 0.12, top + 0.2, width + 0.14, length);
  for (let plank = 0; plank * 0.25 < length; plank++) {
    const shade = 0.86 + (hash(plank, x, 8) * 0.28);
    context.fillStyle = `rgb(${150 * shade}, ${112 * shade}, ${70 * shade})`;
    context.fillRect(x + 0.04, top + plank * 0.25, width - 0.08, Math.min(0.22, length - plank * 0.25));
    context.fillStyle = "rgba(255, 236, 200, 0.16)";
    context.fillRect(x + 0.04, top + plank * 0.25, width - 0.08, 0.035);
  }

  for (const rail of [x - 0.04, x + width - 0.14]) {
    context.fillStyle = "#5d4127";
    context.fillRect(rail, top - 0.1, 0.18, length + 0.2);
    context.fillStyle = "#8d673f";
    context.fillRect(rail, top - 0.1, 0.1, length + 0.2);
    for (const post of [top - 0.14, top + length / 2 - 0.12, top + length - 0.1]) {
      context.fillStyle = "#4a331e";
      context.fillRect(rail - 0.05, post, 0.28, 0.28);
      context.fillStyle = "#a57c4e";
      context.fillRect(rail - 0.05, post, 0.24, 0.22);
    }
  }
}

function drawGrass(context, map) {
  context.lineCap = "round";
  for (let blade = 0; blade < map.width * map.height * 5; blade++) {
    const x = hash(blade, 1, 9) * map.width;
    const y = hash(blade, 2, 9) * map.height;
    const tile = map.groundAt(Math.floor(x), Math.floor(y)).class;
    const rough = tile === "rough";
    if (!rough && (blade % 4 !== 0 || (tile !== "grass" && tile !== "meadow"))) {
      continue;
    }

    const tall = (rough ? 0.2 : 0.1) * (0.7 + hash(blade, 3, 9) * 0.6);
    context.strokeStyle = hash(blade, 4, 9) < 0.5 ? "rgba(22, 46, 20, 0.4)" : "rgba(168, 205, 112, 0.34)";
    context.lineWidth = 0.035;
    context.beginPath();
    context.moveTo(x - 0.05, y);
    context.lineTo(x - 0.09, y - tall);
    context.moveTo(x, y);
    context.lineTo(x + 0.02, y - tall * 1.25);
    context.moveTo(x + 0.05, y);
    context.lineTo(x + 0.1, y - tall);
    context.stroke();
  }
}

function thingShadow(context, { x, y }) {
  context.fillStyle = "rgba(6, 14, 10, 0.34)";
  context.beginPath();
  context.ellipse(x + 0.64, y + 0.72, 0.52, 0.34, 0.35, 0, Math.PI * 2);
  context.fill();
}

function thingBody(context, { x, y, tile }) {
  if (tile.class === "tree") {
    tree(context, x + 0.5, y + 0.45);
  } else if (tile.class === "rock" || tile.class === "wall") {
    rock(context, x + 0.5, y + 0.5);
  } else {
    context.fillStyle = tile.color ?? DEFAULT_COLOR;
    context.fillRect(x, y, 1, 1);
  }
}

function tree(context, x, y) {
  const size = 0.5 + hash(x, y, 10) * 0.14;
  const layers = [["#16361f", 0, 0, 1], ["#21502b", -0.05, -0.06, 0.86], ["#2f6d38", -0.1, -0.12, 0.62], ["#4a8d49", -0.15, -0.18, 0.34]];
  for (const [color, dx, dy, scale] of layers) {
    context.fillStyle = color;
    context.beginPath();
    for (let step = 0; step <= 18; step++) {
      const angle = (step / 18) * Math.PI * 2;
      const radius = size * scale * (0.9 + 0.12 * Math.sin(angle * 6 + x * 5 + y * 3));
      context.lineTo(x + dx + Math.cos(angle) * radius, y + dy + Math.sin(angle) * radius);
    }

    context.fill();
  }
}

function rock(context, x, y) {
  const outline = [];
  const sides = 7;
  for (let side = 0; side < sides; side++) {
    const angle = (side / sides) * Math.PI * 2 + hash(x, y, 11);
    const radius = 0.4 + hash(x + side, y, 12) * 0.12;
    outline.push([x + Math.cos(angle) * radius, y + Math.sin(angle) * radius * 0.9]);
  }

  polygon(context, outline, "#4e545e");
  polygon(context, outline.map(([px, py]) => [x + (px - x) * 0.82 - 0.03, y + (py - y) * 0.78 - 0.06]), "#7b828d");
  polygon(context, outline.map(([px, py]) => [x + (px - x) * 0.5 - 0.08, y + (py - y) * 0.45 - 0.11]), "#a3a9b3");
}

function polygon(context, points, color) {
  context.fillStyle = color;
  context.beginPath();
  points.forEach(([px, py]) => context.lineTo(px, py));
  context.fill();
}

function drawVignette(context, map) {
  const middle = [map.width / 2, map.height / 2];
  const gradient = context.createRadialGradient(...middle, map.height * 0.28, ...middle, map.height * 0.62);
  gradient.addColorStop(0, "rgba(4, 8, 16, 0)");
  gradient.addColorStop(1, "rgba(4, 8, 16, 0.42)");
  context.fillStyle = gradient;
  context.fillRect(0, 0, map.width, map.height);
}

function parseColor(text) {
  const value = parseInt(text.slice(-6), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

// Map colors are for a small picture; on a whole board they are calmer, so that the units stand out.
function mute([r, g, b]) {
  const gray = (r + g + b) / 3;
  return [r, g, b].map((value) => (value * 0.8 + gray * 0.2) * 0.74);
}

function hash(x, y, seed) {
  const value = Math.sin(x * 127.1 + y * 311.7 + seed * 74.7) * 43758.5453;
  return value - Math.floor(value);
}

function noise(x, y, seed) {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const fx = (x - left) ** 2 * (3 - 2 * (x - left));
  const fy = (y - top) ** 2 * (3 - 2 * (y - top));
  const upper = hash(left, top, seed) * (1 - fx) + hash(left + 1, top, seed) * fx;
  const lower = hash(left, top + 1, seed) * (1 - fx) + hash(left + 1, top + 1, seed) * fx;
  return upper * (1 - fy) + lower * fy;
}
