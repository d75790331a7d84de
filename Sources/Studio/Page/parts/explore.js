// Around an image: its neighbors in latent space, ways between several, and directions of a model with styles.

import * as api from "/shared/api.js";
import { h, notice, save, slider } from "/shared/dom.js";

/** Shows points of a generator, in a dialog. */
export class Explorer {
  constructor(hand) {
    this.hand = hand;
    this.title = h("h2", {}, "");
    this.body = h("div.stack");
    this.dialog = h("dialog", { "aria-label": "Explore", onclose: () => { this.turn = {}; } },
      h("button.close", { type: "button", onclick: () => this.dialog.close() }, "Close"), this.title, this.body);
    document.body.append(this.dialog);
  }

  /** The PNG of a point, as the address of a blob. */
  async image(point, session) {
    const response = await api.post("/api/edit", {
      model: this.model.name, point, truncation: this.truncation, session,
    });
    return response.blob();
  }

  show(title) {
    this.title.textContent = title;
    if (!this.dialog.open) this.dialog.showModal();
    return this.turn = {};
  }

  /** One image with its eight neighbors. */
  async open(model, point, truncation) {
    [this.model, this.truncation, this.point] = [model, truncation ?? undefined, point];
    const turn = this.show("What lies around it");
    const center = h("img.pixels", { alt: "The image" });
    this.repeated = model.isSeamless ? h("div.repeated", { role: "img", "aria-label": "The image, three times across and down" }) : null;
    const ring = Array.from({ length: 9 }, (_, index) =>
      index === 4 ? h("div.center", {}, center) : h("button.open", { type: "button", "aria-label": `Neighbor ${index + 1}`, disabled: true }));
    const sliders = model.hasStyles ? this.sliders(point, center) : null;
    this.body.replaceChildren(
      h("div.explore", {}, h("div.ring", {}, ...ring), h("div.stack", {},
        h("p.soft", {}, "Choose a neighbor to go there."), sliders, this.repeated,
        h("div.row", {},
          h("button.primary", { type: "button", onclick: () => this.saveShown() }, "Save PNG"),
          h("button", { type: "button", onclick: () => this.upscale() }, "Upscale it")))));
    try {
      await this.put(center, point);
      const base = Math.floor(Math.random() * 1e9);
      for (const [index, cell] of ring.entries()) {
        if (index === 4 || this.turn !== turn) continue;
        const other = { seed: base + index, class: classOf(point) };
        const next = { between: [point, other], at: 0.3 };
        const image = h("img.pixels", { alt: "" });
        await this.put(image, next, false);
        cell.replaceChildren(image);
        cell.disabled = false;
        cell.addEventListener("click", () => this.open(model, depth(next) > 8 ? other : next, truncation));
      }
      // Directions are found once, which takes a while; sliders then move at once.
      if (model.hasStyles && this.turn === turn) await this.image({ moved: point, along: [0] });
    } catch (error) { if (this.turn === turn) notice(error.message); }
  }

  async put(image, point, isShown = true) {
    const blob = await this.image(point);
    const address = URL.createObjectURL(blob);
    image.src = address;
    await image.decode();
    if (!isShown) return URL.revokeObjectURL(address);
    // The pattern shows it as long as it is the newest.
    if (this.address) URL.revokeObjectURL(this.address);
    [this.shown, this.address] = [blob, address];
    if (this.repeated) this.repeated.style.backgroundImage = `url("${address}")`;
  }

  sliders(point, center) {
    const along = new Array(8).fill(0);
    const live = this.live(center);
    return h("div.stack", {}, h("h3", {}, "Directions"), ...along.map((_, index) => slider(`Direction ${index + 1}`, {
      min: -6, max: 6, step: 0.25, value: 0, tell: (value) => {
        along[index] = value;
        live({ moved: point, along: [...along] });
      },
    })));
  }

  /** A way to show points as fast as they can be made: of those that wait, the newest. */
  live(image) {
    let [waiting, isBusy] = [null, false];
    return async (point) => {
      waiting = point;
      if (isBusy) return;
      isBusy = true;
      while (waiting) {
        const next = waiting;
        waiting = null;
        try { await this.put(image, next); } catch (error) {
          if (error.code === "busy") { waiting ??= next; await new Promise((done) => setTimeout(done, 300)); } else notice(error.message);
        }
      }
      isBusy = false;
    };
  }

  /** A square with two to four images at its corners, which look like `looks`: the image in it follows the pointer. */
  async morph(model, corners, truncation, looks) {
    this.repeated = null;
    [this.model, this.truncation] = [model, truncation ?? undefined];
    this.show("Morph");
    const image = h("img.pixels", { alt: "The image between the corners", draggable: false });
    const handle = h("span.handle");
    const pad = h("div.pad", { tabindex: "0", role: "slider", "aria-label": "Place between the corners",
      "aria-valuemin": "0", "aria-valuemax": "100" }, image,
      ...looks.map((source, index) => h(`img.corner.at${index + 1}of${looks.length}`, { src: source, alt: "", draggable: false })), handle);
    const live = this.live(image);
    const at = { x: 0.5, y: 0.5 };
    const point = () => {
      const top = between(corners[0], corners[1], at.x);
      if (corners.length === 2) return top;
      const bottom = corners.length === 3 ? corners[2] : between(corners[2], corners[3], at.x);
      return between(top, bottom, at.y);
    };
    const move = (x, y) => {
      [at.x, at.y] = [Math.min(Math.max(x, 0), 1), Math.min(Math.max(y, 0), 1)];
      handle.style.left = `${at.x * 100}%`;
      handle.style.top = `${(corners.length === 2 ? 0.5 : at.y) * 100}%`;
      pad.setAttribute("aria-valuenow", `${Math.round(at.x * 100)}`);
      pad.setAttribute("aria-valuetext", `${Math.round(at.x * 100)} % across, ${Math.round(at.y * 100)} % down`);
      live(point());
    };
    const follow = (event) => {
      const box = pad.getBoundingClientRect();
      move((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    };
    pad.addEventListener("pointerdown", (event) => { pad.setPointerCapture(event.pointerId); follow(event); });
    pad.addEventListener("pointermove", (event) => { if (pad.hasPointerCapture(event.pointerId)) follow(event); });
    pad.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way) return;
      event.preventDefault();
      move(at.x + way[0] * 0.04, at.y + way[1] * 0.04);
    });
    this.body.replaceChildren(h("div.explore", {}, pad, h("div.stack", {},
      h("p.soft", {}, "Drag across the image. The arrow keys do the same."),
      h("div.row", {},
        h("button.primary", { type: "button", onclick: () => this.saveShown() }, "Save PNG"),
        h("button", { type: "button", onclick: (event) => this.saveLoop(corners, event.currentTarget) }, "Save loop")))));
    move(0.5, 0.5);
  }

  async saveLoop(corners, button) {
    button.disabled = true;
    try {
      const response = await api.post("/api/edit/loop", { model: this.model.name, points: corners, frames: 24 * corners.length, truncation: this.truncation });
      save(await response.blob(), `${this.model.name}-loop.png`);
    } catch (error) { notice(error.message); }
    button.disabled = false;
  }

  saveShown() { if (this.shown) save(this.shown, `${this.model.name}.png`); }

  upscale() {
    if (!this.shown) return;
    this.dialog.close();
    this.hand("upscale", new File([this.shown], `${this.model.name}.png`, { type: "image/png" }));
  }
}

const between = (first, second, at) => ({ between: [first, second], at });
const classOf = (point) => point.between ? classOf(point.between[0]) : point.moved ? classOf(point.moved) : point.class;
const depth = (point) => point.between ? 1 + Math.max(...point.between.map(depth)) : 1;
