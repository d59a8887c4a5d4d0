// Short-lived marks on the board: dust where a unit appears, sparks where one is hit, words where the server said no. All in cells,
// in a pool with a limit, so that a battle of hundreds stays cheap.
const MARKS_MAX = 240;

export class Effects {
  constructor(random = Math.random) {
    this.random = random;
    this.marks = [];
  }

  ring(x, y, color, radius = 0.8) {
    this.#add({ shape: "ring", x, y, color, radius, lifeMs: 450 });
  }

  puff(x, y, color, count = 7, speed = 1.6) {
    for (let particle = 0; particle < count; particle++) {
      const angle = this.random() * Math.PI * 2;
      const pace = speed * (0.4 + this.random() * 0.6);
      this.#add({
        shape: "dot", x, y, color, radius: 0.08 + this.random() * 0.12,
        vx: Math.cos(angle) * pace, vy: Math.sin(angle) * pace - 0.3, lifeMs: 350 + this.random() * 300,
      });
    }
  }

  words(x, y, text) {
    this.#add({ shape: "words", x, y, text, vx: 0, vy: -0.55, lifeMs: 1900 });
  }

  draw(context, elapsedMs, wordPixels) {
    this.marks = this.marks.filter((mark) => (mark.ageMs += elapsedMs) < mark.lifeMs);
    for (const mark of this.marks) {
      const age = mark.ageMs / mark.lifeMs;
      mark.x += (mark.vx ?? 0) * elapsedMs / 1000;
      mark.y += (mark.vy ?? 0) * elapsedMs / 1000;
      SHAPES[mark.shape](context, mark, age, wordPixels);
    }

    context.globalAlpha = 1;
  }

  #add(mark) {
    if (this.marks.length < MARKS_MAX || mark.shape === "words") {
      mark.ageMs = 0;
      this.marks.push(mark);
    }
  }
}

const SHAPES = {
  ring(context, mark, age) {
    context.globalAlpha = 1 - age;
    context.strokeStyle = mark.color;
    context.lineWidth = 0.14 * (1 - age) + 0.02;
    context.beginPath();
    context.ellipse(mark.x, mark.y, mark.radius * (0.3 + age), mark.radius * (0.3 + age) * 0.8, 0, 0, Math.PI * 2);
    context.stroke();
  },
  dot(context, mark, age) {
    context.globalAlpha = (1 - age) * 0.85;
    context.fillStyle = mark.color;
    context.beginPath();
    context.arc(mark.x, mark.y, mark.radius * (1 - age * 0.5), 0, Math.PI * 2);
    context.fill();
  },
  words(context, mark, age, wordPixels) {
    context.save();
    context.globalAlpha = Math.min(1, (1 - age) * 3);
    context.translate(mark.x, mark.y);
    context.scale(wordPixels, wordPixels);
    context.font = "600 13px system-ui, sans-serif";
    const width = context.measureText(mark.text).width + 20;
    context.fillStyle = "rgba(20, 10, 12, 0.88)";
    context.beginPath();
    context.roundRect(-width / 2, -26, width, 24, 12);
    context.fill();
    context.strokeStyle = "rgba(255, 120, 110, 0.8)";
    context.stroke();
    context.fillStyle = "#ffd9d2";
    context.textAlign = "center";
    context.fillText(mark.text, 0, -9.5);
    context.restore();
  },
};
