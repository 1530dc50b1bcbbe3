// Hashes of things that are random already (token ids), and keyed hashes of things that are not.
import { base64url } from "jose";
import type { SealingKey } from "../config.ts";

const utf8 = new TextEncoder();

/** SHA-256 of a text, base64url. Only for values with at least 128 random bits, or nothing secret. */
export async function sha256(text: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(text))));
}

/** 128 random bits, base64url. */
export const randomId = (): string => base64url.encode(crypto.getRandomValues(new Uint8Array(16)));

/** HMAC-SHA-256 of `text` for one `purpose`, base64url; one for each key, the current key's first. */
export function keyedHashes(keys: SealingKey[], purpose: string, text: string): Promise<string[]> {
  return Promise.all(keys.map((key) => keyedHash(key, purpose, text)));
}

/** HMAC-SHA-256 of `text` under a key derived (HKDF) from `key` for this `purpose` alone, base64url. */
export async function keyedHash(key: SealingKey, purpose: string, text: string): Promise<string> {
  const hmac = await derivedKey(key, purpose);
  return base64url.encode(new Uint8Array(await crypto.subtle.sign("HMAC", hmac, utf8.encode(text))));
}

const derived = new Map<string, CryptoKey>();

async function derivedKey({ k }: SealingKey, purpose: string): Promise<CryptoKey> {
  const name = `${purpose} ${k}`;
  const known = derived.get(name);
  if (known) return known;
  const root = await crypto.subtle.importKey("raw", base64url.decode(k), "HKDF", false, ["deriveKey"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8.encode(purpose) };
  const hmac = { name: "HMAC", hash: "SHA-256", length: 256 };
  const key = await crypto.subtle.deriveKey(parameters, root, hmac, false, ["sign"]);
  derived.set(name, key);
  return key;
}
