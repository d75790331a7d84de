// Curves over steps.

import { h } from "/shared/dom.js";

const colors = ["#c8491c", "#2f7dba", "#3d8f57", "#a05bb5", "#b58a1c", "#6b7280"];

/** Curves of a run, `own`, and of another one, `other`: maps of names to points [step, value]. */
export class Chart {
  constructor(title) {
    [this.own, this.other] = [new Map(), null];
    this.canvas = h("canvas.chart", { role: "img", "aria-label": title });
    this.legend = h("div.legend", {});
    this.element = h("figure.stack", {}, this.canvas, this.legend);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  draw() {
    const { canvas, own, other } = this;
    const density = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    [canvas.width, canvas.height] = [width * density, height * density];
    const context = canvas.getContext("2d");
    context.scale(density, density);
    const style = getComputedStyle(canvas);
    const [ink, line] = [style.getPropertyValue("--soft"), style.getPropertyValue("--line")];
    const all = [...own.values(), ...other?.values() ?? []].flat();
    if (!all.length) return;
    const last = Math.max(...all.map(([step]) => step), 1);
    // A few wild values shall not flatten the rest.
    const values = all.map(([, value]) => value).sort((a, b) => a - b);
    const [low, high] = [values[Math.floor(0.01 * values.length)], values[Math.floor(0.99 * (values.length - 1))]];
    const [bottom, top] = [Math.min(low, 0), high > low ? high + 0.05 * (high - low) : high + 1];
    const [left, base] = [46, height - 24];
    const x = (step) => left + step / last * (width - left - 8);
    const y = (value) => base - (Math.min(Math.max(value, bottom), top) - bottom) / (top - bottom) * (base - 8);
    context.font = "12px system-ui, sans-serif";
    context.fillStyle = ink;
    context.strokeStyle = line;
    for (let part = 0; part <= 4; part++) {
      const value = bottom + (top - bottom) * part / 4;
      context.beginPath();
      context.moveTo(left, y(value));
      context.lineTo(width - 8, y(value));
      context.stroke();
      context.textAlign = "right";
      context.fillText(Number(value.toPrecision(3)).toString(), left - 6, y(value) + 4);
    }
    context.textAlign = "center";
    for (const part of [0.25, 0.5, 0.75]) context.fillText(`${Math.round(last * part)}`, x(last * part), height - 6);
    context.textAlign = "right";
    context.fillText(`step ${last}`, width - 8, height - 6);
    const names = [...own.keys()];
    names.forEach((name, index) => {
      this.curve(context, own.get(name), x, y, colors[index % colors.length], []);
      if (other?.has(name)) this.curve(context, other.get(name), x, y, colors[index % colors.length], [5, 4]);
    });
    const words = [...names, other && this.otherName].join();
    if (this.words !== words) {
      this.words = words;
      this.legend.replaceChildren(...names.map((name, index) => {
        const entry = h("span", {}, name);
        entry.style.setProperty("--color", colors[index % colors.length]);
        return entry;
      }), ...other ? [h("span.dashed", {}, `dashed: ${this.otherName}`)] : []);
    }
    canvas.setAttribute("aria-label", names.map((name) => `${name}: ${Number(own.get(name).at(-1)[1].toPrecision(3))}`).join(", "));
  }

  /** Smoothed, with the values themselves faint behind. */
  curve(context, points, x, y, color, dashes) {
    context.strokeStyle = color;
    context.setLineDash(dashes);
    for (const [share, alpha, width] of [[1, 0.22, 1], [0.08, 1, 2]]) {
      [context.globalAlpha, context.lineWidth] = [alpha, width];
      context.beginPath();
      let smooth = points[0][1];
      const isFew = points.length < 60;
      for (const [step, value] of points) {
        smooth += (value - smooth) * (isFew ? 1 : share);
        context.lineTo(x(step), y(smooth));
      }
      context.stroke();
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }
}
