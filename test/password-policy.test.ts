// Which passwords may be set, and what is said of the others; where each rule begins and ends.
import { expect, test } from "vitest";
import { complaintAbout, requireAcceptablePassword } from "../src/access/password-policy.ts";
import { configOf } from "../src/config.ts";
import { bindings } from "./support/app.ts";

const config = { ...configOf(bindings()), APP_NAME: "Acme Works", PASSWORD_MIN_LENGTH: 8 };
const email = "annabelle.q@example.com";
const common = "is one of the most common passwords";
const address = "must not be your e-mail address";
const product = "must not be this product's name";

test.each([
  ["x9!kQ2z", "must hold at least 8 characters"],
  ["x9!kQ2zb", null],
  ["😀😁😂🤣", "must hold at least 8 characters"],
  // Fewer characters than it looks, once they are composed.
  ["e\u0301e\u0301u\u0301o\u0301", "must hold at least 8 characters"],
  ["annabelle.q", address],
  ["Annabelle.Q", address],
  ["my annabelle.q@example.com", address],
  ["annabelle.q1", null],
  ["acmeworks", product],
  ["ACME  works", product],
  ["Acme Works 99!", product],
  ["ａｃｍｅｗｏｒｋｓ", product],
  ["acmeworksx", null],
  ["aaaaaaaaaaaa", common],
  ["a".repeat(24), common],
  ["a".repeat(25), null],
  ["xzxzxzxzxz", common],
  ["xzqxzqxzqxzq", common],
  ["xzqkxzqkxzqk", null],
  ["ghijklmnop", common],
  ["ponmlkjihg", common],
  ["gikmoqsuwy", null],
  ["ghijklmnoq", null],
  ["😀😀😀😀😀😀😀😀", common],
  ["Password123", common],
  ["P@ssw0rd1", common],
  ["$un$h1ne", common],
  ["b@sketball", common],
  ["f00tball", common],
  ["f00tball99!", common],
  ["princ3ss", common],
  ["5unshine", common],
  ["c0mputer", common],
  ["ch0c0late", common],
  ["b@sketball99", common],
  ["1q2w3e4r", common],
  ["kqzxvbkqzxvb", null],
  ["sunshine2026", common],
  ["sunshine20261", null],
])("of the password %s is said: %s", (password, complaint) => {
  expect(complaintAbout(config, { password, email })).toBe(complaint);
});

test("whose password it would be may be unknown, and the shortest one is configured", () => {
  expect(complaintAbout(config, { password: "annabelle.q", email: null })).toBeNull();
  const longer = { ...config, PASSWORD_MIN_LENGTH: 12 };
  expect(complaintAbout(longer, { password: "x9!kQ2zbx9!", email })).toBe("must hold at least 12 characters");
  const wide = { ...config, APP_NAME: "Ａｃｍｅ Works" };
  expect(complaintAbout(wide, { password: "acme works", email })).toBe(product);
});

test("a refusal names the field", () => {
  expect(() =>
    requireAcceptablePassword(config, { field: "new_password", password: "short", email }),
  ).toThrow(
    expect.objectContaining({
      fields: [{ path: "new_password", message: "must hold at least 8 characters" }],
    }),
  );
  requireAcceptablePassword(config, { field: "new_password", password: "correct horse battery", email });
});
