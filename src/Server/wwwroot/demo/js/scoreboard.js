// The line above the board: both sides, their crowns, the clock; and the result when the match is over.
import { sideOf } from "./sprites.js";

const NAMES = { 1: "Blue", 2: "Red" };
const URGENT_SECONDS = 10;

export class Scoreboard {
  constructor() {
    this.clock = document.getElementById("clock");
    this.phase = document.getElementById("phase");
    this.overlay = document.getElementById("result");
    this.near = document.querySelector(".side[data-side=near]");
    this.far = document.querySelector(".side[data-side=far]");
    this.begin(0);
  }

  begin(player) {
    this.overlay.hidden = true;
    this.nearOwner = player === 2 ? 2 : 1;
    this.#name(this.near, this.nearOwner, player === this.nearOwner);
    this.#name(this.far, 3 - this.nearOwner, false);
  }

  show(state) {
    const seconds = state.secondsLeft;
    if (seconds !== null) {
      const whole = Math.max(0, Math.ceil(seconds));
      setText(this.clock, `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`);
      this.clock.parentElement.classList.toggle("urgent", state.overtime || seconds <= URGENT_SECONDS);
    }

    setText(this.phase, state.overtime ? "overtime" : "time left");
    this.#crowns(this.near, state.players[this.nearOwner]);
    this.#crowns(this.far, state.players[3 - this.nearOwner]);
  }

  /** `result.winner` is a player's number; none or 0 is a draw. */
  result(result, player) {
    const winner = Number(result.winner ?? 0);
    const [headline, detail] = this.overlay.children;
    headline.textContent = winner === 0 ? "A draw" : winner === player ? "You win" : `${NAMES[winner]} wins`;
    this.overlay.style.setProperty("--side", winner === 0 ? "" : sideOf(winner).main);
    detail.textContent = "The next match begins in a moment.";
    this.overlay.hidden = false;
  }

  #name(element, owner, you) {
    element.style.setProperty("--side", sideOf(owner).main);
    element.querySelector(".name").textContent = you ? "You" : NAMES[owner];
  }

  #crowns(element, player) {
    setText(element.querySelector(".crowns"), String(player?.crowns ?? 0));
  }
}

function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
