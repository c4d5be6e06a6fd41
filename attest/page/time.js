// Trusted time: what an RFC 3161 response proves to whom trusts given authorities.
// Guarantees: a token counts only if it is granted, is over the SHA-256 of a signature that is asked about, is signed by one certificate
// whose only purpose is time stamping, leads to a self-signed certificate of the authority, and states a time within the validity of
// the certificate that signed it, both ends included. It does not look up whether a certificate was revoked.

const OID = {
  signedData: "1.2.840.113549.1.7.2", tstInfo: "1.2.840.113549.1.9.16.1.4", contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4", signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47", timeStamping: "1.3.6.1.5.5.7.3.8", ecKey: "1.2.840.10045.2.1",
  rsaKey: "1.2.840.113549.1.1.1", ed25519: "1.3.101.112", basicConstraints: "2.5.29.19", keyUsage: "2.5.29.15", extKeyUsage: "2.5.29.37",
};
const HASHES = {
  "1.3.14.3.2.26": "SHA-1", "2.16.840.1.101.3.4.2.1": "SHA-256", "2.16.840.1.101.3.4.2.2": "SHA-384", "2.16.840.1.101.3.4.2.3": "SHA-512",
};
const SIGNATURE_HASHES = {
  "1.2.840.10045.4.3.2": "SHA-256", "1.2.840.10045.4.3.3": "SHA-384", "1.2.840.10045.4.3.4": "SHA-512",
  "1.2.840.113549.1.1.11": "SHA-256", "1.2.840.113549.1.1.12": "SHA-384", "1.2.840.113549.1.1.13": "SHA-512",
  "1.3.101.112": "none",
};
const CURVES = { "1.2.840.10045.3.1.7": ["P-256", 32], "1.3.132.0.34": ["P-384", 48], "1.3.132.0.35": ["P-521", 66] };
const CHAIN = 8;

class NotHere extends Error {}

function readCertificate(der) {
  const [tbs, algorithm, signature] = derChildren(derWhole(der, 0x30));
  const parts = derChildren(derExpect(tbs, 0x30));
  if (parts[0].tag === 0xa0) parts.shift();
  const [serial, , issuer, validity, subject, spki, ...rest] = parts;
  const [first, last] = derChildren(derExpect(validity, 0x30)).map(derTime);
  derExpect(spki, 0x30);
  const listed = rest.find((part) => part.tag === 0xa3);
  const extensions = listed === undefined ? [] : derChildren(derWhole(listed.body, 0x30)).map(readExtension);
  const of = (oid) => extensions.filter((one) => one.oid === oid);
  return {
    der, tbs: tbs.raw, serial: toHex(derExpect(serial, 0x02).body), issuer: toHex(issuer.raw), subject: toHex(subject.raw), spki: spki.raw,
    first, last, algorithm: derOid(derChildren(algorithm)[0]), signature: derBits(signature),
    stamps: stampsOnly(of(OID.extKeyUsage)), authority: isAuthority(of(OID.basicConstraints), of(OID.keyUsage)),
  };
}

function readExtension(node) {
  const parts = derChildren(derExpect(node, 0x30));
  const critical = parts.length === 3 && derExpect(parts[1], 0x01).body[0] === 0xff;
  return { oid: derOid(parts[0]), critical, value: derExpect(parts.at(-1), 0x04).body };
}

function stampsOnly(uses) {
  if (uses.length !== 1 || !uses[0].critical) return false;
  const listed = derChildren(derWhole(uses[0].value, 0x30)).map(derOid);
  return listed.length === 1 && listed[0] === OID.timeStamping;
}

function isAuthority(constraints, usages) {
  if (constraints.length !== 1 || usages.length > 1) return false;
  const [first] = derChildren(derWhole(constraints[0].value, 0x30));
  if (first === undefined || first.tag !== 0x01 || first.body[0] !== 0xff) return false;
  return usages.length === 0 || (derExpect(derWhole(usages[0].value), 0x03).body[1] & 0x04) !== 0;
}

// Whether a signature verifies with the key of a certificate. Throws `NotHere` for algorithms that are not known here.
async function certifies(spki, hash, signature, message) {
  const [algorithm] = derChildren(derWhole(spki, 0x30));
  const [kind, curve] = derChildren(algorithm);
  let importing;
  let verifying;
  let bytes = signature;
  if (derOid(kind) === OID.ecKey) {
    const [name, half] = CURVES[derOid(curve)] ?? [];
    if (name === undefined) throw new NotHere("a curve");
    importing = { name: "ECDSA", namedCurve: name };
    verifying = { name: "ECDSA", hash };
    bytes = ecdsaPair(signature, half);
    if (bytes === null) return false;
  } else if (derOid(kind) === OID.rsaKey) {
    importing = { name: "RSASSA-PKCS1-v1_5", hash };
    verifying = importing;
  } else if (derOid(kind) === OID.ed25519) {
    importing = { name: "Ed25519" };
    verifying = importing;
  } else {
    throw new NotHere("an algorithm");
  }
  try {
    const key = await crypto.subtle.importKey("spki", spki, importing, false, ["verify"]);
    return await crypto.subtle.verify(verifying, key, bytes, message);
  } catch (error) {
    if (error.name === "NotSupportedError") throw new NotHere(importing.name);
    return false;
  }
}

async function issued(parent, child) {
  const hash = SIGNATURE_HASHES[child.algorithm];
  if (hash === undefined) throw new NotHere("an algorithm");
  return child.issuer === parent.subject && certifies(parent.spki, hash, child.signature, child.tbs);
}

// Whether a certificate leads to a self-signed one that is trusted, all of them valid at a moment.
async function leadsTo(certificate, embedded, trusted, moment) {
  const has = (list, one) => list.some((item) => equal(item.der, one.der));
  let here = certificate;
  for (let depth = 0; depth < CHAIN; depth += 1) {
    if (moment < here.first || moment > here.last) return false;
    if (has(trusted, here) && here.issuer === here.subject && (await issued(here, here))) return true;
    let above = null;
    for (const item of [...trusted, ...embedded]) {
      const candidate = item.authority && item.first <= moment && moment <= item.last && !equal(item.der, here.der);
      if (above === null && candidate && (await issued(item, here))) above = item;
    }
    if (above === null) return false;
    here = above;
  }
  return false;
}

// A response as far as it can be read without believing it. Throws `NotDer` and `Refused`.
function readResponse(bytes, imprints) {
  ensure(bytes.length <= LIMITS.token, "RW4043", "It is larger than 64 KiB.");
  const [status, token] = derChildren(derWhole(bytes, 0x30));
  const granted = derNatural(derChildren(derExpect(status, 0x30))[0]);
  ensure(granted.length === 0 && token !== undefined, "RW4043", "The authority did not grant it.");
  const [kind, content] = derChildren(derExpect(token, 0x30));
  ensure(derOid(kind) === OID.signedData, "RW4043", "It is no signed data.");
  const [, algorithms, inner, ...rest] = derChildren(derWhole(derExpect(content, 0xa0).body, 0x30));
  const hashes = derSet(algorithms, 0x31).map((one) => HASHES[derOid(derChildren(one)[0])]);
  const [innerKind, innerContent] = derChildren(derExpect(inner, 0x30));
  ensure(derOid(innerKind) === OID.tstInfo, "RW4043", "It is no timestamp.");
  const info = derWhole(derExpect(innerContent, 0xa0).body, 0x04).body;
  const [, , imprint, , when] = derChildren(derWhole(info, 0x30));
  const [algorithm, hashed] = derChildren(derExpect(imprint, 0x30));
  const over = toHex(derExpect(hashed, 0x04).body);
  const known = HASHES[derOid(derChildren(algorithm)[0])] === "SHA-256" && imprints.has(over);
  ensure(known, "RW4043", "It is over other bytes than the signatures of the root.");
  const signers = derSet(rest.at(-1), 0x31);
  ensure(signers.length === 1, "RW4043", "It has more than one signer, or none.");
  const signer = readSigner(signers[0]);
  ensure(hashes.includes(signer.hash), "RW4043", "Its signer uses a hash that it does not announce.");
  const held = rest.find((part) => part.tag === 0xa0);
  const embedded = held === undefined ? [] : derSet(held, 0xa0).map((one) => readCertificate(one.raw));
  return { info, when: derTime(derExpect(when, 0x18)), key: imprints.get(over), signer, embedded };
}

function readSigner(node) {
  const [, name, algorithm, attributes, , signature] = derChildren(derExpect(node, 0x30));
  const [issuer, serial] = derChildren(derExpect(name, 0x30));
  const hash = HASHES[derOid(derChildren(algorithm)[0])];
  if (hash === undefined) throw new NotDer("another hash");
  const listed = derSet(attributes, 0xa0).map((one) => {
    const [kind, values] = derChildren(derExpect(one, 0x30));
    return [derOid(kind), derSet(values, 0x31)];
  });
  const of = (oid) => {
    const found = listed.filter(([kind]) => kind === oid);
    if (found.length > 1 || (found.length && found[0][1].length !== 1)) throw new NotDer("an attribute twice");
    return found[0]?.[1][0];
  };
  const message = Uint8Array.from(attributes.raw);
  message[0] = 0x31;
  return { issuer: toHex(issuer.raw), serial: toHex(derExpect(serial, 0x02).body), hash, of, message, signature: derExpect(signature, 0x04).body };
}

// Whether the signature of a response is good with a certificate, and binds content and certificate.
async function stampedBy(read, certificate) {
  const { signer } = read;
  const kind = signer.of(OID.contentType);
  const content = signer.of(OID.messageDigest);
  if (kind === undefined || content === undefined || derOid(kind) !== OID.tstInfo) return false;
  if (!equal(derExpect(content, 0x04).body, await digest(read.info, signer.hash))) return false;
  for (const [oid, usual] of [[OID.signingCertificate, "SHA-1"], [OID.signingCertificateV2, "SHA-256"]]) {
    const attribute = signer.of(oid);
    if (attribute !== undefined && !(await binds(attribute, usual, certificate))) return false;
  }
  return certifies(certificate.spki, signer.hash, signer.signature, signer.message);
}

// Whether the first certificate that an ESS attribute names (RFC 2634, RFC 5816) is this one.
async function binds(attribute, usual, certificate) {
  const [listed] = derChildren(derExpect(attribute, 0x30));
  const parts = derChildren(derChildren(derExpect(listed, 0x30))[0], 0x30);
  const stated = parts[0].tag === 0x30 ? HASHES[derOid(derChildren(parts.shift())[0])] : usual;
  return stated !== undefined && equal(derExpect(parts[0], 0x04).body, await digest(certificate.der, stated));
}

// Time, authority and key of a response. Throws `Refused` with RW4043 or RW4044, and `NotHere` where it cannot be told.
async function judgeTime(bytes, imprints, authorities) {
  let read;
  try {
    read = readResponse(bytes, imprints);
  } catch (error) {
    if (error instanceof NotDer || error instanceof TypeError) throw new Refused("RW4043", "It is no response of RFC 3161 in DER.");
    throw error;
  }
  let outside = false;
  for (const authority of authorities) {
    const certificate = await signerOf(read, trustedOf(authority));
    if (certificate === null) continue;
    if (read.when >= certificate.first && read.when <= certificate.last) return { time: read.when, authority: authority.name, key: read.key };
    outside = true;
  }
  if (outside) throw new Refused("RW4044", `It states ${read.when}, when its certificate was not valid.`);
  throw new Refused("RW4043", "No authority of the trust policy signed it for time stamping.");
}

function trustedOf(authority) {
  const made = new Map();
  for (const text of authority.certificates) {
    try {
      const der = fromBase64(text);
      if (der !== null) made.set(text, readCertificate(der));
    } catch (error) {
      if (!(error instanceof NotDer || error instanceof TypeError)) throw error;
    }
  }
  return [...made.values()];
}

// The certificate that signed, where the signature is good and leads to the trusted ones; else null.
async function signerOf(read, trusted) {
  const known = new Map([...read.embedded, ...trusted].map((one) => [toHex(one.der), one]));
  const named = [...known.values()].filter((one) => one.issuer === read.signer.issuer && one.serial === read.signer.serial);
  if (named.length !== 1 || trusted.length === 0 || !named[0].stamps) return null;
  const [certificate] = named;
  const moment = [certificate.first, read.when, certificate.last].sort()[1];
  try {
    if (!(await stampedBy(read, certificate))) return null;
    return (await leadsTo(certificate, read.embedded, trusted, moment)) ? certificate : null;
  } catch (error) {
    if (error instanceof NotDer || error instanceof TypeError) return null;
    throw error;
  }
}
