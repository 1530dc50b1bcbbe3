// The one way that imports go in src/, and what is wrong with a set of files that goes another.
import { dirname, join, normalize } from "node:path/posix";

/** From the ground up. Whatever folder is not named here is a feature. */
const features = Symbol("features, jobs");
const layers: (string[] | typeof features)[] = [
  ["errors", "config", "json", "permissions"],
  ["verify"],
  ["crypto", "db", "emails"],
  ["http"],
  ["access"],
  ["pages"],
  features,
  ["older-paths"],
  ["app"],
  ["index", "client"],
];
const featureLayer = layers.indexOf(features);

/** What leaves the house as a package: its areas, and all that these may import. `types`: by `import type` alone. */
const packaged: Record<string, { imports: string[]; types: string[] }> = {
  verify: { imports: ["verify", "errors", "jose"], types: ["permissions", "hono"] },
  client: {
    imports: ["hono/client"],
    types: ["app", "errors", "hono", "hono/types", "hono/utils/http-status"],
  },
};
/** The face of such a package: the one file that hands on what others hold. */
const faces = ["verify/index.ts"];

export type Import = { from: string; to: string; reexport: boolean; typeOnly: boolean };
/** Path relative to src → text. */
export type Sources = Map<string, string>;

const statement = /^\s*(import|export)\s+(type\s)?(?:[^;"]*?\sfrom\s*)?"([^"]+)"/gm;
const dynamic = /\bimport\(\s*["'`]([^"'`]+)["'`]/g;

/** Every import of every file; paths of ours are relative to src, packages as they are written. */
export function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) => {
    const resolve = (path: string) => (path.startsWith(".") ? normalize(join(dirname(from), path)) : path);
    const plain = [...text.matchAll(statement)].map(([, keyword, type, path = ""]) => ({
      from,
      to: resolve(path),
      reexport: keyword === "export",
      typeOnly: type !== undefined,
    }));
    const later = [...text.matchAll(dynamic)].map(([, path = ""]) => ({
      from,
      to: resolve(path),
      reexport: false,
      typeOnly: false,
    }));
    return [...plain, ...later];
  });
}

/** "db/client.ts" → "db", "app.ts" → "app". */
const areaOf = (path: string) => (path.split("/")[0] ?? "").replace(/\.tsx?$/, "");

function layerOf(area: string): number {
  const named = layers.findIndex((layer) => layer !== features && layer.includes(area));
  return named === -1 ? featureLayer : named;
}

const isOurs = (path: string) => /\.(ts|tsx|js|mjs)$/.test(path) || path.startsWith("..");

/** Each wrong import in a sentence of its own; none: the layers hold. `packages`: what src may import from npm. */
export function violations(sources: Sources, packages: string[]): string[] {
  const imports = importsOf(sources);
  return [
    ...imports.flatMap((one) => wrong(one, sources, packages)),
    ...[...sources.keys()]
      .filter((path) => /.\/index\.tsx?$/.test(path) && !faces.includes(path))
      .map((path) => `${path} is a barrel`),
    ...cycles(imports.map(({ from, to }) => [from, to])),
    ...cycles(imports.filter(({ to }) => sources.has(to)).map(({ from, to }) => [areaOf(from), areaOf(to)])),
  ];
}

function wrong(one: Import, sources: Sources, packages: string[]): string[] {
  const { from, to, reexport } = one;
  const says = (what: string) => [`${from} ${what} ${to}`];
  if (!fitsPackage(one)) return says("is for a package, which must not import");
  if (to === "../package.json") return [];
  if (!isOurs(to))
    return packages.some((name) => to === name || to.startsWith(`${name}/`))
      ? []
      : says("imports, undeclared,");
  if (reexport && !faces.includes(from)) return says("re-exports");
  if (!sources.has(to)) return says("imports, outside of src or not there,");
  const [own, other] = [areaOf(from), areaOf(to)];
  if (from === "errors.ts") return says("must import nothing, and imports");
  if (layerOf(other) > layerOf(own)) return says("imports, upwards,");
  if (own !== other && layerOf(own) === featureLayer && layerOf(other) === featureLayer)
    return says("imports another feature:");
  return [];
}

function fitsPackage({ from, to, typeOnly }: Import): boolean {
  const allowed = packaged[areaOf(from)];
  if (!allowed) return true;
  const name = isOurs(to) ? areaOf(to) : to;
  return allowed.imports.includes(name) || (typeOnly && allowed.types.includes(name));
}

/** A sentence for each way round in a graph; an edge to itself is none. */
function cycles(edges: [string, string][]): string[] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of edges) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to));
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, path: string[]) => {
    if (path.includes(node)) found.push(`cycle: ${[...path.slice(path.indexOf(node)), node].join(" → ")}`);
    if (done.has(node) || path.includes(node)) return;
    for (const to of next.get(node) ?? []) walk(to, [...path, node]);
    done.add(node);
  };
  for (const node of next.keys()) walk(node, []);
  return found;
}
