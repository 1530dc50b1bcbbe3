// The signing keys: published, imported once, and shown to work before anything is signed. What is kept for later
// requests is the result, never the promise: one that belongs to a cancelled request would not settle for the others.
import { CompactSign, compactVerify, createLocalJWKSet, importJWK, type JWK } from "jose";
import { type Config, ConfigError, type SigningKey } from "../config.ts";

/** The public halves of all signing keys, as `/.well-known/jwks.json` answers them. */
export const publicKeys = (keys: SigningKey[]): { keys: JWK[] } => ({
  keys: keys.map(({ kty, crv, kid, x, y }) => ({ kty, crv, kid, x, y, use: "sig", alg: "ES256" })),
});

/**
 * Shows, once per configuration, that every signing key signs what its public half verifies. Errors: ConfigError
 * that names the key by its `kid`.
 */
export async function requireWorkingKeys(config: Config): Promise<void> {
  if (working.has(config)) return;
  await tryKeys(config.SIGNING_KEYS);
  working.add(config);
}

const working = new WeakSet<Config>();

async function tryKeys(keys: SigningKey[]): Promise<void> {
  for (const key of keys) {
    try {
      const proof = await new CompactSign(new Uint8Array())
        .setProtectedHeader({ alg: "ES256" })
        .sign(await signingKeyOf(key));
      await compactVerify(proof, createLocalJWKSet(publicKeys([key])));
    } catch (cause) {
      throw new ConfigError(`Wrong configuration: SIGNING_KEYS holds a key that does not work, ${key.kid}.`, {
        cause,
      });
    }
  }
}

const keySets = new WeakMap<Config, ReturnType<typeof createLocalJWKSet>>();

/** The public keys, for checking a signature. */
export function keySetOf(config: Config) {
  const known = keySets.get(config) ?? createLocalJWKSet(publicKeys(config.SIGNING_KEYS));
  keySets.set(config, known);
  return known;
}

const signingKeys = new WeakMap<SigningKey, CryptoKey>();

/** The imported private half. */
export async function signingKeyOf(key: SigningKey): Promise<CryptoKey> {
  const known = signingKeys.get(key) ?? ((await importJWK({ ...key, alg: "ES256" }, "ES256")) as CryptoKey);
  signingKeys.set(key, known);
  return known;
}
