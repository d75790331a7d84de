// Train: runs that go on or have ended, and new ones.

import * as api from "/api.js";
import { h } from "/dom.js";

export async function start(place) {
  place.append(h("h1", { id: "train-title" }, "Train"));
  return {};
}
