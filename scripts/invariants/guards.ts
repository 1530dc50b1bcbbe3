// The guards of all that are in force: a switched-off trigger, an unchecked constraint or an open table would let the rest in.
import type { Check } from "./check.ts";

const ours = "n.nspname in ('public', 'app')";

export const guardsStand: Check[] = [
  {
    name: "trigger_off",
    rule: "Every trigger fires.",
    query: `select t.tgname as trigger, c.relname as "table" from pg_trigger t join pg_class c on c.oid = t.tgrelid
      join pg_namespace n on n.oid = c.relnamespace where ${ours} and t.tgenabled <> 'O'`,
  },
  {
    name: "constraint_unchecked",
    rule: "Every constraint was checked for the rows that were there before it.",
    query: `select c.conname as constraint from pg_constraint c join pg_namespace n on n.oid = c.connamespace
      where ${ours} and not c.convalidated`,
  },
  {
    name: "index_broken",
    rule: "Every index is whole.",
    query: `select c.relname as index from pg_index i join pg_class c on c.oid = i.indexrelid
      join pg_namespace n on n.oid = c.relnamespace where ${ours} and not (i.indisvalid and i.indisready)`,
  },
  {
    name: "table_open",
    rule: "Row security is on for every table of ours.",
    query: `select c.relname as "table" from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where ${ours} and c.relkind in ('r', 'p') and not c.relrowsecurity`,
  },
];
