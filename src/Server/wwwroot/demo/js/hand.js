// The cards under the board: which unit is in the hand, what it costs, and whether the energy is enough.
import { KINDS } from "./lanes.js";
import { bodySprite, drawCannonBase, drawWings } from "./sprites.js";

const CARD_PIXELS = 108;

export class Hand {
  constructor(changed) {
    this.changed = changed;
    this.chosen = 0;
    this.owner = 0;
    this.energy = null;
    this.container = document.getElementById("cards");
    this.meter = document.querySelector(".energy");
    this.cards = KINDS.map((kind, index) => this.#makeCard(kind, index));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** `owner` is the player's number, 0 for spectators, who hold no cards. */
  player(owner) {
    this.owner = owner;
    this.cards.forEach((card, index) => {
      card.disabled = owner === 0;
      drawCard(card.querySelector("canvas"), KINDS[index], owner);
    });
    this.#choose(this.chosen);
  }

  showEnergy(energy) {
    if (energy === this.energy) {
      return;
    }

    this.energy = energy;
    const shown = energy ?? 0;
    this.meter.firstElementChild.style.transform = `scaleX(${Math.min(1, shown / 10)})`;
    this.meter.lastElementChild.textContent = energy === null ? "" : Math.floor(shown);
    this.meter.setAttribute("aria-valuenow", Math.floor(shown));
    this.cards.forEach((card, index) => card.classList.toggle("dear", energy !== null && shown < KINDS[index].cost));
  }

  #choose(index) {
    this.chosen = index;
    this.cards.forEach((card, at) => card.setAttribute("aria-pressed", String(at === index && this.owner !== 0)));
    this.changed();
  }

  #key(event) {
    const index = Number(event.key) - 1;
    if (this.owner !== 0 && KINDS[index] !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.#choose(index);
    }
  }

  #makeCard(kind, index) {
    const card = document.createElement("button");
    card.type = "button";
    card.className = "card";
    card.title = kind.hint;
    card.setAttribute("aria-label", `${kind.name}, costs ${kind.cost}. ${kind.hint}. Key ${index + 1}`);
    const picture = document.createElement("canvas");
    picture.width = picture.height = CARD_PIXELS;
    card.append(picture, span("label", kind.name), span("cost", kind.cost), span("key", index + 1));
    card.addEventListener("click", () => this.#choose(index));
    this.container.append(card);
    return card;
  }
}

function span(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

function drawCard(canvas, kind, owner) {
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, CARD_PIXELS, CARD_PIXELS);
  const places = kind.shape === "swarm" ? [[-0.46, 0.36], [0.46, 0.36], [0, -0.34]] : [[0, 0]];
  const size = kind.shape === "swarm" ? 0.44 : kind.building ? 0.72 : kind.flying ? 0.58 : 0.66;
  context.translate(CARD_PIXELS / 2, CARD_PIXELS / 2 + 4);
  context.scale(CARD_PIXELS / 2.4, CARD_PIXELS / 2.4);
  for (const [x, y] of places) {
    context.save();
    context.translate(x, y);
    if (kind.building) {
      drawCannonBase(context, 0, 0, size, owner);
    }

    context.rotate(-Math.PI / 2);
    if (kind.flying) {
      drawWings(context, size, owner, 0);
    }

    const sprite = bodySprite(kind.shape, owner, size, 96, false);
    context.drawImage(sprite, -sprite.half, -sprite.half, sprite.half * 2, sprite.half * 2);
    context.restore();
  }
}
