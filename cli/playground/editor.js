// An editor: a text area over its own coloured copy, with the numbers of the lines.

class Editor {
  constructor(element, text, changed) {
    this.language = element.dataset.language;
    this.marks = [];
    this.numbers = wrapped("div", "numbers", "");
    this.numbers.setAttribute("aria-hidden", "true");
    this.copy = document.createElement("pre");
    this.copy.setAttribute("aria-hidden", "true");
    this.area = document.createElement("textarea");
    for (const [name, value] of Object.entries({ spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off" })) {
      this.area.setAttribute(name, value);
    }
    this.area.setAttribute("aria-label", element.id);
    const layers = wrapped("div", "layers", this.copy);
    layers.append(this.area);
    const sheet = wrapped("div", "sheet", this.numbers);
    sheet.append(layers);
    element.append(sheet);
    this.area.value = text;
    this.area.addEventListener("input", () => {
      this.marks = [];
      this.draw();
      changed();
    });
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.draw();
  }

  get text() {
    return this.area.value;
  }

  set text(text) {
    if (text === this.area.value) return;
    this.area.value = text;
    this.draw();
  }

  /** Marks in characters, as the command counts them: code points, not units of UTF-16. */
  mark(marks) {
    const units = [0];
    for (const character of this.text) units.push(units[units.length - 1] + character.length);
    const unit = (place) => units[Math.min(place, units.length - 1)];
    this.marks = marks.map(([start, end, name, words]) => [unit(start), Math.max(unit(end), unit(start) + 1), name, words]);
    this.draw();
    return this.marks;
  }

  draw() {
    paint(this.copy, this.text, this.language, this.marks);
    const lines = this.text.split("\n").length;
    if (lines !== this.lines) this.numbers.textContent = Array.from({ length: lines }, (_, n) => n + 1).join("\n");
    this.lines = lines;
  }

  go(start, end) {
    this.area.focus();
    this.area.setSelectionRange(start, end);
    const line = this.text.slice(0, start).split("\n").length;
    const height = this.copy.getBoundingClientRect().height / (this.lines + 1);
    this.area.closest(".editor").scrollTo({ top: Math.max(0, (line - 5) * height) });
  }

  /** Enter keeps the indentation; Tab indents by two, Escape then Tab leaves the editor. */
  key(event) {
    if (event.key === "Escape") this.leaving = true;
    else if (event.key === "Tab" && !event.shiftKey && !this.leaving) {
      event.preventDefault();
      this.insert("  ");
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      const before = this.text.slice(0, this.area.selectionStart);
      const line = before.slice(before.lastIndexOf("\n") + 1);
      event.preventDefault();
      this.insert(`\n${/^ */.exec(line)[0]}${/\{\s*$/.test(line) ? "  " : ""}`);
    } else if (event.key !== "Shift") this.leaving = false;
  }

  insert(text) {
    // Kept by browsers as the one way that undo understands.
    if (!document.execCommand("insertText", false, text)) {
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
      this.area.dispatchEvent(new Event("input"));
    }
  }
}
