// Loading a million rows without their triggers, foreign keys and indexes, which are made again afterwards: several times
// faster than row by row. (What is unique stays: it decides which rows there are.)
import type pg from "pg";

const parts = `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
  from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
  union all
  select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
  from pg_index join pg_class t on t.oid = indrelid
  where t.relnamespace = 'public'::regnamespace and not indisunique`;

/** Errors: whatever Postgres says; the database is then good for nothing. */
export async function inBulk(owner: pg.Client, load: () => Promise<void>): Promise<void> {
  await owner.query("set maintenance_work_mem = '256MB'; set work_mem = '128MB'");
  const { rows } = await owner.query<{ drop: string; make: string }>(parts);
  for (const { drop } of rows) await owner.query(drop);
  await eachTable(owner, "disable trigger user");
  await load();
  await eachTable(owner, "enable trigger user");
  for (const { make } of rows) await owner.query(make);
  await owner.query("reset maintenance_work_mem; reset work_mem");
}

async function eachTable(owner: pg.Client, change: string): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    "select oid::regclass::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
  );
  for (const { name } of rows) await owner.query(`alter table ${name} ${change}`);
}
