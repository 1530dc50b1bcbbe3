// The end of the organization of 100,000 members, with all rules and bare: what the triggers add to the cascade.
import type pg from "pg";
import { medianOf } from "../latency.ts";
import { hugeOrg, tables } from "./seed.ts";

const rounds = 5;
/** About twice is the goal; a busy machine makes it more. */
export const mostTimes = 2.5;

/** Milliseconds, medians of some rounds in turn; nothing is left changed. */
export async function deletionMs(owner: pg.Client): Promise<{ bare: number; ruled: number }> {
  const [bare, ruled]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(
      await deleteAndUndo(
        owner,
        tables.map((table) => `alter table ${table} disable trigger user`).join(";"),
      ),
    );
    ruled.push(await deleteAndUndo(owner, ""));
  }
  return { bare: medianOf(bare), ruled: medianOf(ruled) };
}

async function deleteAndUndo(owner: pg.Client, preparation: string): Promise<number> {
  await owner.query(`begin; ${preparation}`);
  try {
    const began = performance.now();
    await owner.query("delete from organisation where id = $1", [hugeOrg]);
    return performance.now() - began;
  } finally {
    await owner.query("rollback");
  }
}
