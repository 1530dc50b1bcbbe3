// What goes wrong with a link is told in words for people, with what they can do now.
import { expect, test } from "vitest";
import { type ErrorCode, errors } from "../src/errors.ts";
import { wordsOf } from "../src/pages/problem-words.ts";

const everywhere = [
  "not_found",
  "invalid_request",
  "body_too_large",
  "service_unavailable",
  "internal_error",
] as const;
const links = ["token_spent", "token_expired"] as const;
const possible: Record<string, readonly ErrorCode[]> = {
  "/verify-email": [...everywhere, ...links],
  "/verify-email/deny": [...everywhere, ...links],
  "/reset-password": [...everywhere, ...links],
  "/accept-invite": [
    ...everywhere,
    ...([
      "invite_accepted",
      "invite_revoked",
      "invite_expired",
      "invite_void",
      "invite_email_mismatch",
    ] as const),
    ...(["already_member", "user_suspended", "organization_suspended"] as const),
  ],
};
const cases = Object.entries(possible).flatMap(([path, codes]) => codes.map((code) => [path, code] as const));

test.each(cases)("on %s, %s says what to do now, and nothing about requests", (path, code) => {
  const [, title, detail] = errors[code];
  const words = { title, detail, ...wordsOf(path, code) };
  expect(words.next).toMatch(/^[A-Z].*[.?]$/);
  for (const text of Object.values(words))
    expect(text).not.toMatch(/`|\btoken\b|\bheader\b|\bfield\b|JSON|KiB/i);
});

test("a link of one page is not explained with the words of another", () => {
  expect(wordsOf("/verify-email", "token_expired").detail).toContain("24 hours");
  expect(wordsOf("/reset-password", "token_expired").detail).toContain("30 minutes");
  expect(wordsOf("/verify-email", "invite_void")).toEqual({});
});
