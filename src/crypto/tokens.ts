// Sealed texts: authenticated encryption (JWE, direct AES-256-GCM) under the first sealing key, opened by any of
// them. Mail tokens are sealed, so that garbage and expired ones are refused without a trip and without hashing;
// so are the secrets and bodies that wait in the outbox.
import { base64url, CompactEncrypt, compactDecrypt, errors } from "jose";
import type { SealingKey } from "../config.ts";
import { randomId, sha256 } from "./hashes.ts";

const utf8 = new TextEncoder();

/** Seals `text` for one `purpose`; a text sealed for another purpose does not open for this one. */
export async function seal(keys: SealingKey[], purpose: string, text: string): Promise<string> {
  const key = keys[0];
  if (!key) throw new Error("there is no sealing key");
  return new CompactEncrypt(utf8.encode(text))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: key.kid, typ: purpose })
    .encrypt(base64url.decode(key.k));
}

/** What `seal` was given, or null for anything that it did not make for this purpose with one of these keys. */
export async function unseal(keys: SealingKey[], purpose: string, sealed: string): Promise<string | null> {
  try {
    const opened = await compactDecrypt(
      sealed,
      ({ kid }) => base64url.decode(keys.find((key) => key.kid === kid)?.k ?? refuse()),
      { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] },
    );
    return opened.protectedHeader.typ === purpose ? new TextDecoder().decode(opened.plaintext) : null;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
    throw error;
  }
}

function refuse(): never {
  throw new errors.JWEDecryptionFailed();
}

export type MailTokenKind = "verify" | "reset" | "invite";
/** `id` is for the mail's row alone, sealed; `tokenHash` is what the database knows of it. */
export type NewMailSecret = { id: string; tokenHash: string };
/** `inviteId`: of an invitation's token, which its row is found by. */
export type OpenedMailToken = { email: string; tokenHash: string; inviteId: number; expired: boolean };
type Contents = { id: string; email: string; expiresAt: number; inviteId?: number };

/** The secret of a single-use link: a random id of 128 bits. */
export async function newMailSecret(): Promise<NewMailSecret> {
  const id = randomId();
  return { id, tokenHash: await sha256(id) };
}

/** The token in a mail's link. `expiresAt` in epoch ms. */
export const sealMailToken = (keys: SealingKey[], kind: MailTokenKind, contents: Contents): Promise<string> =>
  seal(keys, `mail-${kind}`, JSON.stringify(contents));

/** Opens a mail token of this kind; null for garbage. Touches no database. `now` in epoch ms. */
export async function openMailToken(
  keys: SealingKey[],
  { kind, token, now }: { kind: MailTokenKind; token: string; now: number },
): Promise<OpenedMailToken | null> {
  const opened = await unseal(keys, `mail-${kind}`, token);
  if (opened === null) return null;
  const { id, email, expiresAt, inviteId = 0 } = JSON.parse(opened) as Contents;
  return { email, tokenHash: await sha256(id), inviteId, expired: expiresAt <= now };
}
