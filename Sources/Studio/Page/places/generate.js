// Generate: a grid of images that fills as they come.

import * as api from "/shared/api.js";
import { chips, h, iconButton, notice, pngOf, save, slider, toggle } from "/shared/dom.js";
import { Explorer } from "/parts/explore.js";

const die = "M5 4h14v16H5zM9 8.500v.01M15 8.500v.01M12 12v.01M9 15.500v.01M15 15.500v.01";

export async function start(place, { hand }) {
  const generators = (await api.models()).filter((model) => model.task === "generate");
  if (!generators.length) {
    place.append(h("h1", { id: "generate-title" }, "Generate"), h("div.empty", {}, h("h2", {}, "There is no generator yet"),
      h("p", {}, "Train one in Train, or drop one in Models.")));
    return {};
  }
  return new Generate(place, generators, hand);
}

class Generate {
  constructor(place, generators, hand) {
    [this.generators, this.hand] = [generators, hand];
    this.settings = { seed: 0, count: 12, truncation: null, seamless: false, classes: [] };
    this.images = [];
    this.build(place);
    this.choose((generators.find((model) => model.classes.length && model.width >= 64) ?? generators[0]).name);
  }

  build(place) {
    const { settings } = this;
    this.classRow = h("div");
    this.seed = h("input", {
      type: "number", min: "0", max: "9007199254740991", step: "1", value: "0",
      onchange: () => { settings.seed = Math.max(0, Math.floor(Number(this.seed.value)) || 0); this.generate(); },
    });
    this.seamless = toggle("Repeats without a seam", {
      hint: "Shows each image three times across and down", tell: (value) => this.grid.classList.toggle("tiled", value),
    });
    this.variety = slider("Variety", {
      min: 0.1, max: 2, step: 0.05, value: 2, words: (value) => value >= 2 ? "all" : value.toFixed(2),
      tell: (value) => { settings.truncation = value >= 2 ? null : value; this.soon(); },
    });
    this.grid = h("ul.grid", { "aria-label": "Images" });
    this.progress = h("progress", { max: 1, value: 0, "aria-label": "Images made", hidden: true });
    this.explorer = new Explorer(this.hand);
    this.morph = h("button", { type: "button", disabled: true, onclick: () => this.explorer.morph(this.model,
      this.picks().map((value) => point(value)), settings.truncation, this.picks().map(source)) }, "Morph");
    place.append(
      h("div.heading", {}, h("h1", { id: "generate-title" }, "Generate"),
        h("p", {}, "Every seed is an image. Open one to see what lies around it.")),
      chips("Model", this.generators.map(({ name, description }) => ({ value: name, label: name, hint: description })),
        { chosen: [], tell: (name) => this.choose(name), hideTitle: true }),
      this.classRow,
      h("div.controls", {},
        h("div.field", {}, h("label", { for: "seed" }, "First seed"), h("div.row", {}, this.seed,
          iconButton("Other seeds", die, () => this.roll()))),
        slider("Images", { min: 1, max: 48, value: 12, tell: (value) => { settings.count = value; this.soon(); } }),
        this.variety, this.seamless,
        h("button.primary", { type: "button", onclick: () => this.roll() }, "Generate")),
      this.progress, this.grid,
      h("div.row.between", {},
        h("p.soft.small", {}, "Choose two to four images with their check boxes, and morph between them."),
        h("div.row", {}, this.morph, h("button", { type: "button", onclick: () => this.saveSheet() }, "Save sheet"))));
    this.seed.id = "seed";
    this.chipInputs = [...place.querySelectorAll("fieldset.chips:first-of-type input")];
  }

  choose(name) {
    this.model = this.generators.find((model) => model.name === name);
    for (const input of this.chipInputs) input.checked = input.value === name;
    const { classes, isSeamless } = this.model;
    this.settings.classes = classes.slice(0, 1);
    this.classRow.replaceChildren(...classes.length ? [chips("Class", classes.map((label) => ({ value: label, label })), {
      chosen: this.settings.classes, several: true,
      tell: (chosen) => { this.settings.classes = chosen.length ? chosen : classes.slice(0, 1); this.generate(); },
    })] : []);
    this.seamless.hidden = !isSeamless;
    this.seamless.firstChild.checked = isSeamless;
    this.grid.classList.toggle("tiled", isSeamless);
    this.generate();
  }

  roll() {
    this.settings.seed = Math.floor(Math.random() * 1e6);
    this.seed.value = this.settings.seed;
    this.generate();
  }

  /** After a slider has come to rest. */
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.generate(), 250);
  }

  async generate() {
    this.running?.abort();
    const running = this.running = new AbortController();
    const { model, settings, grid, progress } = this;
    const { seed, count, truncation, classes } = settings;
    const all = count * Math.max(classes.length, 1);
    this.images = [];
    this.morph.disabled = true;
    grid.replaceChildren(...Array.from({ length: all }, () => h("li.tile.waiting")));
    grid.classList.toggle("small", (model.width ?? 128) < 48);
    [progress.hidden, progress.value] = [false, 0];
    try {
      await api.postForEvents("/api/generate",
        { model: model.name, seed, count, classes: model.classes.length ? classes : undefined, truncation },
        (name, value) => {
          if (running.signal.aborted) return;
          if (name === "failed") throw new Error(value.message);
          if (name !== "image") return;
          this.images[value.index] = value;
          grid.children[value.index]?.replaceWith(this.tile(value));
          progress.value = (value.index + 1) / all;
        }, running.signal);
    } catch (error) {
      if (error.name !== "AbortError") notice(error.message);
      if (!running.signal.aborted) for (const tile of grid.querySelectorAll(".waiting")) tile.remove();
    }
    if (this.running === running) progress.hidden = true;
  }

  tile(value) {
    const words = `Seed ${value.seed}${value.class ? `, ${value.class}` : ""}`;
    const pick = h("input", { type: "checkbox", "aria-label": `Choose ${words} for morphing`, onchange: () => this.picked(pick) });
    pick.dataset.index = value.index;
    const open = h("button.open", { type: "button", "aria-label": `Open ${words}`,
      onclick: () => this.explorer.open(this.model, point(value), this.settings.truncation) },
      h("img", { src: source(value), alt: words, draggable: false }));
    open.style.backgroundImage = `url("${source(value)}")`;
    return h("li.tile", {}, open, pick, h("span.caption.small.number", {}, value.seed));
  }

  picked(last) {
    const picks = [...this.grid.querySelectorAll("input:checked")];
    if (picks.length > 4) last.checked = false;
    this.morph.disabled = picks.length < 2;
  }

  /** The events of the images that are chosen. */
  picks() {
    return [...this.grid.querySelectorAll("input:checked")].map((pick) => this.images[pick.dataset.index]);
  }

  async saveSheet() {
    const images = [...this.grid.querySelectorAll(".tile img")];
    if (!images.length) return;
    const { naturalWidth: width, naturalHeight: height } = images[0];
    const columns = Math.ceil(Math.sqrt(images.length));
    const rows = Math.ceil(images.length / columns);
    const gap = 4;
    const sheet = h("canvas", { width: columns * (width + gap) - gap, height: rows * (height + gap) - gap });
    const context = sheet.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, sheet.width, sheet.height);
    images.forEach((image, index) => {
      context.drawImage(image, index % columns * (width + gap), Math.floor(index / columns) * (height + gap));
    });
    save(await pngOf(sheet), `${this.model.name}-sheet.png`);
  }
}

/** The image of an event, as an address. */
const source = (value) => `data:image/png;base64,${value.png}`;

/** What the image of an event is made from. */
const point = (value) => value.class ? { seed: Number(value.seed), class: value.class } : { seed: Number(value.seed) };
