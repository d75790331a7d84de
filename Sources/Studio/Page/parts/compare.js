// Two images of one thing, with a line between them that can be moved, both at the same zoom down to single pixels.

import { h } from "/shared/dom.js";

/** Shows the first image left of the line and the second right of it. */
export class Comparison {
  constructor() {
    this.canvas = h("canvas", { role: "img", "aria-label": "Before and after" });
    this.context = this.canvas.getContext("2d");
    this.slider = h("input", { type: "range", min: "0", max: "100", step: "0.1", value: "50", "aria-label": "Line between before and after",
      oninput: () => { this.split = this.slider.value / 100; this.draw(); } });
    [this.before, this.after] = [h("span.badge"), h("span.badge")];
    this.zoomWords = h("output.small.number", {}, "");
    this.element = h("div.comparison", {}, this.canvas, h("div.labels", { "aria-hidden": "true" }, this.before, this.after),
      h("div.row", {}, this.slider, h("button", { type: "button", "aria-label": "Zoom out", onclick: () => this.zoomBy(0.5) }, "−"),
        this.zoomWords, h("button", { type: "button", "aria-label": "Zoom in", onclick: () => this.zoomBy(2) }, "+"),
        h("button", { type: "button", onclick: () => this.fit() }, "Fit")));
    this.split = 0.5;
    this.listen();
  }

  async show(first, second, before, after) {
    const [left, right] = await Promise.all([createImageBitmap(first), createImageBitmap(second)]);
    const isOther = !this.right || right.width !== this.right.width || right.height !== this.right.height || first !== this.source;
    [this.left, this.right, this.source] = [left, right, first];
    [this.before.textContent, this.after.textContent] = [before, after];
    this.canvas.setAttribute("aria-label", `${before} left of the line, ${after} right of it`);
    if (isOther) this.fit(); else this.draw();
  }

  /** Pixels of the screen for a pixel of the second image, and what is in the middle. */
  fit() {
    this.measure();
    this.zoom = Math.min(this.width / this.right.width, this.height / this.right.height);
    [this.x, this.y] = [this.right.width / 2, this.right.height / 2];
    this.draw();
  }

  measure() {
    const box = this.canvas.getBoundingClientRect();
    const density = devicePixelRatio || 1;
    [this.width, this.height] = [Math.max(Math.round(box.width * density), 1), Math.max(Math.round(box.height * density), 1)];
    if (this.canvas.width !== this.width || this.canvas.height !== this.height) {
      [this.canvas.width, this.canvas.height] = [this.width, this.height];
    }
  }

  zoomBy(factor, at = { x: this.width / 2, y: this.height / 2 }) {
    if (!this.right) return;
    const zoom = Math.min(Math.max(this.zoom * factor, 0.02), 32);
    this.x += (at.x - this.width / 2) * (1 / this.zoom - 1 / zoom);
    this.y += (at.y - this.height / 2) * (1 / this.zoom - 1 / zoom);
    this.zoom = zoom;
    this.draw();
  }

  draw() {
    if (!this.right) return;
    this.measure();
    const { context, width, height, zoom, right } = this;
    context.clearRect(0, 0, width, height);
    context.imageSmoothingEnabled = zoom < 2;
    context.imageSmoothingQuality = "high";
    const line = Math.round(this.split * width);
    const [left, top] = [width / 2 - this.x * zoom, height / 2 - this.y * zoom];
    for (const [image, from, until] of [[this.left, 0, line], [right, line, width]]) {
      context.save();
      context.beginPath();
      context.rect(from, 0, until - from, height);
      context.clip();
      context.drawImage(image, left, top, right.width * zoom, right.height * zoom);
      context.restore();
    }
    context.fillStyle = "#fff";
    context.fillRect(line - 1.5, 0, 3, height);
    context.beginPath();
    context.arc(line, height / 2, 14, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = "#b5400f";
    for (const side of [-1, 1]) {
      context.beginPath();
      context.moveTo(line + 3 * side, height / 2 - 5);
      context.lineTo(line + 9 * side, height / 2);
      context.lineTo(line + 3 * side, height / 2 + 5);
      context.fill();
    }
    this.slider.value = this.split * 100;
    this.zoomWords.textContent = `${Math.round(zoom * 100)} %`;
  }

  listen() {
    const { canvas } = this;
    const held = new Map();
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return { x: (event.clientX - box.left) / box.width * this.width, y: (event.clientY - box.top) / box.height * this.height };
    };
    let movesLine = false;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      const at = place(event);
      held.set(event.pointerId, at);
      movesLine = held.size === 1 && Math.abs(at.x - this.split * this.width) < 40 * (devicePixelRatio || 1);
    });
    canvas.addEventListener("pointermove", (event) => {
      const last = held.get(event.pointerId);
      if (!last || !this.right) return;
      const at = place(event);
      if (held.size === 2) {
        const other = [...held].find(([id]) => id !== event.pointerId)[1];
        const [before, now] = [Math.hypot(last.x - other.x, last.y - other.y), Math.hypot(at.x - other.x, at.y - other.y)];
        this.zoomBy(now / Math.max(before, 1), other);
      } else if (movesLine) {
        this.split = Math.min(Math.max(at.x / this.width, 0), 1);
      } else {
        this.x -= (at.x - last.x) / this.zoom;
        this.y -= (at.y - last.y) / this.zoom;
      }
      held.set(event.pointerId, at);
      this.draw();
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => held.delete(event.pointerId));
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomBy(Math.exp(-event.deltaY / 400), place(event));
    }, { passive: false });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }
}
