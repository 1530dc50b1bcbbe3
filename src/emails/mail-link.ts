// The secret of a mail's link, as the mail's row is written with it.
import type { Config } from "../config.ts";
import { newMailSecret, seal } from "../crypto/tokens.ts";

/** What a mail with a link is written with: `tokenHash` for its cause, `secrets` for its row. */
export type MailLink = { tokenHash: string; secrets: string };

export async function newMailLink(config: Config): Promise<MailLink> {
  const { id, tokenHash } = await newMailSecret();
  return { tokenHash, secrets: await seal(config.SEALING_KEYS, "mail-secrets", JSON.stringify({ id })) };
}
