// Everything that a database holds apart from its rows, as sorted lines: two databases are alike when these are.
import type pg from "pg";

/** Ours: no system schema, no toast, nothing of an extension. */
const schemas = "('public', 'app')";
const grants = (acl: string, kind: string, owner: string) =>
  `aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) g`;
const grant =
  "concat(case g.grantee when 0 then 'public' else g.grantee::regrole::text end, ' ', g.privilege_type, case when g.is_grantable then ' with grant option' end)";
const tables = `from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname in ${schemas}`;
const functions = `from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname in ${schemas}`;

const queries: Record<string, string> = {
  schema: `select concat(nspname, ' of ', nspowner::regrole, ': ', obj_description(oid, 'pg_namespace'))
    from pg_namespace where nspname in ${schemas}`,
  "schema grant": `select concat(n.nspname, ': ', ${grant}) from pg_namespace n, ${grants("n.nspacl", "n", "n.nspowner")}
    where n.nspname in ${schemas}`,
  relation: `select concat(c.oid::regclass, ' ', c.relkind, c.relpersistence, ' of ', c.relowner::regrole,
      ' row security ', c.relrowsecurity, ' forced ', c.relforcerowsecurity, ' ', c.reloptions) ${tables}`,
  view: `select concat(c.oid::regclass, ' ', pg_get_viewdef(c.oid)) ${tables} where c.relkind in ('v', 'm')`,
  sequence: `select concat(schemaname, '.', sequencename, ' ', data_type, ' ', start_value, ' ', min_value, ' ', max_value,
      ' ', increment_by, ' ', cycle, ' ', cache_size) from pg_sequences where schemaname in ${schemas}`,
  column: `select concat(c.oid::regclass, '.', a.attname, ' ', format_type(a.atttypid, a.atttypmod), ' place ',
      row_number() over (partition by c.oid order by a.attnum), ' not null ', a.attnotnull, ' identity ', a.attidentity,
      ' generated ', a.attgenerated, ' default ', pg_get_expr(d.adbin, d.adrelid), ' collation ', a.attcollation::regcollation)
    ${tables} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where c.relkind in ('r', 'p', 'v', 'm')`,
  constraint: `select concat(c.conrelid::regclass, '.', c.conname, ' ', pg_get_constraintdef(c.oid), ' valid ', c.convalidated)
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace and n.nspname in ${schemas}`,
  index: `select concat(pg_get_indexdef(i.indexrelid), ' valid ', i.indisvalid) from pg_index i
    where i.indexrelid in (select c.oid ${tables})`,
  policy: `select concat(tablename, '.', policyname, ' ', permissive, ' ', cmd, ' to ', roles, ' using ', qual, ' check ', with_check)
    from pg_policies where schemaname in ${schemas}`,
  function: `select concat(p.oid::regprocedure, ' of ', p.proowner::regrole, ' ', case p.prokind when 'a' then 'aggregate' else
    pg_get_functiondef(p.oid) end) ${functions}`,
  trigger: `select concat(pg_get_triggerdef(t.oid), ' ', t.tgenabled) from pg_trigger t
    where not t.tgisinternal and t.tgrelid in (select c.oid ${tables})`,
  type: `select concat(t.oid::regtype, ' ', t.typtype) from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where n.nspname in ${schemas} and t.typcategory <> 'A'`,
  extension: "select concat(extname, ' ', extversion) from pg_extension",
  "event trigger": "select concat(evtname, ' ', evtevent, ' ', evtenabled) from pg_event_trigger",
  "table grant": `select concat(c.oid::regclass, ': ', ${grant}) ${tables},
    ${grants("c.relacl", "r", "c.relowner")} where c.relkind <> 'S' and c.relkind <> 'i'`,
  "sequence grant": `select concat(c.oid::regclass, ': ', ${grant}) ${tables},
    ${grants("c.relacl", "s", "c.relowner")} where c.relkind = 'S'`,
  "column grant": `select concat(c.oid::regclass, '.', a.attname, ': ', ${grant}) ${tables}
    join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) g`,
  "function grant": `select concat(p.oid::regprocedure, ': ', ${grant}) ${functions},
    ${grants("p.proacl", "f", "p.proowner")}`,
  "default grant": `select concat(d.defaclrole::regrole, ' ', d.defaclnamespace::regnamespace, ' ', d.defaclobjtype, ' ', d.defaclacl)
    from pg_default_acl d`,
};

/** The catalogue's lines, each led by what it describes. */
export async function catalogueOf(client: pg.Client): Promise<string[]> {
  const lines: string[] = [];
  for (const [kind, query] of Object.entries(queries)) {
    const { rows } = await client.query<{ concat: string }>(query);
    lines.push(...rows.map((row) => `${kind}: ${row.concat}`));
  }
  return lines.sort();
}
