// npm run secrets: fresh signing and sealing keys, as lines for `wrangler secret put` or a .dev.vars file.
// Standard output holds nothing else.
import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, generateSecret, type JWK } from "jose";

export type Keys = { signing: { keys: JWK[] }; sealing: { keys: JWK[] } };

/** One private ES256 key and one 256-bit sealing key, each in a JWK set of its own and with a random `kid`. */
export async function makeKeys(): Promise<Keys> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const secret = await generateSecret("A256GCM", { extractable: true });
  const signing = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: "ES256", use: "sig" };
  const sealing = { ...(await exportJWK(secret)), kid: randomUUID(), alg: "A256GCM", use: "enc" };
  return { signing: { keys: [signing] }, sealing: { keys: [sealing] } };
}

if (import.meta.main) {
  const { signing, sealing } = await makeKeys();
  console.log(`SIGNING_KEYS=${JSON.stringify(signing)}\nSEALING_KEYS=${JSON.stringify(sealing)}`);
}
