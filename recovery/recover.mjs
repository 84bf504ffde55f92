// A second program that recovers a shared key, written from docs/share-format.md alone and on other people's libraries.
//   npm install && node recover.mjs [--set NAME.set.json] SHARE.txt SHARE.txt SHARE.txt
// It prints one JSON object with the secret in it: run it on a machine without a network, and mind the screen.
import { readFileSync } from "node:fs";
import { secp256k1 } from "@noble/curves/secp256k1";
import { sha256 } from "@noble/hashes/sha2";
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

export function parseShare(text) {
  let lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const qr = /^SOLEMN SHARE 1:(.{150})$/i.exec(lines[0] ?? "");
  if (qr) lines = qr[1].match(/.{30}/g);
  else if (/^solemn share 1$/i.test(lines[0] ?? "")) lines = lines.slice(3);
  if (lines.length !== 5) fail(`${lines.length} lines, not 5`);
  const symbols = lines.flatMap((line, i) => {
    const typed = line.replace(/^[1-5]\s+/, "").replace(/[\s-]/g, "").toLowerCase().replace(/o/g, "0").replace(/[1i]/g, "l");
    if (typed.length !== 30) fail(`line ${i + 1} has ${typed.length} characters, not 30`);
    try {
      return bech32m.decode(`share${i + 1}1${typed}`).words;
    } catch {
      fail(`line ${i + 1} has a wrong checksum`);
    }
  });
  const payload = bech32m.fromWords(symbols);
  if ((payload[0] & 0x7f) !== 1) fail("not version 1");
  const checked = payload.slice(0, 68);
  if (!equal(sha256(concat(utf8("solemn share text 1\0"), checked)).slice(0, 7), payload.slice(68)))
    fail("the lines do not belong together");
  return {
    drill: (payload[0] & 0x80) !== 0, threshold: payload[1], count: payload[2], index: payload[3],
    set: payload.slice(4, 20), value: number(payload.slice(20, 52)), salt: payload.slice(52, 68),
  };
}

export function setId({ drill, threshold, count, commitments }) {
  const tag = utf8(drill ? "solemn share set 1 drill\0" : "solemn share set 1\0");
  return sha256(concat(tag, [threshold, count], ...commitments));
}

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

function commitmentAt(commitments, index) {
  return commitments.map(pointOf).reduceRight((sum, c) => sum.multiply(BigInt(index)).add(c));
}

export function recover(shares, set) {
  const first = shares[0] ?? fail("no share");
  for (const share of shares) {
    if (!equal(share.set, first.set) || share.threshold !== first.threshold || share.count !== first.count)
      fail(`share ${share.index} is of another set`);
    if (share.index < 1 || share.index > share.count) fail(`index ${share.index} is the index of no share`);
    if (share.value < 1n || share.value >= n) fail(`share ${share.index} is out of range`);
  }
  if (new Set(shares.map((share) => share.index)).size !== shares.length) fail("a share was given twice");
  if (shares.length < first.threshold) fail(`${shares.length} of ${first.threshold} shares`);
  if (set) {
    if (!equal(setId(set).slice(0, 16), first.set)) fail("the shares are of another set than the file");
    for (const share of shares)
      if (!Point.BASE.multiply(share.value).equals(commitmentAt(set.commitments, share.index)))
        fail(`share ${share.index} is altered or badly copied`);
  }
  const quorum = shares.slice(0, first.threshold), rows = basis(quorum.map((share) => share.index));
  const coefficients = rows.map((_, j) => mod(quorum.reduce((sum, share, i) => sum + rows[i][j] * share.value, 0n)));
  const commitments = coefficients.map((c) => Point.BASE.multiply(c).toRawBytes(true));
  const id = setId({ ...first, commitments });
  if (!equal(id.slice(0, 16), first.set)) fail("a share is altered or badly copied; the set file tells which");
  return { key: bytesOf(coefficients[0].toString(16).padStart(64, "0")), publicKey: commitments[0], id };
}

export function open(sealed, key, id) {
  const inner = hkdf(sha256, key, undefined, concat(utf8("solemn sealed secret 1\0"), id), 32);
  const data = concat(utf8(sealed.kind + "\0"), bytesOf(sealed.public));
  return xchacha20poly1305(inner, bytesOf(sealed.nonce), data).decrypt(bytesOf(sealed.ciphertext));
}

function main(words) {
  let set, sealed;
  if (words[0] === "--set") {
    const file = JSON.parse(readFileSync(words[1], "utf8"));
    set = { drill: file.drill, threshold: file.threshold, count: file.shares, commitments: file.commitments.map(bytesOf) };
    sealed = file.sealed;
    words = words.slice(2);
  }
  const shares = words.map((path) => parseShare(readFileSync(path, "utf8")));
  const { key, publicKey, id } = recover(shares, set);
  const answer = { drill: shares[0].drill, set_id: hex(id), public_key: hex(publicKey), key: hex(key) };
  if (sealed) answer.sealed = hex(open(sealed, key, id));
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
