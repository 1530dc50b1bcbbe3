// Mutants that no test can notice, because nothing that anybody can see changes. Each with its reason.
import type { Mutant } from "./mutant.ts";

type Equivalent = { file: string; original: string; replacement: string; reason: string };

const same = (file: string, original: string, replacement: string, reason: string): Equivalent => ({
  ...{ file, original, replacement, reason },
});

const parts = "the expression finds all three parts or none";
const unknownKey = "without a key, decoding it fails with a TypeError, and the text is refused all the same";
const twice = "checked twice: the other check refuses the same tokens for the same reason";

export const equivalents: Equivalent[] = [
  same(
    "access/authenticate.ts",
    "token === null ? null : await verifyAccessToken(config, token)",
    "await verifyAccessToken(config, token)",
    "what is no text is a malformed token, and refused all the same",
  ),
  same(
    "access/password-policy.ts",
    "letter.codePointAt(0) ?? 0",
    "letter.codePointAt(0)",
    "a letter of a text has a code: the other side is for the types alone",
  ),
  same(
    "access/password-policy.ts",
    "codes[i] ?? 0",
    "codes[i]",
    "there is a code before each but the first: the other side is for the types alone",
  ),
  same(
    "access/password-policy.ts",
    "disguises[sign] ?? sign",
    "disguises[sign]",
    "what is replaced is what stands in the table",
  ),
  same(
    "access/password-policy.ts",
    "stem.length < text.length",
    "stem.length <= text.length",
    "a text that is its own stem is looked up anyway",
  ),
  same("crypto/passwords.ts", "!iterations || !salt || !hash", "(!iterations || !salt) && (!hash)", parts),
  same("crypto/passwords.ts", "!iterations || !salt", "(!iterations) && (!salt)", parts),
  same(
    "crypto/keys.ts",
    "await compactVerify(proof, createLocalJWKSet(publicKeys([key])));",
    "",
    "this runtime refuses halves that do not belong together when it imports them; others need not",
  ),
  same(
    "crypto/tokens.ts",
    "keys.find((key) => key.kid === kid)?.k ?? refuse()",
    "keys.find((key) => key.kid === kid)?.k",
    unknownKey,
  ),
  same("crypto/tokens.ts", "{\n  throw new errors.JWEDecryptionFailed();\n}", "", unknownKey),
  same("crypto/tokens.ts", "throw new errors.JWEDecryptionFailed();", "", unknownKey),
  ...['algorithms: ["ES256"]', "typ: expected.typ", "issuer: expected.issuer"].map((original) =>
    same("verify/open-token.ts", original, "", twice),
  ),
  ...['"exp"', '"iat"', '"sub"', '"sid"', '"jti"'].map((original) =>
    same("verify/open-token.ts", original, "", twice),
  ),
  same("db/tenant.ts", '"write"', '""', "anything but `read` writes"),
];

export const isEquivalent = (mutant: Mutant): boolean =>
  equivalents.some(
    ({ file, original, replacement }) =>
      file === mutant.file && original === mutant.original && replacement === mutant.replacement,
  );
