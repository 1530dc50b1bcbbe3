// Folders that nobody else can have put something into.
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** Makes the folder, or refuses one that somebody else made or may write: they could plant files for us. */
export function ownFolder(path: string, mode: number): string {
  mkdirSync(dirname(path), { recursive: true });
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const found = lstatSync(path);
  const foreign = process.getuid !== undefined && found.uid !== process.getuid();
  if (!found.isDirectory() || foreign || (process.getuid && found.mode & 0o022)) {
    throw new Error(`${path} is not a folder of ours alone. Look who made it, then remove it.`);
  }
  chmodSync(path, mode);
  return path;
}
