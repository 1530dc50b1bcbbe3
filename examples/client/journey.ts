// The typed client from end to end, against a running `npm run dev`: `npx node examples/client/journey.ts`.
// A founder signs up, opens the link in the mail, signs in, invites a colleague, and sees what each of them may.
import { readFileSync } from "node:fs";
import { createClient, type Problem } from "gatehouse/client";

const folder = process.env.GATEHOUSE_STATE_FOLDER ?? new URL("../../.local", import.meta.url).pathname;
const stack = JSON.parse(readFileSync(`${folder}/stack.json`, "utf8")) as { api: string; inbox: string };
const password = "correct horse battery staple";
const newAddress = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}@example.com`;

const anyone = createClient(stack.api);
const signedIn = (token: string) =>
  createClient(stack.api, { headers: { authorization: `Bearer ${token}` } });

/** Any answer of the client, as types see it: fine with its body, or a problem. */
type Answer = { ok: boolean; json(): Promise<unknown> };
type Body<A extends Answer> = Awaited<ReturnType<Extract<A, { ok: true }>["json"]>>;

/** The body of an answer that is fine; a problem is thrown with its code. */
async function bodyOf<A extends Answer>(answer: A): Promise<Body<A>> {
  if (answer.ok) return (await answer.json()) as Body<A>;
  const { code, detail, request_id } = (await answer.json()) as Problem;
  throw new Error(`${code}: ${detail} (request ${request_id})`);
}

/** The token of the newest link to this page that was mailed to the address. */
async function mailedToken(address: string, page: string): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    const inbox = await fetch(`${stack.inbox}/inbox.json?to=${encodeURIComponent(address)}`);
    const { data } = (await inbox.json()) as { data: { text: string }[] };
    for (const { text } of data) {
      const [, token] = new RegExp(`/${page}\\?token=([\\w.-]+)`).exec(text) ?? [];
      if (token) return token;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail with a link to /${page} for ${address}`);
}

const ann = newAddress("ann");
const account = await bodyOf(
  await anyone.signup.$post({ json: { email: ann, password, organization_name: "Acme" } }),
);
const org_id = String(account.org_id);
await bodyOf(await anyone["verify-email"].$post({ json: { token: await mailedToken(ann, "verify-email") } }));
const session = await bodyOf(
  await anyone.signin.$post({ json: { email: ann, password, org_id: account.org_id } }),
);
const founder = signedIn(session.access_token);
const me = await bodyOf(await founder.me.$get());
console.log(`${me.email} is ${me.organizations[0]?.role} of ${me.organizations[0]?.name}`);

const bea = newAddress("bea");
const org = founder.organizations[":org_id"];
const invite = await bodyOf(
  await org.invites.$post({ param: { org_id }, json: { email: bea, role: "member" } }),
);
console.log(`${invite.email} is invited as ${invite.role}`);
await bodyOf(
  await anyone["accept-invite"].$post({ json: { token: await mailedToken(bea, "accept-invite"), password } }),
);
const members = await bodyOf(await org.members.$get({ param: { org_id }, query: { limit: "10" } }));
for (const { email, role } of members.data) console.log(`member: ${email}, ${role}`);

const { access_token } = await bodyOf(await anyone.signin.$post({ json: { email: bea, password } }));
const colleague = signedIn(access_token);
for (const permission of ["website:read", "member:remove"] as const) {
  const check = await colleague.permissions.check.$post({ json: { org_id: account.org_id, permission } });
  console.log(`may Bea ${permission}? ${(await bodyOf(check)).allowed}`);
}

// Without a helper: `ok` tells the two kinds of answer apart, for types as well.
const removal = await colleague.organizations[":org_id"].members[":user_id"].$delete({
  param: { org_id, user_id: String(account.user_id) },
});
if (!removal.ok) {
  const problem = await removal.json();
  console.log(`Bea removes Ann: ${problem.status} ${problem.code}`);
}
