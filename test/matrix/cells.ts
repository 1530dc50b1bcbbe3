// The cells of one case: everybody, with every id as it should be and as it should not, and the answer to each.
import { type Answer, type Row, type Standing, type Stranger, strangers, whileSuspended } from "./answers.ts";
import { type Ids, type Request, requests } from "./requests.ts";
import type { Caller, Scene, Wrong } from "./scene.ts";
import type { Tenant } from "./tenants.ts";

export type Cell = {
  standing: Standing;
  caller: Caller;
  ids: Ids;
  /** `own`, or which ids are wrong and how. */
  variation: string;
  answer: Answer;
};

const parametersOf = (route: string) => [...route.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
export const requestOf = ({ route, label }: Row): Request => requests[route]?.[label] ?? {};
const readsOnly = ({ route }: Row, request: Request) => route.startsWith("GET ") || request.reads === true;

/** The answer that the contract gives this caller for ids that belong together. */
function answerFor(row: Row, standing: Standing, suspended: boolean): Answer {
  const request = requestOf(row);
  const stranger = row.forAll ? strangers[standing as Stranger] : undefined;
  const answer = request.others?.[standing] ?? row.answers.get(standing) ?? stranger ?? "-";
  return suspended ? whileSuspended(standing, answer, readsOnly(row, request)) : answer;
}

/** Whatever is wrong with an id: who has no token, or no living account, does not learn it. */
const answerToWrongIds = (own: Answer): Answer => (own.startsWith("401") || own === "403u" ? own : "404");

function wrongFor(scene: Scene, route: string, name: string): Wrong {
  const onWebsite = route.includes("/websites/");
  if (name === "org_id") return scene.wrong.org;
  if (name === "role_id" || name === "role") return onWebsite ? scene.wrong.website_role : scene.wrong.role;
  if (name === "user_id") return onWebsite ? scene.wrong.visitor : scene.wrong.member;
  if (name === "invite_id") return onWebsite ? scene.wrong.website_invite : scene.wrong.invite;
  if (name === "actor") return scene.wrong.actor;
  const elsewhere = /:(user|invite)_id/.test(route) ? { elsewhere: scene.acme.blog } : {};
  return { ...scene.wrong.website, ...elsewhere };
}

/** Which ids of the case are tried with wrong ones in their place. */
export function variedIds(row: Row, first: boolean): string[] {
  return requestOf(row).ids ?? (first ? parametersOf(row.route) : []);
}

/** Each id wrong in each way while the others are right, all of them foreign, and all but one. */
function variationsOf(scene: Scene, row: Row, names: string[]): { variation: string; wrong: Ids }[] {
  const single = names.flatMap((name) =>
    Object.entries(wrongFor(scene, row.route, name)).map(([how, id]) => ({
      variation: `${how} ${name}`,
      wrong: { [name]: id },
    })),
  );
  const foreign = (some: string[]): Ids =>
    Object.fromEntries(some.map((name) => [name, wrongFor(scene, row.route, name).foreign ?? 0]));
  if (names.length < 2) return single;
  const allBut = names.length < 3 ? [] : names.map((name) => names.filter((other) => other !== name));
  const several = [names, ...allBut].map((some) => ({
    variation: `foreign ${some.join(", ")}`,
    wrong: foreign(some),
  }));
  return [...single, ...several];
}

/** People of the other tenant are at home where every id is the other tenant's. */
const atHomeElsewhere: Standing[] = ["owner_of_both", "owner_of_another", "website_admin_of_another"];
const allForeign = (variation: string, names: string[]) => variation === `foreign ${names.join(", ")}`;

export const ownIds = (tenant: Tenant, target: Ids, caller: Caller, request: Request): Ids => ({
  org_id: tenant.org_id,
  website_id: tenant.shop,
  ...target,
  ...(request.self && { user_id: caller.user_id }),
});

/** Who tries wrong ids in a suspended organization: who reads there, who does not, a guest, one of both tenants. */
const wronglyWhileSuspended: Standing[] = ["owner", "member", "website_user", "owner_of_both"];

export function cellsOf(scene: Scene, row: Row, target: Ids, names: string[]): Cell[] {
  const request = requestOf(row);
  return (Object.entries(scene.callers) as [Standing, Caller][]).flatMap(([standing, caller]) => {
    const answer = answerFor(row, standing, scene.suspended);
    if (answer === "-") return [];
    const ids = ownIds(scene.acme, target, caller, request);
    const own = { standing, caller, ids, variation: "own", answer };
    if (scene.suspended && !wronglyWhileSuspended.includes(standing)) return [own];
    const others = variationsOf(scene, row, names)
      .filter(({ variation }) => !(atHomeElsewhere.includes(standing) && allForeign(variation, names)))
      .map(({ variation, wrong }) => ({
        ...own,
        variation,
        ids: { ...ids, ...wrong },
        answer: answerToWrongIds(answer),
      }));
    return [own, ...others];
  });
}
