// What people read: names of checks and statuses, texts from outside made harmless, elements of the page.
// Guarantees: every text goes in as text (`textContent`), never as markup; what cannot be seen, or could change the direction of a
// line, is shown as its code point; a word that mixes alphabets is marked, since such words imitate others.

const STATUS_WORDS = {
  pass: ["✓", "met", "good"], fail: ["✗", "not met", "bad"], waived: ["⚑", "waived", "wait"], unknown: ["?", "not known", "wait"],
  error: ["!", "error", "bad"], not_applicable: ["–", "does not apply", "dim"],
};
const OUTCOME_WORDS = {
  ok: ["✓", "holds", "good"], fail: ["✗", "FAILS", "bad"], unsure: ["?", "cannot be told", "wait"], note: ["i", "to know", "dim"],
  skip: ["–", "not there", "dim"],
};
const CHECK_WORDS = {
  container: "The file has one reading", envelope: "The envelope is well-formed", "payload type": "It is meant as a statement",
  "trust policy": "The trust policy can be used", signatures: "Known keys signed it", statement: "It says what it must say",
  time: "Trusted time", "policy rules": "The right people signed", period: "It holds on the day", status: "It was not taken back",
  log: "It stands in a log", results: "The results are those signed", rows: "No requirement is left out or added",
  tallies: "The counts add up", logic: "Nothing contradicts itself", views: "The other documents are those signed",
  statements: "The short statements follow", inputs: "The inputs are those used", artefacts: "The product is the one attested",
  disclosures: "The disclosures hold", gate: "The gate is required to be open",
};
const LONGEST_TEXT = 4000;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u205f\u3000\u3164\u115f\u1160\uffa0]|\p{M}{4,}/gu;
const ALPHABETS = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Coptic", "Hebrew", "Arabic", "Lisu", "Georgian"]
  .map((name) => new RegExp(`\\p{Script=${name}}`, "u"));

// A text with what cannot be seen shown as code points.
function visible(text) {
  const whole = String(text);
  const cut = whole.length > LONGEST_TEXT ? `${whole.slice(0, LONGEST_TEXT)} … (${whole.length - LONGEST_TEXT} more characters)` : whole;
  const code = (letter) => letter === "\n" ? " ⏎ " : `⟨U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  return cut.replace(HIDDEN, (found) => [...found].map(code).join(""));
}

// Whether a word of a text mixes alphabets: a Latin name with a Cyrillic letter looks like another one.
function mixed(text) {
  return String(text).slice(0, LONGEST_TEXT).split(/[^\p{L}\p{M}]+/u).some((word) => ALPHABETS.filter((one) => one.test(word)).length > 1);
}

// An element with attributes and children; texts become text nodes.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

// A text from outside, kept apart from the direction of what stands around it.
function outside(text, tag = "bdi") {
  const shown = element(tag, {}, visible(text));
  if (!mixed(text)) return shown;
  const told = "A word here mixes alphabets: it may imitate another name.";
  return element("span", { class: "mixed" }, shown, element("strong", { class: "bad", title: told }, " [mixed alphabets]"));
}

function symbol([sign, word, tone]) {
  return element("span", { class: `status ${tone}` }, element("span", { class: "sign", "aria-hidden": "true" }, sign), ` ${word}`);
}

function table(caption, heads, rows, kind = null) {
  const head = element("tr", {}, heads.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map((cells) => element("tr", {}, cells.map((cell, at) => element(at ? "td" : "th", at ? {} : { scope: "row" }, cell))));
  const made = element("table", { class: kind }, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, body));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, made);
}

function terms(pairs) {
  return element("dl", {}, pairs.flatMap(([term, told]) => [element("dt", {}, term), element("dd", {}, told)]));
}

function plural(count, word) {
  const many = word.endsWith("s") ? "es" : "s";
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : many}`;
}

function listOf(value) {
  return Array.isArray(value) ? value : [];
}

// A plain value as text; what is none is nothing.
function plainText(value) {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : "";
}
