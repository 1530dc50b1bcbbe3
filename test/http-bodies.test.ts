// Bodies, for every route that has one: size, media type, JSON, and every field with what does not belong there.
import { describe, expect, test } from "vitest";
import { ask } from "./support/app.ts";
import { chunked } from "./support/bodies.ts";
import { signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { bodied, send, somebody, validOf, withBody } from "./support/samples.ts";

const limit = 64 * 1024;
const asJson = { "content-type": "application/json" };
const pathsOf = (errors: { path: string }[]) => errors.map(({ path }) => path);
const sized = (bytes: number) => ({ ...asJson, "content-length": String(bytes) });

describe.each(bodied)("$name", (route) => {
  test("refuses more than 64 KiB, by Content-Length and chunked", async () => {
    const body = "x".repeat(limit + 1);
    await expectProblem(await send(route, { body, headers: sized(body.length) }), "body_too_large");
    await expectProblem(await send(route, { body, headers: asJson }), "body_too_large");
    await expectProblem(await send(route, { body: chunked(limit + 1), headers: asJson }), "body_too_large");
    await expectProblem(await send(route, { body: chunked(4 * limit, 1000) }), "body_too_large");
  });
});

describe.each(withBody)("$name", (route) => {
  const valid = async () => (await validOf(route, await somebody())).json ?? {};
  const refusal = async (body: BodyInit) => send(route, { body });

  test("takes exactly 64 KiB", async () => {
    const person = await signedIn();
    const json = JSON.stringify(await route.body?.(person));
    const body = json + " ".repeat(limit - new TextEncoder().encode(json).length);
    const answer = await send(route, { person, body, headers: sized(limit) });
    expect(answer.status).toBe(route.status);
    await expectProblem(await refusal(chunked(limit)), "malformed_json");
  });

  test("takes a chunked body, and a charset beside the media type", async () => {
    const person = await signedIn();
    const bytes = new TextEncoder().encode(JSON.stringify(await route.body?.(person)));
    const body = new Blob([bytes]).stream();
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    expect((await send(route, { person, body, headers })).status).toBe(route.status);
  });

  test("refuses another media type, or none", async () => {
    const body = JSON.stringify(await valid());
    const forms = [
      "multipart/form-data; boundary=x",
      ...(route.form ? [] : ["application/x-www-form-urlencoded"]),
    ];
    for (const type of [
      ...forms,
      "text/plain",
      "text/json",
      "application/jsonp",
      "application/json-patch+json",
    ]) {
      const answer = await send(route, { body, headers: { "content-type": type } });
      await expectProblem(answer, "unsupported_media_type", type);
    }
    await expectProblem(
      await send(route, { body, headers: { "content-type": "" } }),
      "unsupported_media_type",
    );
    const nothing = await send(route, { json: undefined });
    await expectProblem(nothing, "unsupported_media_type");
  });

  test("refuses what is not JSON", async () => {
    const json = JSON.stringify(await valid());
    const cut = json.slice(0, -1);
    const broken = [
      " ",
      cut,
      `${json}${json}`,
      `${cut},}`,
      `${json}//`,
      "{'a':1}",
      "undefined",
      "NaN",
      "{a:1}",
    ];
    for (const body of [...broken, '{"a":01}', '"\n"', "\ufeff\ufeff{}", "\0"]) {
      await expectProblem(await refusal(body), "malformed_json", body);
    }
    for (const bytes of [
      [0xff],
      [0xc3, 0x28],
      [0xed, 0xa0, 0x80],
      [0xf8, 0x88, 0x80, 0x80, 0x80],
      [0xc0, 0x80],
    ]) {
      const body = new Uint8Array([0x7b, 0x22, ...bytes, 0x22, 0x3a, 0x31, 0x7d]);
      await expectProblem(await refusal(body), "malformed_json", String(bytes));
    }
    const utf16 = new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]);
    await expectProblem(await refusal(utf16), "malformed_json");
  });

  test("refuses JSON that is no object", async () => {
    for (const body of ["null", "true", "7", '"text"', "[]", JSON.stringify([await valid()])]) {
      await expectProblem(await refusal(body), "invalid_request", body);
    }
  });

  test("refuses fields that it does not know, naming each", async () => {
    const known = await valid();
    const unknown = { id: 1, user_id: 1, Email: "x", status: 0, created_at: 1, platform_admin: true };
    const json = JSON.stringify({ ...unknown, ...known });
    const { errors } = await expectProblem(await refusal(json), "invalid_request");
    const expected = Object.keys(unknown).filter((key) => !(key in known));
    expect(pathsOf(errors).sort()).toEqual(expected.sort());
  });

  test("refuses keys that JavaScript has plans for", async () => {
    const json = JSON.stringify(await valid());
    for (const key of ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"]) {
      for (const value of ["null", "1", '{"admin":true}']) {
        const body = json.replace("{", `{"${key}":${value},`);
        await expectProblem(await refusal(body), "invalid_request", body);
      }
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test("refuses each field with a value of another kind, at its path", async () => {
    const kinds = ["null", "true", "7", '"x"', "[]", "{}"] as const;
    for (const field of Object.keys(await valid())) {
      if (route.ids?.includes(field)) continue;
      const taken = route.takes?.[field] ?? ['"x"'];
      for (const kind of kinds.filter((kind) => !taken.includes(kind))) {
        const json = { ...(await valid()), [field]: JSON.parse(kind) };
        const { errors } = await expectProblem(
          await send(route, { json }),
          "invalid_request",
          `${field} ${kind}`,
        );
        expect(new Set(pathsOf(errors))).toEqual(new Set([field]));
      }
    }
  });

  test("refuses text that no row can hold, in every field", async () => {
    for (const field of Object.keys(await valid())) {
      for (const text of ["a\\u0000b", "\\ud800", "\\udc00x", "x\\ud800x"]) {
        const body = JSON.stringify({ ...(await valid()), [field]: "@@" }).replace("@@", text);
        const { errors } = await expectProblem(await refusal(body), "invalid_request", `${field} ${text}`);
        expect(errors[0].path).toBe(field);
      }
    }
  });

  test("refuses numbers beyond every number, and nesting beyond every need", async () => {
    for (const field of Object.keys(await valid())) {
      const nested = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
      const lists = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
      for (const value of ["1e400", "-1e400", '{"n":1e400}', '{"n":[[-1e999]]}', nested, `{"a":${lists}}`]) {
        const body = JSON.stringify({ ...(await valid()), [field]: "@@" }).replace('"@@"', value);
        const { errors } = await expectProblem(
          await refusal(body),
          "invalid_request",
          `${field} ${value}`.slice(0, 99),
        );
        expect(errors[0].path.split(".")[0]).toBe(field);
      }
    }
  });

  test("an answer to bad input repeats none of it, and is never longer than it has to be", async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`canary-${i}`, "canary-value"]));
    const answer = await send(route, { json: many });
    const { errors } = await expectProblem(answer, "invalid_request");
    expect(errors.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(errors)).not.toContain("canary-value");
  });
});

test.each(withBody.filter(({ free }) => free))(
  "$name looks into free JSON too, keys included",
  async (route) => {
    for (const field of route.free ?? []) {
      const faults = ['{"a":"\\u0000"}', '{"a\\u0000":1}', '{"a":[{"b":["x","\\udfff"]}]}', '{"\\ud800":1}'];
      for (const value of [
        ...faults,
        '{"a":{"__proto__":{"admin":true}}}',
        '{"__proto__":null}',
        '{"a":[1e400]}',
      ]) {
        const body = JSON.stringify({
          ...(await validOf(route, await somebody())).json,
          [field]: "@@",
        }).replace('"@@"', value);
        const { errors } = await expectProblem(
          await send(route, { body }),
          "invalid_request",
          `${field} ${value}`,
        );
        expect(errors[0].path.split(".")[0]).toBe(field);
      }
    }
  },
);

test("free JSON comes back as it went in, whatever its keys are called", async () => {
  const { access: token } = await signedIn();
  const profile = JSON.parse(
    `{"constructor":{"prototype":{"admin":true}},"toString":null,"toJSON":"x","":{"":[]},"then":"x","__defineGetter__":0,
     "$ref":"#","a.b":1,"'; drop table \\"user\\"; --":"%s \\\\ \\u2028 \\u0001 \ud83d\ude00","n":[0.1,-1e-7,9007199254740991,true,null]}`,
  );
  const path = "/me";
  const kept = await ask(path, { method: "PATCH", token, json: { profile } });
  const { toString: _, ...rest } = Object.fromEntries(Object.entries(profile)); // a null removes its key
  expect([kept.status, kept.body.profile]).toEqual([200, rest]);
  expect((await ask(path, { token })).body.profile).toEqual(rest);
});

test("free JSON may be nested thirty levels deep, and not without end", async () => {
  const { access: token } = await signedIn();
  const nested = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
  const status = async (levels: number) =>
    (await ask("/me", { method: "PATCH", token, json: { profile: nested(levels) } })).status;
  expect([await status(30), await status(64)]).toEqual([200, 422]);
});
