// Who goes while something that they have goes too: website memberships are locked before invites, everywhere, so that
// nobody is told of a deadlock.
import type pg from "pg";
import { expect, test } from "vitest";
import { invited } from "./invitations.ts";
import { atOnce, type Run, together, whole } from "./races.ts";
import { type Company, type Statement, society } from "./society.ts";
import { joinsWebsite, type Person } from "./tenants.ts";

const { scratch, owner, service, company, member, guest } = await society();
const [one, two] = [service, await scratch.connect("service")];

type Scene = { org: Company; who: Person };
type Deed = (client: pg.Client, scene: Scene) => Run;

/** Somebody of the website with invites of their own to it, as a member of the organization beside or as a guest. */
async function scene(asGuest: boolean): Promise<Scene> {
  const org = await company();
  const who = await (asGuest ? guest(org, "website_admin") : member(org, "admin"));
  if (!asGuest) await joinsWebsite(owner, who, org, "website_admin");
  for (let i = 0; i < 3; i += 1) await invited(owner, who, org, { onWebsite: true });
  return { org, who };
}

const byOwner =
  (effectOf: (scene: Scene) => Statement): Deed =>
  (client, made) => ({
    client,
    effect: whole(client, made.org.owner, made.org.orgId, effectOf(made)),
  });
const fromOrganization = byOwner(
  ({ org, who }) => `delete from member where org_id = ${org.orgId} and user_id = ${who.userId}`,
);
const fromWebsite = byOwner(
  ({ org, who }) =>
    `delete from website_member where website_id = ${org.websiteId} and user_id = ${who.userId}`,
);
const websiteGoes = byOwner(({ org }) => `delete from website where id = ${org.websiteId}`);
const accountEnds: Deed = (client, { who }) => ({
  client,
  effect: whole(client, who, null, "select app.delete_account(1, 0) as outcome"),
});

const gates = [
  ({ org }: Scene) => `select from invite where website_id = ${org.websiteId} order by id for update`,
  ({ org }: Scene) => `select from website_member where website_id = ${org.websiteId} for update`,
  ({ org }: Scene) => `select from website where id = ${org.websiteId} for update`,
  ({ org }: Scene) =>
    `select from invite where id = (select max(id) from invite where website_id = ${org.websiteId}) for update`,
];

test.each([
  ["a member is removed from the organization and from a website", false, fromOrganization, fromWebsite],
  ["a member is removed while a website is deleted", false, fromOrganization, websiteGoes],
  ["a guest's account ends while they are removed from the website", true, accountEnds, fromWebsite],
  ["a guest's account ends while the website is deleted", true, accountEnds, websiteGoes],
] as const)("%s: both come to an end", async (_name, asGuest, first, second) => {
  for (const gate of [...gates, null]) {
    for (const [begun, later] of [
      [first, second],
      [second, first],
    ] as const) {
      const made = await scene(asGuest);
      const both = [begun(one, made), later(two, made)];
      const ended = await (gate ? together(owner, gate(made), both) : atOnce(both));
      for (const outcome of ended) expect(outcome).toMatch(/^(done [01]|deleted)$/);
      const { rows } = await owner.query(
        "select id from invite where state = 'pending' and org_id = $1 and user_id = $2",
        [made.org.orgId, made.who.userId],
      );
      expect(rows).toEqual([]);
    }
  }
});
