// npm run invariants: asks a database whether all that should always be true is. Reads only, in one snapshot, while traffic
// goes on. DATABASE_URL names the database, as its owner; without it, the running `npm run dev` does.
// Exit codes: 0 all holds; 1 something does not, or the database could not be asked.
import { checks, toLines, violations } from "./invariants/run.ts";
import { onOwnerDatabase, Refusal } from "./owner-database.ts";

try {
  if (process.argv.length > 2) throw new Refusal("this takes no arguments", 2);
  const broken = await onOwnerDatabase(violations);
  for (const line of toLines(broken)) console.error(line);
  console.log(`${checks.length - broken.length} of ${checks.length} invariants hold.`);
  process.exitCode = broken.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`invariants: ${error.message}.`);
  process.exitCode = error.exitCode;
}
