// What the flows count by (rules/1-context/limits.sql): the limits of the configuration, and the client's network. The
// network is a keyed hash: of a bare one an IPv4 address is found by trying them all.
import type { Config } from "../config.ts";
import { keyedHash } from "../crypto/hashes.ts";

/** As JSON. `network`: none is counted without one. */
export async function limitsOf(config: Config, network: string | undefined): Promise<string> {
  const [key] = config.SEALING_KEYS;
  return JSON.stringify({
    ...(network !== undefined && key && { network: await keyedHash(key, "network", network) }),
    wrong_passwords: config.WRONG_PASSWORDS_PER_NETWORK,
    sign_ups: config.SIGN_UPS_PER_NETWORK,
    resets: config.RESETS_PER_NETWORK,
    invites: config.INVITES_PER_ORGANIZATION,
    mails: config.MAILS_PER_ADDRESS,
    notices: config.NOTICES_PER_ADDRESS,
  });
}
