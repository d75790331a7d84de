// Train: runs that go on or have ended, and new ones.

import * as api from "/api.js";
import { Chart } from "/chart.js";
import { chips, h, notice, slider } from "/dom.js";

const tasks = [
  { value: "generate", label: "New images", hint: "A generator of images like those in the folder" },
  { value: "classes", label: "New images by class", hint: "One folder for each class" },
  { value: "pairs", label: "Translate", hint: "Pairs: side by side in one image, or in twin folders" },
  { value: "sketches", label: "Draw", hint: "Photos; the drawings are made of them" },
  { value: "upscale", label: "Upscale", hint: "Sharp photos" },
  { value: "recognize", label: "Recognize", hint: "One folder for each class" },
];

export async function start(place) {
  const page = new Train(place);
  await page.list();
  return { shown: () => page.list() };
}

class Train {
  constructor(place) {
    this.rows = h("ul.stack", { "aria-label": "Runs" });
    this.detail = h("div.stack");
    this.setup = h("dialog", { "aria-label": "Start a training" });
    this.begin = h("button.primary", { type: "button", onclick: () => this.ask() }, "Start a training");
    this.none = h("div.empty", { hidden: true }, h("h2", {}, "Nothing has been trained yet"),
      h("p", {}, "A few hundred images and an evening make a model of your own."));
    this.runs = h("div.runs", { hidden: true }, h("div.stack", {}, this.rows), this.detail);
    place.append(
      h("div.heading", {}, h("h1", { id: "train-title" }, "Train"), h("p", {}, "Watch what runs here, whoever started it.")),
      h("div.row", {}, this.begin), this.none, this.runs, this.setup);
    setInterval(() => { if (!place.hidden && document.visibilityState === "visible") this.list(); }, 5000);
  }

  async list() {
    let runs;
    try { ({ runs } = await api.get("/api/runs")); } catch (error) { return notice(error.message); }
    [this.none.hidden, this.runs.hidden] = [runs.length > 0, runs.length === 0];
    const words = JSON.stringify(runs);
    if (words === this.known) return;
    this.known = words;
    this.rows.replaceChildren(...runs.map((run) => h("li", {}, h("button.run", {
      type: "button", "aria-pressed": `${run.name === this.current}`, onclick: () => this.open(run.name),
    }, h("span", {}, h("strong", {}, run.name), h("br"), h("span.small.soft", {}, run.kind)),
    h(`span.badge${run.state === "running" ? ".good" : ""}`, {}, run.state)))));
    if (!this.current && runs.length) this.open((runs.find((run) => run.state === "running") ?? runs[0]).name);
  }

  open(name) {
    this.stop?.();
    this.current = name;
    for (const button of this.rows.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", `${button.querySelector("strong").textContent === name}`);
    }
    const path = `/api/runs/${encodeURIComponent(name)}`;
    const chart = new Chart("Losses of the run");
    const progress = h("progress", { max: 1, value: 0, "aria-label": "Steps done" });
    const words = h("p.soft.number");
    const alarms = h("div.stack", { "aria-live": "polite" });
    const sheet = h("img", { alt: "Samples", hidden: true });
    const time = slider("Samples after step", { min: 0, max: 0, value: 0, words: () => "", tell: (index) => show(index) });
    time.hidden = true;
    const act = h("div.row");
    let [samples, isAtEnd, losses] = [[], true, new Map()];
    const show = (index) => {
      isAtEnd = index === samples.length - 1;
      sheet.hidden = !samples.length;
      if (!samples.length) return;
      time.querySelector("output").textContent = `${samples[index]}`;
      sheet.src = `${path}/samples/${samples[index]}`;
      sheet.alt = `Samples after step ${samples[index]}`;
    };
    this.detail.replaceChildren(h("div.panel.stack", {}, h("div.row.between", {}, h("h2", {}, name), act), progress, words, alarms,
      chart.element, this.besides(name, chart)), h("div.panel.stack.samples", {}, time, sheet));
    this.stop = api.follow(`${path}/events`, ["run"], (_, { isNew, lines, samples: steps, run }) => {
      if (isNew) { losses = new Map(); alarms.replaceChildren(); }
      for (const line of lines) {
        const entry = JSON.parse(line);
        for (const [key, value] of Object.entries(entry.losses ?? {})) {
          if (Number.isFinite(value)) losses.set(key, [...losses.get(key) ?? [], [entry.step, value]]);
        }
        for (const [key, value] of Object.entries(entry.evaluation ?? {})) {
          if (Number.isFinite(value)) losses.set(key, [...losses.get(key) ?? [], [entry.step, value]]);
        }
        if (entry.alarm) alarms.append(h("p.alarm", {}, `Step ${entry.step}: ${entry.words}`));
        if (entry.stepsPerSecond) this.speed = entry.stepsPerSecond;
      }
      chart.own = losses;
      chart.draw();
      progress.value = run.steps ? run.step / run.steps : 0;
      words.textContent = `${run.state}, step ${run.step}${run.steps ? ` of ${run.steps}` : ""}`
        + (run.state === "running" && this.speed ? ` · ${this.speed.toFixed(1)} steps a second` : "");
      if (run.error) alarms.replaceChildren(h("p.alarm", {}, run.error));
      if (steps.length !== samples.length) {
        samples = steps;
        const input = time.querySelector("input");
        input.max = samples.length - 1;
        time.hidden = samples.length < 2;
        if (isAtEnd) { time.set(samples.length - 1); show(samples.length - 1); }
      }
      act.replaceChildren(run.state === "running"
        ? h("button", { type: "button", onclick: () => this.tell(`${path}/stop`, "It saves, and stops.") }, "Stop")
        : run.state === "stopped" ? h("button", { type: "button", onclick: () => this.tell(`${path}/resume`, "It goes on.") }, "Go on") : "");
    });
  }

  /** Another run whose curves are shown, too. */
  besides(name, chart) {
    const choice = h("select", { "aria-label": "Compare with another run", onchange: async () => {
      this.stopOther?.();
      chart.other = null;
      chart.draw();
      if (!choice.value) return;
      const losses = new Map();
      this.stopOther = api.follow(`/api/runs/${encodeURIComponent(choice.value)}/events`, ["run"], (_, { isNew, lines }) => {
        if (isNew) losses.clear();
        for (const line of lines) {
          const entry = JSON.parse(line);
          for (const [key, value] of Object.entries({ ...entry.losses, ...entry.evaluation })) {
            if (Number.isFinite(value)) losses.set(key, [...losses.get(key) ?? [], [entry.step, value]]);
          }
        }
        chart.other = losses;
        chart.draw();
      });
    } }, h("option", { value: "" }, "Compare with …"),
    ...JSON.parse(this.known ?? "[]").filter((run) => run.name !== name).map((run) => h("option", { value: run.name }, run.name)));
    return choice;
  }

  async tell(path, words) {
    try {
      await api.post(path, {});
      notice(words);
      this.known = "";
      this.list();
    } catch (error) { notice(error.message); }
  }

  // Starting

  async ask() {
    let listing;
    try { listing = await api.get("/api/data"); } catch (error) { return notice(error.message); }
    const close = h("button.close", { type: "button", onclick: () => this.setup.close() }, "Close");
    if (!listing.folders.length || !listing.canTrain) {
      this.setup.replaceChildren(close, h("h2", {}, "Say where images may be taken from"), h("div.stack", {},
        h("p", {}, "Studio opens only folders that were named when it was started:"),
        h("pre", { tabindex: "0" }, h("code", {}, "atelier studio --data FOLDER --runs FOLDER"))));
      return this.setup.showModal();
    }
    const order = { task: "generate", hours: 2, name: "", data: null };
    const path = h("p.small.soft", {}, "");
    const folders = h("ul.stack");
    const report = h("div.stack", { "aria-live": "polite" });
    const name = h("input", { type: "text", id: "run-name", maxlength: "80", oninput: () => { order.name = name.value; } });
    const go = h("button.primary", { type: "button", disabled: true, onclick: () => this.launch(order, go) }, "Start");
    const enter = async (folder, title) => {
      order.data = folder;
      path.textContent = title ? `Images: ${title}` : "Choose a folder of images.";
      go.disabled = !folder;
      report.replaceChildren();
      if (title && !order.name) { name.value = title.split("/").pop().replace(/[^A-Za-z0-9._-]/g, "-"); order.name = name.value; }
      const inside = folder ? await api.get(`/api/data?folder=${encodeURIComponent(folder)}`) : listing;
      folders.replaceChildren(
        ...folder ? [h("li", {}, h("button.plain", { type: "button", onclick: () => enter(null, "") }, "↑ All folders"))] : [],
        ...inside.folders.slice(0, 200).map((each) => h("li", {}, h("button", { type: "button", onclick: () => enter(each.name, each.title) }, each.title))));
      if (folder) this.check(folder, report);
    };
    this.setup.replaceChildren(close, h("h2", {}, "Start a training"), h("div.stack", {}, path, folders, report,
      chips("It shall learn to", tasks, { chosen: [order.task], tell: (task) => { order.task = task; } }),
      slider("Hours", { min: 0.5, max: 24, step: 0.5, value: 2, tell: (hours) => { order.hours = hours; } }),
      h("label.field", { for: "run-name" }, "Name", name), h("div.row", {}, go)));
    this.setup.showModal();
    enter(null, "");
  }

  /** What is wrong with the images, before hours are spent on them. */
  check(folder, report) {
    this.stopCheck?.();
    const words = h("p.small.soft", {}, "Looking at the images …");
    report.replaceChildren(words);
    this.stopCheck = api.follow(`/api/data/check?folder=${encodeURIComponent(folder)}`, ["progress", "report", "failed"], (name, value) => {
      if (name === "progress") { words.textContent = `Looking at the images: ${value.done} of ${value.total}`; return; }
      this.stopCheck();
      if (name === "failed") { words.textContent = value.message; return; }
      const { report: found } = value;
      const count = found.parts.reduce((sum, part) => sum + part.count, 0);
      report.replaceChildren(h("p", {}, `${count} images${found.classNames.length ? ` of ${found.classNames.length} classes` : ""}, `
        + `${found.broken.length} broken, ${found.duplicates.length} twice`),
      ...found.warnings.slice(0, 6).map((warning) => h("p.alarm.small", {}, warning)));
    });
  }

  async launch(order, button) {
    button.disabled = true;
    try {
      const { name } = await (await api.post("/api/runs", order)).json();
      this.setup.close();
      notice(`${name} begins. It goes on when this page is closed.`);
      this.known = "";
      this.current = name;
      setTimeout(async () => { await this.list(); this.open(name); }, 4000);
    } catch (error) { notice(error.message); button.disabled = false; }
  }
}
