// npm run secrets: fresh signing and sealing keys, as lines for `wrangler secret put` or a .dev.vars file; and the steps of
// a rotation, from the present set (standard input) to the next one. Standard output holds nothing else.
import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, generateSecret, type JWK } from "jose";

export type KeySet = { keys: JWK[] };
export type Keys = { signing: KeySet; sealing: KeySet };

const USAGE = `Usage: npm run --silent secrets [-- STEP < SET.json > NEXT.json]

Without a step: SIGNING_KEYS and SEALING_KEYS, one fresh key each.

  append    the set with a fresh key at its end: known to everybody, used by nobody yet
  promote   the set with its last key in front: the one that signs, or seals, from now on
  retire    the set without its last key: what it signed, or sealed, is refused from now on

docs/operations.md says how long to wait between them.`;

async function signingKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: "ES256", use: "sig" };
}

async function sealingKey(): Promise<JWK> {
  const secret = await generateSecret("A256GCM", { extractable: true });
  return { ...(await exportJWK(secret)), kid: randomUUID(), alg: "A256GCM", use: "enc" };
}

/** One private ES256 key and one 256-bit sealing key, each in a JWK set of its own and with a random `kid`. */
export const makeKeys = async (): Promise<Keys> => ({
  signing: { keys: [await signingKey()] },
  sealing: { keys: [await sealingKey()] },
});

/** The next set of a rotation. Errors: of a set that is not ours, or has no key to spare. */
export async function rotate(step: "append" | "promote" | "retire", { keys }: KeySet): Promise<KeySet> {
  const rest = keys.slice(0, -1);
  if (step === "append") {
    return { keys: [...keys, keys[0]?.kty === "EC" ? await signingKey() : await sealingKey()] };
  }
  if (rest.length === 0) throw new Error(`there is one key in this set, and none to ${step}`);
  return { keys: step === "promote" ? [...keys.slice(-1), ...rest] : rest };
}

/** What stands in the file. Never quotes it. */
function readSet(json: string): KeySet {
  const set = parse(json) as Partial<KeySet> | null;
  const kinds = new Set(Array.isArray(set?.keys) ? set.keys.map((key) => key?.kty) : []);
  if (kinds.size === 1 && (kinds.has("EC") || kinds.has("oct"))) return set as KeySet;
  throw new Error("standard input must hold one JWK set, the value of SIGNING_KEYS or of SEALING_KEYS");
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

if (import.meta.main) {
  const [step, ...more] = process.argv.slice(2);
  try {
    if (step === "--help") console.log(USAGE);
    else if (step === undefined) {
      const { signing, sealing } = await makeKeys();
      console.log(`SIGNING_KEYS=${JSON.stringify(signing)}\nSEALING_KEYS=${JSON.stringify(sealing)}`);
    } else if ((step === "append" || step === "promote" || step === "retire") && more.length === 0) {
      console.log(JSON.stringify(await rotate(step, readSet(await text(process.stdin)))));
    } else throw new Error(`this is not understood: ${[step, ...more].join(" ")}`);
  } catch (error) {
    console.error(`secrets: ${(error as Error).message}.\n\n${USAGE}`);
    process.exitCode = 2;
  }
}
