// Envelopes: DSSE 1.0.2 with several signatures, strictly.
// Guarantees: what is signed is PAE(type, payload) with lengths in bytes; key ids are hints and decide nothing.

const IN_TOTO = "application/vnd.in-toto+json";

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function preAuthenticated(type, payload) {
  const kind = utf8(type);
  return concat(utf8(`DSSEv1 ${kind.length} `), kind, utf8(` ${payload.length} `), payload);
}

// The envelope in some JSON of any layout. Throws `Refused` with RW4004, RW4005 or RW4007.
function readEnvelope(bytes) {
  let plain;
  try {
    plain = admissible(bytes, LIMITS.envelope);
  } catch (error) {
    if (!(error instanceof NotAdmissible)) throw error;
    throw new Refused("RW4004", `The envelope is not taken: ${error.message}.`);
  }
  const three = isObject(plain) && Object.keys(plain).sort().join() === "payload,payloadType,signatures";
  ensure(three, "RW4005", "An envelope has exactly payload, payloadType and signatures.");
  const typed = typeof plain.payload === "string" && typeof plain.payloadType === "string" && Array.isArray(plain.signatures);
  ensure(typed && plain.payloadType !== "", "RW4005", "A member of the envelope has the wrong type.");
  ensure(plain.signatures.length > 0, "RW4005", "The envelope has no signature.");
  ensure(plain.signatures.length <= LIMITS.signatures, "RW4007", `The envelope has more than ${LIMITS.signatures} signatures.`);
  const payload = fromBase64(plain.payload);
  ensure(payload !== null, "RW4005", "The payload is not in strict base64.");
  ensure(payload.length <= LIMITS.payload, "RW4007", "The payload is larger than 4 MiB.");
  const signatures = plain.signatures.map(readSignature);
  return { payload, type: plain.payloadType, signatures, message: preAuthenticated(plain.payloadType, payload) };
}

function readSignature(item) {
  const members = isObject(item) && Object.keys(item).every((name) => name === "sig" || name === "keyid");
  ensure(members && "sig" in item, "RW4005", "A signature has sig, may have keyid, and nothing else.");
  const typed = typeof item.sig === "string" && (!("keyid" in item) || typeof item.keyid === "string");
  ensure(typed, "RW4005", "A member of a signature has the wrong type.");
  const bytes = fromBase64(item.sig);
  ensure(bytes !== null && bytes.length > 0, "RW4005", "A signature is empty or not in strict base64.");
  ensure(bytes.length <= LIMITS.signature, "RW4007", "A signature is too long.");
  return bytes;
}

// Read an envelope whose every fault has one code.
function readEnvelopeAs(bytes, code) {
  try {
    return readEnvelope(bytes);
  } catch (error) {
    if (error instanceof Refused) throw new Refused(code, error.message);
    throw error;
  }
}
