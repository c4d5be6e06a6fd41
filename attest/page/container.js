// The one file: a ZIP archive of which there is exactly one form for given members.
// Guarantees: every byte of the archive is either content of a member or what follows from the members, so its two tables cannot
// tell two stories; nothing is unpacked, so nothing can unfold.

const MEMBER = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*){0,2}$/;
const LONGEST = 120;
const KNOWN = [
  /^(?:root\.dsse\.json|results\.json|rows\.json|seed\.json|run\.json|readme\.txt|verify\.html|log\/proof\.tlog-proof)$/,
  /^inputs\/[0-9a-f]{64}$/,
  /^views\/[a-z0-9][a-z0-9._-]*$/,
  /^statements\/(?:vsa|svr|test-result|oscal-[a-z0-9._-]+)\.dsse\.json$/,
  /^time\/[0-9]{1,4}\.tsr$/,
];

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) value = (value >>> 8) ^ CRC[(value ^ bytes[at]) & 0xff];
  return (value ^ 0xffffffff) >>> 0;
}

// The members by name, in a Map. Throws `Refused` with RW4001 to RW4003.
function readArchive(bytes) {
  ensure(bytes.length <= LIMITS.archive, "RW4002", "The bundle is larger than 64 MiB.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [count, start] = archiveEnd(bytes, view);
  ensure(count <= LIMITS.members, "RW4002", `The bundle has more than ${LIMITS.members} members.`);
  const members = new Map();
  const heads = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const [name, content, next] = archiveMember(bytes, view, at, start);
    ensure(!members.has(name), "RW4003", "Two members have one name.");
    members.set(name, content);
    heads.push([name, at, content]);
    at = next;
  }
  ensure(at === start && archiveAgrees(bytes, view, heads, start), "RW4001", "The archive is not in the one form of a bundle.");
  return members;
}

function archiveEnd(bytes, view) {
  const begins = bytes.length >= 22 && [0x04034b50, 0x06054b50].includes(view.getUint32(0, true));
  ensure(begins, "RW4001", "The file is neither a ZIP archive nor an envelope.");
  const at = bytes.length - 22;
  const start = view.getUint32(at + 16, true);
  const plain = view.getUint32(at, true) === 0x06054b50 && view.getUint32(at + 4, true) === 0 && view.getUint16(at + 20, true) === 0;
  const count = view.getUint16(at + 10, true);
  ensure(plain && view.getUint16(at + 8, true) === count && start !== 0xffffffff, "RW4001", "The archive does not end as a bundle does.");
  return [count, start];
}

function archiveMember(bytes, view, at, end) {
  ensure(at + 30 <= end && end <= bytes.length, "RW4001", "The archive is cut off, or lists more members than it has.");
  ensure(view.getUint32(at, true) === 0x04034b50, "RW4001", "A member is not where it should be.");
  const size = view.getUint32(at + 22, true);
  const named = view.getUint16(at + 26, true);
  const plain = view.getUint16(at + 6, true) === 0 && view.getUint16(at + 8, true) === 0
    && view.getUint32(at + 18, true) === size && view.getUint16(at + 28, true) === 0;
  ensure(plain, "RW4001", "A member is compressed, encrypted or has extra fields.");
  ensure(named <= LONGEST, "RW4003", "The name of a member is too long.");
  const begin = at + 30 + named;
  ensure(begin + size <= end, "RW4001", "A member is longer than the archive.");
  const name = String.fromCharCode(...bytes.subarray(at + 30, begin));
  ensure(MEMBER.test(name) && !name.endsWith("."), "RW4003", "The name of a member is not made of plain lower-case words.");
  return [name, bytes.subarray(begin, begin + size), begin + size];
}

// Whether heads, table and end are those that these members have: each field is compared with what it must be.
function archiveAgrees(bytes, view, heads, start) {
  let at = start;
  let before = "";
  for (const [name, offset, content] of heads) {
    const crc = crc32(content);
    const size = content.length;
    const local = [[4, 20, 4], [8, 0, 2], [10, 0x00210000, 4], [14, crc, 4], [18, size, 4], [22, size, 4], [28, 0, 2]];
    const central = [
      [0, 0x02014b50, 4], [4, (3 << 8) | 20, 2], [6, 20, 2], [8, 0, 4], [12, 0x00210000, 4], [16, crc, 4], [20, size, 4],
      [24, size, 4], [28, name.length, 2], [30, 0, 4], [34, 0, 4], [38, (0o100644 << 16) >>> 0, 4], [42, offset, 4],
    ];
    const field = (place) => ([shift, wanted, width]) =>
      (width === 2 ? view.getUint16(place + shift, true) : view.getUint32(place + shift, true)) === wanted;
    if (name <= before || at + 46 + name.length > bytes.length - 22) return false;
    if (!local.every(field(offset)) || !central.every(field(at))) return false;
    if (String.fromCharCode(...bytes.subarray(at + 46, at + 46 + name.length)) !== name) return false;
    before = name;
    at += 46 + name.length;
  }
  return at === bytes.length - 22 && view.getUint32(bytes.length - 22 + 12, true) === at - start;
}

// All members of a bundle, which may be a single envelope.
function readBundle(bytes) {
  ensure(bytes !== null, "RW4002", "The bundle is larger than 64 MiB.");
  if (bytes[0] === 0x7b) return new Map([["root.dsse.json", bytes]]);
  const members = readArchive(bytes);
  const tokens = [...members.keys()].filter((name) => name.startsWith("time/")).length;
  ensure(tokens <= LIMITS.tokens, "RW4002", `The bundle has more than ${LIMITS.tokens} timestamps.`);
  for (const name of members.keys()) {
    ensure(KNOWN.some((form) => form.test(name)), "RW4003", `A bundle has no member of the name ${name}.`);
  }
  ensure(members.has("root.dsse.json"), "RW4001", "There is no root.dsse.json.");
  return members;
}
