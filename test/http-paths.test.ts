// Paths that are written in other ways than ours: each is the same route with the same guards, or nothing at all.
import { describe, expect, test } from "vitest";
import { call } from "./support/app.ts";
import { signedIn } from "./support/people.ts";
import { expectEveryHeader, expectProblem } from "./support/problems.ts";
import { everyRoute, type Route, requestOf, withToken } from "./support/samples.ts";

const encoded = (text: string) =>
  text.replace(/\w/g, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, "0")}`);

/** The same path to whoever reads URLs as the standard says. */
const sameAs = (path: string) => [
  path.replace(/^\/(\w)/, (_, letter) => `/${encoded(letter)}`),
  encoded(path),
  `/.${path}`,
  `/%2e${path}`,
  `/x/..${path}`,
  `/x/%2E%2e${path}`,
  `${path}#/health`,
];
/** Another path: nothing stands there. */
const otherThan = (path: string) =>
  [
    ...[`/${path}`, `//${path}`, `/%2f${path}`, `/%5c${path}`, `/x/..%2f${path}`],
    ...[`${path}/`, `${path}//`, `${path}/.`, `${path}%2f`, `${path}%5c`, `${path}/%00`],
    ...[`${path}%00`, `${path}%20`, `${path}%0a`, `${path}%09`, `${path}%3f`, `${path}%23`, `${path};a=b`],
    ...[`${path}.json`, `${path}%252e`, `${path}%c0%ae`, `${path}/..%2f..%2fhealth`, `${path}%ff`],
    ...[
      path.toUpperCase(),
      path.replace(/(?<=.)\//g, "%2f"),
      path.replace(/^\/./, (start) => `/${encoded(encoded(start[1] ?? ""))}`),
    ],
  ].filter((other) => other !== path);

/** Nothing that answers to this verb. */
const expectNothing = (answer: Response, label: string) =>
  expectProblem(answer, answer.status === 405 ? "method_not_allowed" : "not_found", label);

/** The path of the route's valid request, and what else belongs to it. */
async function partsOf(route: Route) {
  const person = await signedIn();
  const [whole, options] = await requestOf(route, { person });
  const [path = "", search = ""] = whole.split(/(?=\?)/);
  return { path, search, options };
}

describe.each(withToken)("$name, written in another way", (route) => {
  test("asks for a token all the same, whatever it is taken for", async () => {
    const { path, options } = await partsOf(route);
    for (const written of [...sameAs(path), ...otherThan(path)]) {
      for (const [token, code] of [
        [undefined, "unauthenticated"],
        ["garbage", "invalid_token"],
      ] as const) {
        const { token: _, ...rest } = options ?? {};
        const answer = await call(written, { ...rest, ...(token && { token }) });
        const isNothing = [404, 405].includes(answer.status) && !sameAs(path).includes(written);
        if (isNothing) await expectNothing(answer, written);
        else await expectProblem(answer, code, written);
      }
    }
  });
});

describe.each(everyRoute)("$name", (route) => {
  test("is nothing when its path is written as another one, and does nothing", async () => {
    const { path, search, options } = await partsOf(route);
    for (const written of otherThan(path)) {
      await expectNothing(await call(written + search, options), written);
    }
    for (const written of sameAs(path).slice(0, 1)) {
      const answer = await call(written + search, options);
      expect([written, answer.status]).toEqual([written, route.status]);
      expectEveryHeader(answer, { cached: route.cached === true });
    }
  });
});

test.each([
  ...[
    "//evil.example",
    "//evil.example/%2e%2e",
    "/\\evil.example",
    "/%5cevil.example",
    "/%2f%2fevil.example",
  ],
  ...[
    "/https://evil.example",
    "/https:evil.example",
    "//evil.example@me",
    "/me@evil.example",
    "/;//evil.example",
  ],
  ...[
    "/%0d%0aLocation:%20https://evil.example",
    "/me%0d%0aSet-Cookie:%20a=b",
    "/%E2%80%AE",
    "/%00%00",
    "/*",
    "/:org_id",
  ],
  ...[
    "/organizations/1%2f..%2f2",
    "/organizations/..%2f..%2fadmin%2fusers",
    "/.git/config",
    "/cdn-cgi/x",
    "/_next",
  ],
])("%s leads nowhere", async (path) => {
  const { access: token } = await signedIn();
  for (const method of ["GET", "POST", "DELETE"]) {
    const answer = await call(path, { method, token });
    expect([404, 405], `${method} ${path}`).toContain(answer.status);
    expectEveryHeader(answer);
    expect(await answer.text()).not.toMatch(/evil/);
  }
});
