// Rows of the outbox that an earlier release wrote.
import { expect, test } from "vitest";
import { configOf } from "../src/config.ts";
import { seal } from "../src/crypto/tokens.ts";
import { bindings } from "./support/app.ts";
import { tryAgain } from "./support/mail-provider.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, newEmail } from "./support/people.ts";

test("a mail of 0.2, which sealed the whole token, goes out with that token", async () => {
  const email = newEmail();
  const secrets = await seal(
    configOf(bindings()).SEALING_KEYS,
    "mail-secrets",
    JSON.stringify({ token: "a.whole.token" }),
  );
  await owner("insert into outbox (template, recipient, params, secrets) values ($1, $2, $3, $4)", [
    ...["verify-email", email],
    ...[JSON.stringify({ organization: "Acme", ip: "", place: "", device: "curl" }), secrets],
  ]);
  await tryAgain(email);
  const [mail] = await mailsTo(email);
  expect(mail?.text).toContain("/verify-email?token=a.whole.token\n");
});
