// Passwords that a known breach has (NIST SP 800-63B-4, 3.1.1.2), asked of Have I Been Pwned by range: the first five
// characters of the SHA-1 leave, and the answer is every known hash that begins so, padded, so that its size tells nothing.
// A check that fails lets the password pass and leaves a line in the log (docs/decisions/0018).
import type { Config } from "../config.ts";
import { hashPassword } from "../crypto/passwords.ts";
import { Patience } from "../db/patience.ts";
import { invalidField } from "../errors.ts";
import type { AppEnv } from "../http/context.ts";
import { logWarning } from "../http/log.ts";

const service = "https://api.pwnedpasswords.com";
/** One second. */
const ticks = 4;
/** Five times what a padded answer holds. */
const mostBytes = 256 * 1024;
/** The rest of a hash and how often it was seen, line by line. */
const wellFormed = /^(?:[0-9A-F]{35}:\d{1,10}(?:\r?\n|$))+$/i;

/** What is wrong with such a password, to follow the name of its field. */
export const breachedComplaint = "has appeared in a data breach; choose another one";

type Asking = Pick<AppEnv["Variables"], "config" | "requestId">;

/**
 * The hash to store of a new password; null when a known breach has it. Waiting for the answer and hashing share their
 * time. Nothing is to be done with the password before this returns.
 */
export async function hashUnlessBreached(asking: Asking, password: string): Promise<string | null> {
  const asked = isBreached(asking, password);
  // Hashing holds this isolate's one thread until it is done: without this pause the question would leave after it.
  await new Promise((resolve) => setTimeout(resolve));
  const passwordHash = await hashPassword(password, asking.config.PASSWORD_ITERATIONS);
  return (await asked) ? null : passwordHash;
}

/** The same, refusing (422, at `field`) a breached one. */
export async function hashNewPassword(
  asking: Asking,
  { field, password }: { field: string; password: string },
): Promise<string> {
  const passwordHash = await hashUnlessBreached(asking, password);
  if (passwordHash === null) throw invalidField(field, breachedComplaint);
  return passwordHash;
}

async function isBreached({ config, requestId }: Asking, password: string): Promise<boolean> {
  if (config.BREACHED_PASSWORDS === "off") return false;
  const { signal, stop } = new Patience(ticks).start();
  try {
    const hash = await sha1(password.normalize("NFKC")); // What is hashed and compared at sign-in.
    return timesSeen(hash.slice(5), await findRange(config, hash.slice(0, 5), signal)) > 0;
  } catch (error) {
    const reason = error instanceof UnfitAnswer ? error.message : "no answer";
    logWarning("breach_check_failed", { request_id: requestId, reason: signal.aborted ? "timeout" : reason });
    return false;
  } finally {
    stop();
  }
}

/** An answer that is not what the service gives. The message is one of ours, for the log. */
class UnfitAnswer extends Error {}

async function findRange(config: Config, prefix: string, signal: AbortSignal): Promise<string> {
  const answer = await fetch(`${config.LOCAL_HIBP_URL ?? service}/range/${prefix}`, {
    headers: { "add-padding": "true", "user-agent": "gatehouse" },
    redirect: "manual", // Nobody else is told the prefix.
    signal,
  });
  if (answer.status !== 200) {
    await answer.body?.cancel();
    throw new UnfitAnswer(`status ${answer.status}`);
  }
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > mostBytes) throw new UnfitAnswer("too long");
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

/**
 * What the list of a hash's neighbours says of the hash with this end, in capitals; of padding, and of one that is not
 * there, 0. Errors: UnfitAnswer for anything that is not such a list.
 */
function timesSeen(suffix: string, list: string): number {
  if (!wellFormed.test(list.trimEnd())) throw new UnfitAnswer("malformed");
  const at = list.toUpperCase().indexOf(`${suffix}:`);
  return at < 0 ? 0 : Number.parseInt(list.slice(at + suffix.length + 1), 10);
}

async function sha1(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text)));
  return [...digest]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
}
