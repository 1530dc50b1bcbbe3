// Makes src/crypto/common-passwords.ts: fingerprints of the 5,000 most common passwords of at least 8 characters and
// of the 2,000 most common words of 4 to 7 letters that people put a year or a "1!" behind. The list itself (1 MB)
// would not fit the Worker; four bytes each do, and one in 600,000 other texts is taken for one of them.
// Run again when the list's package moves: node scripts/common-passwords.ts
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fnv32 } from "../src/crypto/fnv.ts";

// The package's ES module is written for bundlers; its CommonJS build loads in Node.
type Lists = { dictionary: { "passwords-common": string[] } };
const { dictionary } = createRequire(import.meta.url)("@zxcvbn-ts/language-common") as Lists;

const list = dictionary["passwords-common"].map((password) => password.toLowerCase());
const whole = list.filter((password) => password.length >= 8).slice(0, 5_000);
const words = list.filter((password) => /^[a-z]{4,7}$/.test(password)).slice(0, 2_000);
// The list leaves out what its own package finds by other means.
const more = [
  "welcome",
  "admin",
  "administrator",
  "default",
  "spring",
  "summer",
  "autumn",
  "winter",
  "letmein",
];

const fingerprints = [...new Set([...whole, ...words, ...more].map(fnv32))].sort((a, b) => a - b);
const bytes = Buffer.alloc(fingerprints.length * 4);
for (const [i, fingerprint] of fingerprints.entries()) bytes.writeUInt32BE(fingerprint, i * 4);

const head = "// Made by scripts/common-passwords.ts: sorted 4-byte fingerprints, base64url.\n";
const target = join(import.meta.dirname, "../src/crypto/common-passwords.ts");
writeFileSync(target, `${head}export const commonPasswords =\n  "${bytes.toString("base64url")}";\n`);
console.log(`${fingerprints.length} fingerprints`);
