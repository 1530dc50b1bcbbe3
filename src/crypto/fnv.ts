/** FNV-1a, 32 bits, of a text's UTF-8: a fast fingerprint for membership in a fixed list. Not for secrets. */
export function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
