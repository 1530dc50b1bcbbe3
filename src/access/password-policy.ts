// Which passwords may be set. Length and commonness, nothing about composition (NIST SP 800-63B, 3.1.1.2).
import { base64url } from "jose";
import type { Config } from "../config.ts";
import { commonPasswords } from "../crypto/common-passwords.ts";
import { fnv32 } from "../crypto/fnv.ts";
import { invalidField } from "../errors.ts";

/** What is longer is long enough. */
const longestCommon = 24;

/** `email`: whose password it would be; null where nobody knows yet. */
type Candidate = { password: string; email: string | null };

/** Refuses (422, at `field`) a password that is too short, common, the person's address or the product's name. */
export function requireAcceptablePassword(
  config: Config,
  { field, ...candidate }: Candidate & { field: string },
): void {
  const complaint = complaintAbout(config, candidate);
  if (complaint !== null) throw invalidField(field, complaint);
}

/** What is wrong with a password, to follow the name of its field; null: nothing. */
export function complaintAbout(config: Config, { password, email }: Candidate): string | null {
  const text = password.normalize("NFKC");
  if ([...text].length < config.PASSWORD_MIN_LENGTH) {
    return `must hold at least ${config.PASSWORD_MIN_LENGTH} characters`;
  }
  const lower = text.toLowerCase();
  if (email !== null && (lower === email.split("@")[0] || lower.includes(email))) {
    return "must not be your e-mail address";
  }
  if (isNameOf(config.APP_NAME, lower)) return "must not be this product's name";
  if (text.length <= longestCommon && (isPattern(lower) || isCommon(lower))) {
    return "is one of the most common passwords";
  }
  return null;
}

/** The product's name, with or without spaces, and whatever digits and signs stand at its end. */
function isNameOf(product: string, text: string): boolean {
  const bare = (name: string) => name.normalize("NFKC").toLowerCase().replace(/\s/g, "");
  const stem = stemOf(bare(product));
  return bare(text) === bare(product) || (stem !== "" && stemOf(bare(text)) === stem);
}

/** One to three characters over and over, or a run up or down the alphabet or the digits. */
function isPattern(text: string): boolean {
  const codes = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  const repeats = [1, 2, 3].some((period) => codes.every((code, i) => code === codes[i % period]));
  const steps = codes.slice(1).map((code, i) => code - (codes[i] ?? 0));
  return repeats || steps.every((step) => step === 1) || steps.every((step) => step === -1);
}

/** In the list, as it is or behind the usual disguises: `P@ssw0rd`, a year or `1!` at the end. */
function isCommon(text: string): boolean {
  const plain = text.replace(/[@013$5]/g, (sign) => disguises[sign] ?? sign);
  return [text, plain, ...shortTail(text), ...shortTail(plain)].some((word) => list().has(fnv32(word)));
}

const disguises: Record<string, string> = { "@": "a", "0": "o", "1": "i", "3": "e", $: "s", "5": "s" };

/** The word before at most four digits and signs. */
const shortTail = (text: string) => {
  const stem = stemOf(text);
  return stem.length < text.length && stem.length >= text.length - 4 ? [stem] : [];
};
const stemOf = (text: string) => text.replace(/[^\p{L}]+$/u, "");

let fingerprints: Set<number> | undefined;

function list(): Set<number> {
  if (fingerprints) return fingerprints;
  const bytes = base64url.decode(commonPasswords);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  fingerprints = new Set(Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(i * 4)));
  return fingerprints;
}
