// The results of an attestation for a person: tallies, requirements with their reasons and evidence, contradictions, documents.
// Guarantees: only rows that lead to the root are shown; of a result nothing is assumed to have its form but what was checked.

const PORTION = 500;
const TALLY_HEADS = [["pass", "pass"], ["fail", "fail"], ["waived", "waived"], ["unknown", "unknown"], ["error", "error"], ["notApplicable", "not_applicable"]];

function tallyTable(said) {
  const rows = said.verdicts.map((tally) => [outside(tally.standard), ...TALLY_HEADS.map(([name]) => String(tally[name])), String(tally.blocking)]);
  return table("Requirements by standard", ["Standard", ...TALLY_HEADS.map(([, name]) => STATUS_WORDS[name][1]), "block"], rows);
}

// What can be shown of single requirements: [row, result or null], in the order of the tree; null where nothing may be shown.
function requirementsShown({ verification, state }) {
  const good = (name) => verification.checks.find((check) => check.name === name)?.outcome === "ok";
  if (state.rows !== null) return good("rows") && good("logic") ? state.rows.map((row) => [row, state.pairs.get(row) ?? null]) : null;
  const shown = state.disclosures.flatMap((one) => one.shown).filter((item) => item.row !== undefined);
  return good("disclosures") ? shown.map((item) => [item.row, item.detail ?? null]) : [];
}

function requirementsSection(examined) {
  const shown = requirementsShown(examined);
  if (shown === null) return element("p", { class: "bad" }, "Single requirements are not shown, since they are not those that were signed.");
  if (shown.length === 0) return element("p", {}, "Single requirements are not enclosed. They can be shown with a disclosure file.");
  const list = element("div", { class: "requirements" });
  const count = element("p", { role: "status", class: "dim" });
  const more = element("button", { type: "button", class: "plain" }, "Show more");
  const filters = filterControls(shown);
  let limit = PORTION;
  const draw = () => {
    const found = shown.filter(([row, result]) => filters.accepts(row, result));
    list.replaceChildren(...found.slice(0, limit).map(([row, result]) => requirementEntry(row, result)));
    count.textContent = `${found.length} of ${plural(shown.length, "requirement")}${found.length > limit ? `, the first ${limit} shown` : ""}.`;
    more.hidden = found.length <= limit;
  };
  filters.form.addEventListener("input", () => {
    limit = PORTION;
    draw();
  });
  more.addEventListener("click", () => {
    limit += PORTION;
    draw();
  });
  const unfold = element("button", { type: "button", class: "plain" }, "Open all shown");
  unfold.addEventListener("click", () => list.querySelectorAll("details").forEach((one) => {
    one.open = true;
    one.dispatchEvent(new Event("toggle"));
  }));
  draw();
  return element("div", {}, filters.form, element("div", { class: "row" }, count, unfold), list, more);
}

function filterControls(shown) {
  const options = (names, all) => [element("option", { value: "" }, all), ...names.map((name) => element("option", { value: name }, visible(name)))];
  const standards = [...new Set(shown.map(([row]) => standardOf(row.requirement)))].sort(compareTexts);
  const present = STATUSES.filter((status) => shown.some(([row]) => row.status === status));
  const status = element("select", { id: "by-status" }, element("option", { value: "" }, "all"), element("option", { value: "blocks" }, "what blocks"),
    present.map((name) => element("option", { value: name }, STATUS_WORDS[name][1])));
  const standard = element("select", { id: "by-standard" }, options(standards, "all"));
  const words = element("input", { id: "by-words", type: "search", autocomplete: "off" });
  const form = element("div", { class: "filters", role: "search", "aria-label": "Filter requirements" },
    element("label", { for: "by-status" }, "Status ", status), element("label", { for: "by-standard" }, "Standard ", standard),
    element("label", { for: "by-words" }, "Words ", words));
  const accepts = (row, result) => {
    if (status.value === "blocks" ? !row.blocks : status.value && row.status !== status.value) return false;
    if (standard.value && standardOf(row.requirement) !== standard.value) return false;
    return `${row.requirement} ${row.product} ${plainText(result?.title)}`.toLowerCase().includes(words.value.toLowerCase());
  };
  return { form, accepts };
}

// One requirement: a line, and what is behind it once it is opened.
function requirementEntry(row, result) {
  const title = plainText(result?.title);
  const summary = element("summary", {}, symbol(STATUS_WORDS[row.status]), " ", outside(row.requirement, "code"), title && " ", title && outside(title), " ",
    row.blocks ? element("strong", { class: "bad" }, "blocks") : "", element("span", { class: "dim" }, ` ${visible(row.level)}, ${visible(row.severity)}`));
  const entry = element("details", { class: "requirement" }, summary);
  entry.addEventListener("toggle", () => {
    if (entry.open && entry.childElementCount === 1) entry.append(...requirementBody(row, result));
  });
  return entry;
}

const BASIS_WORDS = {
  "re-derivable": "documents from which anybody finds the same", declared: "what the maker declared", manual: "a person's word",
};

function requirementBody(row, result) {
  const pairs = [["Product", outside(row.product)], ["Rests on", BASIS_WORDS[row.basis]]];
  if (row.waiver !== null) {
    const because = plainText(result?.waived?.because);
    const told = [`The verdict is “${STATUS_WORDS[row.of][1]}”; an exception was approved by `, outside(row.waiver.approved_by), " until ", outside(row.waiver.until),
      " (", outside(row.waiver.id), ")", because && ": ", because && outside(because)];
    pairs.push(["Waiver", told]);
  }
  if (result === null) return [terms(pairs), element("p", { class: "dim" }, "The reasons are not enclosed.")];
  const refs = listOf(result.refs).map(plainText).filter(Boolean);
  if (refs.length) pairs.push(["Clauses", refs.flatMap((text, at) => [at ? ", " : "", outside(text)])]);
  for (const [term, name] of [["To do", "fix"], ["Note", "note"]]) if (plainText(result[name])) pairs.push([term, outside(result[name])]);
  for (const text of listOf(result.tailored)) pairs.push(["Changed by policy", outside(plainText(text))]);
  for (const one of listOf(result.assumptions)) pairs.push(["Assumed", outside(`${plainText(one?.collection)}: ${plainText(one?.text)}`)]);
  for (const one of result.conflicts) pairs.push(["Contradicts", one.others.flatMap((name, at) => [at ? ", " : "", outside(name, "code")])]);
  return [terms(pairs), ...result.reason.map(reasonLine)];
}

function reasonLine(line) {
  const status = STATUS_WORDS[line.verdict] ?? ["", visible(line.verdict), "dim"];
  const head = element("p", {}, symbol(status), " ", outside(plainText(line.text), "code"), plainText(line.note) && [" ", outside(line.note)]);
  const told = [...evidenceOf(line.values), ...listOf(line.elements).map(elementItem), ...listOf(line.missing).map(missingItem)];
  const rest = Number(line.elements_total) - listOf(line.elements).length;
  if (rest > 0) told.push(element("li", { class: "dim" }, `${plural(rest, "more element")} not listed`));
  return element("div", { class: "reason" }, head, told.length ? element("ul", {}, told) : "");
}

function elementItem(item) {
  const status = STATUS_WORDS[item?.verdict];
  const where = [plainText(item?.source), plainText(item?.pointer)].filter(Boolean).join(" ");
  const inner = [...evidenceOf(item?.values), ...listOf(item?.children).map(elementItem)];
  return element("li", {}, status ? [symbol(status), " "] : "", outside(plainText(item?.id)), where && [" ", element("span", { class: "dim" }, outside(where))],
    inner.length ? element("ul", {}, inner) : "");
}

function missingItem(item) {
  const who = listOf(item?.detectors).map(plainText).join(", ");
  return element("li", {}, "not known: ", outside(plainText(item?.fact), "code"), ` (${visible(plainText(item?.reason))})`, who && ` — can be supplied by: ${visible(who)}`);
}

function evidenceOf(values) {
  if (!isObject(values)) return [];
  return Object.keys(values).map((fact) => {
    const shown = isObject(values[fact]) ? values[fact] : {};
    const value = shown.value === undefined || shown.value === null ? `not known (${plainText(shown.reason)})` : plainText(shown.value);
    const from = [plainText(shown.source), plainText(shown.pointer), shown.by ? `by ${plainText(shown.by)}` : "", shown.on ? `on ${plainText(shown.on)}` : "", plainText(shown.detector)];
    const where = from.filter(Boolean).join(" ");
    return element("li", {}, outside(fact, "code"), " = ", outside(value), where && [" ", element("span", { class: "dim" }, outside(where))]);
  });
}

function conflictsSection(said) {
  if (said.conflicts === null) return element("p", {}, "Nobody looked for contradictions among the requirements.");
  if (said.conflicts.found.length === 0) return element("p", {}, "None was found among the requirements.");
  const rows = said.conflicts.found.map((one) => [outside(one.id, "code"), outside(one.requirements.join(", ")), outside(one.facts.join(", "))]);
  return table("Contradictions", ["Id", "Requirements", "About"], rows, "stack");
}

function documentsSection({ state }, said) {
  const { members, statement } = state;
  const subjects = statement.subject.map((one) => [outside(one.name), one.annotations.kind === "artifact" ? "artefact" : "document", outside(one.digest.sha256, "code")]);
  const inputs = said.inputs.map((one) => [outside(one.name), outside(`${one.kind}, ${one.format}`), plural(one.bytes, "byte"), outside(one.sha256, "code")]);
  const policies = said.policies.map((one) => [outside(one.id), outside(one.kind), outside(one.edition), outside(one.sha256, "code")]);
  const views = said.views.map((one) => [outside(one.name), outside(one.mediaType), members.has(`views/${one.name}`) ? "yes" : "no"]);
  return [
    table("What is attested", ["Name", "Kind", "SHA-256"], subjects, "stack"), table("What was read", ["Name", "Kind", "Size", "SHA-256"], inputs, "stack"),
    table("Rules", ["Id", "Kind", "Edition", "SHA-256"], policies, "stack"), views.length ? table("Other forms of the results", ["Name", "Type", "Enclosed"], views, "stack") : "",
  ];
}

function disclosuresSection(disclosures) {
  return disclosures.flatMap((one) => {
    const named = one.shown.filter((item) => item.row === undefined).map((item) => one.names[one.shown.indexOf(item)][0]);
    const told = [element("p", {}, `${plural(one.shown.length, "place")} of ${one.leaves} in the tree are shown.`)];
    if (one.absent) told.push(element("p", {}, "It is proven that there is no row for ", outside(one.absent[0], "code"), " of ", outside(one.absent[1]), "."));
    if (named.length) told.push(element("p", { class: "dim" }, "Named, without their verdicts: ", outside(named.join(", "))));
    return told;
  });
}
