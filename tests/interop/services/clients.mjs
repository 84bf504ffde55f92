// The vendors' own clients against an emulator: node clients.mjs aws|vault|google URL KEY MESSAGE-FILE SIGNATURE-OUT
// What is signed is the SHA-256 of the file, with a P-256 key. TLS: NODE_EXTRA_CA_CERTS.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const [service, url, key, file, out] = process.argv.slice(2);
const digest = createHash("sha256").update(readFileSync(file)).digest();

async function aws() {
  const { KMSClient, GetPublicKeyCommand, SignCommand } = await import("@aws-sdk/client-kms");
  const client = new KMSClient({ endpoint: url, maxAttempts: 1 });
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: key }));
  const answer = await client.send(
    new SignCommand({ KeyId: key, Message: digest, MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" }));
  return [PublicKey, answer.Signature];
}

async function vault() {
  const { default: nodeVault } = await import("node-vault");
  const client = nodeVault({ endpoint: url });
  const { data } = await client.read(`transit/keys/${key}`);
  const answer = await client.write(`transit/sign/${key}`, {
    input: digest.toString("base64"), prehashed: true, hash_algorithm: "sha2-256", marshaling_algorithm: "asn1" });
  return [data.keys["1"].public_key, Buffer.from(answer.data.signature.split(":")[2], "base64")];
}

async function google() {
  const { KeyManagementServiceClient } = await import("@google-cloud/kms");
  const { OAuth2Client } = await import("google-auth-library");
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: process.env.CLOUDSDK_AUTH_ACCESS_TOKEN });
  const { hostname, port } = new URL(url);
  const client = new KeyManagementServiceClient({
    fallback: true, apiEndpoint: hostname, port: Number(port), projectId: "p", authClient });
  const [publicKey] = await client.getPublicKey({ name: key });
  const table = Array.from({ length: 256 }, (_, n) => {
    for (let i = 0; i < 8; i++) n = n & 1 ? (n >>> 1) ^ 0x82f63b78 : n >>> 1;
    return n >>> 0;
  });
  const crc = ~digest.reduce((c, b) => (c >>> 8) ^ table[(c ^ b) & 255], ~0) >>> 0;
  const [answer] = await client.asymmetricSign({ name: key, digest: { sha256: digest }, digestCrc32c: { value: crc } });
  if (!answer.verifiedDigestCrc32c || answer.name !== key) throw new Error("the answer is not verified");
  return [publicKey.pem, Buffer.from(answer.signature)];
}

const [publicKey, signature] = await { aws, vault, google }[service]();
writeFileSync(out, signature);
process.stdout.write(typeof publicKey === "string" ? publicKey : Buffer.from(publicKey).toString("base64"));
