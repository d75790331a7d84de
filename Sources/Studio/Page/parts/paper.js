// A sheet of paper: strokes of a pen, an eraser or a color, with undo. There are two layers, lines and dabs of color, each on
// a canvas to look at and on a small one for the network.

import { colorBitmap, grayBitmap } from "/parts/bitmap.js";
import { h } from "/shared/dom.js";

const sharpness = 1024;

/** Paper with side 1; `changed(time)` is called when something was drawn, with the time of the movement behind it. */
export class Paper {
  constructor({ changed }) {
    this.changed = changed;
    this.strokes = [];
    this.undone = [];
    this.background = null;
    this.tool = "pen";
    this.color = "#000000";
    this.width = 0.028;
    this.cursor = { x: 0.5, y: 0.5, isDown: false };
    this.canvas = h("canvas.paper", { width: sharpness, height: sharpness, tabindex: "0", role: "img" });
    this.canvas.setAttribute("aria-label",
      "Paper. Draw with a pen, a finger or the mouse; or move with the arrow keys, and put the pen down or up with Space.");
    this.look = this.canvas.getContext("2d");
    this.small = h("canvas").getContext("2d", { willReadFrequently: true });
    this.dabs = h("canvas.dabs", { width: sharpness, height: sharpness, "aria-hidden": "true" });
    this.dabLook = this.dabs.getContext("2d");
    this.smallDabs = h("canvas").getContext("2d", { willReadFrequently: true });
    this.resize(128);
    this.listen();
  }

  /** Sets the side of the images for the network. */
  resize(size) {
    this.size = size;
    for (const { canvas } of [this.small, this.smallDabs]) canvas.width = canvas.height = size;
    this.redraw();
  }

  /** Whether there are dabs of color. */
  get hasDabs() { return this.strokes.some((stroke) => stroke.tool === "color"); }

  get isEmpty() { return !this.strokes.length && !this.background; }

  listen() {
    const canvas = this.canvas;
    let stroke = null;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return {
        x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height,
        pressure: event.pointerType === "pen" && event.pressure > 0 ? 0.35 + 1.3 * event.pressure : 1,
      };
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      canvas.setPointerCapture(event.pointerId);
      canvas.focus({ preventScroll: true });
      stroke = this.begin(place(event), event.timeStamp);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!stroke) return;
      const events = event.getCoalescedEvents?.() ?? [];
      for (const each of events.length ? events : [event]) this.extend(stroke, place(each));
      this.changed(event.timeStamp);
    });
    const end = () => { stroke = null; };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => { if (this.cursor.stroke) this.cursor.stroke = null; this.redraw(); });
  }

  /** Arrow keys move a cursor; Space puts the pen down or takes it up. */
  key(event) {
    const step = event.shiftKey ? 0.05 : 0.015;
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    const { cursor } = this;
    if (event.key === " ") {
      cursor.stroke = cursor.stroke ? null : this.begin({ x: cursor.x, y: cursor.y, pressure: 1 }, event.timeStamp);
    } else if (way) {
      cursor.x = Math.min(Math.max(cursor.x + way[0], 0), 1);
      cursor.y = Math.min(Math.max(cursor.y + way[1], 0), 1);
      if (cursor.stroke) this.extend(cursor.stroke, { x: cursor.x, y: cursor.y, pressure: 1 });
    } else return;
    event.preventDefault();
    this.redraw();
    this.showCursor();
    if (cursor.stroke) this.changed(event.timeStamp);
  }

  showCursor() {
    const { look, cursor } = this;
    look.beginPath();
    look.arc(cursor.x * sharpness, cursor.y * sharpness, 12, 0, 2 * Math.PI);
    look.lineWidth = 4;
    look.strokeStyle = cursor.stroke ? "#b5400f" : "#5f594f";
    look.stroke();
  }

  begin(point, time) {
    const { tool, color } = this;
    const stroke = { tool, color: tool === "color" ? color : "#000", width: tool === "pen" ? this.width : this.width * 3, points: [point] };
    this.strokes.push(stroke);
    this.undone = [];
    this.segment(stroke, 0);
    this.changed(time);
    return stroke;
  }

  extend(stroke, point) {
    const last = stroke.points.at(-1);
    if (Math.hypot(point.x - last.x, point.y - last.y) < 0.001) return;
    stroke.points.push(point);
    this.segment(stroke, stroke.points.length - 1);
  }

  /** Draws one part of a stroke: a dot, or a line from the point before. The eraser takes away lines and dabs. */
  segment(stroke, index) {
    if (stroke.tool !== "color") for (const context of [this.look, this.small]) this.line(context, stroke, index, "#fff");
    if (stroke.tool !== "pen") {
      for (const context of [this.dabLook, this.smallDabs]) {
        context.globalCompositeOperation = stroke.tool === "eraser" ? "destination-out" : "source-over";
        this.line(context, stroke, index, "#000");
      }
    }
  }

  line(context, stroke, index, ground) {
    const size = context.canvas.width;
    const point = stroke.points[index];
    const from = stroke.points[Math.max(index - 1, 0)];
    context.strokeStyle = stroke.tool === "eraser" ? ground : stroke.color;
    context.lineCap = "round";
    context.lineWidth = stroke.width * size * (from.pressure + point.pressure) / 2;
    context.beginPath();
    context.moveTo(from.x * size, from.y * size);
    context.lineTo(point.x * size + (index ? 0 : 0.01), point.y * size);
    context.stroke();
  }

  redraw() {
    for (const context of [this.look, this.small]) {
      const size = context.canvas.width;
      context.fillStyle = "#fff";
      context.fillRect(0, 0, size, size);
      if (this.background) {
        context.imageSmoothingQuality = "high";
        context.drawImage(this.background, 0, 0, size, size);
      }
    }
    for (const { canvas } of [this.dabLook, this.smallDabs]) canvas.width = canvas.width;
    for (const stroke of this.strokes) stroke.points.forEach((_, index) => this.segment(stroke, index));
  }

  renew(time) {
    this.redraw();
    this.changed(time);
  }

  undo() {
    if (this.strokes.length) this.undone.push(this.strokes.pop());
    else if (this.background) [this.lost, this.background] = [this.background, null];
    else return;
    this.renew(performance.now());
  }

  redo() {
    if (this.lost && !this.background && !this.strokes.length) [this.background, this.lost] = [this.lost, null];
    else if (this.undone.length) this.strokes.push(this.undone.pop());
    else return;
    this.renew(performance.now());
  }

  /** Empties the paper, or puts an image on it. */
  clear(background = null) {
    [this.strokes, this.undone, this.background, this.lost] = [[], [], background, null];
    this.renew(performance.now());
  }

  /** The drawing for the network: a bitmap of gray pixels. */
  bitmap() {
    const { size } = this;
    const { data } = this.small.getImageData(0, 0, size, size);
    return grayBitmap(data, size);
  }

  /** The dabs of color for the network: a bitmap that is transparent elsewhere; nothing where there are none. */
  hints() {
    const { size } = this;
    return this.hasDabs ? colorBitmap(this.smallDabs.getImageData(0, 0, size, size).data, size) : null;
  }
}
