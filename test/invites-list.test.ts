// The invites that were sent, as those see them who may send such ones.
import { describe, expect, test } from "vitest";
import { ask } from "./support/app.ts";
import { confirm, confirmed, invite, inviteFrom, invitesPath } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { newEmail, type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { memberOf, roleOf, websiteOf } from "./support/tenants.ts";

const path = (person: SignedIn, inviteId: number | string, tail = "") =>
  `${invitesPath(person.org_id)}/${inviteId}${tail}`;
const _revoke = (person: SignedIn, id: number | string, of = person) => as(person)(`DELETE ${path(of, id)}`);
const _resend = (person: SignedIn, id: number | string, of = person) =>
  as(person)(`POST ${path(of, id, "/resend")}`);
const list = async (person: SignedIn, query = "") =>
  expectAnswer(await as(person)(`GET ${invitesPath(person.org_id)}${query}`), 200);
const rowOf = async (id: number) => (await owner("select * from invite where id = $1", [id]))[0];
const set = (id: number, what: string) => owner(`update invite set ${what} where id = $1`, [id]);
const _codeOf = async (token: string) =>
  (await ask(`/accept-invite?token=${token}`, { headers: { accept: "application/json" } })).body.code;

describe("GET …/invites", () => {
  test("shows every invite as it was answered, by id, with its state; never a token", async () => {
    const ann = await confirmed();
    expect(await list(ann)).toEqual({ data: [], next_cursor: null });
    const sent = [await invite(ann), await invite(ann), await invite(ann), await invite(ann)];
    const [, accepted, revoked, expired] = sent.map(({ invite_id }) => invite_id);
    await set(accepted ?? 0, "state = 'accepted', settled_at = 1");
    await set(revoked ?? 0, "state = 'revoked', settled_at = 1");
    await set(expired ?? 0, "expires_at = 1");
    const { data } = await list(ann);
    const { message: _, delivery_state: __, ...first } = sent[0]?.invite ?? {};
    expect(data[0]).toEqual({ ...first, delivery_state: "sent", updated_at: expect.any(Number) });
    expect(data.map((one: { invite_id: number }) => one.invite_id)).toEqual(sent.map((one) => one.invite_id));
    expect(data.map((one: { state: string }) => one.state)).toEqual([
      "pending",
      "accepted",
      "revoked",
      "expired",
    ]);
    for (const { token, invite_id } of sent)
      for (const secret of [token, (await rowOf(invite_id))?.token])
        expect(JSON.stringify(data)).not.toContain(secret);
  });

  test("comes in pages", async () => {
    const ann = await confirmed();
    const ids = [];
    for (let i = 0; i < 3; i += 1) ids.push((await inviteFrom(ann)).invite_id);
    const first = await list(ann, "?limit=2");
    const second = await list(ann, `?limit=2&cursor=${first.next_cursor}`);
    expect(second.next_cursor).toBeNull();
    const all = [...first.data, ...second.data];
    expect(all.map((one: { invite_id: number }) => one.invite_id)).toEqual(ids);
  });

  test("knows neither the websites' invites nor another organization's", async () => {
    const [ann, bob] = [await confirmed(), await confirmed()];
    await inviteFrom(bob);
    await inviteFrom(ann, { websiteId: await websiteOf(ann.org_id) });
    const { invite_id } = await inviteFrom(ann);
    expect((await list(ann)).data).toMatchObject([{ invite_id }]);
  });

  test("an inviter or a role that is gone reads null", async () => {
    const ann = await confirmed();
    const admin = await confirm(await memberOf(ann.org_id, { role: "admin" }));
    const roleId = await roleOf(ann.org_id);
    const asked = { email: newEmail("invited"), role: roleId };
    await expectAnswer(await as(admin)(`POST ${invitesPath(ann.org_id)}`, asked), 201);
    await owner("delete from organisation where id = $1", [admin.org_id]);
    await expectAnswer(await as(ann)(`DELETE /organizations/${ann.org_id}/members/${admin.user_id}`), 204);
    await owner(`delete from "user" where id = $1`, [admin.user_id]);
    await expectAnswer(await as(ann)(`DELETE /organizations/${ann.org_id}/roles/${roleId}`), 204);
    expect((await list(ann)).data).toMatchObject([
      { state: "revoked", role_id: roleId, role: null, invited_by: null, invited_by_id: null },
    ]);
  });

  test("is for those who may invite", async () => {
    const ann = await confirmed();
    const hand = await memberOf(ann.org_id);
    const read = (person: SignedIn) => as(person)(`GET ${invitesPath(ann.org_id)}`);
    await expectProblem(await read(hand), "permission_missing");
    await expectProblem(await read(await signedIn()), "not_found");
    // Reading needs no confirmed address.
    await expectAnswer(await read(await memberOf(ann.org_id, { role: "admin" })), 200);
  });
});
