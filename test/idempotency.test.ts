// Idempotency-Key on what makes organizations and websites (on sign-up: sign-up.test.ts): a repeat makes nothing, and
// gets the first answer.
import { describe, expect, test } from "vitest";
import { joins } from "./support/callers.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { memberOf } from "./support/tenants.ts";

type Maker = {
  request: (person: SignedIn) => string;
  body: () => { name: string };
  other: object;
  id: "org_id" | "website_id";
  /** How many rows of this name there are. */
  made: string;
};
const makers: Record<string, Maker> = {
  "POST /organizations": {
    request: () => "POST /organizations",
    body: () => ({ name: `Acme ${crypto.randomUUID().slice(0, 8)}`, details: { a: 1 } }),
    other: { details: { a: 2 } },
    id: "org_id",
    made: "select id from organisation where name = $1",
  },
  "POST /organizations/:org_id/websites": {
    request: ({ org_id }) => `POST /organizations/${org_id}/websites`,
    body: () => ({ name: `Shop ${crypto.randomUUID().slice(0, 8)}`, url: "https://shop.example" }),
    other: { url: "https://other.example" },
    id: "website_id",
    made: "select id from website where name = $1",
  },
};
const newKey = () => crypto.randomUUID();

describe.each(Object.entries(makers))("Idempotency-Key on %s", (_, { request, body, other, id, made }) => {
  const send = (person: SignedIn, json: object, key: string) =>
    as(person)(request(person), json, { "idempotency-key": key });
  const count = async ({ name }: { name: string }) => (await owner(made, [name])).length;

  test("a repeat with the same body gets the same answer, and makes nothing", async () => {
    const [ann, json, key] = [await signedIn(), body(), newKey()];
    const first = await expectAnswer(await send(ann, json, key), 201);
    for (let i = 0; i < 2; i += 1) expect(await expectAnswer(await send(ann, json, key), 201)).toEqual(first);
    expect(await count(json)).toBe(1);
    // Without the key, the same body is another request.
    const again = await expectAnswer(await as(ann)(request(ann), json), 201);
    expect(again[id]).not.toBe(first[id]);
  });

  test("another body under the same key is refused, and makes nothing", async () => {
    const [ann, json, key] = [await signedIn(), body(), newKey()];
    await expectAnswer(await send(ann, json, key), 201);
    for (const changed of [{ ...json, ...other }, body()])
      await expectProblem(await send(ann, changed, key), "idempotency_key_reused");
    expect(await count(json)).toBe(1);
  });

  test("another caller's key of the same name is another key", async () => {
    const [json, key] = [body(), newKey()];
    const [ann, bob] = [await signedIn(), await signedIn()];
    const answers = [];
    for (const person of [ann, bob]) answers.push(await expectAnswer(await send(person, json, key), 201));
    expect(answers[0][id]).not.toBe(answers[1][id]);
    expect(await count(json)).toBe(2);
  });

  test("a refused request does not use its key up, and a repeat after 24 hours is new", async () => {
    const [ann, json, key] = [await signedIn(), body(), newKey()];
    await expectProblem(await send(ann, { ...json, name: "a\nb" }, key), "invalid_request");
    const first = await expectAnswer(await send(ann, json, key), 201);
    const moved = await owner(
      "update idempotency_key set created_at = created_at - 86400001 where (answer ->> $1)::int = $2 returning key",
      [id, first[id]],
    );
    expect(moved).toHaveLength(1);
    expect((await expectAnswer(await send(ann, json, key), 201))[id]).not.toBe(first[id]);
  });

  test("an empty or overlong key is refused at its name", async () => {
    const ann = await signedIn();
    for (const key of ["", "x".repeat(256), "two words"]) {
      const { errors } = await expectProblem(await send(ann, body(), key), "invalid_request");
      expect(errors[0].path).toBe("Idempotency-Key");
    }
  });
});

describe("a repeat is no way around the guard", () => {
  const websites = (orgId: number) => `POST /organizations/${orgId}/websites`;
  const json = { name: "Shop", url: "https://shop.example" };

  test("who may no longer make a website is not told of the one they made", async () => {
    const ann = await signedIn();
    const hand = await memberOf(ann.org_id);
    const key = { "idempotency-key": newKey() };
    await expectAnswer(await as(hand)(websites(ann.org_id), json, key), 201);
    const set = "update member set status = 1 where user_id = $1 and org_id = $2";
    await owner(set, [hand.user_id, ann.org_id]);
    await expectProblem(await as(hand)(websites(ann.org_id), json, key), "member_suspended");
    await owner("delete from member where user_id = $1 and org_id = $2", [hand.user_id, ann.org_id]);
    await expectProblem(await as(hand)(websites(ann.org_id), json, key), "not_found");
  });

  test("one key for two organizations is two keys", async () => {
    const [ann, bob] = [await signedIn(), await signedIn()];
    const hand = await memberOf(ann.org_id);
    await joins(hand, bob.org_id);
    const key = { "idempotency-key": newKey() };
    const here = await expectAnswer(await as(hand)(websites(ann.org_id), json, key), 201);
    const there = await expectAnswer(await as(hand)(websites(bob.org_id), json, key), 201);
    expect([here.org_id, there.org_id]).toEqual([ann.org_id, bob.org_id]);
    expect(there.website_id).not.toBe(here.website_id);
  });
});
