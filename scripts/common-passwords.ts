// Makes src/crypto/common-passwords.ts: fingerprints of the 10,000 most common passwords of at least 8 characters.
// The list itself (1 MB) would not fit the Worker; three bytes each do. About one in 1,700 other passwords is taken
// for a common one. Run again when the list's package moves: node scripts/common-passwords.ts
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fnv24 } from "../src/crypto/fnv.ts";

// The package's ES module is written for bundlers; its CommonJS build loads in Node.
type Lists = { dictionary: { "passwords-common": string[] } };
const { dictionary } = createRequire(import.meta.url)("@zxcvbn-ts/language-common") as Lists;

const common = dictionary["passwords-common"]
  .map((p) => p.toLowerCase())
  .filter((p) => p.length >= 8)
  .slice(0, 10_000);
const fingerprints = [...new Set(common.map(fnv24))].sort((a, b) => a - b);
const bytes = Buffer.alloc(fingerprints.length * 3);
for (const [i, fingerprint] of fingerprints.entries()) bytes.writeUIntBE(fingerprint, i * 3, 3);

const head = "// Made by scripts/common-passwords.ts: sorted 3-byte fingerprints, base64url.\n";
const target = join(import.meta.dirname, "../src/crypto/common-passwords.ts");
writeFileSync(target, `${head}export const commonPasswords =\n  "${bytes.toString("base64url")}";\n`);
console.log(`${fingerprints.length} fingerprints`);
