// The procedure of docs/reference/attestation.md: its checks in their order, one verdict, one code.
// Guarantees: it never throws; what it does not expect is a check that failed; a check that could not be made is never `ok`.

// The code of a check that could not be carried out.
const BROKE = "RW4002";
const READING = new Set(["container", "envelope", "payload type"]);

// How many days an attestation holds at most, and how many where feeds of vulnerabilities were used.
const HOLDS = 365;
const HOLDS_WITH_FEEDS = 7;

// What a run of the procedure knows so far; null is what is not there, or not good enough to be looked at.
function freshState(given) {
  return {
    given, at: given.at, members: null, envelope: null, policy: null, anchors: [], known: { keys: new Map(), beyond: new Set(), anybody: false },
    signed: new Map(), counting: new Set(), statement: null, root: "", times: new Map(), blinding: null, rows: null, results: null, pairs: new Map(), disclosures: [],
  };
}

const NOTHING = skip("There is nothing to look at.");

const CHECKS = [
  ["container", (state) => {
    state.members = readBundle(state.given.bundle);
    const count = state.members.size;
    const people = ["readme.txt", "verify.html"].filter((name) => state.members.has(name)).join(" and ");
    return ok(`${count === 1 ? "A single envelope." : `${count} members, in the one form of a bundle.`}${people && ` Not judged, so do not rely on it: ${people}.`}`);
  }],
  ["envelope", async (state) => {
    if (state.members === null) return NOTHING;
    state.envelope = readEnvelope(state.members.get("root.dsse.json"));
    state.root = await sha256Hex(state.envelope.payload);
    return ok(`${plural(state.envelope.signatures.length, "signature")}.`);
  }],
  ["payload type", (state) => {
    if (state.envelope === null) return NOTHING;
    ensure(state.envelope.type === IN_TOTO, "RW4006", "The payload has another type than an in-toto statement.");
    return ok(IN_TOTO);
  }],
  ["trust policy", async (state) => {
    if (!state.given.trust) return skip("No trust policy was given.");
    state.anchors = await keysOf(state.given.anchors, "RW4030");
    const [policy, said] = await judgeTrust(state.given.trust, state.anchors, state.given.anchorsNeeded, state.given.seen, state.at);
    state.policy = policy;
    return said;
  }],
  ["signatures", judgeSignatures],
  ["statement", async (state) => {
    if (state.envelope === null) return NOTHING;
    state.statement = readStatement(state.envelope.payload);
    const { subject, predicate } = state.statement;
    return ok(`${plural(subject.length, "subject")}, ${plural(predicate.results.leaves, "requirement")}, as of ${predicate.asOf.slice(0, 10)}.`);
  }],
  ["time", judgeTokens],
  ["policy rules", (state, said) => {
    if (said === null) return NOTHING;
    state.counting = new Set(state.signed.keys());
    if (state.policy === null) return state.known.anybody ? note("Keys were given by hand, so there are no rules.") : skip("No trust policy was given.");
    const around = { signed: new Set(state.signed.keys()), beyond: state.known.beyond, times: state.times, at: state.at };
    state.counting = countingKeys(state.policy.trust, said, around);
    return judgeRules(state.policy.trust, said, around);
  }],
  ["period", (state, said) => {
    if (said === null) return NOTHING;
    const day = said.asOf.slice(0, 10);
    ensure(day <= state.at, "RW4040", `It was evaluated as of ${day}, which has not come yet.`);
    const most = said.inputs.some((one) => one.kind === "feed") ? HOLDS_WITH_FEEDS : HOLDS;
    ensure(day <= said.validUntil, "RW4012", `It holds until ${said.validUntil}, which is before the day as of which it was evaluated.`);
    ensure(said.validUntil <= daysFrom(day, most), "RW4012", `It claims to hold until ${said.validUntil}, more than ${most} days after ${day}.`);
    ensure(state.at <= said.validUntil, "RW4041", `It held until ${said.validUntil}.`);
    return ok(`As of ${said.asOf.slice(0, 10)}, holds until ${said.validUntil}.`);
  }],
  ["status", (state, said) => {
    if (said === null) return NOTHING;
    const wanted = applyingRules(state.policy?.trust ?? null, said).some((rule) => rule.status);
    const asked = { root: state.root, named: said.status, wanted, at: state.at, grace: state.given.grace };
    return judgeStatus(state.given.statuses, state.policy, state.known, asked);
  }],
  ["log", judgeLog],
  ["results", (state, said) => (said === null ? NOTHING : readResults(state.members, said, state))],
  ["rows", (state, said) => (said === null || state.rows === null ? NOTHING : judgeRows(state, said))],
  ["tallies", (state, said) => (said === null || state.rows === null ? NOTHING : judgeTallies(state.rows, said))],
  ["logic", async (state, said) => {
    if (said === null || state.rows === null) return NOTHING;
    judgeRowLogic(state.rows, said);
    judgeProducts(state.rows, said);
    if (state.results === null) return ok("The rows do not contradict themselves; the results are not enclosed.");
    state.pairs = await judgeResultLogic(state, said);
    return ok("Rows and results say the same, and follow from each other.");
  }],
  ["views", (state, said) => (said === null ? NOTHING : judgeViews(state.members, said, state.blinding))],
  ["statements", (state, said) => (said === null ? NOTHING : judgeStatements(state))],
  ["inputs", (state, said) => (said === null ? NOTHING : judgeInputs(state.members, said))],
  ["artefacts", judgeArtefacts],
  ["disclosures", async (state, said) => {
    if (state.given.disclosures.length === 0) return skip("No disclosure was given.");
    if (said === null) return NOTHING;
    for (const bytes of state.given.disclosures) state.disclosures.push(await readDisclosure(bytes, state.root, said));
    return ok(`${plural(state.disclosures.length, "disclosure")}: what they show stands in the tree of the root.`);
  }],
  ["gate", (state, said) => {
    if (said === null) return NOTHING;
    ensure(said.gate === "pass", "RW4015", "Something blocks: the gate is closed.");
    ensure(said.failOn !== "never", "RW4015", "The run was told that nothing blocks, whatever fails.");
    ensure(said.verdicts.some((tally) => tally.pass > 0), "RW4015", "Nothing was shown to be met.");
    return ok("Nothing blocks, and something is met.");
  }],
];

async function keysOf(files, code) {
  const keys = await Promise.all(files.map(readKeyFile));
  ensure(!keys.includes(null), code, "A file given as a key holds no key that is used here.");
  return keys;
}

async function judgeSignatures(state) {
  const hand = await keysOf(state.given.keys, "RW4101");
  const { known, policy } = state;
  for (const key of [...(policy?.keys.values() ?? []), ...hand]) known.keys.set(key.id, key);
  known.anybody = policy !== null || hand.length > 0;
  known.beyond = new Set([...known.keys.values()].filter((key) => !key.supported).map((key) => key.id));
  if (state.envelope === null) return NOTHING;
  if (!known.anybody) return unsure(NOBODY, "Nobody said whom to trust: give a trust policy, or the signer's public key.");
  state.signed = await signedBy(state.envelope.signatures, state.envelope.message, known.keys.values());
  const missing = lacking(known.keys.values()).join(", ");
  if (state.signed.size > 0) return ok(`Signed by ${state.signed.size} of ${known.keys.size} known keys.${missing && ` Not checked in this browser: ${missing}.`}`);
  return missing ? unsure("RW4020", `This browser cannot check ${missing}, and no other known key signed this.`) : fail("RW4020", "None of the known keys signed this.");
}

async function judgeTokens(state, said) {
  const tokens = state.members === null ? [] : folder(state.members, "time/").sort((one, other) => compareTexts(one[0], other[0]));
  if (tokens.length === 0 || said === null) return skip("There is no timestamp.");
  const authorities = state.policy?.trust.tsas ?? [];
  if (authorities.length === 0) return note("There are timestamps, and no authority for them is trusted.");
  const imprints = new Map();
  for (const [id, signatures] of state.signed) {
    for (const one of signatures) imprints.set(await sha256Hex(one), id);
  }
  const findings = [];
  const times = [];
  for (const [, bytes] of tokens) {
    try {
      times.push(await judgeTime(bytes, imprints, authorities));
    } catch (error) {
      findings.push(findingOf(error));
    }
  }
  times.sort((one, other) => compareTexts(one.time, other.time));
  if (times.length === 0) return worst(findings, NOTHING);
  for (const { time, key } of times) {
    if (!state.times.has(key)) state.times.set(key, time);
    const day = time.slice(0, 10);
    const apart = day < daysFrom(said.asOf.slice(0, 10), -1) || day > daysFrom(state.at, 1);
    if (apart) findings.push(fail("RW4045", `The timestamp says ${time}, which does not fit the attestation or the day of this check.`));
  }
  return worst(findings, ok(`Signed before ${times[0].time}, says ${times[0].authority}.`));
}

async function judgeLog(state, said) {
  if (said === null) return NOTHING;
  const bytes = state.members.get("log/proof.tlog-proof");
  const trust = state.policy?.trust ?? null;
  const wanted = applyingRules(trust, said).some((rule) => rule.log);
  if (bytes === undefined) {
    if (wanted) return fail("RW4073", "A rule asks for the proof of a log, and there is none.");
    return said.log === null ? skip("There is no proof of a log.") : unsure("RW4073", `The attestation names the log ${said.log}, and there is no proof of it.`);
  }
  if (trust === null || trust.logs.length === 0) {
    if (wanted) return fail("RW4073", "A rule asks for the proof of a log, and no log is trusted.");
    const untold = "There is a proof of a log, and no log is trusted.";
    return said.log === null ? note(untold) : unsure("RW4073", `${untold} The attestation names ${said.log}.`);
  }
  const entry = await digest(state.envelope.message);
  const { origin, index, size, witnesses } = await judgeProof(bytes, entry, trust.logs, said.log);
  return ok(`Entry ${index} of ${size} in the log ${origin}, seen by ${plural(witnesses, "witness")}.`);
}

async function judgeArtefacts(state, said) {
  const { artifacts } = state.given;
  if (artifacts.length === 0) return skip("No artefact was given.");
  if (said === null) return NOTHING;
  const known = new Set(state.statement.subject.map((subject) => subject.digest.sha256));
  const findings = [];
  for (const { name, bytes } of artifacts) {
    if (bytes === null) findings.push(unsure(BROKE, `${name} is too large for this page: compare its SHA-256 with those below by another program.`));
    else if (!known.has(await sha256Hex(bytes))) findings.push(fail("RW4014", `${name} is not what was attested.`));
  }
  if (findings.length) return worst(findings, NOTHING);
  return ok(`${plural(artifacts.length, "file")} given, each of which is among the ${plural(state.statement.subject.length, "subject")}.`);
}

async function runCheck(check, state) {
  try {
    return await check(state, state.statement?.predicate ?? null);
  } catch (error) {
    try {
      return findingOf(error);
    } catch {
      return fail(BROKE, `The check ended unexpectedly: ${error?.message ?? error}.`);
    }
  }
}

function completed(given) {
  const lists = ["anchors", "keys", "artifacts", "statuses", "disclosures"].map((name) => [name, given[name] ?? []]);
  return { ...given, ...Object.fromEntries(lists), at: String(given.at ?? ""), grace: given.grace ?? 0, seen: given.seen ?? null, anchorsNeeded: given.anchorsNeeded ?? null };
}

// Run all checks: the verification, and what the page shows beside it.
async function examine(request) {
  const given = completed(request);
  const state = freshState(given);
  const checks = [];
  for (const [name, check] of CHECKS) {
    if (name === "gate" && !given.requirePass) continue;
    checks.push({ name, ...(await runCheck(check, state)) });
  }
  const failed = checks.find((check) => check.outcome === "fail");
  const doubtful = checks.find((check) => check.outcome === "unsure");
  let verdict = doubtful === undefined ? "valid" : "undecided";
  if (failed !== undefined) verdict = READING.has(failed.name) ? "unreadable" : "invalid";
  const verification = {
    format: "rulewright-verification/1", verdict, code: (failed ?? doubtful)?.code ?? "", day: given.at, root: state.root,
    gate: verdict === "valid" ? state.statement?.predicate.gate ?? "" : "", keys: [...state.signed.keys()].sort(), checks,
  };
  return { verification, state };
}

async function verify(request) {
  return (await examine(request)).verification;
}
