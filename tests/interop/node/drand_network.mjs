// A drand network of one node, with a key made for one test: whoever has the key can sign any round at any time.
//   drand_network.mjs new                     prints {secret, info}
//   drand_network.mjs sign SECRET ROUND...    prints [beacon, ...]
// Scheme bls-unchained-g1-rfc9380 (quicknet's), a round every second. Signatures are @noble/curves'.
import { createRequire } from 'node:module'
import { createHash, randomBytes } from 'node:crypto'

const { bls12_381: bls } = createRequire(import.meta.url)('@noble/curves/bls12-381')
const sha256 = (...parts) => parts.reduce((h, part) => h.update(part), createHash('sha256')).digest()
const number = (value, bytes) => Buffer.from(BigInt(value).toString(16).padStart(2 * bytes, '0'), 'hex')
const hex = (point) => Buffer.from(point.toHex(true), 'hex')

const [command, secret, ...rounds] = process.argv.slice(2)
if (command === 'new') {
  const secret = randomBytes(31).toString('hex')
  const key = hex(bls.G2.ProjectivePoint.BASE.multiply(BigInt(`0x${secret}`)))
  const [period, genesis, id, groupHash] = [1, 1700000000, 'test-network', randomBytes(32)]
  const hash = sha256(number(period, 4), number(genesis, 8), key, groupHash, id)
  const info = {
    public_key: key.toString('hex'), period, genesis_time: genesis, hash: hash.toString('hex'),
    groupHash: groupHash.toString('hex'), schemeID: 'bls-unchained-g1-rfc9380', metadata: { beaconID: id },
  }
  console.log(JSON.stringify({ secret, info }))
} else {
  console.log(JSON.stringify(rounds.map((round) => {
    const point = bls.G1.hashToCurve(sha256(number(round, 8)), { DST: 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_' })
    const signature = hex(point.multiply(BigInt(`0x${secret}`)))
    return { round: Number(round), randomness: sha256(signature).toString('hex'), signature: signature.toString('hex') }
  })))
}
