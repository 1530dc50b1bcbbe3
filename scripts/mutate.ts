// Mutation testing: `npm run mutate`, or `npm run mutate -- crypto/` for a part. Every mutant that the rules make is woken
// in turn, and the score is the share that some test notices. Ends with 1 when a folder has less than 90 %, or a
// listed fault goes unnoticed.
import { runMutants } from "./mutate/run.ts";

process.exitCode = await runMutants(process.argv[2] ?? "");
