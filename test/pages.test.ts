// Pages: what a person is sent who follows a link of ours, byte by byte. How it looks and works in a browser:
// test/browser.
import { describe, expect, test } from "vitest";
import { call } from "./support/app.ts";
import { confirmed, inviteFrom, mailToken, strayToken, submit } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { newEmail, signedIn, signUp } from "./support/people.ts";
import { websiteOf } from "./support/tenants.ts";
import { countTrips } from "./support/trips.ts";

type Kind = "verify" | "reset" | "invite";
const paths = { verify: "/verify-email", reset: "/reset-password", invite: "/accept-invite" };
const fields: Record<Kind, Record<string, string>> = {
  verify: {},
  reset: { new_password: "a fine new passphrase" },
  invite: { password: "a fine new passphrase" },
};
const kinds = Object.keys(paths) as Kind[];

const tokenOf = async (kind: Kind): Promise<string> =>
  kind === "invite" ? (await inviteFrom(await signUp())).token : mailToken(kind, await signUp());
const show = (kind: Kind, token: string, method = "GET") =>
  call(`${paths[kind]}?token=${encodeURIComponent(token)}`, { method });
const textOf = async (kind: Kind) => (await show(kind, await tokenOf(kind))).text();
const isPage = (answer: Response) =>
  expect(answer.headers.get("content-type")).toBe("text/html; charset=UTF-8");

describe.each(kinds)("the page of a link (%s)", (kind) => {
  test("answers GET and HEAD, and neither spends anything: the form does, once", async () => {
    const token = await tokenOf(kind);
    for (const method of ["GET", "HEAD", "GET"]) {
      const answer = await show(kind, token, method);
      expect(answer.status).toBe(200);
      isPage(answer);
    }
    const spent = await submit(paths[kind], { token, ...fields[kind] });
    expect(spent.status).toBe(kind === "invite" ? 201 : 200);
    expect((await submit(paths[kind], { token, ...fields[kind] })).status).toBe(410);
    expect((await show(kind, token)).status).toBe(410);
  });

  test("costs one trip, and ignores what else is in its URL", async () => {
    const path = `${paths[kind]}?utm_source=mail&token=${await tokenOf(kind)}&x=1`;
    expect(await countTrips(path)).toEqual({ status: 200, trips: 1, background: 0 });
  });

  test("of garbage, nothing, or an expired token costs no trip, and names the request", async () => {
    const expired = await strayToken(kind, { lifetimeMs: -1 });
    for (const [query, status] of [
      ["?token=x", 404],
      ["?token=", 404],
      ["", 404],
      [`?token=${await strayToken(kind === "reset" ? "verify" : "reset")}`, 404],
      [`?token=${expired}`, 410],
    ] as const) {
      expect(await countTrips(paths[kind] + query)).toEqual({ status, trips: 0, background: 0 });
      const answer = await call(paths[kind] + query);
      isPage(answer);
      expect(await answer.text()).toContain(`Request ${answer.headers.get("x-request-id")}`);
    }
  });

  test("allows no script, no frame, no referrer, no cache, and forms to itself alone", async () => {
    const answer = await show(kind, await tokenOf(kind));
    const policy = answer.headers.get("content-security-policy") ?? "";
    const nonce = /style-src 'nonce-([\w-]+)'/.exec(policy)?.[1];
    expect(policy).toBe(
      `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    const page = await answer.text();
    expect(page).toContain(`<style nonce="${nonce}">`);
    expect(page).not.toMatch(/<script|<link|<img|\son\w+=|\sstyle=|https?:\/\//);
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    const again = await show(kind, await tokenOf(kind));
    expect(again.headers.get("content-security-policy")).not.toContain(nonce);
  });

  test("its form answers with pages, also when nothing in it is right", async () => {
    for (const [sent, status] of [
      [{ token: "x", new_password: "a fine new passphrase", password: "a fine new passphrase" }, null],
      [{}, null],
      [{ token: "\0" }, null],
      [{ token: "x".repeat(70_000) }, 413],
    ] as [Record<string, string>, number | null][]) {
      const answer = await submit(paths[kind], sent);
      isPage(answer);
      if (status === null) expect([404, 422]).toContain(answer.status);
      else expect(answer.status).toBe(status);
    }
  });
});

test("a link that no row knows says that it was used, or that what it offered is gone", async () => {
  const titles = {
    verify: "Link used already",
    reset: "Link used already",
    invite: "Invitation no longer valid",
  };
  for (const kind of kinds) {
    const answer = await show(kind, await strayToken(kind));
    expect(answer.status).toBe(410);
    expect(await answer.text()).toContain(`<h1>${titles[kind]}</h1>`);
  }
});

test("the product's name, an organization's, a website's and a role's are escaped", async () => {
  const nasty = `<b>"O'Neil" & Co</b>`;
  const written = "&lt;b&gt;&quot;O&#39;Neil&quot; &amp; Co&lt;/b&gt;";
  const named = await (await call("/verify-email?token=x", { settings: { APP_NAME: nasty } })).text();
  expect(named).toContain(written);

  const person = await confirmed();
  const websiteId = await websiteOf(person.org_id, nasty);
  await owner("update organisation set name = $2 where id = $1", [person.org_id, nasty]);
  await owner("insert into role (org_id, name, scope, permissions) values ($1, $2, 'organization', '{}')", [
    person.org_id,
    nasty,
  ]);
  const shown = [
    await show("verify", await mailToken("verify", person)),
    await show("invite", (await inviteFrom(person, { role: nasty })).token),
    await show("invite", (await inviteFrom(person, { websiteId })).token),
  ];
  for (const answer of shown) {
    const page = await answer.text();
    expect(page).toContain(written);
    expect(page).not.toContain("<b>");
  }
});

test("what somebody typed comes back as text, in the field alone; a password never does", async () => {
  const { token } = await inviteFrom(await signedIn(), { email: newEmail("invited") });
  const name = `"><script>alert(1)</script>`;
  const answer = await submit("/accept-invite", { token, "profile.name": name, password: "1234567" });
  expect(answer.status).toBe(422);
  const page = await answer.text();
  expect(page).toContain(`value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"`);
  expect(page).not.toMatch(/<script|1234567/);
});

test("a page leads to the product where that is configured, and nowhere else", async () => {
  const settings = { APP_URL: "https://app.example.com/start" };
  const link = `<a class="button" href="https://app.example.com/start" rel="noreferrer">`;
  const confirmedPage = async (more: object) => {
    const token = await mailToken("verify", await signUp());
    const body = new URLSearchParams({ token }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return (await call("/verify-email", { method: "POST", headers, body, ...more })).text();
  };
  expect(await confirmedPage({ settings })).toContain(link);
  expect(await confirmedPage({})).not.toContain("<a ");
  expect(await (await call("/reset-password?token=x", { settings })).text()).toContain(link);
  expect(await (await call("/reset-password?token=x")).text()).not.toContain("<a ");
  expect(await textOf("reset")).not.toContain("<a ");
});
