// Upscale: images are dropped, wait in a queue, and come back larger.

import * as api from "/shared/api.js";
import { acceptDrops, chips, duration, filePicker, h, notice, save } from "/shared/dom.js";
import { Comparison } from "/parts/compare.js";
import { zip } from "/shared/zip.js";

export async function start(place) {
  const upscalers = (await api.models()).filter((model) => model.task === "upscale");
  if (!upscalers.length) {
    place.append(h("h1", { id: "upscale-title" }, "Upscale"), h("div.empty", {}, h("h2", {}, "There is no upscaler yet"),
      h("p", {}, "Drop one in Models; many public networks work.")));
    return {};
  }
  return new Upscale(place, upscalers);
}

class Upscale {
  constructor(place, upscalers) {
    this.upscalers = upscalers;
    this.model = (upscalers.find((model) => model.name === "photo-x4") ?? upscalers[0]).name;
    this.entries = [];
    this.comparison = new Comparison();
    this.list = h("ul.queue", { "aria-label": "Images" });
    const pick = (title, options) => filePicker(title, { accept: "image/*", several: true, tell: (files) => this.add(files), ...options });
    this.empty = h("div.empty", {}, h("h2", {}, "Drop images here"),
      h("p", {}, "Files, or a whole folder. They stay on this machine."),
      h("div.row", {}, pick("Choose images", { primary: true }), pick("Choose a folder", { folder: true })));
    this.all = h("button", { type: "button", disabled: true, onclick: () => this.saveAll() }, "Save all (zip)");
    this.viewer = h("div.stack", { hidden: true }, this.comparison.element, h("div.row.between", {},
      h("div.row", {}, this.compareWith = h("div.row")),
      h("button.primary", { type: "button", onclick: () => this.saveOne(this.current) }, "Save PNG")));
    this.left = h("p.small.soft.number", { role: "status" });
    this.work = h("div.upscaling", { hidden: true }, this.viewer, h("div.stack", {},
      h("div.row", {}, pick("Add images", {}), pick("Add a folder", { folder: true }), this.all), this.left, this.list));
    place.append(
      h("div.heading", {}, h("h1", { id: "upscale-title" }, "Upscale"), h("p", {}, "Larger, with the detail that fits.")),
      chips("Model", upscalers.map(({ name, scale, description }) =>
        ({ value: name, label: `${name} · ×${scale}`, hint: description })),
      { chosen: [this.model], tell: (name) => { this.model = name; }, hideTitle: true }),
      this.empty, this.work);
    acceptDrops(place, (files) => this.add(files));
  }

  /** An image from another place. */
  take(file) { this.add([file]); }

  add(files) {
    const images = files.filter((file) => file.type.startsWith("image/") || /\.(png|jpe?g|webp|tiff?|bmp|gif)$/i.test(file.name));
    if (!images.length) return notice("None of these is an image.");
    if (images.length > 500) notice("The first 500 images were taken.");
    [this.empty.hidden, this.work.hidden] = [true, false];
    for (const file of images.slice(0, 500)) this.enter(file, this.model);
    this.pump();
    this.count();
  }

  enter(file, model) {
    const entry = { file, model, state: "here" };
    entry.words = h("span.small.soft", {}, "waits");
    entry.bar = h("progress", { max: 1, value: 0, "aria-label": `Progress of ${file.name}` });
    entry.open = h("button.plain.name", { type: "button", disabled: true, onclick: () => this.view(entry) }, file.name);
    entry.element = h("li.panel", {}, h("div.row.between", {}, entry.open,
      h("button.plain.icon", { type: "button", "aria-label": `Remove ${file.name}`, onclick: () => this.drop(entry) }, "×")),
      entry.bar, h("div.row.between", {}, h("span.small.soft", {}, model), entry.words));
    this.entries.push(entry);
    this.list.append(entry.element);
    return entry;
  }

  /** How many are done, and how long the rest will take, as far as the ones before tell. */
  count() {
    const done = this.entries.filter((entry) => entry.seconds);
    const waiting = this.entries.filter((entry) => entry.state === "here" || entry.state === "sent");
    const each = done.reduce((sum, entry) => sum + entry.seconds, 0) / done.length;
    this.left.textContent = `${this.entries.filter((entry) => entry.result).length} of ${this.entries.length} done`
      + (waiting.length && done.length ? ` · ${duration(each * waiting.length)} left` : "");
  }

  /** Hands images over, a few at a time, so that the server holds only what it works on. */
  async pump() {
    for (;;) {
      const isFull = this.entries.filter((entry) => entry.state === "sent").length >= 2;
      const next = this.entries.find((entry) => entry.state === "here");
      if (isFull || !next) return;
      next.state = "sent";
      try {
        const response = await api.send("/api/upscale", { model: next.model, name: next.file.name }, next.file);
        next.job = await response.json();
        next.stop = api.follow(`/api/jobs/${next.job.id}/events`, ["job"], (_, job) => this.told(next, job));
      } catch (error) {
        if (error.code === "busy") {
          next.state = "here";
          setTimeout(() => this.pump(), 2000);
          return;
        }
        this.failed(next, error.message);
      }
    }
  }

  async told(entry, job) {
    if (job.state === "running") {
      entry.begun ??= performance.now();
      entry.bar.value = job.total ? job.done / job.total : 0;
      entry.words.textContent = job.secondsLeft ? `${duration(job.secondsLeft)} left` : "begins";
    } else if (job.state === "waiting") {
      entry.words.textContent = "waits";
    } else {
      entry.stop();
      if (job.state === "done") await this.fetch(entry); else this.failed(entry, job.error?.message ?? "It was stopped.");
      this.pump();
    }
  }

  async fetch(entry) {
    let job;
    try {
      job = await api.get(`/api/jobs/${entry.job.id}`);
      entry.result = await api.blob(`/api/jobs/${entry.job.id}/result`);
      await api.remove(`/api/jobs/${entry.job.id}`);
    } catch (error) { return this.failed(entry, error.message); }
    [entry.state, entry.bar.value] = ["done", 1];
    entry.seconds = (performance.now() - (entry.begun ?? performance.now())) / 1000;
    const { width, height } = job;
    entry.words.textContent = `${width ? `${width} × ${height} · ` : ""}${(entry.result.size / 1e6).toFixed(1)} MB`;
    entry.open.disabled = false;
    this.all.disabled = false;
    if (!this.current) this.view(entry);
    else if (entry.partner === this.current) this.view(this.current, entry);
    this.count();
  }

  failed(entry, words) {
    entry.state = "failed";
    entry.bar.hidden = true;
    entry.words.textContent = words;
    entry.element.classList.add("failed");
    this.pump();
    this.count();
  }

  drop(entry) {
    entry.stop?.();
    if (entry.job && entry.state === "sent") api.remove(`/api/jobs/${entry.job.id}`).catch(() => {});
    entry.element.remove();
    this.entries = this.entries.filter((other) => other !== entry);
    if (this.current === entry) { this.current = null; this.viewer.hidden = true; }
    this.all.disabled = !this.entries.some((other) => other.result);
    if (!this.entries.length) [this.empty.hidden, this.work.hidden] = [false, true];
    this.pump();
    this.count();
  }

  /** Shows an image before and after; or what two models make of it. */
  async view(entry, other) {
    this.current = entry;
    this.viewer.hidden = false;
    for (const each of this.entries) each.element.classList.toggle("current", each === entry);
    const same = this.entries.filter((each) => each.file === entry.file && each !== entry && each.result);
    this.compareWith.replaceChildren(
      ...!same.length ? [] : [chips("Beside it", [{ value: "", label: "Before" }, ...same.map((each) => ({ value: each.model, label: each.model }))], {
        chosen: [other?.model ?? ""], hideTitle: true,
        tell: (model) => this.view(entry, same.find((each) => each.model === model)),
      })],
      ...this.upscalers.filter(({ name }) => name !== entry.model && !this.entries.some((each) => each.file === entry.file && each.model === name))
        .map(({ name }) => h("button", { type: "button", onclick: () => {
          this.enter(entry.file, name).partner = entry;
          this.pump();
        } }, `Also with ${name}`)));
    try {
      await this.comparison.show(other?.result ?? entry.file, entry.result,
        other?.model ?? "Before", other ? entry.model : "After");
    } catch { notice("The browser cannot show this image; saving it works."); }
  }

  saveOne(entry) { if (entry?.result) save(entry.result, resultName(entry)); }

  async saveAll() {
    const done = this.entries.filter((entry) => entry.result);
    save(await zip(done.map((entry) => ({ name: folderOf(entry.file) + resultName(entry), blob: entry.result }))), "upscaled.zip");
  }
}

/** The folders that a file was in, as the archive keeps them: `holiday/beach/`. */
const folderOf = (file) => (file.place ?? file.webkitRelativePath ?? "").replace(/[^/]*$/, "").replace(/^\/+/, "");

const resultName = (entry) => `${entry.file.name.replace(/\.[^.]*$/, "")}-${entry.model}.png`;
