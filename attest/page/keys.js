// Public keys and the algorithms that they are used with.
// Guarantees: a key has one algorithm, which the signature cannot choose; its id is the SHA-256 of its SubjectPublicKeyInfo; the
// browser does the arithmetic. What this browser cannot check is `supported: false`, and never counts as checked.

const POST_QUANTUM = new Set(["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"]);
const KEY_FORMS = [
  ["ed25519", "302a300506032b6570032100", 44, { name: "Ed25519" }, { name: "Ed25519" }],
  ["ecdsa-p256-sha256", "3059301306072a8648ce3d020106082a8648ce3d03010703420004", 91,
    { name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }, 32],
  ["ecdsa-p384-sha384", "3076301006072a8648ce3d020106052b8104002203620004", 120,
    { name: "ECDSA", namedCurve: "P-384" }, { name: "ECDSA", hash: "SHA-384" }, 48],
  ["ml-dsa-44", "30820532300b06096086480165030403110382052100", 1334, { name: "ML-DSA-44" }, { name: "ML-DSA-44" }],
  ["ml-dsa-65", "308207b2300b0609608648016503040312038207a100", 1974, { name: "ML-DSA-65" }, { name: "ML-DSA-65" }],
  ["ml-dsa-87", "30820a32300b060960864801650304031303820a2100", 2614, { name: "ML-DSA-87" }, { name: "ML-DSA-87" }],
];
const RSA_HEAD = "300d06092a864886f70d0101010500";

// What kind of key a SubjectPublicKeyInfo is, or null.
function keyForm(der) {
  const head = toHex(der.subarray(0, 40));
  const found = KEY_FORMS.find(([, prefix, size]) => der.length === size && head.startsWith(prefix));
  if (found !== undefined) return { algorithm: found[0], importing: found[3], verifying: found[4], half: found[5] };
  return isRsa(der)
    ? { algorithm: "rsa-pss-sha256", importing: { name: "RSA-PSS", hash: "SHA-256" }, verifying: { name: "RSA-PSS", saltLength: 32 } }
    : null;
}

function isRsa(der) {
  try {
    const [kind, bits, ...more] = derChildren(derWhole(der, 0x30));
    if (kind === undefined || toHex(kind.raw) !== RSA_HEAD || more.length) return false;
    const numbers = derChildren(derWhole(derBits(bits), 0x30)).map(derNatural);
    const size = numbers[0].length * 8 - Math.clz32(numbers[0][0]) + 24;
    return numbers.length === 2 && size >= 2048 && size <= 8192;
  } catch (error) {
    if (error instanceof NotDer || error instanceof TypeError) return false;
    throw error;
  }
}

// The key of a SubjectPublicKeyInfo, or null where it is none that is used here.
async function readKey(der) {
  const form = keyForm(der);
  if (form === null) return null;
  const made = { ...form, der, id: await sha256Hex(der), postQuantum: POST_QUANTUM.has(form.algorithm), supported: true, key: null };
  try {
    made.key = await crypto.subtle.importKey("spki", der, form.importing, false, ["verify"]);
  } catch (error) {
    if (error.name !== "NotSupportedError" && !POST_QUANTUM.has(form.algorithm)) return null;
    made.supported = false;
  }
  return made;
}

// The key of a file: PEM of a public key or of a certificate, or DER. Null where it is none.
async function readKeyFile(bytes) {
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, 1 << 20));
  const found = /-----BEGIN (PUBLIC KEY|CERTIFICATE)-----\s([A-Za-z0-9+/=\s]*)-----END \1-----/.exec(text);
  if (found === null) return text.startsWith("0") ? readKey(bytes) : null;
  const der = strictBase64(found[2].replace(/\s/g, ""));
  if (der === null) return null;
  try {
    return await readKey(found[1] === "CERTIFICATE" ? readCertificate(der).spki : der);
  } catch (error) {
    if (error instanceof NotDer) return null;
    throw error;
  }
}

// Whether a signature over a message was made with the private half of a key.
async function verifies(key, signature, message) {
  if (!key.supported) return false;
  let pair = signature;
  if (key.half !== undefined) {
    const decoded = ecdsaPair(signature, key.half);
    if (decoded === null && (signature.length !== 2 * key.half || isPair(signature))) return false;
    pair = decoded ?? signature;
  }
  try {
    return await crypto.subtle.verify(key.verifying, key.key, pair, message);
  } catch {
    return false;
  }
}

// Whether bytes are DER of two natural numbers of any size: then they are no raw pair.
function isPair(signature) {
  return ecdsaPair(signature, LIMITS.signature) !== null;
}

// The keys that signed a message, by id, each with its signatures: every key is tried with every signature, and counts once.
async function signedBy(signatures, message, keys) {
  const listed = [...new Map(signatures.map((one) => [toHex(one), one])).values()];
  const found = new Map();
  for (const key of [...keys].sort((one, other) => compareTexts(one.id, other.id))) {
    const good = await Promise.all(listed.map((one) => verifies(key, one, message)));
    if (good.includes(true)) found.set(key.id, listed.filter((_, index) => good[index]));
  }
  return found;
}

// The names of algorithms among some keys that this browser cannot check.
function lacking(keys) {
  return [...new Set([...keys].filter((key) => !key.supported).map((key) => key.algorithm))].sort();
}
