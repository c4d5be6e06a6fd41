// The page: takes files, runs the procedure, tells the answer.
// Guarantees: nothing leaves the page; the two questions, whether it is genuine and what it says of the product, are answered apart, and
// what is not genuine is never told as true. A file says whom to trust only where somebody put it into that field, or said so: never
// because it was dropped among others.

const byId = (id) => document.getElementById(id);
const KINDS = ["bundle", "trust", "seen", "anchors", "keys", "statuses", "artifacts", "disclosures"];
const SINGLE = new Set(["bundle", "trust", "seen"]);
const chosen = Object.fromEntries(KINDS.map((kind) => [kind, []]));
let waiting = [];
let run = 0;

const LARGEST_FILE = 256 * 1024 * 1024;

// The bytes of a file; null of one that is too large to be read here.
async function bytesOf(file) {
  return file.size > LARGEST_FILE ? null : new Uint8Array(await file.arrayBuffer());
}

// What kind of file something is, by its content: for files that are dropped anywhere.
async function kindOf(file) {
  const start = new Uint8Array(await file.slice(0, 1 << 16).arrayBuffer());
  const text = new TextDecoder("latin1").decode(start);
  if (text.startsWith("PK\x03\x04") || /\.rwa(\.zip)?$/.test(file.name)) return "bundle";
  if (/-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/.test(text)) return "keys";
  if (text.trimStart().startsWith("{")) {
    const whole = new TextDecoder("latin1").decode(await file.arrayBuffer());
    if (whole.includes(TRUST_TYPE)) return "trust";
    if (whole.includes(STATUS_TYPE)) return "statuses";
    if (whole.includes("rulewright-disclosure/1")) return "disclosures";
    if (whole.includes(IN_TOTO)) return "bundle";
  }
  return "artifacts";
}

function put(kind, files) {
  chosen[kind] = SINGLE.has(kind) ? files.slice(-1) : files;
  const shown = byId(`${kind}-chosen`);
  shown.replaceChildren(...chosen[kind].map((file) => element("li", {}, outside(file.name), ` (${plural(file.size, "byte")})`)));
}

// Take files dropped onto the field of a kind or, with null, anywhere else: then what says whom to trust waits until somebody says so.
// Several files on a field that takes one are a heap, too.
async function drop(files, place = null) {
  const field = SINGLE.has(place) && files.length > 1 ? null : place;
  for (const file of files) {
    const kind = field ?? (await kindOf(file));
    if (field === null && Object.hasOwn(TRUSTING, kind)) waiting.push([file, kind]);
    else put(kind, SINGLE.has(kind) ? [file] : [...chosen[kind], file]);
  }
  showWaiting();
  await check(true);
}

// What a file that says whom to trust may be taken as, by what it looks like.
const TRUSTING = {
  trust: [["trust", "Use it as the trust policy"], ["seen", "It is the one I used before"]],
  keys: [["keys", "Use it as the signer’s key"], ["anchors", "It must have signed the trust policy"]],
};

function showWaiting() {
  const done = (item, kind) => {
    waiting = waiting.filter((one) => one !== item);
    if (kind !== null) put(kind, SINGLE.has(kind) ? [item[0]] : [...chosen[kind], item[0]]);
    showWaiting();
    check();
  };
  const entry = (item) => {
    const [file, kind] = item;
    const buttons = [...TRUSTING[kind], [null, "Leave it out"]].map(([taken, text]) => {
      const made = element("button", { type: "button", class: "plain" }, text);
      made.addEventListener("click", () => done(item, taken));
      return made;
    });
    return element("li", {}, outside(file.name), kind === "trust" ? " looks like a trust policy. " : " looks like a public key. ", element("span", { class: "row" }, buttons));
  };
  byId("waiting").hidden = waiting.length === 0;
  byId("waiting-files").replaceChildren(...waiting.map(entry));
}

async function requestOf() {
  const all = async (kind) => (await Promise.all(chosen[kind].map(bytesOf))).map((bytes) => bytes ?? EMPTY);
  const artifacts = await Promise.all(chosen.artifacts.map(async (file) => ({ name: file.name, bytes: await bytesOf(file) })));
  const seen = chosen.seen.length ? rememberedTrust(await readTrust((await all("seen"))[0])) : null;
  const needed = byId("anchors-needed").value;
  return {
    bundle: await bytesOf(chosen.bundle[0]), trust: chosen.trust.length ? (await all("trust"))[0] : null, anchors: await all("anchors"), keys: await all("keys"),
    statuses: await all("statuses"), disclosures: await all("disclosures"), artifacts, at: byId("at").value, grace: Number(byId("grace").value) || 0,
    requirePass: byId("require-pass").checked, seen, anchorsNeeded: needed === "" ? null : Number(needed),
  };
}

// Run the checks with what was chosen; `go` to the answer where somebody asked for it, and was not just choosing files.
async function check(go = false) {
  if (chosen.bundle.length === 0 || !byId("at").value) {
    byId("progress").textContent = "Choose an attestation and a day first.";
    return;
  }
  run += 1;
  const own = run;
  byId("progress").textContent = "Checking …";
  let request;
  try {
    request = await requestOf();
  } catch (error) {
    if (own === run) refuse(`Nothing was checked: a file that was chosen cannot be used. ${visible(error?.message ?? error)}`);
    return;
  }
  const examined = await examine(request);
  if (own === run) show(examined, go);
}

// Tell why there is no answer; the one before must not be taken for it.
function refuse(text) {
  byId("answer").hidden = true;
  byId("answer").replaceChildren();
  byId("progress").textContent = text;
}

function show(examined, go) {
  const place = byId("answer");
  place.hidden = false;
  place.replaceChildren(...answer(examined));
  byId("progress").textContent = `Checked. ${byId("headline").textContent}`;
  if (!go) return;
  byId("headline").focus({ preventScroll: true });
  place.scrollIntoView({ block: "start" });
}

// Who signed, as a person reads it: the owner named by the trust policy, or that the key was given by hand.
function signers({ verification, state }) {
  return verification.keys.flatMap((id, at) => {
    const owner = state.policy?.trust.keys[id]?.owner ?? "a key given by hand";
    return [at ? ", " : "", outside(owner), element("span", { class: "dim" }, ` (${state.known.keys.get(id).algorithm}, ${id.slice(0, 16)}…)`)];
  });
}

const GENUINE = {
  valid: ["✓", "Yes", "good"], invalid: ["✗", "No", "bad"], unreadable: ["✗", "No", "bad"], undecided: ["?", "That cannot be told", "wait"],
  lapsed: ["✗", "It was signed, but does not count", "bad"], elsewhere: ["✗", "Yes, but it is about something else", "bad"],
  closed: ["✓", "Yes, but it does not show the pass that was asked for", "wait"],
};
const HEADLINES = {
  unreadable: "This is no attestation that can be read.", invalid: "This attestation must not be relied on.",
  undecided: "Whether this attestation is genuine cannot be told.", lapsed: "This attestation was signed by whom it should be, but must not be relied on.",
  elsewhere: "This attestation is genuine, but not about the file that was given.", closed: "This attestation is genuine, but does not show the pass that was asked for.",
};
const LATER = { period: "lapsed", status: "lapsed", artefacts: "elsewhere", gate: "closed" };

// A verdict as a person reads it: what failed is worse if it is the signatures or the content than if it is the day, or the file beside it.
function reading(verification) {
  const kinds = verification.checks.filter((one) => one.outcome === "fail").map((one) => LATER[one.name] ?? "invalid");
  if (verification.verdict !== "invalid" || verification.checks.some((one) => one.outcome === "unsure")) return verification.verdict;
  return ["invalid", "lapsed", "elsewhere", "closed"].find((kind) => kinds.includes(kind));
}

// What the tallies say of the product: whether it complies, as [sign, word, tone], and a sentence.
function compliance(said) {
  const total = (name) => said.verdicts.reduce((sum, tally) => sum + tally[name], 0);
  const [met, waived, blocking] = ["pass", "waived", "blocking"].map(total);
  const open = ["fail", "unknown", "error"].reduce((sum, name) => sum + total(name), 0);
  const others = [[total("fail"), "not met"], [total("unknown"), "not known"], [total("error"), "in error"], [waived, "waived"]];
  const counts = others.filter(([count]) => count).map(([count, word]) => `${count} ${word}`).join(", ");
  if (said.gate === "fail") return [["✗", "No", "bad"], `${blocking} of ${plural(said.results.leaves, "requirement")} block${blocking === 1 ? "s" : ""} (${counts}).`];
  if (met === 0) return [["?", "Nothing was shown", "wait"], `No requirement was shown to be met${counts && ` (${counts})`}.`];
  if (open || waived) return [["?", "Not altogether", "wait"], `Nothing blocks, but ${counts} of ${plural(said.results.leaves, "requirement")}.`];
  return [["✓", "Yes", "good"], `All of ${plural(said.results.leaves, "requirement")} are met or do not apply.`];
}

function headline(kind, word) {
  const says = { No: "the product does NOT comply", Yes: "the product complies", "Not altogether": "nothing blocks, though not everything is met" };
  return HEADLINES[kind] ?? `This attestation is genuine, and says that ${says[word] ?? "nothing was shown to be met"}.`;
}

function genuinePanel(examined, kind) {
  const { verification } = examined;
  const deciding = verification.checks.find((one) => one.outcome === (verification.verdict === "undecided" ? "unsure" : "fail"));
  const why = deciding === undefined ? ["Signed by ", signers(examined), ". Every check that could be made holds."]
    : [`${CHECK_WORDS[deciding.name]}: `, symbol(OUTCOME_WORDS[deciding.outcome]), ". ", outside(deciding.text), " ", element("code", {}, deciding.code)];
  return element("section", { class: `panel ${GENUINE[kind][2]}` }, element("h3", {}, "Is it genuine?"), element("p", { class: "big" }, symbol(GENUINE[kind])), element("p", {}, why));
}

function compliancePanel(kind, [answered, counts], enclosed) {
  const good = kind === "valid" || kind === "closed";
  const claims = { undecided: "It claims, and that is not proven:", unreadable: "" };
  const claim = good ? "" : claims[kind] ?? "It claims, and that must not be relied on:";
  return element("section", { class: `panel ${good ? answered[2] : "dim"}` }, element("h3", {}, "Does the product comply?"),
    claim && element("p", {}, element("strong", { class: "bad" }, claim)),
    element("p", { class: "big" }, symbol(good ? answered : [answered[0], answered[1], "dim"])), element("p", {}, counts),
    counts && !enclosed ? element("p", {}, "The single requirements are not enclosed: these counts are the signer’s word.") : "");
}

function answer(examined) {
  const { verification, state } = examined;
  const said = state.statement?.predicate ?? null;
  const kind = reading(verification);
  const complies = said === null ? [["–", "It says nothing", "dim"], ""] : compliance(said);
  const enclosed = verification.checks.some((one) => one.name === "rows" && one.outcome === "ok");
  const tone = kind === "valid" && complies[0][2] !== "good" ? "" : GENUINE[kind][2];
  return [
    element("h2", { id: "headline", tabindex: "-1", class: tone }, headline(kind, complies[0][1])),
    element("div", { class: "panels" }, genuinePanel(examined, kind), compliancePanel(kind, complies, enclosed)),
    said === null ? "" : about(examined, said), section("The checks", checksList(verification)), ...(said === null ? [] : contents(examined, said)), buttons(verification),
  ].filter((one) => one !== "");
}

function about({ verification, state }, said) {
  const products = said.products.map((one) => element("div", {}, outside([one.name || one.id, one.version].filter(Boolean).join(" ")), " ", outside(one.id, "code")));
  const [first] = [...state.times.values()].sort();
  const late = first === undefined ? [] : [["Signed before", `${first} (trusted time)`]];
  return terms([
    ["Product", products], ["Evaluated as of", said.asOf.slice(0, 10)], ["Holds until", said.validUntil], ...late, ["Checked for the day", verification.day],
    ["Evaluated by", outside(`${said.engine.id} ${said.engine.version}`)], ["Digest of the root", element("code", {}, verification.root)],
    ...(said.supersedes === null ? [] : [["Takes the place of", element("code", {}, said.supersedes)]]),
  ]);
}

function checksList(verification) {
  const rows = verification.checks.map((one) => [CHECK_WORDS[one.name], symbol(OUTCOME_WORDS[one.outcome]), [outside(one.text), one.code ? [" ", element("code", {}, one.code)] : ""]]);
  return table("Every check, in order", ["Check", "Outcome", "What was found"], rows, "stack");
}

function section(title, ...children) {
  return element("section", {}, element("h2", {}, title), ...children);
}

function contents(examined, said) {
  const { disclosures } = examined.state;
  return [
    section("Requirements", tallyTable(said), requirementsSection(examined)),
    ...(disclosures.length ? [section("Disclosures", disclosuresSection(disclosures))] : []),
    section("Contradictions among the requirements", conflictsSection(said)), section("Documents", ...documentsSection(examined, said)),
  ];
}

function buttons(verification) {
  const print = element("button", { type: "button" }, "Print");
  print.addEventListener("click", () => window.print());
  const save = element("button", { type: "button", class: "plain" }, "Save the checks as JSON");
  save.addEventListener("click", () => {
    const link = element("a", { download: "verification.json", href: URL.createObjectURL(new Blob([`${JSON.stringify(verification, null, 2)}\n`], { type: "application/json" })) });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  return element("p", { class: "buttons" }, print, save);
}

function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function start() {
  byId("at").value = today();
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    check(true);
  });
  for (const kind of KINDS) {
    byId(kind).addEventListener("change", (event) => {
      put(kind, [...event.target.files]);
      check();
    });
  }
  for (const id of ["at", "grace", "require-pass", "anchors-needed"]) byId(id).addEventListener("change", () => check());
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    byId("drop").classList.add("over");
  });
  for (const name of ["dragleave", "drop"]) document.addEventListener(name, () => byId("drop").classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const field = event.target.closest?.(".field")?.querySelector('input[type="file"]')?.id ?? null;
    drop([...event.dataTransfer.files], field);
  });
  const able = window.isSecureContext && globalThis.crypto?.subtle !== undefined;
  byId("unable").hidden = able;
}

// What tests call; the page itself does not use it.
async function told(work) {
  try {
    return { code: "", value: (await work()) ?? null };
  } catch (error) {
    return { code: error.code ?? error.constructor.name, value: null };
  }
}

const parts = Object.freeze({
  canonical: (bytes) => told(() => canonical(bytes)), admissible: (bytes) => told(() => admissible(bytes)),
  reads: async (key) => (await readKeyFile(key))?.algorithm ?? "",
  verifies: async (key, signature, message) => verifies(await readKeyFile(key), signature, message),
  included: async (leaf, index, size, path, root) => included(leaf, index, size, path, root), root: (hashes) => treeRoot(hashes),
  time: (bytes, imprints, authorities) => told(() => judgeTime(bytes, new Map(Object.entries(imprints)), authorities)),
  log: (bytes, entry, logs, origin) => told(() => judgeProof(bytes, entry, logs, origin)),
  conflicts: (results) => conflictsOf(results), models: () => MODELS, limits: () => LIMITS, visible, mixed,
});

window.rulewright = Object.freeze({ verify, drop, show: async (request) => show(await examine(request), true), parts });
start();
