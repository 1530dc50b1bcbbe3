// Idempotency-Key on invites: a repeat makes nothing, mails nobody, and gets the first answer. (In general:
// idempotency.test.ts.)
import { describe, expect, test } from "vitest";
import { confirmed, invitesPath, tokenOfMail } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, newEmail, type SignedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { memberOf, websiteOf } from "./support/tenants.ts";

const newKey = () => crypto.randomUUID();
const send = (person: SignedIn, path: string, json: object, key: string) =>
  as(person)(`POST ${path}`, json, { "idempotency-key": key });
const invitesTo = (email: string) => owner("select * from invite where email = $1", [email]);

describe.each([
  ["an organization", "member", async ({ org_id }: SignedIn) => invitesPath(org_id)],
  ["a website", "website_user", async ({ org_id }: SignedIn) => invitesPath(org_id, await websiteOf(org_id))],
])("a repeated invite to %s", (_, role, pathFor) => {
  const scene = async () => {
    const ann = await confirmed();
    return { ann, path: await pathFor(ann), json: { email: newEmail("invited"), role }, key: newKey() };
  };

  test("gets the first answer, whatever became of the invite, and mails nobody", async () => {
    const { ann, path, json, key } = await scene();
    const first = await expectAnswer(await send(ann, path, json, key), 201);
    expect(await expectAnswer(await send(ann, path, json, key), 201)).toEqual(first);
    await expectAnswer(await as(ann)(`DELETE ${path}/${first.invite_id}`), 204);
    expect(await expectAnswer(await send(ann, path, json, key), 201)).toEqual(first);
    expect([await invitesTo(json.email), await mailsTo(json.email)]).toMatchObject([
      [{ id: first.invite_id }],
      [{}],
    ]);
  });

  test("with another body is refused, and makes nothing", async () => {
    const { ann, path, json, key } = await scene();
    await expectAnswer(await send(ann, path, json, key), 201);
    const other = { ...json, email: newEmail("other") };
    for (const changed of [other, { ...json, expires_in: 60 }])
      await expectProblem(await send(ann, path, changed, key), "idempotency_key_reused");
    expect([await invitesTo(other.email), await invitesTo(json.email)]).toMatchObject([[], [{}]]);
  });

  test("after a refusal is a first one; after a day it meets the invite that is pending", async () => {
    const { ann, path, json, key } = await scene();
    const { invite_id } = await expectAnswer(await send(ann, path, json, newKey()), 201);
    await expectProblem(await send(ann, path, json, key), "invite_pending");
    await expectAnswer(await as(ann)(`DELETE ${path}/${invite_id}`), 204);
    const second = await expectAnswer(await send(ann, path, json, key), 201);
    const aged = await owner(
      "update idempotency_key set created_at = created_at - 86400001 where (answer #>> '{invite,id}')::int = $1 returning 1",
      [second.invite_id],
    );
    expect(aged).toHaveLength(1);
    await expectProblem(await send(ann, path, json, key), "invite_pending");
  });
});

test("a key is of one caller and one destination", async () => {
  const ann = await confirmed();
  const [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id)];
  const [json, key] = [{ email: newEmail("invited"), role: "website_user" }, newKey()];
  const here = await expectAnswer(await send(ann, invitesPath(ann.org_id, shop), json, key), 201);
  const there = await expectAnswer(await send(ann, invitesPath(ann.org_id, blog), json, key), 201);
  expect(there.invite_id).not.toBe(here.invite_id);
  const admin = await memberOf(ann.org_id, { role: "admin" });
  await owner(`update "user" set email_verified_at = 1 where id = $1`, [admin.user_id]);
  await expectProblem(await send(admin, invitesPath(ann.org_id, shop), json, key), "invite_pending");
});

test("who may no longer invite is not told of the invite that they made", async () => {
  const ann = await confirmed();
  const admin = { ...(await memberOf(ann.org_id, { role: "admin" })), org_id: ann.org_id };
  await owner(`update "user" set email_verified_at = 1 where id = $1`, [admin.user_id]);
  const [path, json, key] = [
    invitesPath(ann.org_id),
    { email: newEmail("invited"), role: "member" },
    newKey(),
  ];
  await expectAnswer(await send(admin, path, json, key), 201);
  const member = `/organizations/${ann.org_id}/members/${admin.user_id}`;
  await expectAnswer(await as(ann)(`PATCH ${member}`, { role: "member" }), 200);
  await expectProblem(await send(admin, path, json, key), "permission_missing");
});

test("what is kept for a repeat holds neither the token, its hash, nor its mail", async () => {
  const ann = await confirmed();
  const json = { email: newEmail("invited"), role: "member" };
  const { invite_id } = await expectAnswer(await send(ann, invitesPath(ann.org_id), json, newKey()), 201);
  const [kept] = await owner("select * from idempotency_key where (answer #>> '{invite,id}')::int = $1", [
    invite_id,
  ]);
  const text = JSON.stringify(kept);
  const [row] = await invitesTo(json.email);
  for (const secret of [await tokenOfMail(json.email, "accept-invite"), row?.token, "secrets"])
    expect(text).not.toContain(secret);
});
