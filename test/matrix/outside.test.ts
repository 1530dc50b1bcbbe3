// The tenancy matrix outside organizations: whoever calls, and whatever becomes of their own account, no row of another
// tenant changes, and nothing of one is shown.
import { beforeAll, describe, expect, test } from "vitest";
import { call } from "../support/app.ts";
import { inviteFrom } from "../support/invitations.ts";
import { owner } from "../support/owner.ts";
import { newEmail } from "../support/people.ts";
import type { Answer, Standing } from "./answers.ts";
import { faultOf, secretsFrom } from "./judge.ts";
import { outside } from "./outside.ts";
import { buildScene, type Caller, newCaller, type Scene } from "./scene.ts";
import { digestOf } from "./tenants.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await buildScene();
});

type Call = { route: string; caller: Caller; session_id?: number };

async function send({ route, caller, session_id = caller.session_id }: Call): Promise<Response> {
  const [method = "", pattern = ""] = route.split(" ");
  const { body, query, params } = outside[route] ?? {};
  const json = await body?.(caller);
  const values: Record<string, string> = { session_id: String(session_id), ...(await params?.()) };
  const path = pattern.replace(/:(\w+)/g, (whole, name) => values[name] ?? whole);
  return call(`${path}${(await query?.(caller)) ?? ""}`, {
    method,
    ...(json && { json }),
    ...(caller.token && { token: caller.token }),
  });
}

const people = [
  "outsider",
  "user_suspended",
  "narrowed",
  "suspended",
  "owner",
  "admin",
  "member",
  "editor",
  "website_user",
  "website_elsewhere",
] as const satisfies Standing[];
const inside: Standing[] = ["owner", "admin", "member", "editor"];
const answerFor = (route: string, standing: Standing): Answer => {
  const { anonymous = "", person = "", suspended = "" } = outside[route] ?? {};
  return { anonymous, user_suspended: suspended }[standing as string] ?? person;
};

describe.each(Object.keys(outside))("%s", (route) => {
  test("anonymous: nothing of any tenant changes or is shown", async () => {
    const before = await Promise.all([digestOf(scene.acme.org_id), digestOf(scene.globex.org_id)]);
    const answer = await send({ route, caller: scene.callers.anonymous });
    const wanted = { answer: answerFor(route, "anonymous"), secrets: secretsFrom(scene, "anonymous") };
    expect(await faultOf(scene, answer, wanted)).toBeNull();
    expect(await Promise.all([digestOf(scene.acme.org_id), digestOf(scene.globex.org_id)])).toEqual(before);
  });

  test("people of Acme, and of no tenant: nothing of Globex changes or is shown", async () => {
    const callers = await Promise.all(
      people.map(async (standing) => ({ standing, caller: await newCaller(standing, scene.acme) })),
    );
    const before = await digestOf(scene.globex.org_id);
    for (const { standing, caller } of callers) {
      const answer = answerFor(route, standing);
      const shown =
        route === "GET /organizations" && inside.includes(standing) ? `"org_id":${scene.acme.org_id},` : "";
      const wanted = { answer, secrets: secretsFrom(scene, standing), shown };
      expect(await faultOf(scene, await send({ route, caller }), wanted), standing).toBeNull();
    }
    expect(await digestOf(scene.globex.org_id)).toEqual(before);
  });

  test("somebody of Globex: nothing of Acme changes or is shown", async () => {
    const caller = await newCaller("owner", scene.globex);
    const before = await digestOf(scene.acme.org_id);
    const { org, shop, blog } = scene.acme.secrets;
    const wanted = { answer: answerFor(route, "owner"), secrets: [org, shop, blog] };
    expect(await faultOf(scene, await send({ route, caller }), wanted)).toBeNull();
    expect(await digestOf(scene.acme.org_id)).toEqual(before);
  });
});

describe.each(Object.keys(outside).filter((route) => outside[route]?.session))("%s", (route) => {
  test("with a session of somebody else, of nobody, or ended: the same 404 for everybody, and nothing ends", async () => {
    const [colleague, foreigner] = [scene.callers.admin, scene.callers.owner_of_another];
    const ended = await newCaller("member", scene.acme);
    await owner("update session set ended_at = 1 where id = $1", [ended.session_id]);
    const wrong = {
      colleague,
      foreigner,
      ended,
      missing: { session_id: 9e12 },
      malformed: { session_id: 0 },
    };
    const before = await Promise.all([digestOf(scene.acme.org_id), digestOf(scene.globex.org_id)]);
    for (const standing of ["outsider", "member", "owner", "suspended", "website_user"] as const) {
      const caller = scene.callers[standing];
      for (const [how, { session_id }] of Object.entries(wrong)) {
        const answer = await send({ route, caller, session_id });
        const wanted = { answer: "404", secrets: secretsFrom(scene, standing) };
        expect(await faultOf(scene, answer, wanted), `${standing}, ${how}`).toBeNull();
      }
    }
    expect(await Promise.all([digestOf(scene.acme.org_id), digestOf(scene.globex.org_id)])).toEqual(before);
  });
});

test("the other tenant's invitation, in the hands of anybody else: nothing of it is shown, and it stays", async () => {
  const { acme, globex, callers } = scene;
  const { user_id } = callers.owner_of_another;
  const theirs = { user_id, org_id: globex.org_id };
  const { token, email } = await inviteFrom(theirs, { email: newEmail(globex.secrets.org) });
  const before = await Promise.all([digestOf(acme.org_id), digestOf(globex.org_id)]);
  for (const standing of ["outsider", "member", "owner", "owner_of_both", "website_user"] as const) {
    const caller = callers[standing].token ?? "";
    const mine = { answer: "403i", secrets: secretsFrom(scene, standing) };
    const json = { token, email, password: "another fine passphrase" };
    const path = `/accept-invite?token=${token}`;
    for (const answer of [
      await call("/accept-invite", { json, token: caller }),
      await call(path, { token: caller, headers: { accept: "application/json" } }),
      await call("/accept-invite", { json: { ...json, email: callers[standing].email } }),
    ])
      expect(await faultOf(scene, answer, mine), standing).toBeNull();
    const page = await call(path, { token: caller });
    expect(await faultOf(scene, page, mine), standing).toBeNull();
  }
  expect(await Promise.all([digestOf(acme.org_id), digestOf(globex.org_id)])).toEqual(before);
});
