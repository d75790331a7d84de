// Models: what there is, what it can do, whose it is; and new ones by drop.

import * as api from "/shared/api.js";
import { acceptDrops, filePicker, h, notice } from "/shared/dom.js";
import { markdown } from "/shared/markdown.js";

const tasks = { generate: "Generates", translate: "Draws", upscale: "Upscales", classify: "Recognizes", measure: "Measures" };
const order = Object.keys(tasks);

export async function start(place, { hand }) {
  const page = new Models(place, hand);
  await page.list();
  return { shown: () => page.list({ fresh: true }) };
}

class Models {
  constructor(place, hand) {
    this.hand = hand;
    this.cards = h("ul.cards");
    this.doctor = h("div.panel", { hidden: true, "aria-live": "polite" });
    this.body = h("div.stack.prose");
    this.dialog = h("dialog", { "aria-label": "Model card" },
      h("button.close", { type: "button", onclick: () => this.dialog.close() }, "Close"), this.body);
    place.append(
      h("div.heading", {}, h("h1", { id: "models-title" }, "Models"), h("p", {}, "Everything here runs on this machine.")),
      h("div.row.between", {}, h("p.soft.small", {}, "Drop a file of weights: .pth, .safetensors, .pkl, .onnx. Nothing in it is executed."),
        filePicker("Inspect a file", { accept: ".pth,.pt,.safetensors,.pkl,.onnx,.ckpt", tell: ([file]) => this.inspect(file) })),
      this.doctor, this.cards, this.dialog);
    acceptDrops(place, ([file]) => this.inspect(file));
  }

  async list(options) {
    const models = [...await api.models(options)].sort((a, b) => order.indexOf(a.task) - order.indexOf(b.task));
    this.cards.replaceChildren(...models.map((model) => h("li.panel.card", {},
      model.hasSheet ? h("img.cover", { src: `/api/models/${encodeURIComponent(model.name)}/sheet`, alt: "", loading: "lazy" })
        : h("div.cover.blank", { "aria-hidden": "true" }, model.name.slice(0, 1).toUpperCase()),
      h("h2", {}, h("button.plain.name", { type: "button", onclick: () => this.open(model) }, model.name)),
      h("p.soft.small", {}, model.description || model.kind),
      h("div.row", {}, h("span.badge", {}, tasks[model.task] ?? model.kind),
        model.width ? h("span.badge.number", {}, `${model.width} × ${model.height}`) : null,
        model.scale ? h("span.badge.number", {}, `×${model.scale}`) : null,
        h("span.badge.number", {}, `${(model.weightBytes / 1e6).toFixed(1)} MB`),
        model.license ? h("span.badge", { title: "License" }, model.license) : null,
        model.forbidsCommercialUse ? h("span.badge.bad", {}, "not for commercial use") : null))));
  }

  async open(model) {
    this.body.replaceChildren(h("h2", {}, model.name));
    this.dialog.showModal();
    const facts = Object.entries({
      License: model.license || "unknown", Kind: model.kind, Classes: model.classes.join(", "), ...model.provenance,
    }).filter(([, value]) => value);
    let card;
    try { card = markdown(await api.text(`/api/models/${encodeURIComponent(model.name)}/card`)); } catch { card = h("p.soft", {}, model.description); }
    const use = { translate: "draw", generate: "generate", upscale: "upscale" }[model.task];
    this.body.replaceChildren(
      ...model.hasSheet ? [h("img.sheet", { src: `/api/models/${encodeURIComponent(model.name)}/sheet`, alt: `Images of ${model.name}` })] : [],
      card, h("dl.facts", {}, ...facts.map(([name, value]) => h("div", {}, h("dt.soft", {}, name), h("dd", {}, value)))),
      use ? h("div.row", {}, h("a.button", { href: `#${use}`, onclick: () => this.dialog.close() }, "Use it")) : "");
  }

  /** What the doctor says of a file; importing it is another step. */
  async inspect(file) {
    this.doctor.hidden = false;
    this.doctor.replaceChildren(h("p", {}, `Looking at ${file.name} …`));
    try {
      const report = await (await api.send("/api/models", { name: file.name }, file, { headers: { "Content-Type": "application/octet-stream" } })).json();
      this.doctor.replaceChildren(...this.report(file, report));
    } catch (error) {
      this.doctor.replaceChildren(h("p", {}, error.message));
    }
  }

  report(file, report) {
    const facts = Object.entries({
      Network: report.network, Format: report.format, Weights: report.numbers ? `${report.numbers.toLocaleString("en")} numbers` : null,
      License: report.license || "unknown", "Unusual names": report.unusual.join(", "),
    }).filter(([, value]) => value);
    const name = h("input", { type: "text", value: file.name.replace(/\.[^.]*$/, ""), "aria-label": "Name of the model", maxlength: "80" });
    const take = h("button.primary", { type: "button", onclick: async () => {
      take.disabled = true;
      try {
        await api.post(`/api/models/${encodeURIComponent(name.value)}`, { upload: report.upload });
        notice(`${name.value} is there.`);
        this.doctor.hidden = true;
        this.list({ fresh: true });
      } catch (error) { notice(error.message); take.disabled = false; }
    } }, "Import");
    return [h("h2", {}, file.name),
      h("p", {}, report.problem ? `It cannot be used: ${report.problem}.` : "It can be used."),
      h("dl.facts", {}, ...facts.map(([title, value]) => h("div", {}, h("dt.soft", {}, title), h("dd", {}, value)))),
      ...report.problem ? [] : [h("div.row", {}, name, take)]];
  }
}
