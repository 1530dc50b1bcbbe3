// A copy of a database without what the statistics add to a write: their triggers on memberships, and their indexes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { root } from "../worker.ts";
import { connected } from "./stage.ts";

const rules = ["member_changes.sql", "system_role.sql"];
const migration = "drizzle/0006_statistics.sql";

export type Twins = { ruled: Twin; bare: Twin; close(): Promise<void> };
export type Twin = { owner: pg.Client; serviceUrl: string };

/** Nobody else may be connected to the database. The copy is on the same server, and gone at the end. */
export async function makeTwins(ownerUrl: string, serviceUrl: string): Promise<Twins> {
  const name = new URL(ownerUrl).pathname.slice(1);
  const copy = `${name}_without_statistics`;
  const at = (url: string, database: string) => Object.assign(new URL(url), { pathname: database }).href;
  const server = await connected(at(ownerUrl, "postgres"));
  await server.query(`create database ${copy} template ${name} strategy file_copy`);
  for (const setting of ["enable_seqscan", "jit"]) {
    await server.query(`alter role app_login in database ${copy} set ${setting} = off`);
  }
  const ruled = { owner: await connected(ownerUrl), serviceUrl };
  const bare = { owner: await connected(at(ownerUrl, copy)), serviceUrl: at(serviceUrl, copy) };
  for (const statement of drops()) await bare.owner.query(statement);
  return {
    ruled,
    bare,
    close: async () => {
      await ruled.owner.end();
      await bare.owner.end();
      await server.query(`drop database ${copy}`);
      await server.end();
    },
  };
}

function* drops(): Generator<string> {
  for (const file of rules) {
    const text = readFileSync(join(root, "src/db/rules/3-triggers", file), "utf8");
    for (const [, trigger, table] of text.matchAll(/^create trigger (\w+) .*? on (\w+)/gm)) {
      yield `drop trigger ${trigger} on ${table}`;
    }
  }
  const text = readFileSync(join(root, migration), "utf8");
  for (const [, index] of text.matchAll(/^CREATE INDEX "(\w+)" ON "(?:member|website_member|role)"/gm)) {
    yield `drop index ${index}`;
  }
}
