// Statistics: of an organization that holds half of all members, of a small one, of a thousand, and of all.
import type { Caller } from "../../client.ts";
import { ask, type Case, type Exception, exceptions, type Request } from "../case.ts";
import { firstMemberAt, hugeOrg, oneOfThousand } from "../seed.ts";
import type { World } from "../world.ts";

const roleWise = "GET /stats/role-wise-users";
const orgWise = "GET /stats/org-wise-members";
const orgRoleWise = "GET /stats/org-role-wise-users";
const threeLists = [roleWise, orgWise, orgRoleWise];
const growth = "GET /stats/membership-growth";

const day = 86_400_000;
/** In the middle of an hour, at both ends. */
const range = `from=${firstMemberAt + 100 * day + 1_234_567}&to=${firstMemberAt + 400 * day + 2_345_678}&status=active`;
const twoYears = `from=${firstMemberAt}&to=${firstMemberAt + 730 * day}`;
const series = ["", "interval=month&tz=Europe/Berlin", range, twoYears, `${twoYears}&tz=Asia/Kolkata`];

/** Tallies of organizations, by day. */
const byDay = ["member_tally_pkey"];
const bySlot = ["growth_tally_key"];
const { manyDays, thousandCounted, thousandPeople, everybody } = exceptions;

type Asker = { who: string; caller: Caller; orgId?: number };
type Meant = [through: string[], exception?: Exception];

export function statsCases(world: World): Case[] {
  const { owner, ownerThere, stranger, everywhere, analyst, operator, next } = world;
  const read = (route: string, { who, caller, orgId }: Asker, filters: string, [through, why]: Meant) => {
    const query = `?${orgId ? `org_id=${orgId}&` : ""}${filters}`;
    const name = `${who}${filters && `, ${filters.replace(/=\d{5,}/g, "=…")}`}`;
    return ask(route, name, { token: caller.token, query }, through, why);
  };
  const follow = (route: string, { who, caller, orgId }: Asker, [through, why]: Meant) => {
    const request = async (): Promise<Request> => ({
      token: caller.token,
      query: await next(caller, route.split(" ")[1] ?? "", orgId ? `org_id=${orgId}` : "", 1),
    });
    return ask(route, `${who}, with a cursor`, request, through, why);
  };
  /** All three; `paged`: those that have a second page. */
  const lists = (asker: Asker, people: Meant, others: Meant, paged: string[] = []) => {
    const meant = (route: string) => (route === roleWise ? people : others);
    return [
      ...["", range].flatMap((filters) =>
        threeLists.map((route) => read(route, asker, filters, meant(route))),
      ),
      ...paged.map((route) => follow(route, asker, meant(route))),
    ];
  };
  const grown = (asker: Asker, meant: Meant) => series.map((filters) => read(growth, asker, filters, meant));

  const huge = { who: "owner of 100,000", caller: owner, orgId: hugeOrg };
  const token = { who: "token for 100,000", caller: ownerThere };
  const small = { who: "owner of one", caller: stranger };
  const some = { who: "admin of 1,000 organizations", caller: analyst };
  const all = { who: "platform admin", caller: operator };
  const one = { ...all, who: "platform admin, of 100,000", orgId: hugeOrg };
  const refused = (route: string) => [
    ask(route, "a stranger", { token: stranger.token, query: `?org_id=${hugeOrg}`, status: 404 }, [""]),
    ask(route, "a member", { token: everywhere.token, query: `?org_id=${oneOfThousand}`, status: 403 }, [""]),
  ];
  return [
    ...lists(huge, [byDay, manyDays], [byDay, manyDays], [roleWise, orgRoleWise]),
    read("GET /stats/org-role-wise-users-filtered", huge, "", [byDay, manyDays]),
    ...lists(token, [byDay, manyDays], [byDay, manyDays]),
    ...lists(one, [byDay, manyDays], [byDay, manyDays]),
    ...lists(small, [byDay], [byDay]),
    ...lists(
      some,
      [["member_time_index|member_org_index"], thousandPeople],
      [byDay, thousandCounted],
      threeLists,
    ),
    ...lists(all, [["member_system_role_index"], everybody], [byDay, thousandCounted], threeLists),
    ...grown(huge, [bySlot, manyDays]),
    ...grown(token, [bySlot, manyDays]),
    ...grown(small, [bySlot, manyDays]),
    ...grown(some, [bySlot, thousandCounted]),
    ...grown(all, [bySlot, manyDays]),
    follow(growth, huge, [bySlot, manyDays]),
    ...[...threeLists, growth].flatMap(refused),
  ];
}
