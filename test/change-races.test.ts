// What a person is answered is what happened, also when their right ends while they wait for a row: success means that the
// change was made, anything else that it was not.
import { expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { signedIn } from "./support/people.ts";
import { as } from "./support/requests.ts";
import { memberOf, websiteOf } from "./support/tenants.ts";

const keys = Array.from({ length: 8 }, (_, i) => `key${i}`);

test.each([
  ["removed", "DELETE", undefined],
  ["demoted", "PATCH", { role: "member" }],
  ["suspended", "PATCH", { status: "suspended" }],
])("changes of an admin who is being %s", async (_what, method, json) => {
  const boss = await signedIn();
  for (let round = 0; round < 6; round += 1) {
    const admin = await memberOf(boss.org_id, { role: "admin" });
    const websiteId = await websiteOf(boss.org_id);
    const changes = keys.map((key) =>
      as(admin)(`PATCH /organizations/${boss.org_id}/websites/${websiteId}`, { settings: { [key]: 1 } }),
    );
    const end = as(boss)(`${method} /organizations/${boss.org_id}/members/${admin.user_id}`, json);
    const answers = (await Promise.all(changes)).map(({ status }) => status);
    expect((await end).status).toBe(method === "DELETE" ? 204 : 200);

    const [website] = await owner("select settings from website where id = $1", [websiteId]);
    for (const [i, key] of keys.entries()) {
      expect([200, 403, 404]).toContain(answers[i]);
      expect(Object.hasOwn(website?.settings, key), `${key}: ${answers[i]}`).toBe(answers[i] === 200);
    }
  }
});
