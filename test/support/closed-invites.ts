// Invites that cannot be accepted (any more), from every way in.
import { expect } from "vitest";
import { type ErrorCode, errors } from "../../src/errors.ts";
import { call } from "./app.ts";
import { confirmed, inviteFrom, type Link, submit } from "./invitations.ts";
import { owner } from "./owner.ts";
import { goodPassword } from "./people.ts";
import { expectProblem } from "./problems.ts";
import { memberOf } from "./tenants.ts";

/** Expects this code from every way in, and that nobody got in. */
export async function expectClosed({ token, email }: Link, code: ErrorCode) {
  const path = `/accept-invite?token=${token}`;
  const json = { token, password: goodPassword };
  await expectProblem(await call(path, { headers: { accept: "application/json" } }), code);
  await expectProblem(await call("/accept-invite", { json }), code);
  for (const page of [await call(path), await submit("/accept-invite", json)]) {
    const type = page.headers.get("content-type");
    expect([page.status, type]).toEqual([errors[code][0], "text/html; charset=UTF-8"]);
  }
  const joined = await owner(
    `select 1 from "user" u where email = $1 and (
       exists (select from member m join organisation o on o.id = m.org_id and o.name <> 'Acme' where m.user_id = u.id)
       or exists (select from website_member w where w.user_id = u.id))`,
    [email],
  );
  expect(joined).toEqual([]);
}

/** An organization with an admin besides its owner, who sends the invites. */
export async function anvils(invited: Parameters<typeof inviteFrom>[1] = {}) {
  const ann = await confirmed({ organization_name: "Anvils" });
  const admin = { ...(await memberOf(ann.org_id, { role: "admin" })), org_id: ann.org_id };
  const link = await inviteFrom(admin, invited);
  return { ann, admin, link };
}
