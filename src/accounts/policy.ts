// Which passwords may be set. Length and commonness, nothing about composition (NIST SP 800-63B, 3.1.1.2).
import { base64url } from "jose";
import type { Config } from "../config.ts";
import { commonPasswords } from "../crypto/common-passwords.ts";
import { fnv24 } from "../crypto/fnv.ts";
import { invalidField } from "../errors.ts";

/** Refuses (422, at `field`) a password that is too short, common, the person's address or the product's name. */
export function requireAcceptablePassword(
  config: Config,
  { field, password, email }: { field: string; password: string; email: string },
): void {
  const length = [...password].length;
  if (length < config.PASSWORD_MIN_LENGTH) {
    throw invalidField(field, `must hold at least ${config.PASSWORD_MIN_LENGTH} characters`);
  }
  const text = password.normalize("NFKC").toLowerCase();
  const [localPart = ""] = email.split("@");
  if (text === localPart || text.includes(email))
    throw invalidField(field, "must not be your e-mail address");
  if (withoutTail(text) === config.APP_NAME.toLowerCase().replace(/\s/g, "")) {
    throw invalidField(field, "must not be this product's name");
  }
  if (isCommon(text) || isCommon(text.replace(/[^\p{L}]{1,4}$/u, ""))) {
    throw invalidField(field, "is one of the most common passwords");
  }
}

const withoutTail = (text: string) => text.replace(/\s/g, "").replace(/[^\p{L}]+$/u, "");

let fingerprints: Set<number> | undefined;

function isCommon(text: string): boolean {
  fingerprints ??= readFingerprints();
  return text.length >= 8 && fingerprints.has(fnv24(text));
}

function readFingerprints(): Set<number> {
  const bytes = base64url.decode(commonPasswords);
  const list = new Set<number>();
  for (let i = 0; i + 2 < bytes.length; i += 3) {
    list.add(((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0));
  }
  return list;
}
