// Password hashing: PBKDF2-HMAC-SHA-256 through Web Crypto. Production Workers refuse more than 100,000
// iterations in one call and OWASP asks for 600,000, so calls are chained: each output is the next one's password.
// The stored string names version and parameters, so that they can be raised later:
//   $pbkdf2-sha256-chain$v=1,i=600000$<salt>$<hash>     (salt 16 bytes, hash 32 bytes, base64url)
import { base64url } from "jose";

const iterationsPerCall = 100_000;
const stored = /^\$pbkdf2-sha256-chain\$v=1,i=([1-9]\d{0,7})\$([\w-]{22})\$([\w-]{43})$/;
const utf8 = new TextEncoder();

/** A password (of any length; two that look alike are one, by NFKC) → the string to store. `iterations` ≥ 1. */
export async function hashPassword(password: string, iterations: number): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const hash = await derive(password, salt, iterations);
  return `$pbkdf2-sha256-chain$v=1,i=${iterations}$${base64url.encode(salt)}$${base64url.encode(hash)}`;
}

/**
 * Is this the password of `storedHash`? Takes at least `iterations` (today's cost) of work whatever is stored, also
 * for null (unknown address, and the answer is no): the time of an answer does not tell who has an account, nor who
 * has not signed in since the cost was raised. Errors: a stored string of no known format.
 */
export async function verifyPassword(
  password: string,
  storedHash: string | null,
  iterations: number,
): Promise<boolean> {
  if (storedHash === null) {
    await derive(password, new Uint8Array(16), iterations);
    return false;
  }
  const { hash, salt, iterations: storedIterations } = parseStored(storedHash);
  const derived = await derive(password, salt, storedIterations);
  await derive(password, salt, iterations - storedIterations);
  return crypto.subtle.timingSafeEqual(derived, hash);
}

/** A password as it may stand in a keyed hash beside other input: stretched at full cost, under `salt`. */
export async function stretchPassword(password: string, salt: string, iterations: number): Promise<string> {
  return base64url.encode(await derive(password, utf8.encode(salt), iterations));
}

/** Was this stored with other parameters than a hash made today would have? */
export const needsRehash = (storedHash: string, iterations: number): boolean =>
  parseStored(storedHash).iterations !== iterations;

function parseStored(storedHash: string) {
  const [, iterations, salt, hash] = stored.exec(storedHash) ?? [];
  if (!iterations || !salt || !hash) throw new Error("a stored password hash has an unknown format");
  return { iterations: Number(iterations), salt: base64url.decode(salt), hash: base64url.decode(hash) };
}

async function derive(password: string, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  let secret: Uint8Array = utf8.encode(password.normalize("NFKC"));
  for (let left = iterations; left > 0; left -= iterationsPerCall) {
    const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
    const parameters = {
      name: "PBKDF2",
      hash: "SHA-256",
      salt,
      iterations: Math.min(left, iterationsPerCall),
    };
    secret = new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));
  }
  return secret;
}
