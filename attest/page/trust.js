// Trust policies and status lists: whom to trust for what, and what became of attestations.
// Guarantees: a policy counts only if it is whole, signed by the threshold of its own role `root` and by as many of the anchors given as
// are asked for; a newer one than was seen before only if those of before let it in; a status list only if signed by whom the policy
// lets speak of status. Nothing here knows a clock, the day is given.

const TRUST_TYPE = "application/vnd.rulewright.trust+json";
const STATUS_TYPE = "application/vnd.rulewright.status+json";
const NOBODY = "RW4021";
const SEEN = { id: "text", version: "number", sha256: "text", root: { keys: { "": { algorithm: "text", public: "text" } }, threshold: "number" } };
const KEY_NAMES = new Set([...KEY_FORMS.map(([name]) => name), "rsa-pss-sha256"]);

const ok = (text) => ({ outcome: "ok", text, code: "" });
const note = (text) => ({ outcome: "note", text, code: "" });
const skip = (text) => ({ outcome: "skip", text, code: "" });
const fail = (code, text) => ({ outcome: "fail", text, code });
const unsure = (code, text) => ({ outcome: "unsure", text, code });

// A check that cannot go on in doubt: not a failure.
class Unsure extends Refused {}

// The finding that counts: the first failure, else the first doubt, else what is said otherwise.
function worst(findings, otherwise) {
  return findings.find((one) => one.outcome === "fail") ?? findings.find((one) => one.outcome === "unsure") ?? otherwise;
}

function findingOf(error) {
  if (error instanceof Unsure) return unsure(error.code, error.message);
  if (error instanceof NotHere) return unsure("RW4104", `This browser cannot check ${error.message}.`);
  if (error instanceof Refused) return fail(error.code, error.message);
  throw error;
}

// A signed document of ours: an envelope of a type, around a model.
function readSigned(bytes, type, kind, code) {
  const sealed = readEnvelopeAs(bytes, code);
  ensure(sealed.type === type, code, "It is another kind of file: the payload has another type.");
  return [sealed, readModel(sealed.payload, kind, LIMITS.payload, code, code)];
}

async function readTrust(bytes) {
  const code = "RW4030";
  const [sealed, trust] = readSigned(bytes, TRUST_TYPE, "Trust", code);
  const counts = [Object.keys(trust.keys), Object.keys(trust.roles), trust.rules, trust.logs, trust.tsas].map((one) => one.length);
  ensure(Math.max(...counts) <= LIMITS.keys, code, "The trust policy lists more than 256 of something.");
  const days = [trust.issued, trust.expires, ...Object.values(trust.keys).flatMap(daysOfKey)];
  ensure(days.every(isDay) && trust.version >= 1, code, "A day or the version of the trust policy is malformed.");
  const keys = new Map();
  for (const [id, listed] of Object.entries(trust.keys)) {
    const der = fromBase64(listed.public);
    const key = der === null ? null : await readKey(der);
    const same = key !== null && key.id === id && key.algorithm === listed.algorithm && KEY_NAMES.has(listed.algorithm);
    ensure(same, code, "A key of the trust policy cannot be read, or is another one than it says.");
    keys.set(id, key);
  }
  for (const role of Object.values(trust.roles)) {
    const known = new Set(role.keys).size === role.keys.length && role.keys.every((id) => keys.has(id));
    const met = role.threshold >= 1 && role.threshold <= role.keys.length;
    ensure(known && met, code, "A role lists a key twice or one that is not there, or its threshold cannot be met.");
  }
  const roles = ["root", ...trust.rules.map((rule) => rule.role)].every((name) => Object.hasOwn(trust.roles, name));
  ensure(roles, code, "A role that is asked for is not there.");
  ensure(trust.rules.every((rule) => rule.threshold >= 1), code, "A rule has a threshold below 1.");
  return { sealed, trust, keys, sha256: await sha256Hex(sealed.payload) };
}

function daysOfKey(key) {
  const revoked = key.revoked === null ? [] : [key.revoked.on, key.revoked.compromised_since].filter((day) => day !== null);
  return [key.valid_from, key.valid_until, ...revoked];
}

// Check 4: the policy, and how it came out. `needed`: how many of the anchors must have signed it; null for all.
async function judgeTrust(bytes, anchors, needed, seen, at) {
  ensure(seen === null || fits(seen, SEEN), BROKE, "What was seen before does not have its form.");
  const policy = await readTrust(bytes);
  const { trust } = policy;
  const own = trust.roles.root;
  await demandSigned(policy, own.keys.map((id) => policy.keys.get(id)), own.threshold, "RW4030", "Too few keys of its role root signed the trust policy.");
  const trusted = new Map(anchors.map((key) => [key.id, key]));
  const wanted = needed ?? trusted.size;
  await demandSigned(policy, [...trusted.values()], wanted, "RW4030", `Fewer than ${wanted} of the anchors given signed the trust policy.`);
  const followed = seen !== null && seen.id === trust.id ? await followsTrust(policy, seen) : null;
  if (followed?.outcome === "fail") return [policy, followed];
  if (at < trust.issued || at > trust.expires) return [policy, fail("RW4032", `It is in force from ${trust.issued} to ${trust.expires}.`)];
  const how = trusted.size ? "signed by the anchors that are needed" : "taken as given, since no anchor was named";
  return [policy, followed ?? ok(`${trust.id}, version ${trust.version}, in force until ${trust.expires}, ${how}.`)];
}

// Refuse a policy that fewer of some keys signed than are wanted; a doubt where the others could be keys that this browser cannot check.
async function demandSigned({ sealed }, keys, wanted, code, text) {
  const signed = await signedBy(sealed.signatures, sealed.message, keys);
  const beyond = keys.filter((key) => !key.supported).length;
  if (!(signed.size >= wanted)) throw new (signed.size + beyond >= wanted ? Unsure : Refused)(code, text);
}

// What is wrong with a policy after one of the same id that was seen before; null where nothing is.
async function followsTrust(policy, seen) {
  const code = "RW4031";
  const { version } = policy.trust;
  if (version < seen.version) return fail(code, `Version ${seen.version} was seen before; this is version ${version}.`);
  if (version === seen.version) return policy.sha256 === seen.sha256 ? null : fail(code, "Another trust policy was seen under the same version.");
  const listed = await Promise.all(Object.entries(seen.root.keys).map(rememberedKey));
  const text = `Too few keys of the role root of version ${seen.version}, seen before, signed version ${version}.`;
  try {
    await demandSigned(policy, listed.filter((key) => key !== null), Math.max(seen.root.threshold, 1), code, text);
  } catch (error) {
    return findingOf(error);
  }
  return null;
}

// A key that is remembered; null of one that cannot be read, or is another one.
async function rememberedKey([id, listed]) {
  const der = fromBase64(listed.public);
  const key = der === null ? null : await readKey(der);
  return key !== null && key.id === id && key.algorithm === listed.algorithm ? key : null;
}

// What is to be remembered of a policy.
function rememberedTrust({ trust, sha256 }) {
  const { keys, threshold } = trust.roles.root;
  const listed = keys.map((id) => [id, { algorithm: trust.keys[id].algorithm, public: trust.keys[id].public }]);
  return { id: trust.id, version: trust.version, sha256, root: { keys: Object.fromEntries(listed), threshold } };
}

// The rules for our predicate type and a standard, whatever its case.
function rulesFor(trust, standard) {
  const one = (rule) => rule.predicate === "*" || rule.predicate === ROOT_TYPE;
  return trust.rules.filter((rule) => one(rule) && rule.standards.some((name) => name === "*" || name.toLowerCase() === standard.toLowerCase()));
}

function applyingRules(trust, said) {
  return trust === null ? [] : said.verdicts.flatMap((tally) => rulesFor(trust, tally.standard));
}

// The keys that count for some rule that applies: those of its role that signed, were valid and are not revoked.
function countingKeys(trust, said, around) {
  const roles = new Set(applyingRules(trust, said).map((rule) => trust.roles[rule.role]));
  return new Set([...roles].flatMap((role) => standingKeys(trust, role, around)[0]));
}

// Check 8. `around`: signed and beyond (sets of ids), times (a map from ids: not younger than), at.
function judgeRules(trust, said, around) {
  const judged = new Map();
  let doubt = null;
  for (const tally of said.verdicts) {
    const own = rulesFor(trust, tally.standard);
    if (own.length === 0) return fail("RW4026", `No rule of the trust policy covers ${tally.standard}.`);
    for (const rule of own) {
      if (!judged.has(rule)) judged.set(rule, judgeRule(trust, rule, said, around));
      const found = judged.get(rule);
      if (found.outcome === "fail") return found;
      if (found.outcome === "unsure") doubt ??= found;
    }
  }
  const roles = [...new Set([...judged.keys()].map((rule) => rule.role))].sort(compareTexts).join(", ");
  return doubt ?? ok(`${judged.size} of ${trust.rules.length} rules apply and are met, in the roles: ${roles}.`);
}

function judgeRule(trust, rule, said, around) {
  const role = trust.roles[rule.role];
  const doubtful = (found) =>
    role.keys.some((id) => around.beyond.has(id)) ? unsure(found.code, `${found.text} Some keys cannot be checked in this browser.`) : found;
  const [good, wrong] = standingKeys(trust, role, around);
  if (wrong !== null) return doubtful(wrong);
  const wanted = Math.max(rule.threshold, role.threshold);
  const days = [...new Set(good.map((id) => around.times.get(id)?.slice(0, 10) ?? around.at))];
  const groups = days.map((day) => good.filter((id) => trust.keys[id].valid_from <= day && day <= trust.keys[id].valid_until)).filter((group) => group.length >= wanted);
  if (groups.length === 0) return doubtful(fail("RW4028", `${wanted} keys of the role ${rule.role} that are valid on one same day are needed.`));
  const kinds = (group) => new Set(group.map((id) => POST_QUANTUM.has(trust.keys[id].algorithm)));
  if (rule.hybrid && !groups.some((group) => kinds(group).size === 2)) return doubtful(fail("RW4025", `Half of a hybrid signature in the role ${rule.role} is missing.`));
  if (!rule.engines.includes("*") && !rule.engines.includes(said.engine.id)) return fail("RW4027", `The role ${rule.role} may not sign for this engine.`);
  if (rule.time && !good.some((id) => around.times.has(id))) return fail("RW4042", `The rule for the role ${rule.role} asks for a trusted time.`);
  return ok(rule.role);
}

// The keys of a role that signed, were valid and are not revoked; or why there is none.
function standingKeys(trust, role, around) {
  const dayOf = (id) => around.times.get(id)?.slice(0, 10) ?? around.at;
  const own = role.keys.filter((id) => around.signed.has(id));
  if (own.length === 0) return [[], fail("RW4026", "No key of the role that is asked for signed.")];
  const timely = own.filter((id) => trust.keys[id].valid_from <= dayOf(id) && dayOf(id) <= trust.keys[id].valid_until);
  if (timely.length === 0) return [[], fail("RW4022", `The key was not valid on ${dayOf(own[0])}.`)];
  const good = timely.filter((id) => !isRevoked(trust.keys[id], around.times.get(id) ?? null));
  if (good.length === 0) return [[], fail("RW4023", "The key was revoked, and no trusted time shows that the signature is older.")];
  return [good, null];
}

function isRevoked(key, time) {
  if (key.revoked === null) return false;
  return time === null || time.slice(0, 10) >= (key.revoked.compromised_since || key.revoked.on);
}

function readStatus(bytes) {
  const code = "RW4053";
  const [sealed, list] = readSigned(bytes, STATUS_TYPE, "StatusList", code);
  const roots = list.entries.map((entry) => entry.root);
  ensure(roots.every((root, index) => index === 0 || compareTexts(roots[index - 1], root) < 0), code, "Its entries are not sorted and distinct.");
  const days = [list.this_update, list.next_update, ...list.entries.map((entry) => entry.since)];
  const digests = [...roots, ...list.entries.map((entry) => entry.by).filter((by) => by !== null)];
  ensure(days.every(isDay) && digests.every(isSha256) && list.number >= 0, code, "A day, digest or number of it is malformed.");
  return [sealed, list];
}

// Check 10. `known`: keys (Map), beyond (ids), anybody; `asked`: root, named, wanted, at, grace.
async function judgeStatus(given, policy, known, asked) {
  const lists = [];
  const wrong = [];
  for (const bytes of given) {
    try {
      const [sealed, list] = readStatus(bytes);
      await statusSigned(sealed, policy, known, asked.at);
      lists.push(list);
    } catch (error) {
      wrong.push(findingOf(error));
    }
  }
  const highest = (list) => Math.max(...lists.filter((other) => other.list === list.list).map((other) => other.number));
  const newest = lists.filter((list) => list.number === highest(list)).sort((one, other) => compareTexts(one.list, other.list));
  const findings = [...wrong, ...statusNamed(newest, asked, wrong.length > 0), ...statusEntries(newest, asked)];
  const own = newest.find((list) => list.list === asked.named);
  if (own === undefined) return worst(findings, skip("The attestation names no status list."));
  return worst(findings, ok(`Not revoked in list ${own.list}, number ${own.number}, until ${own.next_update}.`));
}

async function statusSigned(sealed, policy, known, at) {
  if (!known.anybody) throw new Unsure(NOBODY, "Nobody said whose status lists to trust.");
  const signed = await signedBy(sealed.signatures, sealed.message, known.keys.values());
  const demand = (holds, doubt, text) => {
    if (!holds) throw new (doubt ? Unsure : Refused)("RW4053", text);
  };
  if (policy === null) {
    demand(signed.size > 0, known.beyond.size > 0, "None of the keys given signed the status list.");
    return;
  }
  const role = policy.trust.roles.status;
  demand(role !== undefined, false, "The trust policy has no role status.");
  const [good] = standingKeys(policy.trust, role, { signed, times: new Map(), at });
  demand(good.length >= role.threshold, role.keys.some((id) => known.beyond.has(id)), "Too few keys of the role status that are valid signed it.");
}

function statusNamed(lists, asked, doubtful) {
  if (asked.named === null) return asked.wanted ? [fail("RW4052", "A rule asks for a status list, and the attestation names none.")] : [];
  const own = lists.filter((list) => list.list === asked.named);
  if (own.length === 0 && !doubtful) {
    return [(asked.wanted ? fail : unsure)("RW4052", `The attestation names the status list ${asked.named}, which was not given.`)];
  }
  const early = own.filter((list) => list.this_update > asked.at).map((list) => fail("RW4053", `The status list is from ${list.this_update}.`));
  const late = own.filter((list) => asked.at > daysFrom(list.next_update, asked.grace));
  return [...early, ...late.map((list) => fail("RW4051", `The status list says nothing after ${list.next_update}.`))];
}

function statusEntries(lists, asked) {
  const entries = lists.flatMap((list) => list.entries).filter((entry) => entry.root === asked.root);
  return entries.map((entry) => {
    const by = entry.by === null ? "" : `, by ${entry.by}`;
    return fail(entry.state === "superseded" ? "RW4054" : "RW4050", `It was ${entry.state} on ${entry.since}${by}: ${entry.reason}`);
  });
}
