// JSON that has one form: RFC 8785 for values without floats, and the admission of JSON from outside.
// Guarantees: its own reader, so that repeated members, rounded numbers and half surrogate pairs cannot slip through that of the
// browser; objects have no prototype; depth and size are bounded before anything is built.

class NotAdmissible extends Error {}

const LARGEST = Number.MAX_SAFE_INTEGER;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class JsonReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  fail(why) {
    throw new NotAdmissible(why);
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at += 1;
  }

  whole() {
    this.space();
    const value = this.value(0);
    this.space();
    if (this.at !== this.text.length) this.fail("it is not JSON in UTF-8");
    return value;
  }

  value(depth) {
    const letter = this.text[this.at];
    if (letter === "{") return this.object(depth + 1);
    if (letter === "[") return this.list(depth + 1);
    if (letter === '"') return this.string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  number() {
    const form = /-?(?:0|[1-9][0-9]*)/y;
    form.lastIndex = this.at;
    const found = form.exec(this.text);
    if (found === null) this.fail("it is not JSON in UTF-8");
    this.at = form.lastIndex;
    if (/[.eE0-9]/.test(this.text[this.at] ?? "")) this.fail("a number is no integer");
    const value = Number(found[0]);
    if (Math.abs(value) > LARGEST) this.fail("an integer is beyond 2^53-1");
    return value === 0 ? 0 : value;
  }

  string() {
    const plain = /[^"\\\u0000-\u001f]*/y;
    let made = "";
    this.at += 1;
    for (;;) {
      plain.lastIndex = this.at;
      made += plain.exec(this.text)[0];
      this.at = plain.lastIndex;
      const letter = this.text[this.at];
      if (letter === '"') break;
      if (letter !== "\\") this.fail("it is not JSON in UTF-8");
      made += this.escape();
    }
    this.at += 1;
    if (/\p{Surrogate}/u.test(made)) this.fail("a text holds half a surrogate pair");
    return made;
  }

  escape() {
    const letter = this.text[this.at + 1];
    if (letter === "u") {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail("it is not JSON in UTF-8");
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (letter === undefined || !Object.hasOwn(ESCAPES, letter)) this.fail("it is not JSON in UTF-8");
    this.at += 2;
    return ESCAPES[letter];
  }

  deeper(depth) {
    if (depth > LIMITS.depth) this.fail(`it is nested more than ${LIMITS.depth} levels deep`);
    this.at += 1;
    this.space();
  }

  // After an item: whether another one follows.
  another(end) {
    this.space();
    const letter = this.text[this.at];
    if (letter !== "," && letter !== end) this.fail("it is not JSON in UTF-8");
    this.at += 1;
    this.space();
    return letter === ",";
  }

  list(depth) {
    const made = [];
    this.deeper(depth);
    if (this.text[this.at] === "]") {
      this.at += 1;
      return made;
    }
    do made.push(this.value(depth));
    while (this.another("]"));
    return made;
  }

  object(depth) {
    const made = Object.create(null);
    this.deeper(depth);
    if (this.text[this.at] === "}") {
      this.at += 1;
      return made;
    }
    do {
      if (this.text[this.at] !== '"') this.fail("it is not JSON in UTF-8");
      const name = this.string();
      if (/[\ud800-\uffff]/.test(name)) this.fail("the name of a member holds a character beyond U+D7FF");
      if (Object.hasOwn(made, name)) this.fail("a member stands twice");
      this.space();
      if (this.text[this.at] !== ":") this.fail("it is not JSON in UTF-8");
      this.at += 1;
      this.space();
      made[name] = this.value(depth);
    } while (this.another("}"));
    return made;
  }
}

function readJson(bytes, limit) {
  if (bytes.length > limit) throw new NotAdmissible(`it has more than ${limit} bytes`);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw new NotAdmissible("it begins with a byte order mark");
  }
  let values = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values += 1;
  }
  if (values > LIMITS.values) throw new NotAdmissible("it has more than a million values");
  let text;
  try {
    text = textOf(bytes);
  } catch {
    throw new NotAdmissible("it is not JSON in UTF-8");
  }
  return [new JsonReader(text).whole(), text];
}

// The value of JSON in any layout, without repeated members.
function admissible(bytes, limit = LIMITS.document) {
  return readJson(bytes, limit)[0];
}

// The value of bytes that are in the one form.
function canonical(bytes, limit = LIMITS.document) {
  const [value, text] = readJson(bytes, limit);
  if (dump(value) !== text) throw new NotAdmissible("it is not in canonical form (RFC 8785)");
  return value;
}

// The one form of a value, as text.
function dump(value) {
  const parts = [];
  dumpInto(value, parts);
  return parts.join("");
}

function dumpInto(value, parts) {
  if (Array.isArray(value)) {
    parts.push("[");
    value.forEach((item, index) => {
      if (index) parts.push(",");
      dumpInto(item, parts);
    });
    parts.push("]");
  } else if (value !== null && typeof value === "object") {
    parts.push("{");
    Object.keys(value).sort().forEach((name, index) => {
      parts.push(index ? "," : "", JSON.stringify(name), ":");
      dumpInto(value[name], parts);
    });
    parts.push("}");
  } else {
    parts.push(typeof value === "number" ? String(value) : JSON.stringify(value));
  }
}

function dumpBytes(value) {
  return utf8(dump(value));
}
