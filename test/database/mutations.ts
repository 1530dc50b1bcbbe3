// What can go wrong with a policy or a trigger: each is taken away, opened, and weakened in every single place.

export type Policy = {
  table: string;
  name: string;
  command: string;
  roles: string[];
  using: string | null;
  check: string | null;
};

/** A policy that is wrong in one place; null: none at all. */
export type Mutation = { what: string; policy: Policy | null };

export const policiesQuery = `
  select tablename as "table", policyname as name, cmd as command, roles::text[] as roles, qual as using,
    with_check as check
  from pg_policies where schemaname = 'public' and permissive = 'PERMISSIVE' order by 1, 2`;

export const dropPolicy = ({ table, name }: Policy) => `drop policy ${name} on "${table}"`;
export const createPolicy = ({ table, name, command, roles, using, check }: Policy) =>
  `create policy ${name} on "${table}" for ${command} to ${roles.join(", ")}
    ${using === null ? "" : `using (${using})`} ${check === null ? "" : `with check (${check})`}`;

/** Each mutation that says something else than the policy does. */
export function mutationsOf(policy: Policy): Mutation[] {
  const { using, check } = policy;
  const opened = { ...policy, using: using && "true", check: check && "true" };
  const variants = (text: string | null) => (text === null ? [] : weakened(text));
  return [
    { what: "dropped", policy: null },
    ...(using === "true" ? [] : [{ what: "opened", policy: opened }]),
    ...variants(using).map(([what, text]) => ({ what, policy: { ...policy, using: text } })),
    ...variants(check).map(([what, text]) => ({
      what: `check: ${what}`,
      policy: { ...policy, check: text },
    })),
  ];
}

/** A condition as Postgres prints it, with one thing forgotten: [what, the rest]. */
function weakened(condition: string): [string, string][] {
  const found: [string, string][] = [];
  const replace = (pattern: RegExp, by: string, what: string) => {
    for (const match of condition.matchAll(pattern)) {
      const end = match.index + match[0].length;
      const changed = match[0].replace(pattern, by);
      found.push([`${what}: ${match[0]}`, condition.slice(0, match.index) + changed + condition.slice(end)]);
    }
  };
  replace(/(app\.my_\w+)\('[^']*'::text\)/g, "$1()", "any member will do");
  replace(/app\.my_open_orgs\(/g, "app.my_orgs(", "also where it is suspended");
  for (const { start, end, terms } of groups(condition))
    for (const [index, { text, joint }] of terms.entries()) {
      const left = terms.filter((_, other) => other !== index).map((term) => term.text);
      found.push([
        `without ${text}`,
        condition.slice(0, start) + left.join(` ${joint} `) + condition.slice(end),
      ]);
    }
  return found;
}

type Group = { start: number; end: number; terms: { text: string; joint: string }[] };

/** Every pair of parentheses whose inside is a list of terms with AND, or with OR, between them. */
function groups(condition: string): Group[] {
  const found: Group[] = [];
  const open: number[] = [];
  for (const [index, character] of [...condition].entries()) {
    if (character === "(") open.push(index + 1);
    if (character !== ")") continue;
    const start = open.pop() ?? 0;
    const terms = termsOf(condition.slice(start, index));
    if (terms.length > 1) found.push({ start, end: index, terms });
  }
  return found;
}

function termsOf(inside: string): Group["terms"] {
  const joint = ["AND", "OR"].find((word) => outermost(inside).includes(` ${word} `));
  if (!joint || /^\s*SELECT\b/.test(inside)) return [];
  const plain = outermost(inside);
  const texts: string[] = [];
  let from = 0;
  for (const match of plain.matchAll(new RegExp(` ${joint} `, "g"))) {
    texts.push(inside.slice(from, match.index));
    from = match.index + match[0].length;
  }
  return [...texts, inside.slice(from)].map((text) => ({ text, joint }));
}

/** The text with everything inside parentheses blanked out, at its length. */
function outermost(text: string): string {
  let depth = 0;
  return [...text]
    .map((character) => {
      if (character === ")") depth -= 1;
      const shown = depth === 0 ? character : ".";
      if (character === "(") depth += 1;
      return shown;
    })
    .join("");
}
