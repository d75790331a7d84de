// Makes elements, and says things to people.

/** An element: its tag with classes (`div.row`), attributes, and children. */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== "string" && key !== "list") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** An icon of strokes in a square of 24. */
export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** A button that shows an icon and is called by its name. */
export function iconButton(name, path, onclick, attributes = {}) {
  return h("button.icon", { type: "button", "aria-label": name, title: name, onclick, ...attributes }, icon(path));
}

/** Choices as chips. `options` are {value, label}; `tell` is given the chosen value, or values. */
export function chips(title, options, { several = false, chosen = [], tell, hideTitle = false }) {
  const group = `chips-${(chips.count = (chips.count ?? 0) + 1)}`;
  const inputs = options.map(({ value, label, hint }) => h("label.chip", { title: hint },
    h("input", {
      type: several ? "checkbox" : "radio", name: group, value, checked: chosen.includes(value),
      onchange: () => tell(several ? read() : value),
    }), h("span", {}, label)));
  const read = () => inputs.map((chip) => chip.firstChild).filter((input) => input.checked).map((input) => input.value);
  return h("fieldset.chips", {}, h(hideTitle ? "legend.unseen" : "legend", {}, title), ...inputs);
}

/** A slider with its name and value. */
export function slider(title, { min, max, step = 1, value, words = (v) => `${v}`, tell }) {
  const shown = h("output", {}, words(value));
  const input = h("input", {
    type: "range", min: `${min}`, max: `${max}`, step: `${step}`, "aria-label": title,
    oninput: () => { shown.textContent = words(Number(input.value)); tell(Number(input.value)); },
  });
  input.value = value;
  const field = h("div.field", {}, h("div.row.between", {}, h("span", {}, title), shown), input);
  field.set = (next) => { input.value = next; shown.textContent = words(Number(input.value)); };
  return field;
}

/** A switch with words. */
export function toggle(title, { value = false, tell, hint }) {
  const input = h("input", { type: "checkbox", checked: value, onchange: () => tell(input.checked) });
  return h("label.switch", { title: hint }, input, title);
}

/** A button that takes files. */
export function filePicker(title, { accept, several = false, folder = false, tell, primary = false }) {
  const input = h("input", {
    type: "file", accept, multiple: several || folder, "aria-label": title,
    onchange: () => { if (input.files.length) tell([...input.files]); input.value = ""; },
  });
  if (folder) input.webkitdirectory = true;
  return h(`label.button.filepick${primary ? ".primary" : ""}`, {}, title, input);
}

/** Tells something for a few seconds. */
export function notice(words, { stays = false } = {}) {
  const box = h("div.notice", {}, h("p", {}, words),
    h("button", { type: "button", "aria-label": "Dismiss", onclick: () => box.remove() }, "×"));
  document.getElementById("notices").append(box);
  if (!stays) setTimeout(() => box.remove(), 7000);
}

/** Takes files that are dropped on an element, those in folders among them; `place` says where each was. */
export function acceptDrops(element, tell) {
  let depth = 0;
  const over = (isOver) => element.classList.toggle("over", isOver);
  element.addEventListener("dragenter", (event) => { event.preventDefault(); depth += 1; over(true); });
  element.addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) over(false); });
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", async (event) => {
    event.preventDefault();
    depth = 0;
    over(false);
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = entries.length ? (await Promise.all(entries.map(filesOf))).flat() : [...event.dataTransfer.files];
    if (files.length) tell(files);
  });
}

async function filesOf(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [Object.assign(file, { place: entry.fullPath })];
  }
  const reader = entry.createReader();
  const files = [];
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return files;
    for (const each of entries) files.push(...await filesOf(each));
  }
}

/** Offers a file for saving. */
export function save(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** The PNG of a canvas. */
export function pngOf(canvas) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("The image cannot be written.")), "image/png");
  });
}

/** Seconds in words: `2 min`. */
export function duration(seconds) {
  if (seconds < 1) return "a moment";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.round(seconds % 3600 / 60)} min`;
}
