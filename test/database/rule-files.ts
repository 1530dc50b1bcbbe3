// What src/db/rules says the database holds, read off the text of its files.
import { type Rule, readRules } from "../../scripts/rules.ts";

export type Held = {
  /** "name: body" of every function of schema app. */
  functions: string[];
  /** "table.trigger". */
  triggers: string[];
  /** "table.policy command". */
  policies: string[];
  /** "table" of every table with row security. */
  secured: string[];
  /** "role: privilege on kind object": a privilege on columns names each. */
  grants: string[];
};

const names = (list: string) => list.split(",").map((name) => name.trim().replaceAll('"', ""));
/** Splits at commas that are not inside parentheses. */
const privileges = (list: string) => list.split(/,(?![^(]*\))/).map((privilege) => privilege.trim());

export function heldByFiles(rules: Rule[] = readRules()): Held {
  const held: Held = { functions: [], triggers: [], policies: [], secured: [], grants: [] };
  const text = rules.map((rule) => rule.sql).join("\n");
  for (const [, name, body] of text.matchAll(
    /^create (?:or replace )?function app\.(\w+)\b[^$]*?\$\$(.*?)\$\$/gms,
  ))
    held.functions.push(`${name}: ${body}`);

  const statements = text
    .replace(/\$\$.*?\$\$/gs, "$$$$")
    .replace(/--.*$/gm, "")
    .replace(/\s+/g, " ")
    .split(";")
    .map((statement) => statement.trim());
  for (const statement of statements) {
    const trigger = /^create (?:constraint )?trigger (\w+) .*? on "?(\w+)"? /.exec(statement);
    const policy = /^create policy (\w+) on "?(\w+)"? (?:as \w+ )?(?:for (\w+) )?/.exec(statement);
    const secured = /^alter table "?(\w+)"? enable row level security$/.exec(statement);
    const grant = /^grant (.+) on (schema|function|sequence|table)? ?([^()]+) to ([\w, ]+)$/.exec(statement);
    if (trigger) held.triggers.push(`${trigger[2]}.${trigger[1]}`);
    if (policy) held.policies.push(`${policy[2]}.${policy[1]} ${policy[3] ?? "all"}`);
    if (secured) held.secured.push(secured[1] ?? "");
    if (grant) held.grants.push(...expand(grant));
  }
  for (const list of Object.values(held)) list.sort();
  return held;
}

function expand([, what = "", kind = "table", objects = "", roles = ""]: string[]): string[] {
  const single = privileges(what).flatMap((privilege) => {
    const [, name, columns] = /^(\w+)(?: ?\((.*)\))?$/.exec(privilege) ?? [];
    return columns ? names(columns).map((column) => `${name} (${column})`) : [name];
  });
  return names(roles).flatMap((role) =>
    names(objects).flatMap((object) =>
      single.map((privilege) => `${role}: ${privilege} on ${kind} ${object}`),
    ),
  );
}
