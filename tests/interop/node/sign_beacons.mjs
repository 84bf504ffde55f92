// Plays a drand network with one node: sign_beacons.mjs. Prints [{info, beacon}, ...], one chain of each scheme with a fresh key, two rounds
// each. Signatures, keys and hash to curve are @noble/curves'; nothing here is ours but the order of the bytes.
import { createRequire } from 'node:module'
import { createHash, randomBytes } from 'node:crypto'

const { bls12_381: bls } = createRequire(import.meta.url)('@noble/curves/bls12-381')
const tag = (group) => `BLS_SIG_BLS12381${group}_XMD:SHA-256_SSWU_RO_NUL_`
const schemes = [
  { name: 'pedersen-bls-chained', chained: true, signature: 'G2', key: 'G1', DST: tag('G2') },
  { name: 'pedersen-bls-unchained', chained: false, signature: 'G2', key: 'G1', DST: tag('G2') },
  { name: 'bls-unchained-on-g1', chained: false, signature: 'G1', key: 'G2', DST: tag('G2') },
  { name: 'bls-unchained-g1-rfc9380', chained: false, signature: 'G1', key: 'G2', DST: tag('G1') },
]
const sha256 = (...parts) => parts.reduce((h, part) => h.update(part), createHash('sha256')).digest()
const number = (value, bytes) => {
  const out = Buffer.alloc(bytes)
  bytes === 4 ? out.writeUInt32BE(value) : out.writeBigUInt64BE(BigInt(value))
  return out
}
const hex = (point) => Buffer.from(point.toHex(true), 'hex')

const out = []
for (const scheme of schemes) {
  const secret = BigInt(`0x${randomBytes(31).toString('hex')}`) + 1n
  const key = hex(bls[scheme.key].ProjectivePoint.BASE.multiply(secret))
  const groupHash = randomBytes(32)
  const [period, genesis, id] = [7, 1700000000, `test-${scheme.name}`]
  const hash = sha256(number(period, 4), number(genesis, 8), key, groupHash, id)
  const info = {
    public_key: key.toString('hex'), period, genesis_time: genesis, hash: hash.toString('hex'),
    groupHash: groupHash.toString('hex'), schemeID: scheme.name, metadata: { beaconID: id },
  }
  let previous = groupHash
  for (const round of [1, 2]) {
    const message = sha256(scheme.chained ? previous : Buffer.alloc(0), number(round, 8))
    const signature = hex(bls[scheme.signature].hashToCurve(message, { DST: scheme.DST }).multiply(secret))
    const beacon = { round, randomness: sha256(signature).toString('hex'), signature: signature.toString('hex') }
    if (scheme.chained) beacon.previous_signature = previous.toString('hex')
    out.push({ info, beacon })
    previous = signature
  }
}
console.log(JSON.stringify(out))
