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

export type MailTokenKind = "verify";
/** `token` goes into the mail's link, `tokenHash` into the database. */
export type NewMailToken = { token: string; tokenHash: string; expiresAt: number };
export type OpenedMailToken = { email: string; tokenHash: string };

/** A single-use token for a link: kind, random id (128 bits), address and expiry, sealed. `now` in epoch ms. */
export async function createMailToken(
  keys: SealingKey[],
  { kind, email, lifetimeMs, now }: { kind: MailTokenKind; email: string; lifetimeMs: number; now: number },
): Promise<NewMailToken> {
  const id = randomId();
  const expiresAt = now + lifetimeMs;
  const token = await seal(keys, `mail-${kind}`, JSON.stringify({ id, email, expiresAt }));
  return { token, tokenHash: await sha256(id), expiresAt };
}

/** Opens a mail token of this kind: its contents, or "garbage", or "expired". Touches no database. */
export async function openMailToken(
  keys: SealingKey[],
  { kind, token, now }: { kind: MailTokenKind; token: string; now: number },
): Promise<OpenedMailToken | "garbage" | "expired"> {
  const opened = await unseal(keys, `mail-${kind}`, token);
  if (opened === null) return "garbage";
  const { id, email, expiresAt } = JSON.parse(opened) as { id: string; email: string; expiresAt: number };
  return expiresAt <= now ? "expired" : { email, tokenHash: await sha256(id) };
}
