// The signing keys: published, imported once, and shown to work before anything is signed. What is kept for later
// requests is the result, never the promise: one that belongs to a cancelled request would not settle for the others.
import { CompactSign, compactVerify, createLocalJWKSet, importJWK, type JWK } from "jose";
import { type Config, ConfigError, type SigningKey } from "../config.ts";
import { InvalidTokenError } from "../verify/invalid-token.ts";

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

const verifyingKeys = new WeakMap<SigningKey, CryptoKey>();

/** The public half of the key with this id, for checking a signature. Errors: InvalidTokenError, there is none. */
export async function publicKeyOf(config: Config, kid: string): Promise<CryptoKey> {
  const key = config.SIGNING_KEYS.find((one) => one.kid === kid);
  if (!key) throw new InvalidTokenError("key");
  const { kty, crv, x, y } = key;
  const known = verifyingKeys.get(key) ?? ((await importJWK({ kty, crv, x, y }, "ES256")) as CryptoKey);
  verifyingKeys.set(key, known);
  return known;
}

const signingKeys = new WeakMap<SigningKey, CryptoKey>();

/** The imported private half. */
export async function signingKeyOf(key: SigningKey): Promise<CryptoKey> {
  const known = signingKeys.get(key) ?? ((await importJWK({ ...key, alg: "ES256" }, "ES256")) as CryptoKey);
  signingKeys.set(key, known);
  return known;
}
