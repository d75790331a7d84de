// Colors for hints: a few to choose at once, and any other.

import { h } from "/shared/dom.js";

const colors = {
  Red: "#d62f2f", Orange: "#f08a24", Yellow: "#f5d327", Green: "#4b9a3f", Blue: "#3b76d1", Purple: "#8a4fc7", Pink: "#f291b8",
  Brown: "#7a4b2a", White: "#ffffff", Black: "#222222",
};

/** Swatches; `tell(color)` is called with the chosen one. */
export function palette({ tell }) {
  const swatches = Object.entries(colors).map(([name, color]) => {
    const look = h("span");
    look.style.background = color;
    return h("label.swatch", { title: name },
      h("input", { type: "radio", name: "hint-color", "aria-label": name, onclick: () => tell(color) }), look);
  });
  const other = h("input.any-color", {
    type: "color", value: "#d62f2f", title: "Another color", "aria-label": "Another color",
    oninput: () => {
      for (const swatch of swatches) swatch.firstChild.checked = false;
      tell(other.value);
    },
  });
  swatches[0].firstChild.checked = true;
  return { first: Object.values(colors)[0], element: h("fieldset.swatches", {}, h("legend.unseen", {}, "Color of the hints"), ...swatches, other) };
}
