// The suites, and the sources that each of them is about: their tests are the first that a mutant there is shown to.

export type Suite = { file: string; about: string[]; load: () => Promise<unknown> };

const suite = (file: string, about: string[], load: Suite["load"]): Suite => ({ file, about, load });

const tokenChecks = ["crypto/jwts", "verify/open-token", "verify/claims"];

export const suites: Suite[] = [
  suite(
    "token-secrets",
    ["crypto/", "verify/open-token", "verify/claims"],
    () => import("../token-secrets.test.ts"),
  ),
  suite("passwords", ["crypto/passwords"], () => import("../passwords.test.ts")),
  suite(
    "verify-access-token",
    ["verify/access-token", "verify/invalid-token", ...tokenChecks],
    () => import("../verify-access-token.test.ts"),
  ),
  suite(
    "require-auth",
    ["verify/require-auth", "verify/refusal", "verify/bearer", "verify/invalid-token"],
    () => import("../require-auth.test.ts"),
  ),
  suite(
    "require-permission-now",
    ["verify/require-permission-now", "verify/refusal"],
    () => import("../require-permission-now.test.ts"),
  ),
  suite("remote-keys", ["verify/remote-keys"], () => import("../remote-keys.test.ts")),
  suite("breached-passwords", ["access/breached-passwords"], () => import("../breached-passwords.test.ts")),
  suite(
    "entered",
    ["access/as-member", "access/authenticate", "db/tenant"],
    () => import("../entered.test.ts"),
  ),
  suite(
    "permission-check",
    ["access/authenticate", "db/tenant"],
    () => import("../permission-check.test.ts"),
  ),
  suite("sign-in", ["sessions/"], () => import("../sign-in.test.ts")),
  suite("refresh", ["sessions/"], () => import("../refresh.test.ts")),
  suite("sessions", ["sessions/"], () => import("../sessions.test.ts")),
  suite("password-policy", ["access/password-policy"], () => import("../password-policy.test.ts")),
];

export const isAbout = ({ about }: Suite, file: string): boolean =>
  about.some((part) => file.startsWith(part));
