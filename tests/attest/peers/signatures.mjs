// What @sigstore/verify says of bundles: with one trusted key, one time stamping authority, and neither logs nor certificates.
// Prints JSON: `accept` or `refuse` for each, or null where it cannot be had.
//   node signatures.mjs NODE_MODULES CASES        CASES: {authority: [leaf, root], cases: [{bundle, id, key}]}
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [modules, file] = process.argv.slice(2)
const load = createRequire(path.join(modules, 'x.js'))
const { authority, cases } = JSON.parse(fs.readFileSync(file, 'utf8'))
let had = true
let bundles, verify
try {
  bundles = load('@sigstore/bundle')
  verify = load('@sigstore/verify')
} catch {
  had = false
}

const bytes = (text) => Buffer.from(text, 'base64')
const tsa = { certChain: { certificates: authority.map((der) => ({ rawBytes: bytes(der) })) } }
const root = { certificateAuthorities: [], timestampAuthorities: [tsa], tlogs: [], ctlogs: [] }

function answer({ bundle, id, key }) {
  if (!had) return null
  try {
    const trust = verify.toTrustMaterial(root, { [id]: { rawBytes: bytes(key) } })
    const verifier = new verify.Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 1 })
    verifier.verify(verify.toSignedEntity(bundles.bundleFromJSON(JSON.parse(bundle))))
    return 'accept'
  } catch (error) {
    if (process.env.WHY) console.error(error)
    return 'refuse'
  }
}

console.log(JSON.stringify(cases.map(answer)))
