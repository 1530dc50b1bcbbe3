// The whole way of two people through the service, with the mailbox and the pages as they meet them.
import { expect, test, vi } from "vitest";
import { headingOf, inBrowser, submit, useBrowser } from "../support/browser.ts";
import {
  ask,
  done,
  forgets,
  invites,
  linkTo,
  mailsTo,
  newEmail,
  newPassword,
  signIn,
  signUp,
} from "../support/browser-people.ts";

const untilMail = (email: string, subject: RegExp) =>
  vi.waitFor(
    async () =>
      expect((await mailsTo(email)).map((mail) => mail.subject)).toContainEqual(
        expect.stringMatching(subject),
      ),
    { timeout: 10_000, interval: 50 },
  );

inBrowser("from sign-up to a forgotten password", () => {
  const { open } = useBrowser();

  test("sign up, verify, invite, accept, change the role, remove, forget, reset", async () => {
    const page = await open();
    const founder = await signUp("Babbage & Sons");
    const colleague = newEmail("colleague");
    const members = `/organizations/${founder.org_id}/members`;

    const unverified = await signIn(founder);
    const refused = await ask(
      `POST /organizations/${founder.org_id}/invites`,
      { email: colleague, role: "member" },
      unverified.token,
    );
    expect([refused.status, refused.body.code]).toEqual([403, "email_not_verified"]);
    await page.goto(await linkTo("/verify-email", founder.email));
    await submit(page, "Confirm this address");
    const owner = await signIn(founder);

    await page.goto((await invites(owner, colleague)).link);
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await page.getByLabel("Password").fill("a quiet colleague of mine");
    await submit(page, "Create account and join");
    expect(await headingOf(page)).toBe("You have joined Babbage & Sons");

    const first = { email: colleague, password: "a quiet colleague of mine" };
    const { token } = await signIn(first);
    const { user_id } = await done("GET /me", undefined, token);
    await done(`PATCH ${members}/${user_id}`, { role: "admin" }, owner.token);
    await untilMail(colleague, /^Your role in Babbage & Sons is now admin$/);
    expect((await ask(`GET ${members}`, undefined, token)).status).toBe(200);
    await done(`DELETE ${members}/${user_id}`, undefined, owner.token);
    await untilMail(colleague, /^You were removed from Babbage & Sons$/);
    expect((await ask(`GET ${members}`, undefined, token)).status).toBe(404);

    await page.goto(await forgets(first));
    await page.getByLabel("New password").fill(newPassword);
    await submit(page, "Set this password");
    expect(await headingOf(page)).toBe("Your password is set");
    await untilMail(colleague, /password was changed/);
    await signIn({ ...first, password: newPassword });
    const old = await ask("POST /signin", first);
    expect(old.body.code).toBe("invalid_credentials");
  });
});
