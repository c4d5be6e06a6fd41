// The answers: diagnostics, verdicts with their reasons, tests.  Every text is put in as text, never as HTML.

const MARK = { pass: "✓", fail: "✗", unknown: "?", not_applicable: "–", error: "!" };

function node(tag, name, ...inner) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...inner);
  return element;
}

/** The diagnostics as buttons that lead to their places. */
function showDiagnostics(place, found, editor) {
  const own = found.filter((each) => each.span && each.span.file.endsWith("playground-policy.rw"));
  const marks = editor.mark(own.map((each) => [each.span.start, each.span.end, each.severity, each.message]));
  place.replaceChildren(
    ...found.map((each) => {
      const at = each.span ? `${each.span.line}:${each.span.column}` : "";
      const button = node("button", `diagnostic ${each.severity}`, node("code", "", `${at} ${each.severity}[${each.code}] `), each.message);
      if (each.hint) button.append(node("span", "hint", `hint: ${each.hint}`));
      const number = own.indexOf(each);
      if (number >= 0) button.addEventListener("click", () => editor.go(marks[number][0], marks[number][1]));
      return button;
    }),
  );
}

/** The result of a check: the gate, then every requirement, what blocks first. */
function showResult(place, result) {
  const order = ["error", "fail", "unknown", "pass", "not_applicable"];
  const rows = [...result.results].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const gate = result.summary.gate;
  const counts = order.filter((each) => result.summary[each]).map((each) => `${result.summary[each]} ${each.replace("_", " ")}`);
  const head = node("tr", "", ...["verdict", "requirement", "level"].map((each) => node("th", "", each)));
  place.replaceChildren(
    node("p", `gate ${gate}`, `${gate === "pass" ? "✓" : "✗"} gate: ${gate}, ${counts.join(", ")}`),
    node("table", "", head, ...rows.map(requirement)),
  );
}

function requirement(row) {
  const what = node("td", "", `${row.title || row.requirement} `, node("code", "why", row.requirement));
  if (row.verdict !== "pass") what.append(...(row.reason || []).filter((each) => each.verdict !== "pass").map(reason));
  if (row.fix && row.verdict === "fail") what.append(node("p", "why", `fix: ${row.fix}`));
  const verdict = `${MARK[row.verdict]} ${row.verdict.replace("_", " ")}${row.waived ? " (waived)" : ""}`;
  return node("tr", "", node("td", `verdict ${row.verdict}`, verdict), what, node("td", "", row.level));
}

function reason(line) {
  const told = node("p", "why", node("code", "", line.text || line.line));
  const elements = (line.elements || []).map((each) => each.id);
  if (elements.length) told.append(`: ${elements.join(", ")}${line.elements_total > elements.length ? ", …" : ""}`);
  const missing = (line.missing || []).map((each) => `${each.fact} (${each.reason})`);
  if (missing.length) told.append(`: needs ${missing.join(", ")}`);
  return told;
}

/** The tests of the policy. */
function showTests(place, words, code) {
  place.replaceChildren(
    node("p", `gate ${code === 0 ? "pass" : "fail"}`, code === 0 ? "✓ all tests pass" : code === 3 ? "there is no test" : "✗ a test fails"),
    node("pre", "words", words),
  );
}
