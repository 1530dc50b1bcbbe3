// The routes of the app, each with what its handlers say of themselves. A route that is not described is an error.
import { type Description, type Part, partOf } from "../../src/http/describe.ts";

type AppRoute = { method: string; path: string; handler: object };
export type DescribedRoute = {
  /** `get` … */
  method: string;
  /** As OpenAPI writes it: `/organizations/{org_id}`. */
  path: string;
  /** As Hono writes it: `GET /organizations/:org_id`. */
  name: string;
  description: Description;
  parts: Part;
};

export function describedRoutes(routes: AppRoute[]): DescribedRoute[] {
  const gathered = new Map<string, { method: string; path: string; parts: Part }>();
  for (const { method, path, handler } of routes) {
    if (method === "ALL") continue; // Middleware.
    const name = `${method} ${path}`;
    const { parts } = gathered.get(name) ?? { parts: {} };
    gathered.set(name, { method, path, parts: { ...parts, ...partOf(handler) } });
  }
  return [...gathered].map(([name, { method, path, parts }]) => {
    if (!parts.route) throw new Error(`${name} has no description`);
    const openPath = path.replace(/:(\w+)/g, "{$1}");
    return { method: method.toLowerCase(), path: openPath, name, description: parts.route, parts };
  });
}
