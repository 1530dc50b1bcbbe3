// A squatter's requests that are under way while the address's owner comes by a mail of ours: what entered before is not
// done after.
import { expect, test } from "vitest";
import { call } from "./support/app.ts";
import { confirmed, inviteFrom, resetToken } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { newEmail, signedIn } from "./support/people.ts";

const mine = "only the owner knows this";
const squatted = { login_alerts: false, squatted: true };

const squatter = () => signedIn({ email: newEmail("owner") });

/** Many changes of the account at once, with the owner's act in their midst: the account as it is when all is done. */
async function after(eve: Awaited<ReturnType<typeof squatter>>, act: () => Promise<Response>) {
  const change = () =>
    call("/me", {
      method: "PATCH",
      token: eve.access,
      json: { settings: squatted, profile: { name: "Eve" } },
    });
  const some = () => Array.from({ length: 12 }, change);
  const before = some();
  const acted = act();
  const statuses = (await Promise.all([...before, ...some()])).map(({ status }) => status);
  expect([200]).toContain((await acted).status);
  expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);
  const [row] = await owner(`select profile, settings from "user" where id = $1`, [eve.user_id]);
  return row;
}

test.each([1, 2, 3, 4])("while an invite is accepted (round %i)", async () => {
  const [ann, eve] = [await confirmed(), await squatter()];
  const { token } = await inviteFrom(ann, { email: eve.email });
  const json = { token, password: mine, profile: { name: "Olga" } };
  const row = await after(eve, () => call("/accept-invite", { json }));
  expect(row).toEqual({ profile: { name: "Olga" }, settings: {} });
});

test.each([1, 2, 3, 4])("while the password is reset (round %i)", async () => {
  const eve = await squatter();
  const json = { token: await resetToken(eve.email), new_password: mine };
  const row = await after(eve, () => call("/reset-password", { json }));
  expect(row?.settings).not.toHaveProperty("login_alerts");
});
