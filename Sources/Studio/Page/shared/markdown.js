// Shows the part of Markdown that model cards use. Text stays text: nothing in a card becomes HTML.

import { h } from "/shared/dom.js";

/** An element with the text. */
export function markdown(text) {
  const lines = text.split("\n");
  const blocks = [];
  let at = 0;
  const take = (test) => {
    const taken = [];
    while (at < lines.length && test(lines[at])) taken.push(lines[at++]);
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at];
    if (!line.trim()) at += 1;
    else if (/^#+ /.test(line)) {
      const level = Math.min(line.match(/^#+/)[0].length + 1, 4);
      blocks.push(h(`h${level}`, {}, ...inline(line.replace(/^#+ /, ""))));
      at += 1;
    } else if (line.startsWith("|")) blocks.push(table(take((each) => each.startsWith("|"))));
    else if (/^(    |\t|```)/.test(line)) {
      if (line.startsWith("```")) { at += 1; blocks.push(code(take((each) => !each.startsWith("```")))); at += 1; }
      else blocks.push(code(take((each) => /^(    |\t)/.test(each) || !each.trim()).map((each) => each.slice(4))));
    } else if (/^[-*] /.test(line)) {
      const items = take((each) => /^([-*] |  \S)/.test(each)).join("\n").split(/^[-*] /m).slice(1);
      blocks.push(h("ul", {}, ...items.map((item) => h("li", {}, ...inline(item.replace(/\n\s*/g, " "))))));
    } else {
      const words = take((each) => each.trim() && !/^(#+ |\||    |```|[-*] )/.test(each)).join(" ");
      // Images of a card have addresses beside it, which are not served.
      if (!/^!\[[^\]]*\]\([^)]*\)$/.test(words)) blocks.push(h("p", {}, ...inline(words)));
    }
  }
  return h("div.stack.prose", {}, ...blocks);
}

const code = (lines) => h("pre", { tabindex: "0" }, h("code", {}, lines.join("\n").trimEnd()));

function table(lines) {
  const rows = lines.filter((line) => !/^\|[\s|:-]*-[\s|:-]*$/.test(line))
    .map((line) => line.replace(/^\||\|\s*$/g, "").split("|").map((cell) => cell.trim()));
  const [head, ...body] = rows;
  const cells = (row, tag) => h("tr", {}, ...row.map((cell) => h(cell ? tag : "td", {}, ...inline(cell))));
  const hasHead = head.some((cell) => cell);
  return h("div.scroll", { tabindex: "0", role: "group", "aria-label": "Table" },
    h("table", {}, hasHead ? h("thead", {}, cells(head, "th")) : "", h("tbody", {}, ...body.map((row) => cells(row, "td")))));
}

function inline(text) {
  const parts = [];
  const pattern = /`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|<(https?:[^>]+)>|\*\*([^*]+)\*\*|\*([^*]+)\*/g;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[1]) parts.push(h("code", {}, match[1]));
    else if (match[2]) parts.push(...inline(match[2]));
    else if (match[4]) parts.push(match[4]);
    else if (match[5]) parts.push(h("strong", {}, match[5]));
    else parts.push(h("em", {}, match[6]));
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}
