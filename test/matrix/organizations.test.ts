// The tenancy matrix: every route inside an organization, for everybody that a person can be to it, with every id as
// it should be and as it should not. And it is whole: every route has its row, every row its request, every id its
// wrong ones. A new route fails here until somebody says who may call it.
import { expect, test } from "vitest";
import { routeNames } from "../support/samples.ts";
import { rows } from "./answers.ts";
import { variedIds } from "./cells.ts";
import { outside } from "./outside.ts";
import { requests } from "./requests.ts";
import { ofInvites, walk } from "./walk.ts";

const inside = [...new Set(rows.map(({ route }) => route))];

test("every route of the app has a row, and every row a route", () => {
  const known = new Set([...inside, ...Object.keys(outside)]);
  expect([...known].sort()).toEqual([...routeNames].sort());
});

test("a route that names something of an organization stands in the table", () => {
  const named = routeNames.filter(
    (name) => /:(org|user|role|website|invite)_id/.test(name) && !name.includes(" /admin/"),
  );
  expect(named.filter((name) => !inside.includes(name))).toEqual([]);
});

test("every case of the table says what it asks for, and nothing asks without a case", () => {
  const cases = rows.map(({ route, label }) => `${route} · ${label}`);
  const asked = Object.entries(requests).flatMap(([route, labels]) =>
    Object.keys(labels).map((label) => `${route} · ${label}`),
  );
  expect(asked).toEqual(cases);
});

test("every id in a path is tried with wrong ones in its place", () => {
  for (const route of inside) {
    const varied = rows.filter((row) => row.route === route).flatMap((row, i) => variedIds(row, i === 0));
    const named = [...route.matchAll(/:(\w+)/g)].map(([, name]) => name);
    expect(varied, route).toEqual(expect.arrayContaining(named));
    expect(varied.length, route).toBeGreaterThan(0);
  }
});

walk({ suspended: false, routes: (route) => !ofInvites(route) });
