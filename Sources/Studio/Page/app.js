// Shows the place that the address names.

import { models } from "/shared/api.js";
import { notice } from "/shared/dom.js";

const places = ["draw", "generate", "upscale", "train", "models"];
const titles = { draw: "Draw", generate: "Generate", upscale: "Upscale", train: "Train", models: "Models" };
const started = new Map();

/** Gives an image to another place, and goes there. */
export async function hand(place, image) {
  location.hash = place;
  (await start(place)).take?.(image);
}

function start(place) {
  if (!started.has(place)) {
    started.set(place, import(`/places/${place}.js`).then((module) => module.start(document.getElementById(place), { hand })));
  }
  return started.get(place);
}

async function show() {
  const wanted = location.hash.slice(1);
  if (wanted === "main") return;
  const place = places.includes(wanted) ? wanted : "draw";
  for (const name of places) {
    document.getElementById(name).hidden = name !== place;
    const link = document.querySelector(`[data-place="${name}"]`);
    if (name === place) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  document.title = `${titles[place]} – Atelier Studio`;
  try {
    (await start(place)).shown?.();
  } catch (error) {
    started.delete(place);
    notice(error.message, { stays: true });
  }
}

window.addEventListener("hashchange", show);
models().catch(() => {});
show();
