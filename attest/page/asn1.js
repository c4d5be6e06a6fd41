// DER (X.690), as far as keys, certificates and timestamps need it.
// Guarantees: lengths are definite and in their shortest form; nothing is read beyond its parent; depth follows the callers.

class NotDer extends Error {}

function derNode(bytes, at = 0, end = bytes.length) {
  if (at + 2 > end) throw new NotDer("cut off");
  const tag = bytes[at];
  if ((tag & 0x1f) === 0x1f) throw new NotDer("a long tag");
  let length = bytes[at + 1];
  let begin = at + 2;
  if (length === 0x80) throw new NotDer("no length");
  if (length > 0x80) {
    const count = length & 0x7f;
    if (count > 4 || begin + count > end) throw new NotDer("a length too long");
    length = 0;
    for (let index = 0; index < count; index += 1) length = length * 256 + bytes[begin + index];
    if (length < 0x80 || bytes[begin] === 0) throw new NotDer("a length that could be shorter");
    begin += count;
  }
  if (begin + length > end) throw new NotDer("cut off");
  return { tag, raw: bytes.subarray(at, begin + length), body: bytes.subarray(begin, begin + length), size: begin - at + length };
}

// The one value that bytes are.
function derWhole(bytes, tag) {
  const node = derNode(bytes);
  if (node.size !== bytes.length || (tag !== undefined && node.tag !== tag)) throw new NotDer("another value");
  return node;
}

function derChildren(node, tag) {
  if (tag !== undefined && node.tag !== tag) throw new NotDer("another value");
  const found = [];
  for (let at = 0; at < node.body.length; at += found.at(-1).size) found.push(derNode(node.body, at));
  return found;
}

// The members of a SET OF, which DER sorts by their bytes (X.690 section 11.6).
function derSet(node, tag) {
  const found = derChildren(node, tag);
  const sorted = found.every((one, index) => index === 0 || compareTexts(toHex(found[index - 1].raw), toHex(one.raw)) <= 0);
  if (!sorted) throw new NotDer("a set out of order");
  return found;
}

function derExpect(node, tag) {
  if (node === undefined || node.tag !== tag) throw new NotDer("another value");
  return node;
}

function derOid(node) {
  const bytes = derExpect(node, 0x06).body;
  if (bytes.length === 0 || bytes.length > 32 || bytes.at(-1) & 0x80) throw new NotDer("no object identifier");
  const parts = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (!(byte & 0x80)) {
      parts.push(value);
      value = 0;
    }
  }
  const first = Math.min(2, Math.floor(parts[0] / 40));
  return [first, parts[0] - 40 * first, ...parts.slice(1)].join(".");
}

// A natural number as bytes without leading zeros.
function derNatural(node) {
  const bytes = derExpect(node, 0x02).body;
  if (bytes.length === 0 || bytes[0] & 0x80) throw new NotDer("no natural number");
  if (bytes.length > 1 && bytes[0] === 0 && !(bytes[1] & 0x80)) throw new NotDer("a number that could be shorter");
  return bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

function derBits(node) {
  const bytes = derExpect(node, 0x03).body;
  if (bytes.length === 0 || bytes[0] !== 0) throw new NotDer("no whole bytes");
  return bytes.subarray(1);
}

// A time of a certificate or a token, as YYYY-MM-DDTHH:MM:SSZ: a fraction is cut.
function derTime(node) {
  const text = String.fromCharCode(...node.body);
  const found = node.tag === 0x17
    ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
    : node.tag === 0x18 ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d*[1-9])?Z$/.exec(text) : null;
  if (found === null) throw new NotDer("no time");
  const year = node.tag === 0x17 ? String(Number(found[1]) + (Number(found[1]) < 50 ? 2000 : 1900)) : found[1];
  const said = `${year}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}`;
  const parsed = new Date(`${said}Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 19) !== said) throw new NotDer("no time");
  return `${said}Z`;
}

// r and s of an ECDSA signature in DER, side by side with `half` bytes each; null where it is none.
function ecdsaPair(signature, half) {
  try {
    const parts = derChildren(derWhole(signature, 0x30));
    if (parts.length !== 2) return null;
    const made = new Uint8Array(2 * half);
    for (const [index, part] of parts.entries()) {
      const number = derNatural(part);
      if (number.length > half) return null;
      made.set(number, (index + 1) * half - number.length);
    }
    return made;
  } catch (error) {
    if (error instanceof NotDer) return null;
    throw error;
  }
}
