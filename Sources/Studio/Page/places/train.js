// Train: runs that go on or have ended, and new ones.

import * as api from "/shared/api.js";
import { Chart } from "/parts/chart.js";
import { Starting } from "/parts/starting.js";
import { duration, h, notice, slider } from "/shared/dom.js";

export async function start(place) {
  const page = new Train(place);
  await page.list();
  return { shown: () => page.list() };
}

class Train {
  constructor(place) {
    this.rows = h("ul.stack", { "aria-label": "Runs" });
    this.detail = h("div.stack");
    this.starting = new Starting({ begun: async (name) => { await this.list(); this.open(name); } });
    this.begin = h("button.primary", { type: "button", onclick: () => this.starting.open() }, "Start a training");
    this.none = h("div.empty", { hidden: true }, h("h2", {}, "Nothing has been trained yet"),
      h("p", {}, "A few hundred images and an evening make a model of your own."));
    this.runs = h("div.runs", { hidden: true }, h("div.stack", {}, this.rows), this.detail);
    place.append(
      h("div.heading", {}, h("h1", { id: "train-title" }, "Train"), h("p", {}, "Watch what runs here, whoever started it.")),
      h("div.row", {}, this.begin), this.none, this.runs, this.starting.dialog);
    setInterval(() => { if (!place.hidden && document.visibilityState === "visible") this.list(); }, 5000);
  }

  async list() {
    let runs;
    try { ({ runs } = await api.get("/api/runs")); } catch (error) { return notice(error.message); }
    [this.none.hidden, this.runs.hidden] = [runs.length > 0, runs.length === 0];
    const words = JSON.stringify(runs);
    if (words === this.known) return;
    this.known = words;
    this.all = runs;
    const focused = this.rows.contains(document.activeElement) ? document.activeElement.dataset.run : null;
    this.rows.replaceChildren(...runs.map((run) => h("li", {}, h("button.run", {
      type: "button", "data-run": run.name, "aria-pressed": `${run.name === this.current}`, onclick: () => this.open(run.name),
    }, h("span", {}, h("strong", {}, run.name), h("br"), h("span.small.soft", {}, run.kind)),
    h(`span.badge${{ running: ".good", failed: ".bad" }[run.state] ?? ""}`, {}, run.state)))));
    // People who use the keyboard stay where they are.
    if (focused) [...this.rows.querySelectorAll("button")].find((button) => button.dataset.run === focused)?.focus();
    if (!this.current && runs.length) this.open((runs.find((run) => run.state === "running") ?? runs[0]).name);
  }

  open(name) {
    this.stop?.();
    this.stopOther?.();
    [this.current, this.speed] = [name, null];
    for (const button of this.rows.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", `${button.dataset.run === name}`);
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
        + (run.state === "running" && this.speed ? ` · ${this.speed.toFixed(1)} steps a second` : "")
        + (run.state === "running" && this.speed && run.steps > run.step ? ` · ${duration((run.steps - run.step) / this.speed)} left` : "");
      if (run.error) alarms.replaceChildren(h("p.alarm", {}, run.error));
      if (steps.length !== samples.length) {
        samples = steps;
        const input = time.querySelector("input");
        input.max = samples.length - 1;
        time.hidden = samples.length < 2;
        if (isAtEnd) { time.set(samples.length - 1); show(samples.length - 1); }
      }
      act.replaceChildren(["starting", "running"].includes(run.state)
        ? h("button", { type: "button", onclick: () => this.tell(`${path}/stop`, "It saves, and stops.") }, "Stop")
        : run.state === "stopped" || run.state === "failed" && run.step > 0 ? h("button", { type: "button", onclick: () => this.tell(`${path}/resume`, "It goes on.") }, "Go on") : "");
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
        [chart.other, chart.otherName] = [losses, choice.value];
        chart.draw();
      });
    } }, h("option", { value: "" }, "Compare with …"),
    ...this.all.filter((run) => run.name !== name).map((run) => h("option", { value: run.name }, run.name)));
    return choice;
  }

  async tell(path, words) {
    try {
      await api.tell(path);
      notice(words);
      this.known = "";
      this.list();
    } catch (error) { notice(error.message); }
  }
}
