// Compiles a Groth16 verifier contract and calls it in an EVM: run_verifier.mjs CONTRACT.sol CALLS.json
// CALLS is a list of [pA, pB, pC, public] in decimal. Prints {"warnings": [...], "answers": ["true" | "false" | "revert", ...]}.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Chain, Common, Hardfork } from '@ethereumjs/common'
import { EVM } from '@ethereumjs/evm'
import { bytesToHex, hexToBytes } from '@ethereumjs/util'

const require = createRequire(import.meta.url)
const solc = require('solc')
const [source, callsFile] = process.argv.slice(2)

const compiled = JSON.parse(
  solc.compile(
    JSON.stringify({
      language: 'Solidity',
      sources: { 'Verifier.sol': { content: readFileSync(source, 'utf8') } },
      settings: {
        optimizer: { enabled: true, runs: 200 },
        evmVersion: 'shanghai',
        outputSelection: { '*': { '*': ['evm.deployedBytecode.object', 'evm.methodIdentifiers'] } },
      },
    }),
  ),
)
const complaints = compiled.errors ?? []
const errors = complaints.filter((e) => e.severity === 'error')
if (errors.length > 0) {
  console.error(errors.map((e) => e.formattedMessage).join('\n'))
  process.exit(1)
}
const contracts = Object.values(compiled.contracts['Verifier.sol'])
const contract = contracts.find((c) => Object.keys(c.evm.methodIdentifiers).some((m) => m.startsWith('verifyProof(')))
const [method, selector] = Object.entries(contract.evm.methodIdentifiers).find(([m]) => m.startsWith('verifyProof('))
const code = hexToBytes('0x' + contract.evm.deployedBytecode.object)

const word = (decimal) => BigInt(decimal).toString(16).padStart(64, '0')
const encode = (call) => hexToBytes('0x' + selector + call.flat(3).map(word).join(''))

const evm = await EVM.create({ common: new Common({ chain: Chain.Mainnet, hardfork: Hardfork.Shanghai }) })
const answers = []
for (const call of JSON.parse(readFileSync(callsFile, 'utf8'))) {
  const expected = `verifyProof(uint256[2],uint256[2][2],uint256[2],uint256[${call[3].length}])`
  if (method !== expected) throw new Error(`the contract has ${method}, the call needs ${expected}`)
  const result = await evm.runCode({ code, data: encode(call), gasLimit: 10_000_000n })
  if (result.exceptionError) answers.push('revert')
  else answers.push(BigInt(bytesToHex(result.returnValue)) === 1n ? 'true' : 'false')
}
const warnings = complaints.filter((e) => e.severity === 'warning').map((e) => e.formattedMessage)
console.log(JSON.stringify({ warnings, answers }))
