// What an attestation holds: the root statement, rows, results, views, derived statements, inputs, disclosures, each against the root.
// Guarantees: every function looks at signed or committed bytes only; a document that nothing ties to the signature is a doubt.

// Check 6: the root statement of a payload.
function readStatement(payload) {
  const plain = canonicalOr(payload, LIMITS.payload, "RW4004");
  const said = isObject(plain) ? plain : {};
  ensure(said._type === STATEMENT, "RW4010", "The payload is no in-toto Statement v1.");
  ensure(said.predicateType === ROOT_TYPE, "RW4011", "The predicate is not a Rulewright root.");
  ensure(fits(plain, MODELS.RootStatement), "RW4012", "A member of the root is missing, unknown or of a wrong type.");
  checkSubjects(plain.subject);
  checkLists(plain.predicate);
  checkCounts(plain.predicate);
  checkForms(plain.predicate);
  return plain;
}

function checkSubjects(subjects) {
  ensure(subjects.length > 0, "RW4013", "The statement has no subject.");
  ensure(subjects.length <= LIMITS.subjects, "RW4007", "The statement has too many subjects.");
  ensure(subjects.every((one) => Object.keys(one.digest).length <= LIMITS.digests), "RW4007", "A subject has too many digests.");
  for (const { name, digest: digests, annotations } of subjects) {
    const strong = isSha256(digests.sha256 ?? "") && /^[0-9a-f]{128}$/.test(digests.sha512 ?? "0".repeat(128));
    const kind = Object.keys(annotations).join() === "kind" && ["artifact", "document"].includes(annotations.kind);
    ensure(strong && name !== "" && kind, "RW4013", "A subject has no name, no SHA-256 digest, or is neither artefact nor document.");
  }
  ensure(new Set(subjects.map((one) => one.digest.sha256)).size === subjects.length, "RW4013", "Two subjects have one digest.");
}

const STANDARD = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

function checkLists(said) {
  const many = said.products.length > LIMITS.products || said.verdicts.length > LIMITS.tallies;
  ensure(!many, "RW4007", "The root names more than 1,024 products, or tallies more than 1,024 standards.");
  const sorted = (names) => names.every((name, index) => index === 0 || compareTexts(names[index - 1], name) < 0);
  ensure(sorted(said.verdicts.map((one) => one.standard)), "RW4012", "The tallies are not sorted, or one stands twice.");
  ensure(sorted(said.views.map((one) => one.name)), "RW4012", "The views are not sorted, or one stands twice.");
  ensure(new Set(said.inputs.map(dump)).size === said.inputs.length, "RW4012", "An input is listed twice.");
  ensure(said.products.length > 0 && said.verdicts.length > 0, "RW4012", "The root names no product, or tallies no standard.");
  ensure(new Set(said.products.map((one) => one.id)).size === said.products.length, "RW4012", "Two products have one id.");
  const names = said.verdicts.map((one) => one.standard);
  const distinct = new Set(names.map((name) => name.toLowerCase())).size === names.length;
  ensure(names.every((name) => STANDARD.test(name)) && distinct, "RW4012", "The name of a standard is not plain, or differs from another one in its case alone.");
}

// Whether the counts of the root add up: where the rows are left out, nothing else shows it.
function checkCounts(said) {
  const counts = [said.results.leaves, said.conflicts?.completeUpTo ?? 0, ...said.inputs.map((one) => one.bytes)];
  const tallies = said.verdicts.flatMap((tally) => Object.values(tally).filter((count) => typeof count === "number"));
  ensure([...counts, ...tallies].every((count) => count >= 0), "RW4012", "A count is below zero.");
  ensure(said.results.leaves <= LIMITS.rows, "RW4007", "The attestation has more than 10,000 rows.");
  const open = (tally) => tally.fail + tally.unknown + tally.error;
  const all = (tally) => tally.pass + tally.waived + tally.notApplicable + open(tally);
  const most = (tally) => (said.failOn === "never" ? 0 : open(tally));
  ensure(said.verdicts.every((tally) => all(tally) >= 1), "RW4062", "A standard is tallied of which no row is counted.");
  ensure(said.verdicts.every((tally) => tally.blocking <= most(tally)), "RW4062", "More rows of a standard are said to block than can.");
  const total = said.verdicts.reduce((sum, tally) => sum + all(tally), 0);
  ensure(total === said.results.leaves, "RW4062", `${plural(total, "row")} are counted, and the root says ${said.results.leaves}.`);
  const blocks = said.verdicts.some((tally) => tally.blocking > 0);
  ensure((said.gate === "fail") === blocks, "RW4062", "The gate is not what follows from the counts.");
}

function checkForms(said) {
  const digests = [
    said.engine.code, said.results.commitment, said.results.tree, said.results.requirements,
    ...[said.program, said.run, said.supersedes].filter((one) => one !== null),
    ...[...said.inputs, ...said.policies, ...said.decisions].map((one) => one.sha256), ...said.views.map((one) => one.commitment),
  ];
  ensure(digests.every(isSha256), "RW4012", "A digest is not 64 hexadecimal digits in lower case.");
  ensure(isTime(said.asOf) && isDay(said.validUntil), "RW4012", "asOf is no time, or validUntil no day.");
}

// Check 12: seed, rows and results into `state`, as far as they are there and good.
async function readResults(members, said, state) {
  const findings = [];
  const attempt = async (name, action) => {
    if (!members.has(name)) return;
    try {
      await action(members.get(name));
    } catch (error) {
      findings.push(findingOf(error));
    }
  };
  await attempt("seed.json", async (bytes) => {
    const { seed } = readModel(bytes, "Seed", LIMITS.document, "RW4069", "RW4069");
    ensure(isSha256(seed), "RW4069", "The seed is not 32 bytes in hexadecimal.");
    state.blinding = await Blinding.from(fromHex(seed));
  });
  await attempt("rows.json", (bytes) => {
    const { rows } = readModel(bytes, "Rows", LIMITS.document, "RW4061", "RW4061");
    ensure(rows.length <= LIMITS.rows, "RW4061", "There are more than 10,000 rows.");
    state.rows = rows;
  });
  await attempt("results.json", async (bytes) => {
    if (state.blinding === null) return;
    const found = await state.blinding.blinded("results", bytes);
    ensure(found === said.results.commitment, "RW4060", "The results are not those that the root commits to.");
    const results = canonicalOr(bytes, LIMITS.document, "RW4060");
    ensure(fits(results, RESULTS), "RW4060", "The results do not have their form.");
    state.results = results;
  });
  const loose = ["results.json", "rows.json"].some((name) => members.has(name)) && !members.has("seed.json");
  if (loose) findings.push(unsure("RW4069", "There is no seed, so nothing ties the results to the signature."));
  if (!["seed.json", "rows.json", "results.json"].some((name) => members.has(name))) return skip("The results are not enclosed.");
  return worst(findings, state.results === null ? skip("The results are not enclosed.") : ok("The results are those that the root commits to."));
}

// Check 13.
async function judgeRows(state, said) {
  const { rows, blinding } = state;
  const names = rows.map((row) => [row.requirement, row.product]);
  const sorted = names.every((name, index) => index === 0 || comparePairs(names[index - 1], name) < 0);
  ensure(sorted, "RW4061", "The rows are not sorted, or one stands twice.");
  ensure(rows.length === said.results.leaves, "RW4061", `There are ${rows.length} rows, and the root says ${said.results.leaves}.`);
  ensure((await sha256Hex(dumpBytes(names))) === said.results.requirements, "RW4061", "The list of requirements is not that of the root.");
  if (blinding === null) return unsure("RW4069", "Without a seed the rows cannot be tied to the root.");
  const hashes = await Promise.all(rows.map(async (row) => leafHash(dumpBytes(await blinding.leaf(row)))));
  ensure(toHex(await treeRoot(hashes)) === said.results.tree, "RW4061", "The rows do not lead to the tree of the root.");
  return ok(`${plural(rows.length, "requirement")}: those that the root commits to, and none is missing.`);
}

// The tallies of some rows.
function countsOf(rows) {
  const counts = new Map();
  for (const row of rows) {
    const standard = standardOf(row.requirement);
    const fresh = { standard, pass: 0, fail: 0, waived: 0, unknown: 0, error: 0, notApplicable: 0, blocking: 0 };
    if (!counts.has(standard)) counts.set(standard, fresh);
    counts.get(standard)[row.status === "not_applicable" ? "notApplicable" : row.status] += 1;
    counts.get(standard).blocking += Number(row.blocks);
  }
  return [...counts.values()].sort((one, other) => compareTexts(one.standard, other.standard));
}

// Check 14.
function judgeTallies(rows, said) {
  const tallies = countsOf(rows);
  ensure(dump(tallies) === dump(said.verdicts), "RW4062", "The counts of the root are not those of the rows.");
  const gate = rows.some((row) => row.blocks) ? "fail" : "pass";
  ensure(gate === said.gate, "RW4062", "The gate of the root is not that of the rows.");
  return ok(`${plural(tallies.length, "standard")}: the counts are those of the rows.`);
}

function mustBlock(status, level, failOn) {
  if (status === "error") return failOn !== "never";
  return (status === "fail" || status === "unknown") && { shall: ["shall"], should: ["shall", "should"], never: [] }[failOn].includes(level);
}

// Check 15, of the rows alone.
function judgeRowLogic(rows, said) {
  for (const row of rows) {
    const where = `${row.requirement} (${row.product})`;
    const waived = row.status === "waived";
    ensure((row.waiver !== null) === waived && (row.of !== null) === waived, "RW4063", `${where} is waived without a waiver, or has one without need.`);
    const lasting = row.waiver === null || (isDay(row.waiver.until) && row.waiver.until >= said.validUntil);
    ensure(lasting, "RW4063", `The waiver of ${where} does not last as long as the attestation.`);
    ensure(row.blocks === mustBlock(row.status, row.level, said.failOn), "RW4063", `${where} blocks though it may not, or does not though it must.`);
  }
}

// Check 15, of the products that the rows are about.
function judgeProducts(rows, said) {
  const named = (list) => dump([...new Set(list)].sort(compareTexts));
  const same = named(rows.map((row) => row.product)) === named(said.products.map((one) => one.id));
  ensure(same, "RW4064", "The rows are about other products than the root names.");
}

// Check 15, of rows and results: pairs of both.
async function judgeResultLogic(state, said) {
  const { results, rows, blinding } = state;
  const nameOf = (item) => dump([item.requirement, item.product]);
  const byName = new Map(results.results.map((result) => [nameOf(result), result]));
  const whole = byName.size === results.results.length && byName.size === new Set(rows.map(nameOf)).size && rows.every((row) => byName.has(nameOf(row)));
  ensure(whole, "RW4061", "A row has no result, or a result no row, or one of them two.");
  const pairs = rows.map((row) => [row, byName.get(nameOf(row))]);
  const details = await Promise.all(pairs.map(([row, result]) => blinding.detail(row, result)));
  for (const [index, [row, result]] of pairs.entries()) {
    judgePair(row, result);
    ensure(row.detail === details[index], "RW4063", `${row.requirement} (${row.product}) was made from another result.`);
  }
  judgeRun(results, said);
  return new Map(pairs);
}

// Whether a row follows from its result.
function judgePair(row, result) {
  const where = `${row.requirement} (${row.product})`;
  const { waived } = result;
  const status = waived === null ? result.verdict : "waived";
  const waiver = waived === null ? null : { id: waived.id, approved_by: waived.approved_by, until: waived.until };
  const follows = row.status === status && row.of === (waived === null ? null : result.verdict);
  ensure(follows, "RW4063", `${where} has another status than its result.`);
  ensure(dump(row.waiver) === dump(waiver), "RW4063", `${where} has another waiver than its result.`);
  const same = row.level === result.level && row.severity === result.severity && row.blocks === result.blocks;
  ensure(same, "RW4063", `${where} has another level, severity or effect than its result.`);
  ensure(result.verdict !== "pass" || result.reason.length > 0, "RW4063", `${where} passes, and no reason is given.`);
  const clean = result.verdict !== "pass" || !result.reason.some((line) => ["fail", "unknown", "error"].includes(line.verdict));
  ensure(clean, "RW4063", `${where} passes, and a line of its reason does not.`);
  ensure(result.verdict !== "not_applicable" || result.reason.length > 0, "RW4063", `${where} is not applicable, and no reason is given.`);
}

function judgeRun(results, said) {
  const digests = (list) => dump([...new Set(list.map((one) => one.sha256))].sort(compareTexts));
  const same = results.as_of === said.asOf && results.fail_on === said.failOn && results.engine.version === said.engine.version;
  ensure(same, "RW4064", "Day, options or engine of the results are not those of the root.");
  const products = (list) => dump(list.map((one) => [one.id, one.name, one.version]));
  ensure(products(results.products) === products(said.products), "RW4064", "The results are about other products than the root names.");
  ensure(digests(results.inputs) === digests(said.inputs), "RW4064", "The inputs of the results are not those of the root.");
  ensure(digests(results.policies) === digests(said.policies), "RW4064", "The policies of the results are not those of the root.");
  ensure(dump(conflictsOf(results)) === dump(said.conflicts), "RW4064", "The contradictions of the results are not those of the root.");
}

function conflictsOf(results) {
  if (results.analysed === null) return null;
  const found = new Map();
  for (const result of results.results) {
    for (const clash of result.conflicts) {
      const requirements = [...new Set([result.requirement, ...clash.others])].sort(compareTexts);
      const made = { id: clash.id, requirements, facts: [...clash.facts].sort(compareTexts) };
      found.set(dump(made), made);
    }
  }
  const order = (one, other) =>
    compareTexts(one.id, other.id) || compareLists(one.requirements, other.requirements) || compareLists(one.facts, other.facts);
  const listed = [...found.values()].sort(order);
  return { completeUpTo: results.analysed.complete_up_to, left: results.analysed.left, found: listed };
}

function folder(members, name) {
  return [...members].filter(([key]) => key.startsWith(name)).map(([key, bytes]) => [key.slice(name.length), bytes]);
}

// Check 16.
async function judgeViews(members, said, blinding) {
  const own = folder(members, "views/");
  const listed = new Map(said.views.map((view) => [view.name, view]));
  const findings = own.filter(([name]) => !listed.has(name)).map(([name]) => fail("RW4065", `The root does not list the view ${name}.`));
  for (const [name, bytes] of own.filter(([one]) => listed.has(one))) {
    if (blinding === null) findings.push(unsure("RW4069", `Without a seed the view ${name} cannot be tied to the root.`));
    else if ((await blinding.blinded(`views/${name}`, bytes)) !== listed.get(name).commitment) {
      findings.push(fail("RW4066", `The view ${name} is not the one that was signed.`));
    }
  }
  if (own.length === 0) return said.views.length ? note(`${said.views.length} views are listed, and none is enclosed.`) : skip("There are no views.");
  const left = said.views.length - own.length;
  return worst(findings, left > 0 ? note(`${own.length} views are those that were signed; ${left} more are not enclosed.`) : ok(`${plural(own.length, "view")} that were signed, and none is missing.`));
}

// What compliance-trestle signs of a document.
async function trestlePayload(name, document) {
  return dumpBytes({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name, digest: { sha256: await sha256Hex(document) } }],
    predicateType: "https://oscal-compass.github.io/compliance-trestle/predicates/oscal-signing/v1",
    predicate: { canonicalization: "RFC8785", digestAlgorithm: "sha256", digestSource: "canonical-json", tool: "compliance-trestle" },
  });
}

// Check 17.
async function judgeStatements(state) {
  const { members, statement, root, rows } = state;
  const names = Object.keys(DERIVED).filter((name) => members.has(`statements/${name}.dsse.json`));
  const others = folder(members, "statements/oscal-").map(([name]) => `oscal-${name.replace(/\.dsse\.json$/, "")}`).sort(compareTexts);
  const derived = rows === null || names.length === 0 ? null : derive(root, statement, rows);
  const findings = [];
  let loose = false;
  for (const name of [...names, ...others]) {
    try {
      const sealed = await readStatementBeside(state, name, findings);
      if (others.includes(name)) {
        const document = members.get(`views/${name}.json`);
        if (document === undefined) loose = true;
        else ensure(sealed.type === IN_TOTO && equal(await trestlePayload(`${name}.json`, document), sealed.payload), "RW4068", `The statement ${name} is not about the view of that name.`);
        continue;
      }
      ensure(sealed.type === IN_TOTO, "RW4067", `The statement ${name} has another type.`);
      if (derived === null) judgeWithoutRows(name, sealed.payload, root, statement);
      else ensure(equal(derived[name], sealed.payload), "RW4068", `The statement ${name} does not follow from root and rows.`);
    } catch (error) {
      findings.push(findingOf(error));
    }
  }
  if (names.length + others.length === 0) return skip("There are no derived statements.");
  const told = [...names, ...others].join(", ");
  if (names.length && derived === null) return worst(findings, note(`${told}: signed, and about this attestation; without the rows they cannot be compared.`));
  if (loose) return worst(findings, note(`${told}: signed; of OSCAL documents some are not there to compare.`));
  return worst(findings, ok(`${told}: signed${names.length ? "; what is not of OSCAL follows from root and rows" : ""}.`));
}

// The envelope of a statement; what is wrong with its signatures is added to the findings.
async function readStatementBeside({ members, known, counting }, name, findings) {
  const sealed = readEnvelopeAs(members.get(`statements/${name}.dsse.json`), "RW4067");
  const signed = await signedBy(sealed.signatures, sealed.message, [...counting].map((id) => known.keys.get(id)));
  if (!known.anybody) findings.push(unsure(NOBODY, "Nobody said whom to trust."));
  else if (signed.size === 0) findings.push((known.beyond.size ? unsure : fail)("RW4067", `No key that counts for the root signed the statement ${name}.`));
  return sealed;
}

// Check 18.
async function judgeInputs(members, said) {
  const files = folder(members, "inputs/");
  const bytes = members.get("run.json");
  if (bytes === undefined && files.length === 0) {
    return said.run === null ? note("The root names no run, so nobody can repeat it.") : skip("The inputs are not enclosed.");
  }
  const findings = [];
  const named = new Set();
  if (bytes !== undefined) {
    try {
      ensure(said.run !== null, "RW4065", "The root names no run.");
      ensure((await sha256Hex(bytes)) === said.run, "RW4066", "The run is not the one that was signed.");
      const run = readModel(bytes, "Run", LIMITS.document, "RW4066", "RW4066");
      for (const one of [...run.texts, ...run.given.flatMap((given) => given.files)]) named.add(one.sha256);
    } catch (error) {
      findings.push(findingOf(error));
    }
  }
  for (const [name, content] of files) {
    if ((await sha256Hex(content)) !== name) findings.push(fail("RW4066", `The input ${name.slice(0, 16)} is another file.`));
    else if (!named.has(name)) findings.push(fail("RW4066", `The run does not name the input ${name.slice(0, 16)}.`));
  }
  return worst(findings, ok(`${plural(files.length, "input")} that the run names.`));
}

// Check 20, of one disclosure: what it shows. Throws `Refused` with RW4082.
async function readDisclosure(bytes, root, said) {
  const code = "RW4082";
  const found = readModel(bytes, "Disclosure", LIMITS.document, code, code);
  const { leaves, tree } = said.results;
  ensure(found.root === root, code, "It is about another attestation.");
  ensure(found.leaves === leaves, code, "Its number of rows is not that of the attestation.");
  const shown = [...found.shown].sort((one, other) => one.index - other.index);
  ensure(new Set(shown.map((item) => item.index)).size === shown.length, code, "One place of the tree is shown twice.");
  const names = [];
  for (const item of shown) {
    const leaf = await leafShown(item);
    ensure(leaf !== null && (await proven(item, leaf, leaves, fromHex(tree))), code, `The proof of place ${item.index} does not lead to the tree.`);
    if (item.detail !== undefined || item.detail_salt !== undefined) {
      const salted = item.detail_salt === undefined ? null : fromBase64url(item.detail_salt);
      const held = item.row !== undefined && item.detail !== undefined && salted !== null && (await detailOf(salted, item.detail)) === item.row.detail;
      ensure(held, code, `The result at place ${item.index} is not that of its row.`);
      judgeTold(item.row, item.detail);
    }
    names.push(leaf);
  }
  judgeShown(shown.filter((item) => item.row !== undefined).map((item) => item.row), said);
  ensure(names.every((name, index) => index === 0 || comparePairs(names[index - 1], name) < 0), code, "Rows are not in the order of their places.");
  if (found.absent !== undefined) ensure(absenceShown(found.absent, shown, names, leaves), code, `It does not show that ${found.absent[0]} is absent.`);
  return { ...found, shown, names };
}

// An action that refuses with RW4082, whatever the code of what it finds.
function asDisclosed(action) {
  try {
    action();
  } catch (error) {
    if (error instanceof Refused) throw new Refused("RW4082", error.message);
    throw error;
  }
}

// Whether a row that is shown says the same as the result that is shown with it.
function judgeTold(row, detail) {
  const same = fits(detail, RESULTS.results[0]) && detail.requirement === row.requirement && detail.product === row.product;
  ensure(same, "RW4082", `The result of ${row.requirement} is about something else, or does not have its form.`);
  asDisclosed(() => judgePair(row, detail));
}

// Whether the rows that are shown contradict themselves or the tallies.
function judgeShown(rows, said) {
  asDisclosed(() => judgeRowLogic(rows, said));
  const tallies = new Map(said.verdicts.map((tally) => [tally.standard, tally]));
  for (const tally of countsOf(rows)) {
    const own = tallies.get(tally.standard);
    ensure(own !== undefined, "RW4082", `The attestation does not tally ${tally.standard}.`);
    const fewer = Object.keys(tally).every((name) => name === "standard" || tally[name] <= own[name]);
    ensure(fewer, "RW4082", `More rows of ${tally.standard} are shown with a status, or block, than the attestation counts.`);
  }
}

function absenceShown(pair, shown, names, leaves) {
  const order = names.map((name) => comparePairs(name, pair));
  if (order.includes(0)) return false;
  const before = new Set(shown.filter((_, index) => order[index] < 0).map((item) => item.index));
  const after = new Set(shown.filter((_, index) => order[index] > 0).map((item) => item.index));
  return after.has(0) || before.has(leaves - 1) || [...before].some((index) => after.has(index + 1));
}
