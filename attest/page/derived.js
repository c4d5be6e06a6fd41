// The statements that follow from a root and its rows: SLSA VSA v1, SVR v0.2, in-toto test-result v0.1.
// Guarantees: made from the root payload and the rows alone; nothing waived, unknown or in error is listed as passed.

const HARMLESS = new Set(["pass", "not_applicable"]);

function standardOf(requirement) {
  return requirement.split(":", 1)[0];
}

// Percent-encoded: all but the unreserved characters of RFC 3986.
function percent(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

function propertyOf(name) {
  return `RULEWRIGHT_${name.replace(/[^A-Za-z0-9]/gu, "_").toUpperCase()}`;
}

function grouped(rows, keyOf) {
  const made = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    if (!made.has(key)) made.set(key, new Set());
    made.get(key).add(row.status);
  }
  return made;
}

// The properties of what is entitled to one, sorted; none that something else of the same property is not entitled to. That holds of
// `…_WAIVED`, too, where it is the plain property of something named so.
function propertiesOf(groups, entitlement) {
  const claims = new Map();
  for (const [name, seen] of groups) {
    const property = propertyOf(name);
    claims.set(property, [...(claims.get(property) ?? []), entitlement(seen)]);
  }
  const listed = new Set();
  for (const [property, ends] of claims) {
    const told = property + (ends.includes("_WAIVED") ? "_WAIVED" : "");
    const other = told === property ? [] : claims.get(told) ?? [];
    if (!ends.includes(null) && other.every((end) => end === "")) listed.add(told);
  }
  return [...listed].sort(compareTexts);
}

function summaryOf(root, said, rows) {
  const open = said.gate === "pass" && said.failOn !== "never";
  const harms = (row) => row.blocks || row.status === "error" || (row.level === "shall" && !HARMLESS.has(row.status));
  const passed = open && rows.some((row) => row.status === "pass") && !rows.some(harms);
  const whole = (seen) => (seen.has("pass") && [...seen].every((status) => HARMLESS.has(status)) ? "" : null);
  const id = said.products[0].id;
  return {
    verifier: { id: said.engine.id, version: { rulewright: said.engine.version } },
    timeVerified: said.asOf,
    resourceUri: /^[a-z][a-z0-9+.-]*:/.test(id) ? id : `urn:rulewright:product:${percent(id)}`,
    policy: { uri: "urn:rulewright:program", digest: { sha256: said.program || "0".repeat(64) } },
    inputAttestations: [{ uri: ROOT_TYPE, digest: { sha256: root } }],
    verificationResult: passed ? "PASSED" : "FAILED",
    verifiedLevels: passed ? propertiesOf(grouped(rows, (row) => standardOf(row.requirement)), whole) : [],
    slsaVersion: "1.1",
  };
}

function propertiesStatement(root, said, rows) {
  const entitlement = (seen) => {
    if (seen.size === 1 && seen.has("pass")) return "";
    return [...seen].every((status) => status === "pass" || status === "waived") ? "_WAIVED" : null;
  };
  return {
    verifier: {
      id: `${said.engine.id}:${said.engine.version}`,
      policies: said.policies.map((item) => ({
        uri: `urn:rulewright:policy:${percent(item.id)}:${percent(item.edition)}`,
        digest: { sha256: item.sha256 },
      })),
    },
    timeCreated: said.asOf,
    [ROOT_TYPE]: { digest: { sha256: root } },
    properties: propertiesOf(grouped(rows, (row) => row.requirement), entitlement),
  };
}

function testResult(root, rows) {
  const seen = new Set(rows.map((row) => row.status));
  const only = (...more) => [...seen].every((status) => HARMLESS.has(status) || more.includes(status));
  const names = (...wanted) =>
    rows.filter((row) => wanted.includes(row.status)).map((row) => `${row.requirement} ${row.product}`).sort(compareTexts);
  let result = "FAILED";
  if (seen.has("pass") && only()) result = "PASSED";
  else if ((seen.has("pass") || seen.has("waived")) && only("waived")) result = "WARNED";
  return {
    result,
    configuration: [{ name: "root", digest: { sha256: root } }],
    passedTests: names("pass"),
    warnedTests: names("waived"),
    failedTests: names("fail", "unknown", "error"),
  };
}

const DERIVED = {
  "test-result": "https://in-toto.io/attestation/test-result/v0.1", svr: "https://in-toto.io/attestation/svr/v0.2",
  vsa: "https://slsa.dev/verification_summary/v1",
};

// The statements by name.
function statementsOf(root, statement, rows) {
  const said = statement.predicate;
  const subject = statement.subject.map((item) => ({ digest: item.digest, name: item.name }));
  const made = { "test-result": testResult(root, rows), svr: propertiesStatement(root, said, rows), vsa: summaryOf(root, said, rows) };
  return Object.fromEntries(Object.entries(made).map(([name, predicate]) => [name, { _type: STATEMENT, subject, predicateType: DERIVED[name], predicate }]));
}

// Their payloads by name.
function derive(root, statement, rows) {
  return Object.fromEntries(Object.entries(statementsOf(root, statement, rows)).map(([name, made]) => [name, dumpBytes(made)]));
}

// What a statement must say whatever the rows are: its type, its subjects, and the root that it follows from. Throws `Refused`.
function judgeWithoutRows(name, payload, root, statement) {
  const code = "RW4068";
  const plain = canonicalOr(payload, LIMITS.payload, code);
  const told = isObject(plain) && isObject(plain.predicate) ? plain : { predicate: {} };
  const own = statementsOf(root, statement, [])[name];
  const same = (one, other) => one !== undefined && dump(one) === dump(other);
  const typed = same(told._type, own._type) && same(told.predicateType, own.predicateType) && same(told.subject, own.subject);
  ensure(typed, code, `The statement ${name} is of another type, or about other subjects.`);
  const carrier = { "test-result": "configuration", svr: ROOT_TYPE, vsa: "inputAttestations" }[name];
  ensure(same(told.predicate[carrier], own.predicate[carrier]), code, `The statement ${name} is about another root.`);
  if (name !== "vsa" || told.predicate.verificationResult !== "PASSED") return;
  const { verdicts } = statement.predicate;
  const good = verdicts.every((tally) => tally.blocking === 0 && tally.error === 0) && verdicts.some((tally) => tally.pass > 0);
  ensure(good, code, "The statement vsa says PASSED, and the counts of the root do not.");
}
