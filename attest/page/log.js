// The proof that an attestation stands in a log: C2SP tlog-proof, checkpoint, signed notes, cosignatures.
// Guarantees: a proof is taken in one form; a log must be trusted under the head's own origin; its key is none of its witnesses.

const SPACES = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const NOTE_LINE = new RegExp(`^\\u2014 ([^+${SPACES}]+) ([A-Za-z0-9+/]+={0,2})$`, "u");
const VKEY = new RegExp(`^([^+${SPACES}]+)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/]+={0,2})$`, "u");
const VKEY_FORMS = {
  1: ["302a300506032b6570032100", 32, "Ed25519", 64],
  4: ["302a300506032b6570032100", 32, "Ed25519", 64],
  6: ["30820532300b06096086480165030403110382052100", 1312, "ML-DSA-44", 2420],
};

function malformed(holds, why) {
  ensure(holds, "RW4070", `The proof is malformed: ${why}.`);
}

function noteBase64(text) {
  const bytes = strictBase64(text);
  malformed(bytes !== null, "it holds text that is not base64");
  return bytes;
}

function noteNumber(text) {
  malformed(/^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number(text) <= LARGEST, "a number is not decimal, or too large");
  return Number(text);
}

function noteHash(text) {
  const bytes = noteBase64(text);
  malformed(bytes.length === 32, "a hash has not 32 bytes");
  return bytes;
}

function readProof(bytes) {
  malformed(bytes.length <= LIMITS.note, "it is too large");
  malformed(!bytes.some((byte) => byte < 0x20 && byte !== 0x0a), "it holds a control character");
  let text;
  try {
    text = textOf(bytes);
  } catch {
    malformed(false, "it is not UTF-8");
  }
  const gap = text.indexOf("\n\n");
  const lines = text.slice(0, Math.max(gap, 0)).split("\n");
  malformed(gap >= 0 && lines.shift() === "c2sp.org/tlog-proof@v1", "it does not begin as one");
  if (lines[0]?.startsWith("extra ")) malformed(noteBase64(lines.shift().slice(6)).length > 0, "an empty extra is left out");
  malformed(lines[0]?.startsWith("index ") && lines.length <= 64, "it names no index, or too many hashes");
  const path = lines.slice(1).map(noteHash);
  return { index: noteNumber(lines[0].slice(6)), path, head: readHead(text.slice(gap + 2)) };
}

function readHead(text) {
  const gap = text.lastIndexOf("\n\n");
  malformed(gap >= 0 && text.endsWith("\n") && gap + 2 < text.length, "it has no signatures");
  const listed = text.slice(0, gap).split("\n");
  malformed(listed.length >= 3 && listed.every((line) => line !== ""), "the checkpoint has no origin, size and root");
  const signatures = text.slice(gap + 2, -1).split("\n");
  malformed(signatures.length <= LIMITS.signatures, "it has too many signatures");
  return {
    text: text.slice(0, gap + 1), further: listed.length > 3, origin: listed[0], size: noteNumber(listed[1]), root: noteHash(listed[2]),
    lines: signatures.map(readNoteLine),
  };
}

function readNoteLine(text) {
  const found = NOTE_LINE.exec(text);
  malformed(found !== null, "a signature line has another form");
  const bytes = noteBase64(found[2]);
  malformed(bytes.length > 4 && bytes.length <= LIMITS.signature, "a signature is empty or too long");
  return { name: found[1], id: toHex(bytes.subarray(0, 4)), data: bytes.subarray(4) };
}

// A verifier key, or null: what cannot be read is nobody's key.
async function readVkey(text) {
  const found = text.length <= LIMITS.signature ? VKEY.exec(text) : null;
  const bytes = found === null ? null : strictBase64(found[3]);
  if (bytes === null || bytes.length === 0 || !Object.hasOwn(VKEY_FORMS, bytes[0])) return null;
  const [head, length, algorithm, size] = VKEY_FORMS[bytes[0]];
  const id = (await digest(concat(utf8(`${found[1]}\n`), bytes))).subarray(0, 4);
  if (bytes.length - 1 !== length || toHex(id) !== found[2] || /[\u0000-\u001f]/.test(found[1])) return null;
  const spki = concat(fromHex(head), bytes.subarray(1));
  return { name: found[1], id: found[2], type: bytes[0], raw: toHex(bytes.subarray(1)), spki, algorithm, size };
}

function bigEndian(number) {
  const made = new Uint8Array(8);
  new DataView(made.buffer).setBigUint64(0, BigInt(number));
  return made;
}

// What a key signs of a head at a time; null where its type cannot sign such a head.
function noteMessage(key, head, time) {
  if (key.type === 1) return utf8(head.text);
  if (key.type === 4) return utf8(`cosignature/v1\ntime ${time}\n${head.text}`);
  const [name, origin] = [utf8(key.name), utf8(head.origin)];
  const further = head.text.split("\n").length > 4; // ML-DSA-44 would not cover them
  if (name.length > 255 || origin.length > 255 || further) return null;
  return concat(
    utf8("subtree/v1\n\0"), Uint8Array.of(name.length), name, bigEndian(time), Uint8Array.of(origin.length), origin, bigEndian(0),
    bigEndian(head.size), head.root,
  );
}

async function noteHolds(key, head, data) {
  const timed = key.type !== 1;
  if (timed && data.length < 8) return false;
  const time = timed ? new DataView(data.buffer, data.byteOffset, 8).getBigUint64(0) : 0n;
  const signature = timed ? data.subarray(8) : data;
  const message = noteMessage(key, head, time);
  if (time >= 2n ** 63n || message === null || signature.length !== key.size) return false;
  try {
    const held = await crypto.subtle.importKey("spki", key.spki, { name: key.algorithm }, false, ["verify"]);
    return await crypto.subtle.verify({ name: key.algorithm }, held, signature, message);
  } catch (error) {
    if (error.name === "NotSupportedError") throw new NotHere(key.algorithm);
    return false;
  }
}

// Whether a key signed a head: "bad" where a line of its name and id does not verify.
async function standing(key, head) {
  const own = head.lines.filter((line) => line.name === key.name && line.id === key.id);
  for (const line of own) {
    if (!(await noteHolds(key, head, line.data))) return "bad";
  }
  return own.length ? "signed" : "absent";
}

async function logOf(head, logs) {
  const named = logs.filter((log) => log.origin === head.origin);
  ensure(named.length > 0, "RW4071", `${head.origin} is no log that is trusted.`);
  for (const log of named) {
    const key = await readVkey(log.key);
    if (key === null || key.name !== log.origin || (key.type !== 1 && key.type !== 6)) continue;
    const how = await standing(key, head);
    ensure(how !== "bad", "RW4071", "A signature under the name of the log's key does not verify.");
    if (how === "signed") return [log, key];
  }
  throw new Refused("RW4071", "The head was not signed by the log's key.");
}

async function countWitnesses(head, log, own) {
  const signed = new Set();
  let spoilt = false;
  for (const text of log.witnesses) {
    const key = await readVkey(text);
    if (key === null || key.raw === own.raw || (key.type !== 4 && key.type !== 6)) continue;
    const how = await standing(key, head);
    spoilt ||= how === "bad";
    if (how === "signed") signed.add(key.raw);
  }
  ensure(!spoilt, "RW4072", "A signature under the name of a witness's key does not verify.");
  const enough = log.quorum >= 0 && signed.size >= log.quorum;
  ensure(enough, "RW4072", `${signed.size} of the ${log.quorum} witnesses that are needed signed the head.`);
  return signed.size;
}

// Origin, index and size of a proof that holds. Throws `Refused`, and `NotHere` where this browser cannot tell.
async function judgeProof(bytes, entry, logs, origin) {
  const found = readProof(bytes);
  const { head } = found;
  const [log, key] = await logOf(head, logs);
  const holds = await included(await leafHash(entry), found.index, head.size, found.path, head.root);
  ensure(holds, "RW4070", "The proof does not lead from this attestation to the log's head.");
  const witnesses = await countWitnesses(head, log, key);
  ensure(origin === null || origin === head.origin, "RW4071", "The attestation names another log than that of the proof.");
  return { origin: head.origin, index: found.index, size: head.size, witnesses };
}
