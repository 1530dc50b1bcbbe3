// Two tenants with something of everything in them, and what a request may name of it.

import { confirmed, inviteFrom, mailToken, strayToken } from "../support/invitations.ts";
import { platformAdmin } from "../support/operators.ts";
import { goodPassword, newEmail, signedIn, signIn } from "../support/people.ts";
import { memberOf, roleOf, websiteOf } from "../support/tenants.ts";
import type { World } from "./requests.ts";

export async function newWorld(): Promise<World> {
  const owner = await confirmed();
  const stranger = await signedIn();
  const operator = await platformAdmin();
  const member = await memberOf(owner.org_id, { role: "admin" });
  const narrow = await signIn(owner, { org_id: owner.org_id });
  const website = await websiteOf(owner.org_id);
  const role = await roleOf(owner.org_id);
  const invite = await inviteFrom(owner);
  const tokens = [
    await mailToken("verify", stranger),
    await mailToken("reset", stranger),
    (await inviteFrom(owner)).token,
    await strayToken("verify", { lifetimeMs: -1 }),
    "garbage",
  ];
  return {
    tokens: [owner.access, owner.access, narrow.access, member.access, stranger.access, operator.access],
    known: {
      org_id: [owner.org_id, owner.org_id, stranger.org_id],
      user_id: [member.user_id, owner.user_id, stranger.user_id],
      role_id: [role],
      role: ["member", "admin", "owner", "website_user", role],
      website_id: [website],
      invite_id: [invite.invite_id],
      session_id: [member.session_id, narrow.session_id],
      actor: [owner.user_id],
      email: [newEmail(), newEmail(), owner.email, member.email],
      password: [goodPassword, "a fine new passphrase"],
      current_password: [goodPassword],
      new_password: ["a fine new passphrase"],
      token: tokens,
      refresh_token: [owner.refresh, member.refresh, "garbage"],
      permission: ["member:read", "website:update"],
      permissions: [["member:read"], ["website:read"], []],
      limit: [1, 200],
      tz: ["Europe/Berlin", "UTC"],
      from: [0, "2026-01-01"],
      to: [Date.now(), "2027-01-01T00:00:00Z"],
      interval: ["day", "month"],
      url: ["https://shop.example"],
      name: ["Acme"],
      organization_name: ["Acme"],
      expires_in: [60],
      code: ["last_owner"],
    },
  };
}
