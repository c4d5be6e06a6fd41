// The documents of an attestation: which members they have, and of which types.
// Guarantees: a member that is missing, unknown or of another type is refused, so nothing that is signed goes unread.
// A type is a text for a plain value, `?` before one that may be null, a list [type] for any number, ["tuple", …] for a fixed number,
// ["one", …] for given values, { "": type } for any members, and an object for exactly those members; a name that ends with `?` may be
// absent, and is not null. An object with a member `...` may have members that are not listed.

const STATEMENT = "https://in-toto.io/Statement/v1";
const ROOT_TYPE = "urn:rulewright:attestation:v1";
const STATUSES = ["pass", "fail", "waived", "unknown", "error", "not_applicable"];
const FAIL_ON = ["one", "shall", "should", "never"];

const SUBJECT = { name: "text", digest: { "": "text" }, annotations: { "": "text" } };
const TALLY = {
  standard: "text", pass: "number", fail: "number", waived: "number", unknown: "number", error: "number", notApplicable: "number",
  blocking: "number",
};
const PREDICATE = {
  engine: { id: "text", version: "text", language: "text", code: "text" },
  asOf: "text", validUntil: "text", failOn: FAIL_ON, gate: ["one", "pass", "fail"],
  products: [{ id: "text", name: "text", version: "text" }],
  inputs: [{ kind: "text", format: "text", name: "text", sha256: "text", bytes: "number" }],
  policies: [{ kind: "text", id: "text", edition: "text", sha256: "text" }],
  program: "?text", run: "?text", verdicts: [TALLY],
  conflicts: ["or null", { completeUpTo: "number", left: ["text"], found: [{ id: "text", requirements: ["text"], facts: ["text"] }] }],
  decisions: [{ kind: ["one", "exclude", "prefer", "set", "tighten", "weaken"], requirement: "text", sha256: "text" }],
  results: { commitment: "text", tree: "text", leaves: "number", requirements: "text" },
  views: [{ name: "text", mediaType: "text", commitment: "text" }],
  supersedes: "?text", status: "?text", log: "?text",
};
const ROW = {
  product: "text", requirement: "text", level: "text", severity: "text", status: ["one", ...STATUSES],
  of: ["or null", ["one", "fail", "unknown"]], waiver: ["or null", { id: "text", approved_by: "text", until: "text" }],
  blocks: "truth", basis: ["one", "re-derivable", "declared", "manual"], detail: "text",
};
const RULE = {
  predicate: "text", standards: ["text"], role: "text", threshold: "number", hybrid: "truth", engines: ["text"], time: "truth",
  log: "truth", status: "truth",
};
const KEY = {
  algorithm: "text", public: "text", owner: "text", valid_from: "text", valid_until: "text",
  revoked: ["or null", { on: "text", reason: "text", compromised_since: "?text" }],
};
const NAMED = { name: "text", sha256: "text" };

const MODELS = {
  RootStatement: { _type: ["one", STATEMENT], subject: [SUBJECT], predicateType: ["one", ROOT_TYPE], predicate: PREDICATE },
  Rows: { format: ["one", "rulewright-rows/1"], rows: [ROW] },
  Seed: { format: ["one", "rulewright-seed/1"], seed: "text" },
  Run: {
    format: ["one", "rulewright-run/1"], as_of: "text", fail_on: FAIL_ON, limit: "number", same_product: "truth", validate: "truth",
    conflicts: "truth", placed_on_market: "?text", params: { "": "text" }, roots: ["text"], texts: [NAMED],
    given: [{
      option: ["one", "product", "facts", "feeds"], word: "text", kind: ["one", "file", "folder", "tree"], files: [NAMED],
      skipped: { "": "number" },
    }],
    unrepeatable: ["text"], program: "text",
  },
  Disclosure: {
    format: ["one", "rulewright-disclosure/1"], root: "text", leaves: "number",
    shown: [{
      index: "number", path: "text", "leaf?": ["tuple", "text", "text", "text"], "row?": ROW, "salt?": "text", "detail?": { "": "any" },
      "detail_salt?": "text",
    }],
    "absent?": ["tuple", "text", "text"],
  },
  Trust: {
    format: ["one", "rulewright-trust/1"], id: "text", version: "number", issued: "text", expires: "text", keys: { "": KEY },
    roles: { "": { keys: ["text"], threshold: "number" } }, rules: [RULE],
    logs: [{ origin: "text", key: "text", witnesses: ["text"], quorum: "number" }],
    tsas: [{ name: "text", certificates: ["text"] }],
  },
  StatusList: {
    format: ["one", "rulewright-status/1"], list: "text", number: "number", this_update: "text", next_update: "text",
    entries: [{ root: "text", state: ["one", "revoked", "superseded", "suspended"], since: "text", reason: "text", by: "?text" }],
  },
};

// `results.json`, as far as it is compared; the rest is for reading.
const RESULTS = {
  "...": true, format: ["one", "rulewright-result/1"], engine: { "...": true, version: "text" }, as_of: "text", fail_on: "text",
  products: [{ "...": true, id: "text", name: "text", version: "text" }],
  inputs: [{ "...": true, kind: "text", format: "text", name: "text", sha256: "text", bytes: "number" }],
  policies: [{ "...": true, kind: "text", id: "text", edition: "text", sha256: "text" }],
  results: [{
    "...": true, product: "text", requirement: "text", level: "text", severity: "text",
    verdict: ["one", "pass", "fail", "unknown", "error", "not_applicable"],
    waived: ["or null", { "...": true, id: "text", approved_by: "text", until: "text" }], blocks: "truth",
    reason: [{ "...": true, verdict: "text" }],
    conflicts: [{ "...": true, id: "text", others: ["text"], facts: ["text"] }],
  }],
  analysed: ["or null", { "...": true, complete_up_to: "number", left: ["text"] }],
};

const PLAIN = {
  text: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  truth: (value) => typeof value === "boolean",
  any: () => true,
};

function fits(value, type) {
  if (typeof type === "string") return type[0] === "?" ? value === null || PLAIN[type.slice(1)](value) : PLAIN[type](value);
  if (!Array.isArray(type)) return fitsMembers(value, type);
  if (type[0] === "one") return type.indexOf(value, 1) > 0;
  if (type[0] === "or null") return value === null || fits(value, type[1]);
  if (!Array.isArray(value)) return false;
  if (type[0] === "tuple") return value.length === type.length - 1 && value.every((item, index) => fits(item, type[index + 1]));
  return value.every((item) => fits(item, type[0]));
}

function fitsMembers(value, type) {
  if (!isObject(value)) return false;
  if (Object.hasOwn(type, "")) return Object.values(value).every((item) => fits(item, type[""]));
  let seen = 0;
  for (const [word, inner] of Object.entries(type)) {
    if (word === "...") continue;
    const name = word.replace(/\?$/, "");
    if (Object.hasOwn(value, name)) {
      seen += 1;
      if (!fits(value[name], inner)) return false;
    } else if (name === word) {
      return false;
    }
  }
  return Object.hasOwn(type, "...") || seen === Object.keys(value).length;
}

// A document of a kind from its one form. Throws `Refused`: one code for the JSON, one for its content.
function readModel(bytes, kind, limit, jsonCode, modelCode) {
  const value = canonicalOr(bytes, limit, jsonCode);
  ensure(fits(value, MODELS[kind]), modelCode, "A member is missing, unknown or of a wrong type.");
  return value;
}

function canonicalOr(bytes, limit, code) {
  try {
    return canonical(bytes, limit);
  } catch (error) {
    if (error instanceof NotAdmissible) throw new Refused(code, `The JSON is not taken: ${error.message}.`);
    throw error;
  }
}

// Whether a text is a day that exists, YYYY-MM-DD.
function isDay(text) {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith("0000")) return false;
  const found = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().slice(0, 10) === text;
}

// Whether a text is a time, YYYY-MM-DDTHH:MM:SSZ.
function isTime(text) {
  return /^.{10}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.test(text) && isDay(text.slice(0, 10));
}

// A day some days later or, below 0, earlier; the first or last of the calendar where it has no such day.
function daysFrom(day, count) {
  const found = new Date(`${day}T00:00:00Z`);
  found.setUTCDate(found.getUTCDate() + count);
  const text = Number.isNaN(found.getTime()) ? "+" : found.toISOString();
  if (/^\d/.test(text) && !text.startsWith("0000")) return text.slice(0, 10);
  return count > 0 ? "9999-12-31" : "0001-01-01";
}
