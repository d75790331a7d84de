"""Looks for what keeps people out: controls without names, text with too little contrast, broken order of focus."""

CHECK = r"""
() => {
  const found = [];
  const seen = element => {
    const style = getComputedStyle(element);
    return element.getClientRects().length > 0 && style.visibility !== "hidden" && style.opacity !== "0";
  };
  const where = element => element.tagName.toLowerCase() + (element.id ? "#" + element.id : "")
    + (element.className && typeof element.className === "string" ? "." + element.className.trim().replace(/\s+/g, ".") : "");
  const nameOf = element => (element.getAttribute("aria-label")
    || (element.getAttribute("aria-labelledby") || "").split(" ").map(id => document.getElementById(id)?.textContent ?? "").join(" ").trim()
    || [...(element.labels ?? [])].map(label => label.textContent).join(" ").trim()
    || element.getAttribute("alt") || element.textContent.trim()
    || [...element.querySelectorAll("img[alt]")].map(image => image.alt).join(" ")
    || element.getAttribute("title") || "").trim();

  for (const element of document.querySelectorAll("button, a[href], input, select, textarea, [role=slider], [role=img]")) {
    if (seen(element) || element.type === "checkbox" || element.type === "radio") {
      if (element.closest("[hidden]") || !element.isConnected) continue;
      if (!nameOf(element)) found.push("no name: " + where(element));
    }
  }
  for (const image of document.querySelectorAll("img")) if (!image.hasAttribute("alt")) found.push("no alt: " + where(image));
  for (const element of document.querySelectorAll("[tabindex]")) if (element.tabIndex > 0) found.push("tabindex: " + where(element));
  const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) found.push("two elements are called " + id);
  if (!document.documentElement.lang) found.push("the page has no language");
  if (document.querySelectorAll("main").length !== 1) found.push("there must be one main");
  const headings = [...document.querySelectorAll("h1, h2, h3, h4")].filter(seen).map(element => Number(element.tagName[1]));
  if (headings.filter(level => level === 1).length !== 1) found.push("there must be one heading of the first level");
  headings.forEach((level, index) => { if (index && level > headings[index - 1] + 1) found.push("a level of headings is left out"); });

  const parse = color => { const parts = color.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0]; return parts.length < 4 ? [...parts, 1] : parts; };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = color => color.slice(0, 3).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; })
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== "none") return null;
      layers.push(parse(style.backgroundColor));
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !seen(element) || element.closest("button:disabled, [hidden], [aria-hidden=true]")) continue;
    const style = getComputedStyle(element);
    const under = ground(element);
    if (!under || style.clipPath !== "none") continue;
    const text = over(parse(style.color), under);
    const [a, b] = [light(text), light(under)].sort((x, y) => y - x);
    const contrast = (a + .05) / (b + .05);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700 ? 3 : 4.5;
    if (contrast < needed && !told.has(where(element))) {
      told.add(where(element));
      found.push(`contrast ${contrast.toFixed(2)}: ${where(element)} “${node.textContent.trim().slice(0, 30)}”`);
    }
  }
  for (const element of document.querySelectorAll("button, a[href], select, input[type=range]")) {
    if (!seen(element) || element.closest("p, .prose, .notice")) continue;
    const box = element.getBoundingClientRect();
    if (box.height < 24 || box.width < 24) found.push(`too small to hit: ${where(element)} ${Math.round(box.width)} × ${Math.round(box.height)}`);
  }
  return [...new Set(found)];
}
"""


def problems(page):
    """What is wrong with the page as it is now, in words."""
    found = page.evaluate(CHECK)
    # Focus goes through the page from top to bottom and is seen.
    page.evaluate("document.activeElement?.blur()")
    unseen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        words = page.evaluate("""() => {
            const element = document.activeElement;
            if (!element || element === document.body) return null;
            const style = getComputedStyle(element);
            const chip = element.closest(".chip, .filepick");
            const shown = chip ? getComputedStyle(chip.matches(".filepick") ? chip : chip.querySelector("span")) : style;
            return shown.outlineStyle !== "none" && parseFloat(shown.outlineWidth) >= 2 ? null
                : "focus cannot be seen: " + element.tagName.toLowerCase() + "." + element.className; }""")
        if words:
            unseen.add(words)
    page.evaluate("document.activeElement?.blur()")
    return found + sorted(unseen)
