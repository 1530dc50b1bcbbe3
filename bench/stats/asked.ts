// A question put to a size: by the Worker's batch, and by the bare SQL, which has to find the same numbers.
import { deepStrictEqual } from "node:assert";
import type pg from "pg";
import type { SqlRequest } from "../../local/neon-request.ts";
import type { Caller } from "../client.ts";
import type { Scope } from "./bare.ts";
import type { Question } from "./questions.ts";
import { batchOf, replay } from "./replay.ts";
import type { Stage } from "./stage.ts";

type Timed = () => Promise<{ ms: number }>;
/** `entering`: the batch's first statement alone. */
export type Asked = { ours: Timed; bare: Timed; entering: Timed };

/** Errors: other numbers than the bare SQL's. */
export async function asked(
  stage: Stage,
  { path, bare }: Question,
  { caller, scope }: { caller: Caller; scope: Scope },
): Promise<Asked> {
  const batch = await batchOf(stage, path, caller.token);
  const statement = bare(scope);
  await compare(stage, batch, statement);
  const entering = { ...batch, statements: batch.statements.slice(0, 1) };
  return {
    ours: () => replay(stage.service, batch),
    bare: () => bareMs(stage.owner, statement),
    entering: () => replay(stage.service, entering),
  };
}

async function bareMs(owner: pg.Client, statement: string): Promise<{ ms: number }> {
  const began = performance.now();
  await owner.query(statement);
  return { ms: performance.now() - began };
}

async function compare({ owner, service }: Stage, batch: SqlRequest, statement: string): Promise<void> {
  const { rows: expected } = await owner.query(statement);
  const { rows = [] } = (await replay(service, batch)).outcome;
  if (expected.length === 0) throw new Error(`nothing to compare with: ${statement}`);
  deepStrictEqual(rows.slice(0, expected.length), expected);
}
