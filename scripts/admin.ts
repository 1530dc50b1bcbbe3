// npm run admin: who operates the service. On the database itself, as its owner, and nowhere else: no endpoint makes a
// platform admin. Takes effect on the person's next request, and stands in the audit trail. Prints no URL.
import { parseArgs } from "node:util";
import type pg from "pg";
import { onOwnerDatabase, Refusal } from "./owner-database.ts";

const USAGE = `Usage: npm run admin -- COMMAND

  grant EMAIL    makes a person with a confirmed address a platform admin
  revoke EMAIL   unmakes one
  list           shows them

DATABASE_URL names the database, as its owner; without it, the running \`npm run dev\` does.
Exit codes: 0 done, or so already; 1 refused; 2 not understood.`;

class UsageError extends Error {}
type Command = { name: "list" } | { name: "grant" | "revoke"; email: string };
type Account = { id: number; email: string; suspended: boolean; verified: boolean; platform_admin: boolean };

function readCommand(args: string[]): Command | "help" {
  const { values, positionals } = parseStrictly(args);
  if (values.help) return "help";
  const [name, email, ...more] = positionals;
  if (name === "list" && email === undefined) return { name };
  if ((name === "grant" || name === "revoke") && email && more.length === 0) return { name, email };
  throw new UsageError(name ? `this is not understood: ${positionals.join(" ")}` : "a command is missing");
}

function parseStrictly(args: string[]) {
  try {
    return parseArgs({ args, options: { help: { type: "boolean" } }, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

const accounts = `select id, email, status <> 0 as suspended, email_verified_at is not null as verified, platform_admin
  from "user"`;

const told = {
  grant: { done: "is a platform admin now", before: "is a platform admin already" },
  revoke: { done: "is a platform admin no more", before: "is no platform admin" },
};

async function run(client: pg.Client, command: Command): Promise<string> {
  if (command.name === "list") return list(client);
  const { name, email } = command;
  const wanted = name === "grant";
  await client.query("begin");
  const { rows } = await client.query<Account>(
    `${accounts} where lower(email) = lower($1) for no key update`,
    [email],
  );
  const [account] = rows;
  if (!account) throw new Refusal(`there is no account with the address ${email}`);
  if (wanted) requireFit(account);
  const isSo = account.platform_admin === wanted;
  if (!isSo) await client.query(`update "user" set platform_admin = $2 where id = $1`, [account.id, wanted]);
  await client.query("commit");
  return `${account.email} ${isSo ? told[name].before : told[name].done}.`;
}

function requireFit({ email, suspended, verified }: Account): void {
  if (suspended) throw new Refusal(`${email} is suspended: restore the account first`);
  if (!verified) throw new Refusal(`${email} is not confirmed: the link in its sign-up mail does that`);
}

async function list(client: pg.Client): Promise<string> {
  const { rows } = await client.query<Account>(`${accounts} where platform_admin order by id`);
  if (rows.length === 0) return "There are no platform admins.";
  return rows
    .map(({ id, email, suspended }) => `${email} (user ${id}${suspended ? ", suspended" : ""})`)
    .join("\n");
}

try {
  const command = readCommand(process.argv.slice(2));
  console.log(command === "help" ? USAGE : await onOwnerDatabase((client) => run(client, command)));
} catch (error) {
  if (error instanceof UsageError) console.error(`admin: ${error.message}.\n\n${USAGE}`);
  else if (error instanceof Refusal) console.error(`admin: ${error.message}.`);
  else throw error;
  process.exitCode = error instanceof Refusal ? error.exitCode : 2;
}
