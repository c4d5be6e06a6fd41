// Colours: pieces of a text with a class, by regular expressions; the text itself is never changed.
const DATA = JSON.parse(document.getElementById("data").textContent);
const WORDS = new Set(DATA.words);
const TOKENS = {
  rw: /(#[^\n]*)|((?:vers)?"(?:[^"\\\n]|\\.)*"?)|(\b\d{4}-\d\d-\d\d\b|\b\d+(?:\.\d+|[dwmy])?\b)|([A-Za-z_][\w.-]*)/g,
  json: /(?!)()|("(?:[^"\\\n]|\\.)*"?)|(-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)|(\b(?:true|false|null)\b)/g,
  yaml: /(#[^\n]*)|("(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?)|(\b\d{4}-\d\d-\d\d\b|\b\d+(?:\.\d+)?\b)|(\b(?:true|false|null|yes|no)\b)/g,
};
const CLASSES = ["comment", "string", "number", "word"];

/** The coloured stretches of a text: [start, end, class], in order. */
function colours(text, language) {
  const found = [];
  for (const match of text.matchAll(TOKENS[language])) {
    const kind = match.slice(1).findIndex((group) => group !== undefined && group !== "");
    if (kind < 0 || (language === "rw" && CLASSES[kind] === "word" && !WORDS.has(match[0]))) continue;
    found.push([match.index, match.index + match[0].length, CLASSES[kind]]);
  }
  return found;
}

/** Write a text into an element, with colours and marks; a mark is [start, end, class, words]. */
function paint(element, text, language, marks) {
  const cuts = new Set([0, text.length]);
  const stretches = colours(text, language);
  for (const [start, end] of [...stretches, ...marks]) cuts.add(Math.min(start, text.length)).add(Math.min(end, text.length));
  const places = [...cuts].sort((a, b) => a - b);
  const pieces = document.createDocumentFragment();
  let colour = 0;
  for (let n = 0; n + 1 < places.length; n += 1) {
    const [from, to] = [places[n], places[n + 1]];
    while (colour < stretches.length && stretches[colour][1] <= from) colour += 1;
    const inside = colour < stretches.length && stretches[colour][0] <= from ? stretches[colour][2] : "";
    const mark = marks.find(([start, end]) => start <= from && to <= end);
    let node = document.createTextNode(text.slice(from, to));
    if (inside) node = wrapped("span", inside, node);
    if (mark) {
      node = wrapped("mark", mark[2], node);
      node.title = mark[3];
    }
    pieces.append(node);
  }
  element.replaceChildren(pieces, "\n");
}

function wrapped(tag, name, inner) {
  const element = document.createElement(tag);
  element.className = name;
  element.append(inner);
  return element;
}
