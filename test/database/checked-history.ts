// One history from its seed: played, recounted from the audit trail, asked about by all sorts of people. Fails with the
// first answer that is not what the trail tells, or that moved although nobody touched the organization.
import type pg from "pg";
import { expect } from "vitest";
import { ask, layLimits } from "./asking.ts";
import { callersOf, nameable, ownersOf } from "./callers.ts";
import { layHistories, play, type Step, stepsOf } from "./histories.ts";
import { dayMs } from "./local-days.ts";
import { type Answer, type Caller, type Moment, type Question, questionsOf } from "./questions.ts";
import { type Line, recount } from "./recount.ts";
import { answerOf } from "./recounted-answers.ts";
import type { Scratch } from "./scratch.ts";
import { type Random, seeded } from "./seeded.ts";

/** The database's owner, by whom histories happen, and the Worker's login, which asks. */
export type Logins = { owner: pg.Client; service: pg.Client };
/** How often something was seen, to tell whether histories are worth looking at. */
export type Seen = Map<string, number>;
/** What somebody asks of one organization. */
type Look = { caller: Caller; questions: Question[] };

export async function historyLogins({ owner, connect }: Scratch): Promise<Logins> {
  await layHistories(owner);
  await layLimits(owner);
  return { owner, service: await connect("service") };
}

export async function checkHistory({ owner, service }: Logins, seed: number, seen: Seen): Promise<void> {
  const random = seeded(seed);
  const steps = stepsOf(random);
  const crowded = random.chance(0.5);
  const cut = random.whole(Math.ceil(steps.length / 3), Math.floor(steps.length / 2));
  const [early, late] = [timeOf(steps, cut), timeOf(steps, steps.length)];
  const same = (answer: unknown, expected: unknown, about: object) =>
    expect(answer, `HISTORY=${seed}: ${JSON.stringify(about)}`).toEqual(expected);

  await owner.query("select history.forget()");
  await play(owner, steps.slice(0, cut));
  const look = await leaveAlone(owner, random, steps);
  const before = look && (await answersOf(service, { now: early, crowded }, look));
  await play(owner, steps.slice(cut));
  const moment = { now: late, crowded };
  if (look) {
    same(await answersOf(service, moment, look), before, { untouched: look });
    see(seen, "untouched");
  }

  const world = recount(await trailOf(owner, seen));
  for (const caller of callersOf(random, world, await sessionsOf(owner)))
    for (const question of questionsOf(random, world, late, nameable(world, caller))) {
      const answer = await ask(service, moment, caller, question);
      same(answer, answerOf(world, late, caller, question), { moment, caller, question });
      see(
        seen,
        typeof answer === "string" ? answer : `${question.about}, ${answer.length > 0 ? "some" : "none"}`,
      );
    }
}

/** The clock after so many steps. */
const timeOf = (steps: Step[], many: number): number => steps[many - 1]?.at ?? 0;

const see = (seen: Seen, what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);

async function trailOf(owner: pg.Client, seen: Seen = new Map()): Promise<Line[]> {
  const { rows } = await owner.query<Line>(
    `select id::float8, org_id, action, target_id, website_id, before, after, created_at::float8 as at
      from audit_event order by id`,
  );
  for (const { action } of rows) see(seen, action);
  return rows;
}

/** By user. */
async function sessionsOf(owner: pg.Client): Promise<Map<number, number>> {
  const { rows } = await owner.query<{ user_id: number; id: number }>(
    "select user_id, id::integer from session",
  );
  return new Map(rows.map(({ user_id, id }) => [user_id, id]));
}

/** Some organization, in which nothing happens from now on, and what an owner of it asks of it. Null: nobody may ask. */
async function leaveAlone(owner: pg.Client, random: Random, steps: Step[]): Promise<Look | null> {
  const owners = ownersOf(recount(await trailOf(owner)));
  if (owners.length === 0) return null;
  const { orgId, userId } = random.oneOf(owners);
  await owner.query("select set_config('history.bystander', $1, false)", [String(orgId)]);
  const sessionId = (await sessionsOf(owner)).get(userId) ?? 0;
  const ever = { orgId, from: null, to: null, status: random.oneOf([null, 0, 1]) };
  const [from, to] = [timeOf(steps, 1) - dayMs, timeOf(steps, steps.length) + dayMs];
  return {
    caller: { userId, sessionId, tokenOrg: random.oneOf([null, orgId]) },
    questions: [
      { about: "role_wise_users", limit: 50, ...ever },
      { about: "org_wise_members", limit: 50, ...ever },
      { about: "org_role_wise_users", limit: 50, ...ever },
      { about: "membership_growth", interval: "day", timeZone: "UTC", ...ever, from, to },
    ],
  };
}

async function answersOf(service: pg.Client, moment: Moment, { caller, questions }: Look): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const question of questions) answers.push(await ask(service, moment, caller, question));
  return answers;
}
