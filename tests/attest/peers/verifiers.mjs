// What verifiers on Node answer on the cases of `cases.py`: @sigstore/verify, and the few lines that somebody writes who has only
// Node's or the browser's own cryptography. Prints JSON: the answers of each, in the order of the cases.
//   node verifiers.mjs NODE_MODULES CASES
import crypto from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [modules, file] = process.argv.slice(2)
const load = createRequire(path.join(modules, 'x.js'))
const cases = JSON.parse(fs.readFileSync(file, 'utf8'))
const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const left = (one, ...kinds) => (kinds.includes(one.asks) ? ['n/a', `the ${one.asks} is left to the caller`] : null)

const asked = async (question) => {
  try {
    return (await question()) ? ['accept', ''] : ['refuse', 'not signed']
  } catch (error) {
    return ['refuse', typeof error.code === 'string' ? error.code : error.name]
  }
}

function sigstore({ bundleFromJSON }, { Verifier, toSignedEntity, toTrustMaterial }) {
  const none = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] }
  return (one) => {
    if (one.signatures > 1) return ['n/a', 'one signature only']
    if (one.algorithm.startsWith('ml-dsa')) return ['n/a', 'no ML-DSA']
    const written = Buffer.from(one.envelope, 'base64').toString()
    const material = `{"publicKey":{"hint":"${one.id}"},"tlogEntries":[]}`
    const text = `{"mediaType":"${MEDIA_TYPE}","verificationMaterial":${material},"dsseEnvelope":${written}}`
    const trust = toTrustMaterial(none, { [one.id]: { rawBytes: Buffer.from(one.key, 'base64') } })
    const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 })
    return asked(() => (verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(text)))), true))
  }
}

const pae = (type, payload) => {
  const kind = Buffer.from(type)
  return Buffer.concat([Buffer.from(`DSSEv1 ${kind.length} `), kind, Buffer.from(` ${payload.length} `), payload])
}

// The plain ones: parse, encode, try each signature.
const plain = (decode, verifies) => (one) => {
  if (one.threshold > 1) return ['n/a', 'no threshold']
  if (one.algorithm.startsWith('ml-dsa')) return ['n/a', 'no ML-DSA in Node 20']
  return asked(async () => {
    const envelope = JSON.parse(Buffer.from(one.envelope, 'base64').toString())
    const message = pae(envelope.payloadType, decode(envelope.payload))
    for (const { sig } of envelope.signatures) if (await verifies(one, decode(sig), message)) return true
    return false
  })
}

const byNode = (one, signature, message) => {
  const key = crypto.createPublicKey({ key: Buffer.from(one.key, 'base64'), format: 'der', type: 'spki' })
  return crypto.verify(one.algorithm === 'ed25519' ? null : 'sha256', message, key, signature)
}

const byWebCrypto = async (one, signature, message) => {
  const kind = one.algorithm === 'ed25519' ? { name: 'Ed25519' } : { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('spki', Buffer.from(one.key, 'base64'), kind, false, ['verify'])
  const raw = one.algorithm !== 'ed25519' && signature.length !== 64 ? pair(signature) : signature
  return crypto.subtle.verify(kind, key, raw, message)
}

// WebCrypto takes r and s side by side; other programs write them as a DER sequence of two integers.
const pair = (der) => {
  const first = der.subarray(4, 4 + der[3])
  const second = der.subarray(6 + der[3], 6 + der[3] + der[5 + der[3]])
  return Buffer.concat([first, second].map((part) => Buffer.concat([Buffer.alloc(32), part]).subarray(-32)))
}

const ofNode = (text) => Buffer.from(text, 'base64')
const ofBrowsers = (text) => Buffer.from(atob(text), 'latin1')

const verifiers = { 'node:crypto': plain(ofNode, byNode), WebCrypto: plain(ofBrowsers, byWebCrypto) }
try {
  verifiers['@sigstore/verify'] = sigstore(load('@sigstore/bundle'), load('@sigstore/verify'))
} catch {
  verifiers['@sigstore/verify'] = () => ['not had', '']
}
const answers = {}
for (const [name, ask] of Object.entries(verifiers)) {
  answers[name] = []
  for (const one of cases) answers[name].push(left(one, 'type', 'statement') ?? (await ask(one)))
}
console.log(JSON.stringify(answers))
