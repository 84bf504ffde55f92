// A second program that recovers a shared key, written from docs/share-format.md alone and on other people's libraries.
//   npm install && node recover.mjs [--set NAME.set.json] SHARE.txt SHARE.txt SHARE.txt
// It prints one JSON object with the secret in it: run it on a machine without a network, and mind the screen.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519";
import { secp256k1 } from "@noble/curves/secp256k1";
import { hmac } from "@noble/hashes/hmac";
import { sha256, sha512 } from "@noble/hashes/sha2";
import { hkdf } from "@noble/hashes/hkdf";
import { xchacha20poly1305 } from "@noble/ciphers/chacha";
import { bech32m } from "@scure/base";

const n = secp256k1.CURVE.n;
const Point = secp256k1.ProjectivePoint;
const utf8 = (text) => new TextEncoder().encode(text);
const concat = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const bytesOf = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const number = (bytes) => BigInt("0x" + hex(bytes));
const mod = (x) => ((x % n) + n) % n;
const equal = (a, b) => hex(a) === hex(b);
const fail = (why) => { throw new Error(why); };

// ---- shares

const grouped = (bytes) => hex(bytes).match(/.{8}/g).join(" ");

function wordsOfLine(line, i) {
  const number = /^([1-9])\s/.exec(line);
  if (number && Number(number[1]) !== i + 1) fail(`line ${i + 1} is missing or not in its place`);
  const typed = (number ? line.slice(1) : line).replace(/[\s-]/g, "").toLowerCase().replace(/o/g, "0").replace(/[1i]/g, "l");
  if (typed.length !== 30) fail(`line ${i + 1} has ${typed.length} characters, not 30`);
  try {
    return bech32m.decode(`share${i + 1}1${typed}`).words;
  } catch {
    fail(`line ${i + 1} has a wrong checksum`);
  }
}

function requireHeader([second, third], share) {
  const numbers = `: share ${share.index} of ${share.count}, any ${share.threshold} rebuild it`;
  if (!second.endsWith(numbers) || second.startsWith("DRILL ") !== share.drill) fail("the header says something else than the lines");
  if (third !== `set ${grouped(share.set)}`) fail("the header names another set than the lines");
}

export function parseShare(text) {
  let lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== ""), header;
  const qr = lines.length === 1 ? /^SOLEMN SHARE 1:(.{150})$/i.exec(lines[0]) : null;
  if (qr) lines = qr[1].match(/.{30}/g);
  else if (/^solemn share 1$/i.test(lines[0] ?? "")) [header, lines] = [lines.slice(1, 3), lines.slice(3)];
  if (lines.length !== 5) fail(`${lines.length} lines, not 5`);
  const payload = bech32m.fromWords(lines.flatMap(wordsOfLine));
  if ((payload[0] & 0x7f) !== 1) fail("not version 1");
  const checked = payload.slice(0, 68);
  if (!equal(sha256(concat(utf8("solemn share text 1\0"), checked)).slice(0, 7), payload.slice(68)))
    fail("the lines do not belong together");
  const share = {
    drill: (payload[0] & 0x80) !== 0, threshold: payload[1], count: payload[2], index: payload[3],
    set: payload.slice(4, 20), value: number(payload.slice(20, 52)), salt: payload.slice(52, 68),
  };
  requireNumbers(share);
  if (share.index < 1 || share.index > share.count) fail(`index ${share.index} is the index of no share`);
  if (header) requireHeader(header, share);
  return share;
}

function requireNumbers({ threshold, count }) {
  const whole = Number.isInteger(threshold) && Number.isInteger(count);
  if (!whole || threshold < 2 || threshold > count || count > 16) fail(`no such sharing: any ${threshold} of ${count}`);
}

const scalarBytes = (value) => bytesOf(value.toString(16).padStart(64, "0"));

function shareCommitment({ set, index, salt, value }) {
  return sha256(concat(utf8("solemn share commitment 1\0"), set, [index], salt, scalarBytes(value)));
}

// ---- sets

export function setId({ drill, threshold, count, commitments, sealed }) {
  const tag = utf8(drill ? "solemn share set 1 drill\0" : "solemn share set 1\0");
  return sha256(concat(tag, [threshold, count], ...commitments, sealed ? sealedDigest(sealed) : []));
}

function sealedDigest({ kind, public: half, nonce, ciphertext }) {
  return sha256(concat(utf8(`solemn sealed digest 1\0${kind}\0`), sha256(half), nonce, ciphertext));
}

const kinds = ["seed", "ed25519", "pkcs8", "other"];
const fields = ["schema", "key", "drill", "threshold", "shares", "commitments", "set_id", "public_key"];

function hexField(text, what, bytes) {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text) || (bytes && text.length !== 2 * bytes)) fail(`the set file: '${what}' is not hexadecimal`);
  return bytesOf(text);
}

export function parseSet(text) {
  const file = JSON.parse(text);
  for (const name of fields) if (!(name in file)) fail(`the set file: '${name}' is missing`);
  for (const name in file)
    if (![...fields, "share_commitments", "sealed", "replaces"].includes(name)) fail(`the set file: '${name}' is not known`);
  if (file.schema !== "solemn.share-set/1") fail("the set file is of another schema");
  if (typeof file.drill !== "boolean") fail("the set file: 'drill' is not true or false");
  const set = { drill: file.drill, threshold: file.threshold, count: file.shares };
  requireNumbers(set);
  set.commitments = file.commitments.map((c) => hexField(c, "commitments", 33));
  if (set.commitments.length !== set.threshold) fail("the set file: not as many commitments as the threshold");
  set.commitments.forEach(pointOf);
  if (file.sealed) {
    const { kind, public: half, nonce, ciphertext } = file.sealed;
    if (!kinds.includes(kind)) fail("the set file: 'kind' is no kind of secret");
    set.sealed = { kind, public: hexField(half, "public"), nonce: hexField(nonce, "nonce", 24), ciphertext: hexField(ciphertext, "ciphertext") };
  }
  if (!equal(setId(set), hexField(file.set_id, "set_id", 32))) fail("the set file: 'set_id' is not that of the other fields");
  if (!equal(set.commitments[0], hexField(file.public_key, "public_key", 33))) fail("the set file: 'public_key' is not the first commitment");
  set.shareCommitments = (file.share_commitments ?? []).map((c) => hexField(c, "share_commitments", 32));
  if (file.share_commitments && set.shareCommitments.length !== set.count) fail("the set file: not one commitment for each share");
  return set;
}

// ---- the polynomial

// Coefficients of the polynomials that are 1 at one index and 0 at the others.
function basis(indices) {
  return indices.map((own) => {
    let p = [1n], divisor = 1n;
    for (const other of indices.filter((x) => x !== own)) {
      p = [0n, ...p].map((c, j) => mod(c - BigInt(other) * (p[j] ?? 0n)));
      divisor = mod(divisor * BigInt(own - other));
    }
    const inverse = invert(divisor);
    return p.map((c) => mod(c * inverse));
  });
}

function invert(a) {
  let [r, s] = [1n, mod(a)];
  for (let e = n - 2n; e > 0n; e >>= 1n, s = mod(s * s)) if (e & 1n) r = mod(r * s);
  return r;
}

const pointOf = (bytes) => Point.fromHex(hex(bytes));
const commitmentAt = (commitments, index) => commitments.map(pointOf).reduceRight((sum, c) => sum.multiply(BigInt(index)).add(c));
const valueAt = (coefficients, index) => coefficients.reduceRight((sum, c) => mod(sum * BigInt(index) + c), 0n);

function requireFit(share, set) {
  if (!Point.BASE.multiply(share.value).equals(commitmentAt(set.commitments, share.index)))
    fail(`share ${share.index} is altered or badly copied`);
  const logged = set.shareCommitments?.[share.index - 1];
  if (logged && !equal(logged, shareCommitment(share))) fail(`share ${share.index} is not the sheet that was logged`);
}

export function recover(shares, set) {
  const first = shares[0] ?? fail("no share");
  for (const share of shares) {
    const same = equal(share.set, first.set) && ["threshold", "count", "drill"].every((name) => share[name] === first[name]);
    if (!same) fail(`share ${share.index} is of another set`);
    if (share.value < 1n || share.value >= n) fail(`share ${share.index} is out of range`);
  }
  if (new Set(shares.map((share) => share.index)).size !== shares.length) fail("a share was given twice");
  if (shares.length < first.threshold) fail(`${shares.length} of ${first.threshold} shares`);
  if (set) {
    const same = set.threshold === first.threshold && set.count === first.count && set.drill === first.drill;
    if (!same || !equal(setId(set).slice(0, 16), first.set)) fail("the shares are of another set than the file");
    for (const share of shares) requireFit(share, set);
  }
  const quorum = shares.slice(0, first.threshold), rows = basis(quorum.map((share) => share.index));
  const coefficients = rows.map((_, j) => mod(quorum.reduce((sum, share, i) => sum + rows[i][j] * share.value, 0n)));
  if (coefficients.includes(0n) || shares.some((share) => valueAt(coefficients, share.index) !== share.value)) fail("the shares do not fit together");
  const commitments = coefficients.map((c) => Point.BASE.multiply(c).toRawBytes(true));
  const id = setId({ ...first, commitments, sealed: set?.sealed });
  if (!equal(id.slice(0, 16), first.set))
    fail("a share is altered or badly copied (the set file tells which), or they open a sealed secret (then --set is needed)");
  if (set && !equal(commitments[0], set.commitments[0])) fail("what comes out is not the private key of the set's public key");
  return { key: scalarBytes(coefficients[0]), publicKey: commitments[0], id };
}

// ---- what was sealed under the key

function publicHalf(kind, secret) {
  if (kind === "ed25519") return concat(bytesOf("302a300506032b6570032100"), ed25519.getPublicKey(secret));
  if (kind === "seed") return secp256k1.getPublicKey(hmac(sha512, utf8("Bitcoin seed"), secret).slice(0, 32), true);
  if (kind === "other") return [];
  const key = createPrivateKey({ key: Buffer.from(secret), format: "der", type: "pkcs8" });
  return createPublicKey(key).export({ format: "der", type: "spki" });
}

export function open(sealed, key) {
  const inner = hkdf(sha256, key, undefined, concat(utf8("solemn sealed secret 1\0"), secp256k1.getPublicKey(key, true)), 32);
  const data = concat(utf8(sealed.kind + "\0"), sealed.public);
  const secret = xchacha20poly1305(inner, sealed.nonce, data).decrypt(sealed.ciphertext);
  if (!equal(publicHalf(sealed.kind, secret), sealed.public)) fail("the public half of what was sealed is of another secret");
  return secret;
}

function main(words) {
  let set;
  if (words[0] === "--set") [set, words] = [parseSet(readFileSync(words[1], "utf8")), words.slice(2)];
  const shares = words.map((path) => parseShare(readFileSync(path, "utf8")));
  const { key, publicKey, id } = recover(shares, set);
  const answer = { drill: shares[0].drill, set_id: hex(id), public_key: hex(publicKey), key: hex(key) };
  if (set?.sealed) answer.sealed = hex(open(set.sealed, key));
  console.log(JSON.stringify(answer, null, 2));
}

if (process.argv[1]?.endsWith("recover.mjs")) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(`recover.mjs: ${error.message}`);
    process.exit(1);
  }
}
