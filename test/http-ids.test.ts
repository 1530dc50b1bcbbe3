// Ids, cursors and limits. A malformed id, a missing one and somebody else's are one and the same 404, wherever
// they stand; a cursor is good for the list, the filters and the caller that it was issued to.
import { describe, expect, inject, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { signedIn, signIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { routes, send, withToken } from "./support/samples.ts";

const idsInPaths = routes.flatMap((route) =>
  [...route.pattern.matchAll(/:(\w+_id)\b/g)].map(([, param = ""]) => ({ ...route, param })),
);
const idsInBodies = routes.flatMap((route) => (route.ids ?? []).map((field) => ({ ...route, field })));
const idsInQueries = routes.flatMap((route) =>
  Object.entries(route.idsInQuery ?? {}).map(([key, idOf]) => ({ ...route, key, idOf })),
);
const lists = routes.filter((route) => route.query?.includes("cursor"));

/** An answer without what differs between any two: the request's id. */
async function bare(response: Response): Promise<string> {
  const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
  const { request_id, ...document } = await expectProblem(response, "not_found");
  expect(request_id).toBeTruthy();
  return JSON.stringify([headers, document]);
}

describe.each(idsInPaths)("$param in the path of $name", (route) => {
  const answer = async (id: number | string) => bare(await send(route, { params: { [route.param]: id } }));

  test("a malformed id, a missing one and somebody else's get the same 404", async () => {
    const foreign = route.platform ? null : await route.params?.(await signedIn());
    const missing = await answer("2147483647");
    if (foreign) expect(await answer(foreign[route.param] ?? "")).toBe(missing);
    const integers = ["0", "-1", "+1", "01", "1.0", "1e3", "0x10", "2147483648", "9007199254740993"];
    const bounds = ["9223372036854775807", "9223372036854775808", "9".repeat(400)];
    const texts = ["x", "null", "undefined", "NaN", "true", "%00", "%20", "1%20", "1%00", "%ff", "%EF%BC%91"];
    const sql = ["1;select", "1'--", "1%20or%201=1", "*", "%25", "[1]", "1,2", "..%2f1", "1%2F2"];
    for (const id of [...integers, ...bounds, ...texts, ...sql, crypto.randomUUID()]) {
      expect(await answer(id), id).toBe(missing);
    }
  });
});

describe.each(idsInBodies)("$field in the body of $name", (route) => {
  test("malformed, missing or somebody else's is the same 404, and does nothing", async () => {
    const person = await signedIn();
    const foreign = (await route.body?.(await signedIn()))?.[route.field];
    const body = { ...(await route.body?.(person)) };
    const answer = async (id: unknown) =>
      bare(await send(route, { person, json: { ...body, [route.field]: id } }));
    const missing = await answer(2_147_483_647);
    expect(await answer(foreign)).toBe(missing);
    const numbers = [0, -1, 1.5, 2_147_483_648, 1e21, 1e-7, Number.MAX_SAFE_INTEGER];
    for (const id of [...numbers, "x", "", `${person.org_id}`, null, true, [], [person.org_id], {}]) {
      expect(await answer(id), JSON.stringify(id)).toBe(missing);
    }
    expect((await send(route, { person })).status).toBe(route.status);
  });
});

describe.each(idsInQueries)("$key in the query of $name", (route) => {
  test("malformed, missing or somebody else's is the same 404", async () => {
    const person = await signedIn();
    const asked = async (id: unknown) => send(route, { person, query: `?${route.key}=${id}` });
    const missing = await bare(await asked("2147483647"));
    expect(await bare(await asked(await route.idOf(await signedIn())))).toBe(missing);
    for (const id of ["0", "01", "2147483648", "9223372036854775808", "9".repeat(400)]) {
      expect(await bare(await asked(id)), id).toBe(missing);
    }
    expect((await asked(await route.idOf(person))).status).toBe(route.status);
  });
});

const inOneOrganization = withToken.filter(
  ({ pattern, ids, platform }) => !platform && (pattern.includes(":org_id") || ids?.includes("org_id")),
);

describe.each(inOneOrganization)("$name", (route) => {
  test("with a token for the caller's other organization: the 404 of one that does not exist", async () => {
    const person = await signedIn();
    const other = await ask("/organizations", { token: person.access, json: { name: "Other" } });
    const { access: elsewhere } = await signIn(person, { org_id: other.body.org_id });
    const missing = await bare(await call("/organizations/2147483647", { token: elsewhere }));
    expect(await bare(await send(route, { person, token: elsewhere }))).toBe(missing);
    const { access: here } = await signIn(person, { org_id: person.org_id });
    expect((await send(route, { person, token: here })).status).toBe(route.status);
  });
});

describe.each(lists)("$name", (route) => {
  test("limits are whole numbers from 1 to 200", async () => {
    for (const limit of [
      "0",
      "201",
      "abc",
      "-1",
      "1.5",
      "1e2",
      "",
      "%20",
      "1000",
      "0x10",
      "NaN",
      "10%00",
      "%ff",
    ]) {
      const query = `?limit=${limit}`;
      const { errors } = await expectProblem(await send(route, { query }), "invalid_request", query);
      expect(errors[0].path).toBe("limit");
    }
    for (const limit of [1, 50, 200]) {
      expect((await send(route, { query: `?limit=${limit}` })).status).toBe(200);
    }
  });

  test("a cursor that was not issued is refused", async () => {
    const encoded = (text: string) => btoa(text).replace(/=+$/, "");
    const forged = [
      encoded("0"),
      `${encoded("0")}.`,
      `${encoded("0")}.${"A".repeat(43)}`,
      `.${"A".repeat(43)}`,
    ];
    const texts = ["", "x", ".", "..", "null", "0", "%27", "eyJhbGciOiJub25lIn0.e30.", "a".repeat(1001), "é"];
    for (const cursor of [...forged, ...texts]) {
      const query = `?cursor=${cursor}`;
      await expectProblem(await send(route, { query }), "invalid_cursor", query.slice(0, 60));
    }
  });
});

describe("the cursor of GET /sessions", () => {
  async function threeSessions() {
    const person = await signedIn();
    await signIn(person);
    await signIn(person);
    const first = await ask("/sessions?limit=2", { token: person.access });
    expect(first.body.data).toHaveLength(2);
    return { person, cursor: first.body.next_cursor as string, first: first.body.data };
  }
  const query = (cursor: string, more = "") => `/sessions?cursor=${encodeURIComponent(cursor)}${more}`;
  const ids = (data: { session_id: number }[]) => data.map(({ session_id }) => session_id);

  test("goes on where the page ended, also with another limit, by ascending id, to the end", async () => {
    const { person, cursor, first } = await threeSessions();
    const all = (await ask("/sessions", { token: person.access })).body;
    expect([all.data.length, all.next_cursor]).toEqual([3, null]);
    expect(ids(all.data)).toEqual(ids(all.data).toSorted((a, b) => a - b));
    for (const more of ["", "&limit=1", "&limit=200"]) {
      const { body } = await ask(query(cursor, more), { token: person.access });
      expect(ids([...first, ...body.data])).toEqual(ids(all.data));
      expect(body.next_cursor).toBeNull();
    }
  });

  test("is refused when anything about it is changed", async () => {
    const { person, cursor } = await threeSessions();
    const [after = "", signature = ""] = cursor.split(".");
    const flipped = `${signature.slice(0, -2)}${signature.at(-2) === "A" ? "B" : "A"}${signature.at(-1)}`;
    const changed = [
      `${after}.${flipped}`,
      `MQ.${signature}`,
      `${after}=.${signature}`,
      `${after}.${signature}=`,
    ];
    const extended = [
      `${cursor}.x`,
      `${cursor}.`,
      `${cursor} `,
      ` ${cursor}`,
      `.${cursor}`,
      after,
      signature,
    ];
    for (const forged of [...changed, ...extended, cursor.toUpperCase(), `${cursor}\0`]) {
      const answer = await call(query(forged), { token: person.access });
      await expectProblem(answer, "invalid_cursor", forged);
    }
  });

  test("is refused from another caller, and from a token for one organization", async () => {
    const { person, cursor } = await threeSessions();
    const stranger = await signedIn();
    const narrowed = await signIn(person, { org_id: person.org_id });
    for (const token of [stranger.access, narrowed.access]) {
      await expectProblem(await call(query(cursor), { token }), "invalid_cursor");
    }
  });

  test("survives a rotation of the sealing keys, as long as the old key is kept", async () => {
    const { person, cursor } = await threeSessions();
    const { keys } = JSON.parse(inject("variables").SEALING_KEYS ?? "");
    const fresh = { kty: "oct", kid: "fresh", k: "A".repeat(43) };
    const rotated = { SEALING_KEYS: JSON.stringify({ keys: [fresh, ...keys] }) };
    const alone = { SEALING_KEYS: JSON.stringify({ keys: [fresh] }) };
    expect((await call(query(cursor), { token: person.access, settings: rotated })).status).toBe(200);
    const refused = await call(query(cursor), { token: person.access, settings: alone });
    await expectProblem(refused, "invalid_cursor");
  });
});
