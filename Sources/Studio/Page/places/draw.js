// Draw: a line on the left becomes an image on the right, while the pen is still down.

import * as api from "/shared/api.js";
import { acceptDrops, chips, filePicker, h, iconButton, notice, save, slider, toggle } from "/shared/dom.js";
import { suited } from "/parts/examples.js";
import { palette } from "/parts/palette.js";
import { Paper } from "/parts/paper.js";

const session = crypto.randomUUID?.() ?? `${Math.random()}`;
const shapes = {
  pen: "M4 20l1-4L16 5l3 3L8 19z", color: "M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11zM9 14a3 3 0 0 0 3 3", eraser: "M8 19l-4-4L14 5l6 6-8 8zM9 10l6 6M12 19h8",
  undo: "M8 5L4 9l4 4M4 9h9a6 6 0 0 1 0 12h-3", redo: "M16 5l4 4-4 4M20 9h-9a6 6 0 0 0 0 12h3",
  other: "M5 5h14v14H5zM9 9h.01M15 15h.01M12 12h.01M15 9h.01M9 15h.01",
  clear: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
};
const tools = { pen: "Pen", eraser: "Eraser", color: "Color hints" };

export async function start(place, { hand }) {
  const translators = (await api.models()).filter((model) => model.task === "translate");
  if (!translators.length) {
    place.append(h("h1", { id: "draw-title" }, "Draw"), h("div.empty", {}, h("h2", {}, "There is no translator yet"),
      h("p", {}, "Train one in Train, or drop one in Models.")));
    return {};
  }
  return new Draw(place, translators, hand);
}

class Draw {
  constructor(place, translators, hand) {
    [this.translators, this.hand] = [translators, hand];
    this.model = translators[0];
    this.waiting = null;
    this.isBusy = false;
    this.paper = new Paper({ changed: (time) => this.changed(time) });
    this.result = h("canvas.result", { width: 128, height: 128, role: "img", "aria-label": "The image of your drawing" });
    this.invitation = h("p.invitation", {}, "Draw something here");
    this.promise = h("p.invitation.promise", { role: "status" }, "Its image appears here");
    this.build(place);
    this.choose(this.model.name);
    window.addEventListener("keydown", (event) => { if (!place.hidden) this.shortcut(event); });
  }

  build(place) {
    const { paper } = this;
    this.tools = {};
    for (const [name, title] of Object.entries(tools)) this.tools[name] = iconButton(title, shapes[name], () => this.take(name));
    const colors = palette({ tell: (color) => { paper.color = color; this.take("color"); } });
    paper.color = colors.first;
    this.flat = toggle("Flat", { hint: "One color for each region that lines enclose", tell: () => this.changed(performance.now()) });
    this.other = iconButton("Another image", shapes.other, () => {
      this.seed = Math.floor(Math.random() * 1e6);
      this.changed(performance.now());
    });
    this.hintRow = h("div.row.hints", { hidden: true }, h("span.soft.small", {}, "Dab a color where it should be:"), colors.element);
    this.classRow = h("div");
    this.width = slider("Width", {
      min: 0.004, max: 0.08, step: 0.001, value: 0.028, words: (value) => `${(value * paper.size).toFixed(1)} px`,
      tell: (value) => { paper.width = value; },
    });
    this.exampleRow = h("div.row");
    this.sheets = h("div.sheets", {},
      h("figure", {}, h("div.sheet", {}, paper.dabs, paper.canvas, this.invitation), h("figcaption.unseen", {}, "Your drawing")),
      h("figure", {}, h("div.sheet", {}, this.result, this.promise), h("figcaption.unseen", {}, "Its image")));
    acceptDrops(this.sheets, ([file]) => this.load(file));
    place.append(
      h("div.heading", {}, h("h1", { id: "draw-title" }, "Draw"),
        h("p", {}, "The image follows your pen. Nothing leaves this machine.")),
      chips("Model", this.translators.map(({ name, description }) => ({ value: name, label: name, hint: description })),
        { chosen: [this.model.name], tell: (name) => this.choose(name), hideTitle: true }),
      this.classRow, this.sheets,
      h("div.tools", { role: "toolbar", "aria-label": "Drawing" },
        this.tools.pen, this.tools.color, this.tools.eraser, h("span.split"),
        iconButton("Undo", shapes.undo, () => paper.undo()), iconButton("Redo", shapes.redo, () => paper.redo()),
        iconButton("Clear", shapes.clear, () => paper.clear()), h("span.split"),
        h("div.widths", {}, this.width), h("span.split"),
        this.other, this.flat, toggle("Overlay", { tell: (value) => this.sheets.classList.toggle("overlay", value) })),
      this.hintRow,
      h("div.row.between", {},
        h("div.row", {}, this.exampleRow),
        h("div.row", {},
          filePicker("Load an image", { accept: "image/*", tell: ([file]) => this.load(file) }),
          h("button", { type: "button", onclick: () => this.upscale() }, "Upscale it"),
          h("button.primary", { type: "button", onclick: () => this.save() }, "Save PNG"))));
    this.take("pen");
  }

  /** Takes pen, eraser or color. Given an image by another place, draws after it. */
  take(what) {
    if (what instanceof Blob) return this.load(what);
    this.paper.tool = what;
    for (const [name, button] of Object.entries(this.tools)) button.setAttribute("aria-pressed", `${name === what}`);
  }

  choose(name) {
    this.model = this.translators.find((model) => model.name === name);
    const { size, lineWidth, takesHints, isFlat, takesNoise } = this.model.drawing;
    this.tools.color.hidden = this.hintRow.hidden = this.paper.dabs.hidden = !takesHints;
    if (!takesHints && this.paper.tool === "color") this.take("pen");
    this.flat.firstChild.checked = isFlat;
    [this.seed, this.other.hidden] = [0, !takesNoise];
    this.offerClasses();
    this.paper.width = lineWidth / size;
    this.paper.resize(size);
    this.width.set(this.paper.width);
    this.exampleRow.replaceChildren(h("span.soft.small", {}, "Try"), ...suited(name).map(([title, strokes]) =>
      h("button", { type: "button", onclick: () => this.replay(strokes) }, title)));
    this.clearResult();
    if (!this.paper.isEmpty) this.changed(performance.now());
  }

  /** What the drawing shows, for a model that knows classes. */
  offerClasses() {
    const { classes } = this.model;
    if (!classes.includes(this.class)) this.class = "";
    this.classRow.replaceChildren(...classes.length ? [chips("It shows", [{ value: "", label: "Anything" },
      ...classes.map((label) => ({ value: label, label }))], {
      chosen: [this.class], tell: (name) => { this.class = name; this.changed(performance.now()); },
    })] : []);
  }

  /** Draws an example, stroke by stroke. */
  async replay(strokes) {
    const { paper } = this;
    paper.clear();
    const run = this.run = {};
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const points of strokes) {
      const [first, ...rest] = points.map(([x, y]) => ({ x: x / 100, y: y / 100, pressure: 1 }));
      const stroke = paper.begin(first, performance.now());
      for (const point of rest) {
        if (!isCalm) await new Promise(requestAnimationFrame);
        if (this.run !== run || !paper.strokes.includes(stroke)) return;
        paper.extend(stroke, point);
        paper.changed(performance.now());
      }
    }
  }

  /** Something was drawn at a time: the newest drawing is sent as soon as the one before is back. */
  changed(time) {
    this.invitation.hidden = !this.paper.isEmpty;
    this.waiting ??= time;
    if (!this.isBusy) this.translate();
  }

  async translate() {
    this.isBusy = true;
    while (this.waiting !== null) {
      const time = this.waiting;
      this.waiting = null;
      if (this.paper.isEmpty) { this.clearResult(); continue; }
      const { name } = this.model;
      if (!this.blob) this.promise.textContent = `${name} is on its way …`;
      try {
        const told = {
          model: name, session, class: this.class || null, flat: `${this.flat.firstChild.checked}`, seed: this.seed || null,
        };
        const response = await api.send("/api/translate", told, this.drawing());
        const blob = await response.blob();
        const image = await createImageBitmap(blob);
        if (name === this.model.name && !this.paper.isEmpty) this.show(image, blob, time);
        this.complained = false;
      } catch (error) {
        if (error.code === "canceled") continue;
        if (error.code === "busy") { await new Promise((done) => setTimeout(done, 300)); this.waiting ??= time; continue; }
        if (!this.complained) notice(error.message);
        this.complained = true;
      }
    }
    this.isBusy = false;
  }

  /** What is sent: the lines, with the dabs of color if the model takes them. */
  drawing() {
    const lines = this.paper.bitmap();
    const hints = this.model.drawing.takesHints ? this.paper.hints() : null;
    if (!hints) return lines;
    const form = new FormData();
    form.append("image", lines);
    form.append("hints", hints);
    return form;
  }

  show(image, blob, time) {
    const { result } = this;
    [this.blob, this.promise.hidden] = [blob, true];
    [result.width, result.height] = [image.width, image.height];
    result.getContext("2d").drawImage(image, 0, 0);
    // Developer tools and tests read these.
    performance.measure("pen-to-image", { start: time, end: performance.now() });
    if ((this.shownCount = (this.shownCount ?? 0) + 1) % 1000 === 0) performance.clearMeasures("pen-to-image");
  }

  clearResult() {
    [this.blob, this.promise.hidden] = [null, false];
    this.promise.textContent = "Its image appears here";
    this.result.getContext("2d").clearRect(0, 0, this.result.width, this.result.height);
  }

  /** An image as a drawing: photos become lines first. */
  async load(file) {
    try {
      let image = await createImageBitmap(file);
      if (!isDrawing(image)) {
        const response = await api.send("/api/sketch", { size: 512, lineWidth: 2 }, file);
        image = await createImageBitmap(await response.blob());
      }
      const side = Math.max(image.width, image.height);
      const sheet = h("canvas", { width: side, height: side });
      const context = sheet.getContext("2d");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, side, side);
      context.drawImage(image, (side - image.width) / 2, (side - image.height) / 2);
      this.paper.clear(sheet);
    } catch (error) {
      notice(error.name === "InvalidStateError" ? "That is not an image that the browser can read." : error.message);
    }
  }

  shortcut(event) {
    if (event.target.matches("input[type=text], input[type=number]")) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (isCommand && key === "z") event.shiftKey ? this.paper.redo() : this.paper.undo();
    else if (isCommand && key === "y") this.paper.redo();
    else if (!isCommand && key === "p") this.take("pen");
    else if (!isCommand && key === "e") this.take("eraser");
    else if (!isCommand && key === "c" && !this.tools.color.hidden) this.take("color");
    else return;
    event.preventDefault();
  }

  save() {
    if (!this.blob) return notice("Draw something first.");
    save(this.blob, `${this.model.name}.png`);
  }

  upscale() {
    if (!this.blob) return notice("Draw something first.");
    this.hand("upscale", new File([this.blob], `${this.model.name}.png`, { type: "image/png" }));
  }
}

/** Whether an image is dark lines on a light ground already. */
function isDrawing(image) {
  const context = h("canvas", { width: 64, height: 64 }).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 64, 64);
  context.drawImage(image, 0, 0, 64, 64);
  const { data } = context.getImageData(0, 0, 64, 64);
  let [light, colored] = [0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const [low, high] = [Math.min(data[at], data[at + 1], data[at + 2]), Math.max(data[at], data[at + 1], data[at + 2])];
    if (low > 200) light += 1;
    if (high - low > 40) colored += 1;
  }
  return light > 0.6 * 64 * 64 && colored < 0.03 * 64 * 64;
}
