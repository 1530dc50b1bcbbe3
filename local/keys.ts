// The local keys: made once, kept with the stack's state so that tokens survive a restart.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Keys, makeKeys } from "../scripts/secrets.ts";

export type { Keys };

export async function keptKeys(file: string): Promise<Keys> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const keys = await makeKeys();
  writeFileSync(file, JSON.stringify(keys, null, 2), { mode: 0o600 });
  return keys;
}
