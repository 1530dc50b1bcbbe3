// What ends a lot at once; and the refusal to leave a lot without an owner.
import { password } from "../../client.ts";
import { ask, type Case, exceptions } from "../case.ts";
import { hugeOrg, hugeWebsite, websiteOrg } from "../seed.ts";
import type { World } from "../world.ts";

const end = "DELETE /organizations/:org_id";
const own = ["organisation_pkey"];
const website = ["website_pkey|website_place_key|website_org_index"];
const { organizationGone, websiteGone } = exceptions;

export function endCases({ owner, publisher, someone, joins, query }: World): Case[] {
  const place = { org_id: websiteOrg, website_id: hugeWebsite };
  const newOwner = async () => (await joins(await someone(), "owner", [6000])).token;
  const unownedButFor = async (userId: number) => {
    const owners = "select id from role where org_id = $1 and name = 'owner'";
    await query(
      `update member set status = 1 where org_id = $1 and user_id <> $2 and role_id in (${owners})`,
      [hugeOrg, userId],
    );
  };
  return [
    ask(
      "DELETE /me",
      "the only owner of 100,000",
      async () => {
        await unownedButFor(owner.user_id);
        return { token: owner.token, json: { password }, status: 409 };
      },
      ["user_pkey"],
    ),
    ask(end, "of ten", async () => ({ token: await newOwner(), params: { org_id: 6000 } }), own),
    ask(
      "DELETE /organizations/:org_id/websites/:website_id",
      "of 10,000 guests",
      { token: publisher.token, params: place },
      website,
      websiteGone,
    ),
    ask(
      end,
      "of 10,000 websites",
      { token: publisher.token, params: { org_id: websiteOrg } },
      own,
      organizationGone,
    ),
    ask(end, "of 100,000", { token: owner.token, params: { org_id: hugeOrg } }, own, organizationGone),
  ];
}
