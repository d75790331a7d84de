// Starts a training: the images, what is learned from them, and for how long.

import * as api from "/shared/api.js";
import { chips, h, notice, slider, toggle } from "/shared/dom.js";

const tasks = [
  { value: "generate", label: "New images", hint: "A generator of images like those in the folder" },
  { value: "classes", label: "New images by class", hint: "One folder for each class" },
  { value: "pairs", label: "Translate", hint: "Pairs: side by side in one image, or in twin folders" },
  { value: "sketches", label: "Draw", hint: "Photos; the drawings are made of them" },
  { value: "upscale", label: "Upscale", hint: "Sharp photos" },
  { value: "recognize", label: "Recognize", hint: "One folder for each class" },
];

/** The dialog that starts a training; `begun(name)` is called with the name of the new run. */
export class Starting {
  constructor({ begun }) {
    this.begun = begun;
    this.dialog = h("dialog", { "aria-label": "Start a training", onclose: () => this.stopCheck?.() });
  }

  async open() {
    let listing;
    try { listing = await api.get("/api/data"); } catch (error) { return notice(error.message); }
    const close = h("button.close", { type: "button", onclick: () => this.dialog.close() }, "Close");
    if (!listing.folders.length || !listing.canTrain) {
      this.dialog.replaceChildren(close, h("h2", {}, "Say where images may be taken from"), h("div.stack", {},
        h("p", {}, "Studio opens only folders that were named when it was started:"),
        h("pre", { tabindex: "0" }, h("code", {}, "atelier studio --data FOLDER --runs FOLDER"))));
      return this.dialog.showModal();
    }
    this.order = { task: "generate", hours: 2, name: "", data: null, fewImages: false };
    this.isNamed = false;
    this.path = h("p.small.soft", {}, "");
    this.folders = h("ul.row", { "aria-label": "Folders" });
    this.report = h("div.stack", { "aria-live": "polite" });
    this.few = toggle("Few images: a network that learns from 50 to 5,000 (FastGAN)", { tell: (value) => { this.order.fewImages = value; } });
    this.name = h("input", { type: "text", id: "run-name", maxlength: "80", oninput: () => { this.isNamed = true; this.order.name = this.name.value; } });
    this.go = h("button.primary", { type: "button", disabled: true, onclick: () => this.launch() }, "Start");
    this.dialog.replaceChildren(close, h("h2", {}, "Start a training"), h("div.stack", {}, this.path, this.folders, this.report,
      chips("What it learns", tasks, { chosen: [this.order.task], tell: (task) => { this.order.task = task; this.offerFew(); } }),
      this.few,
      slider("Hours", { min: 0.5, max: 24, step: 0.5, value: 2, tell: (hours) => { this.order.hours = hours; } }),
      h("label.field", { for: "run-name" }, "Name", this.name), h("div.row", {}, this.go)));
    this.dialog.showModal();
    this.enter(listing, []);
  }

  /** Shows a folder: `way` leads to it, as {name, title} from the root. */
  async enter(listing, way) {
    this.stopCheck?.();
    const { order } = this;
    const here = way.at(-1);
    order.data = here?.name ?? null;
    this.path.textContent = here ? `Images: ${here.title}` : "Choose a folder of images.";
    this.go.disabled = !here;
    this.report.replaceChildren();
    this.found = null;
    this.offerFew();
    if (here && !this.isNamed) order.name = this.name.value = here.title.split("/").pop().replace(/[^A-Za-z0-9._-]/g, "-");
    let inside = listing;
    try { if (here) inside = await api.get(`/api/data?folder=${encodeURIComponent(here.name)}`); } catch (error) { return notice(error.message); }
    this.folders.replaceChildren(
      ...here ? [h("li", {}, h("button.plain", { type: "button", onclick: () => this.enter(listing, way.slice(0, -1)) }, "↑ Back"))] : [],
      ...inside.folders.slice(0, 200).map((each) => h("li", {}, h("button", { type: "button", onclick: () => this.enter(listing, [...way, each]) }, each.title))));
    if (here) this.check(here.name);
  }

  /** What is wrong with the images, before hours are spent on them. */
  check(folder) {
    this.stopCheck?.();
    const words = h("p.small.soft", {}, "Looking at the images …");
    this.report.replaceChildren(words);
    this.stopCheck = api.follow(`/api/data/check?folder=${encodeURIComponent(folder)}`, ["progress", "report", "failed"], (name, value) => {
      if (name === "progress") { words.textContent = `Looking at the images: ${value.done} of ${value.total}`; return; }
      this.stopCheck();
      if (name === "failed") { this.report.replaceChildren(h("p.small.lines", {}, value.message)); return; }
      const found = this.found = value.report;
      this.count = found.parts.reduce((sum, part) => sum + part.count, 0);
      const { classNames, broken, duplicates } = found;
      this.report.replaceChildren(h("p", {}, `${this.count} images${classNames.length ? ` of ${classNames.length} classes` : ""}, `
        + `${broken.length} broken, ${duplicates.length} twice`),
      // Few images are a matter of the switch below.
      ...found.warnings.filter((warning) => !warning.startsWith("few images")).slice(0, 6).map((warning) => h("p.alarm.small", {}, warning)));
      this.offerFew();
    });
  }

  /** The network for few images is offered where it can be had, and chosen where it helps. */
  offerFew() {
    const isPossible = ["generate", "classes"].includes(this.order.task) && (this.found?.suggestion.size ?? 0) >= 64;
    this.few.hidden = !isPossible;
    this.order.fewImages = this.few.firstChild.checked = isPossible && this.count <= 5000;
  }

  async launch() {
    this.go.disabled = true;
    try {
      const { name } = await (await api.post("/api/runs", this.order)).json();
      this.dialog.close();
      notice(`${name} begins. It goes on when this page is closed.`);
      this.begun(name);
    } catch (error) {
      notice(error.message);
      this.go.disabled = false;
    }
  }
}
