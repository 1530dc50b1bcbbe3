// The tokens of mails: sealed, so that garbage and expired ones cost neither a trip nor a hash, whatever became of their
// rows; at rest hashed; and of no use for another link than their own.
import { describe, expect, test, vi } from "vitest";
import { configOf } from "../src/config.ts";

import { type MailTokenKind, seal, unseal } from "../src/crypto/tokens.ts";
import { bindings, call } from "./support/app.ts";
import {
  confirmed,
  invite,
  inviteFrom,
  mailToken,
  resetToken,
  strayToken,
  submit,
} from "./support/invitations.ts";
import { itsMailTokens } from "./support/mail-token-row.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, signUp, verificationToken } from "./support/people.ts";
import { countTrips } from "./support/trips.ts";

const keys = () => configOf(bindings()).SEALING_KEYS;
const password = { password: goodPassword };
const new_password = { new_password: goodPassword };

/** Where each kind of token goes, and what else has to stand in the body. */
const uses: [kind: MailTokenKind, method: "GET" | "POST", path: string, more: Record<string, string>][] = [
  ["verify", "GET", "/verify-email", {}],
  ["verify", "POST", "/verify-email", {}],
  ["verify", "POST", "/verify-email/deny", {}],
  ["reset", "GET", "/reset-password", {}],
  ["reset", "POST", "/reset-password", new_password],
  ["invite", "GET", "/accept-invite", {}],
  ["invite", "POST", "/accept-invite", password],
];
const kinds: MailTokenKind[] = ["verify", "reset", "invite"];

/** Each way to bring a token there: the page, JSON, the form. */
function requests([, method, path, more]: (typeof uses)[number], token: string): Parameters<typeof call>[] {
  const body = { token, ...more };
  if (method === "POST") {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return [
      [path, { json: body }],
      [path, { method, headers, body: new URLSearchParams(body).toString() }],
    ];
  }
  const link = `${path}?token=${encodeURIComponent(token)}`;
  return [[link], [link, { method: "HEAD" }], [link, { headers: { accept: "application/json" } }]];
}

/** A token of each kind as its mail has it. */
async function genuine(kind: MailTokenKind): Promise<string> {
  const person = await signUp();
  return kind === "invite" ? (await inviteFrom(person)).token : mailToken(kind, person);
}

describe.each(uses)("a token to %s at %s %s", (kind, method, path, more) => {
  const use: (typeof uses)[number] = [kind, method, path, more];

  /** Expects this status from every way in, without a trip, a hash of a password, or work afterwards. */
  async function expectFree(token: string, status: number) {
    const hashing = vi.spyOn(crypto.subtle, "deriveBits");
    for (const request of requests(use, token))
      expect([token, await countTrips(...request)]).toEqual([token, { status, trips: 0, background: 0 }]);
    expect(hashing).not.toHaveBeenCalled();
    hashing.mockRestore();
  }

  test("garbage is a 404, and costs nothing", async () => {
    const token = await genuine(kind);
    const [header, , iv, text, tag] = token.split(".");
    const other = await strayToken(kind);
    const forged = [
      `${token.slice(0, -4)}AAAA`,
      [header, "", iv, text, ""].join("."),
      [header, "", iv, "", tag].join("."),
      [header, "", iv, other.split(".")[3], tag].join("."),
      [header, "x", iv, text, tag].join("."),
      token.slice(1),
      `${token}.x`,
    ];
    for (const garbage of ["x", "a.b.c.d.e", "....", "é", "x".repeat(9_000), ...forged])
      await expectFree(garbage, 404);
  });

  test("a token of another kind, or what we sealed for another purpose, is garbage", async () => {
    for (const one of kinds.filter((one) => one !== kind)) await expectFree(await genuine(one), 404);
    const contents = JSON.stringify({
      id: "x",
      email: "a@b.example",
      expiresAt: Date.now() + 1e6,
      inviteId: 1,
    });
    for (const purpose of ["mail-secrets", "mail-body", kind])
      await expectFree(await seal(keys(), purpose, contents), 404);
  });

  test("an expired one is a 410, and costs nothing, also after its row is gone", async () => {
    const person = await signUp();
    const late = { lifetimeMs: -1 };
    const token =
      kind === "invite" ? (await inviteFrom(person, late)).token : await mailToken(kind, person, -1);
    await expectFree(token, 410);
    await owner("select app.prune(100000)");
    await expectFree(token, 410);
    await expectFree(await strayToken(kind, late), 410);
  });
});

describe("what a token is", () => {
  test("a sealed text: kind, a random id of 128 bits, the address, the expiry; unreadable, and never the same", async () => {
    const ann = await confirmed();
    const sent = await invite(ann);
    const tokens = {
      verify: [await verificationToken(ann.email), ann.email],
      reset: [await resetToken(ann.email), ann.email],
      invite: [sent.token, sent.email],
    } as const;
    for (const kind of kinds) {
      const [token, email] = tokens[kind];
      const header = JSON.parse(atob((token.split(".")[0] ?? "").replace(/-/g, "+").replace(/_/g, "/")));
      expect(header).toMatchObject({ alg: "dir", enc: "A256GCM", typ: `mail-${kind}` });
      const contents = JSON.parse((await unseal(keys(), `mail-${kind}`, token)) ?? "null");
      expect(contents).toMatchObject({ email, expiresAt: expect.any(Number) });
      expect(contents.id).toMatch(/^[\w-]{22}$/); // 16 bytes in base64url
      expect(contents.expiresAt).toBeGreaterThan(Date.now());
    }
    expect(await resetToken(ann.email)).not.toBe(tokens.reset[0]);
  });

  test("of which the database knows a hash, and the outbox nothing any more", async () => {
    const ann = await confirmed();
    const sent = await invite(ann);
    const links = {
      verify: await verificationToken(ann.email),
      reset: await resetToken(ann.email),
      invite: sent.token,
    };
    const rows = await owner(
      `select to_jsonb(t) as row from mail_token t join "user" u on ${itsMailTokens} where u.id = $1
       union all select to_jsonb(i) from invite i where id = $2
       union all select to_jsonb(o) from outbox o where recipient = any ($3)`,
      [ann.user_id, sent.invite_id, [ann.email, sent.email]],
    );
    expect(rows.length).toBeGreaterThanOrEqual(6);
    const stored = JSON.stringify(rows);
    for (const kind of kinds) {
      const { id } = JSON.parse((await unseal(keys(), `mail-${kind}`, links[kind])) ?? "null");
      for (const secret of [id, links[kind]]) expect(stored).not.toContain(secret);
    }
    const mails = rows.map(({ row }) => row).filter((row) => "recipient" in row);
    expect(mails.map(({ secrets, body }) => [secrets, body])).toEqual(mails.map(() => [null, null]));
  });

  test("a link in somebody else's browser is theirs to use: it names its account, not its caller", async () => {
    const [ann, eve] = [await signUp(), await confirmed()];
    const json = { token: await verificationToken(ann.email) };
    expect((await call("/verify-email", { json, token: eve.access })).status).toBe(200);
    const form = await submit("/reset-password", { token: await mailToken("reset", ann), ...new_password });
    expect(form.status).toBe(200);
  });
});
