// JSON that has one form: RFC 8785 for values without floats, and the admission of JSON from outside.
// Guarantees: its own reader, so that repeated members, rounded numbers and half surrogate pairs cannot slip through that of the
// browser; objects have no prototype; depth and size are bounded before anything is built.

class NotAdmissible extends Error {}

const LARGEST = Number.MAX_SAFE_INTEGER;
const ESCAPES = new Map(Object.entries({ '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }));
const WORDS = [["true", true], ["false", false], ["null", null]];
const [QUOTE, COMMA, COLON, BACKSLASH, LIST, LIST_END, OBJECT, OBJECT_END] = [...'",:\\[]{}'].map((letter) => letter.charCodeAt(0));

class JsonReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  fail(why = "it is not JSON in UTF-8") {
    throw new NotAdmissible(why);
  }

  // The unit at this place; NaN at the end.
  here() {
    return this.text.charCodeAt(this.at);
  }

  space() {
    for (let unit = this.here(); unit === 0x20 || (unit >= 0x09 && unit <= 0x0d && unit !== 0x0b && unit !== 0x0c); unit = this.here()) this.at += 1;
  }

  whole() {
    this.space();
    const value = this.value(0);
    this.space();
    if (this.at !== this.text.length) this.fail();
    return value;
  }

  value(depth) {
    const unit = this.here();
    if (unit === OBJECT) return this.object(depth + 1);
    if (unit === LIST) return this.list(depth + 1);
    if (unit === QUOTE) return this.string();
    const word = WORDS.find(([name]) => this.text.startsWith(name, this.at));
    if (word === undefined) return this.number();
    this.at += word[0].length;
    return word[1];
  }

  number() {
    const begin = this.at;
    if (this.text[this.at] === "-") this.at += 1;
    const first = this.at;
    for (let unit = this.here(); unit >= 0x30 && unit <= 0x39; unit = this.here()) this.at += 1;
    const leading = this.text[first] === "0" && this.at > first + 1;
    if (this.at === first || leading) this.fail();
    if (/[.eE]/.test(this.text[this.at] ?? "")) this.fail("a number is no integer");
    const value = Number(this.text.slice(begin, this.at));
    if (Math.abs(value) > LARGEST) this.fail("an integer is beyond 2^53-1");
    return value === 0 ? 0 : value;
  }

  string() {
    const parts = [];
    this.at += 1;
    let begin = this.at;
    let plain = true;
    for (;;) {
      const unit = this.here();
      if (unit === QUOTE) break;
      if (unit === BACKSLASH) {
        parts.push(this.text.slice(begin, this.at), this.escape());
        begin = this.at;
        plain = false;
      } else if (unit >= 0x20) {
        if (unit >= 0xd800) plain = false;
        this.at += 1;
      } else {
        this.fail();
      }
    }
    parts.push(this.text.slice(begin, this.at));
    this.at += 1;
    const made = parts.length === 1 ? parts[0] : parts.join("");
    if (!plain && /\p{Surrogate}/u.test(made)) this.fail("a text holds half a surrogate pair");
    return made;
  }

  escape() {
    const letter = this.text[this.at + 1];
    if (letter === "u") {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail();
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const found = ESCAPES.get(letter);
    if (found === undefined) this.fail();
    this.at += 2;
    return found;
  }

  // Begin a list or an object; whether it ends at once.
  begins(depth, end) {
    if (depth > LIMITS.depth) this.fail(`it is nested more than ${LIMITS.depth} levels deep`);
    this.at += 1;
    this.space();
    if (this.here() !== end) return true;
    this.at += 1;
    return false;
  }

  // After an item: whether another one follows.
  another(end) {
    this.space();
    const unit = this.here();
    if (unit !== COMMA && unit !== end) this.fail();
    this.at += 1;
    if (unit === COMMA) this.space();
    return unit === COMMA;
  }

  list(depth) {
    const made = [];
    if (this.begins(depth, LIST_END)) {
      do made.push(this.value(depth));
      while (this.another(LIST_END));
    }
    return made;
  }

  object(depth) {
    const made = Object.create(null);
    if (this.begins(depth, OBJECT_END)) {
      do this.member(made, depth);
      while (this.another(OBJECT_END));
    }
    return made;
  }

  member(made, depth) {
    if (this.here() !== QUOTE) this.fail();
    const name = this.string();
    if (/[\ud800-\uffff]/.test(name)) this.fail("the name of a member holds a character beyond U+D7FF");
    if (name in made) this.fail("a member stands twice");
    this.space();
    if (this.here() !== COLON) this.fail();
    this.at += 1;
    this.space();
    made[name] = this.value(depth);
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
