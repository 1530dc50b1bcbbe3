// Pages: what a person sees who follows a link of ours.
import { describe, expect, test } from "vitest";
import { configOf } from "../src/config.ts";
import { createMailToken } from "../src/crypto/tokens.ts";
import { bindings, call } from "./support/app.ts";
import { owner } from "./support/owner.ts";
import { signedIn, signUp, verificationToken } from "./support/people.ts";
import { countTrips } from "./support/trips.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const post = (fields: Record<string, string>) =>
  call("/verify-email", { method: "POST", headers: form, body: new URLSearchParams(fields).toString() });
const show = (token: string, method = "GET") =>
  call(`/verify-email?token=${encodeURIComponent(token)}`, { method });
const verified = async (email: string) =>
  (await owner(`select email_verified_at from "user" where email = $1`, [email]))[0]?.email_verified_at !==
  null;

describe("the page of a verification link", () => {
  test("shows whose address it is and a button; following the link spends nothing", async () => {
    const { email } = await signUp();
    const token = await verificationToken(email);
    for (const method of ["GET", "HEAD", "GET"]) expect((await show(token, method)).status).toBe(200);
    const page = await (await show(token)).text();
    expect(page).toContain(`<strong>${email}</strong>`);
    expect(page).toContain(`<input type="hidden" name="token" value="${token}"/>`);
    expect(await verified(email)).toBe(false);
  });

  test("the button verifies the address, once", async () => {
    const { email } = await signUp();
    const token = await verificationToken(email);
    const answer = await post({ token });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
    expect(await answer.text()).toContain("Your address is confirmed");
    expect(await verified(email)).toBe(true);
    const again = await post({ token });
    expect(again.status).toBe(410);
    expect(await again.text()).toContain("<h1>Link used already</h1>");
  });

  test("garbage, an expired link and a form without its field are pages too", async () => {
    const keys = configOf(bindings()).SEALING_KEYS;
    const expired = await createMailToken(keys, {
      kind: "verify",
      email: "a@b.example",
      lifetimeMs: -1,
      now: Date.now(),
    });
    for (const [answer, status] of [
      [await show("x"), 404],
      [await call("/verify-email"), 404],
      [await show(expired.token), 410],
      [await post({ token: expired.token }), 410],
      [await post({}), 422],
      [await post({ token: "x", more: "1" }), 422],
      [await post({ token: "\0" }), 422],
    ] as const) {
      expect([answer.status, answer.headers.get("content-type")]).toEqual([
        status,
        "text/html; charset=UTF-8",
      ]);
      expect(await answer.text()).toContain(`Request ${answer.headers.get("x-request-id")}`);
    }
  });

  test("costs no trip to look at, and ignores what else is in its URL", async () => {
    const token = await verificationToken((await signUp()).email);
    const path = `/verify-email?utm_source=mail&token=${token}&x=1`;
    expect(await countTrips(path)).toEqual({ status: 200, trips: 0, background: 0 });
  });

  test("allows no script, no frame, no referrer, no cache, and forms to itself alone", async () => {
    const answer = await show(await verificationToken((await signedIn()).email));
    const policy = answer.headers.get("content-security-policy") ?? "";
    const nonce = /style-src 'nonce-([\w-]+)'/.exec(policy)?.[1];
    expect(policy).toBe(
      `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    const page = await answer.text();
    expect(page).toContain(`<style nonce="${nonce}">`);
    expect(page).not.toMatch(/<script|https?:\/\//);
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
  });

  test("an oversize form is refused", async () => {
    expect((await post({ token: "x".repeat(70_000) })).status).toBe(413);
  });

  test("what stands on it is escaped", async () => {
    const settings = { APP_NAME: `<b>"O'Neil" & Co</b>` };
    const page = await (await call("/verify-email?token=x", { settings })).text();
    expect(page).toContain("&lt;b&gt;&quot;O&#39;Neil&quot; &amp; Co&lt;/b&gt;");
    expect(page).not.toContain("<b>");
  });
});
