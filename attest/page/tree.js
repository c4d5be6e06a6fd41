// Rows as leaves of a tree: salts, blinded digests, leaves, and the Merkle tree of RFC 9162.
// Guarantees: leaves and nodes are hashed apart; a proof with a hash too many, too few or of another length is refused.

const ONE = Array.from({ length: 4 }, (_, byte) => Uint8Array.of(byte));

// What comes from a seed: salts, and the digests that they blind.
class Blinding {
  static async from(seed) {
    const made = new Blinding();
    made.key = await crypto.subtle.importKey("raw", seed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return made;
  }

  async salt(...label) {
    return new Uint8Array(await crypto.subtle.sign("HMAC", this.key, dumpBytes(label))).subarray(0, 16);
  }

  async blinded(name, bytes) {
    return sha256Hex(concat(ONE[2], await this.salt(name), bytes));
  }

  async leaf(row) {
    const salted = await this.salt("row", row.requirement, row.product);
    return [row.requirement, row.product, await commitmentOf(salted, row)];
  }

  async detail(row, result) {
    return detailOf(await this.salt("detail", row.requirement, row.product), result);
  }
}

async function commitmentOf(salted, row) {
  return toBase64url(await digest(concat(ONE[2], salted, dumpBytes(row))));
}

async function detailOf(salted, result) {
  return toBase64url(await digest(concat(ONE[3], salted, dumpBytes(result))));
}

function leafHash(bytes) {
  return digest(concat(ONE[0], bytes));
}

function nodeHash(left, right) {
  return digest(concat(ONE[1], left, right));
}

async function treeRoot(hashes) {
  let level = hashes.length ? hashes : [await digest(EMPTY)];
  while (level.length > 1) {
    const pairs = [];
    for (let at = 0; at + 1 < level.length; at += 2) pairs.push(nodeHash(level[at], level[at + 1]));
    level = [...(await Promise.all(pairs)), ...(level.length % 2 ? [level.at(-1)] : [])];
  }
  return level[0];
}

// Whether a leaf's hash stands at an index of the tree with that root. RFC 9162 section 2.1.3.2. Numbers go up to 2^53-1, so halves
// are divisions, not shifts.
async function included(hash, index, size, path, root) {
  if (!(index >= 0 && index < size) || path.length > LIMITS.proof) return false;
  if ([hash, ...path].some((one) => one.length !== 32)) return false;
  const half = (number) => Math.floor(number / 2);
  let here = index;
  let last = size - 1;
  let found = hash;
  for (const sibling of path) {
    if (last === 0) return false;
    if (here % 2 === 1 || here === last) {
      found = await nodeHash(sibling, found);
      while (here % 2 === 0 && here !== 0) {
        here = half(here);
        last = half(last);
      }
    } else {
      found = await nodeHash(found, sibling);
    }
    here = half(here);
    last = half(last);
  }
  return last === 0 && equal(found, root);
}

// What is shown of a leaf, as a leaf; null where it is neither a leaf alone nor a row with its salt.
async function leafShown(item) {
  if ((item.row === undefined) !== (item.salt === undefined)) return null;
  if (item.row === undefined) return item.leaf ?? null;
  const salted = fromBase64url(item.salt);
  if (salted === null || item.leaf !== undefined) return null;
  return [item.row.requirement, item.row.product, await commitmentOf(salted, item.row)];
}

// Whether what is shown stands at its index in the tree.
async function proven(item, leaf, leaves, root) {
  const joined = fromBase64url(item.path);
  if (joined === null || joined.length % 32) return false;
  const path = [];
  for (let at = 0; at < joined.length; at += 32) path.push(joined.subarray(at, at + 32));
  return included(await leafHash(dumpBytes(leaf)), item.index, leaves, path, root);
}
