// Accepting on the page: its form, and what comes back. (How it looks and works in a browser: browser/.)
import { describe, expect, test } from "vitest";
import { inviteFrom, submit } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, signedIn } from "./support/people.ts";

const userOf = async (email: string) =>
  (await owner(`select * from "user" where email = $1`, [email]))[0] ?? null;
describe("the form of the page", () => {
  test("makes the account and says so on a page; a refused one comes back with the name kept", async () => {
    const { token, email } = await inviteFrom(await signedIn());
    const fields = { token, email, "profile.name": "Ada <Lovelace>" };
    const refused = await submit("/accept-invite", { ...fields, password: "short" });
    expect([refused.status, refused.headers.get("content-type")]).toEqual([422, "text/html; charset=UTF-8"]);
    const page = await refused.text();
    expect(page).toContain('value="Ada &lt;Lovelace&gt;"');
    expect(page).toContain("must hold at least 8 characters");
    expect(page).not.toContain("short");
    expect(await userOf(email)).toBeNull();

    const done = await submit("/accept-invite", { ...fields, password: goodPassword });
    expect([done.status, done.headers.get("content-type")]).toEqual([201, "text/html; charset=UTF-8"]);
    expect(await userOf(email)).toMatchObject({ profile: { name: "Ada <Lovelace>" } });
    const again = await submit("/accept-invite", { ...fields, password: goodPassword });
    expect([again.status, again.headers.get("content-type")]).toEqual([410, "text/html; charset=UTF-8"]);
  });

  test("takes only what the page has", async () => {
    const { token, email } = await inviteFrom(await signedIn());
    const fields = { token, password: goodPassword };
    for (const more of [
      { profile: "x" },
      { profile: "x", "profile.name": "Ada" },
      { "profile.name": "Ada", profile: "x" },
      { "profile.__proto__": "x" },
      { "role.name": "owner" },
      { org_id: "1" },
    ])
      expect([more, (await submit("/accept-invite", { ...fields, ...more })).status]).toEqual([more, 422]);
    expect(await userOf(email)).toBeNull();
  });
});
