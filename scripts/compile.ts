// npm run compile: what other people's code imports, `gatehouse/client` and `gatehouse/verify`, into dist/: plain ES modules
// for any runtime, and types that name nothing but hono and jose. dist/ is a package of its own, without the Worker's
// libraries: `npm pack ./dist`.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { build as bundle } from "esbuild";
import packageJson from "../package.json" with { type: "json" };

const ROOT = join(import.meta.dirname, "..");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const entries = {
  client: { source: "src/client.ts", types: "client.d.ts" },
  verify: { source: "src/verify/index.ts", types: "verify/index.d.ts" },
};
const libraries = ["hono", "jose"];

/** Builds both entries into `folder`, which is emptied first. Throws when one would drag more along than it may. */
export async function buildPackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await bundle({
    absWorkingDir: ROOT,
    entryPoints: mapEntries(({ source }) => source),
    outdir: folder,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "neutral",
    target: "es2022",
    metafile: true,
    logLevel: "warning",
  });
  for (const { imports } of Object.values(metafile.outputs))
    requireLibraries(imports.map(({ path }) => path));
  copyTypes(folder);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  cpSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
}

const mapEntries = <T>(map: (entry: { source: string; types: string }) => T) =>
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, map(entry)]));

function requireLibraries(paths: string[]): void {
  for (const path of paths) {
    if (!libraries.includes(path.split("/")[0] ?? "")) throw new Error(`the package would import ${path}`);
  }
}

/** The declarations of the entries and of what they name, and of nothing else of src. */
function copyTypes(folder: string): void {
  const emitted = mkdtempSync(join(tmpdir(), "gatehouse-types-"));
  try {
    const options = ["-p", join(ROOT, "tsconfig.build.json"), "--outDir", emitted];
    execFileSync(process.execPath, [TSC, ...options], { cwd: ROOT, stdio: "inherit" });
    const source = join(emitted, "src");
    const waiting = Object.values(entries).map(({ types }) => join(source, types));
    const done = new Set<string>();
    for (let path = waiting.pop(); path; path = waiting.pop()) {
      if (done.has(path)) continue;
      done.add(path);
      const text = readFileSync(path, "utf8");
      for (const [, name = ""] of text.matchAll(quoted)) {
        if (name.startsWith(".")) waiting.push(resolve(dirname(path), name.replace(/\.ts$/, ".d.ts")));
        else requireLibraries([name]);
      }
      const target = join(folder, relative(source, path));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(
        target,
        text.replace(quoted, (found) => found.replace(/\.ts"/, '.js"')),
      );
    }
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
}

const quoted = /(?:\bfrom |\bimport\(|\bimport )"([^"]+)"/g;

/** Without the Worker's libraries; hono is the one that the other service has. */
function manifest() {
  const { name, version, description, license, dependencies } = packageJson;
  return {
    name,
    version,
    description,
    license,
    private: true,
    type: "module",
    sideEffects: false,
    exports: Object.fromEntries(
      Object.entries(entries).map(([entry, { types }]) => [
        `./${entry}`,
        { types: `./${types}`, import: `./${entry}.js` },
      ]),
    ),
    dependencies: { jose: `^${dependencies.jose}` },
    peerDependencies: { hono: `^${dependencies.hono}` },
  };
}

if (import.meta.main) {
  await buildPackage(join(ROOT, "dist"));
  console.log("Built gatehouse/client and gatehouse/verify: dist/");
}
