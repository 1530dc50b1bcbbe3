// The service's routes, as its OpenAPI document names them (a test holds that it has every route of the app).
import { readFileSync } from "node:fs";
import { join } from "node:path";

const file = join(import.meta.dirname, "../openapi/openapi.json");

/** `GET /organizations/:org_id` and so on. */
export function everyRoute(): string[] {
  const { paths } = JSON.parse(readFileSync(file, "utf8")) as { paths: Record<string, object> };
  return Object.entries(paths).flatMap(([path, methods]) => {
    const pattern = path.replace(/\{(\w+)\}/g, ":$1");
    return Object.keys(methods).map((method) => `${method.toUpperCase()} ${pattern}`);
  });
}
