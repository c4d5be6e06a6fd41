// Bytes and their spellings: hexadecimal, base64, UTF-8, strictly: one text for one value.
// Guarantees: stray characters, padding too much or too little, and bits left over are refused (RFC 4648 section 3.5).

const LIMITS = Object.freeze({
  archive: 64 * 1024 * 1024, members: 4096, envelope: 8 * 1024 * 1024, payload: 4 * 1024 * 1024, signatures: 32,
  signature: 8192, subjects: 1024, digests: 32, tokens: 32, token: 64 * 1024, depth: 64, document: 16 * 1024 * 1024,
  proof: 64, keys: 256, values: 1_000_000, note: 256 * 1024, rows: 10_000, tallies: 1024, products: 1024,
});

// A check that fails, with its code: the one kind of error that is expected.
class Refused extends Error {
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

function ensure(holds, code, text) {
  if (!holds) throw new Refused(code, text);
}

const EMPTY = new Uint8Array(0);
const ENCODER = new TextEncoder();

function utf8(text) {
  return ENCODER.encode(text);
}

// The text of bytes in UTF-8; throws where they are none. A byte order mark stays what it is, a character.
function textOf(bytes) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

function concat(...parts) {
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}

function equal(one, other) {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function isSha256(text) {
  return /^[0-9a-f]{64}$/.test(text);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter.charCodeAt(0), value]));

// Bytes of base64 in the standard alphabet with padding, or null.
function strictBase64(text) {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const made = new Uint8Array((text.length / 4) * 3 - padding);
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < text.length - padding; index += 1) {
    const value = VALUES.get(text.charCodeAt(index));
    if (value === undefined) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      made[at] = (held >> bits) & 0xff;
      at += 1;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? made : null;
}

// Padded base64 of either alphabet, not of both; null where it is not.
function fromBase64(text) {
  const safe = /[-_]/.test(text);
  if (safe && /[+/]/.test(text)) return null;
  return strictBase64(safe ? text.replaceAll("-", "+").replaceAll("_", "/") : text);
}

// URL-safe base64 without padding; null where it is not.
function fromBase64url(text) {
  if (/[+/=]/.test(text)) return null;
  return strictBase64(text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4));
}

function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const held = (bytes[at] << 16) | ((left > 1 ? bytes[at + 1] : 0) << 8) | (left > 2 ? bytes[at + 2] : 0);
    text += ALPHABET[held >> 18] + ALPHABET[(held >> 12) & 63];
    text += (left > 1 ? ALPHABET[(held >> 6) & 63] : "=") + (left > 2 ? ALPHABET[held & 63] : "=");
  }
  return text;
}

function toBase64url(bytes) {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The order of two texts by code points, as -1, 0 or 1: UTF-16 units would sort what lies beyond U+FFFF too early.
function compareTexts(one, other) {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  let at = 0;
  while (at < length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  if (at === length) return one.length < other.length ? -1 : 1;
  const rank = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
  return rank(one.charCodeAt(at)) < rank(other.charCodeAt(at)) ? -1 : 1;
}

function comparePairs(one, other) {
  return compareTexts(one[0], other[0]) || compareTexts(one[1], other[1]);
}

// The order of two lists of texts: by the first that differs, else the shorter one first.
function compareLists(one, other) {
  const at = one.findIndex((text, index) => text !== other[index]);
  if (at < 0) return Math.sign(one.length - other.length);
  return at < other.length ? compareTexts(one[at], other[at]) : 1;
}

async function digest(bytes, algorithm = "SHA-256") {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
}

async function sha256Hex(bytes) {
  return toHex(await digest(bytes));
}
