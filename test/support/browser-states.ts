// Every state of every page: how somebody comes to see it, its status, and the heading that it then has.
import type { Page, Response } from "playwright-core";
import { inject } from "vitest";
import { type MailTokenKind, newMailSecret, sealMailToken } from "../../src/crypto/tokens.ts";
import { submit } from "./browser.ts";
import {
  asOwner,
  done,
  forgets,
  invites,
  invitesToWebsite,
  linkTo,
  makeMember,
  newEmail,
  newPassword,
  type SignedIn,
  signUp,
  tokenOf,
  verified,
} from "./browser-people.ts";

type Answer = Response | null;
type Show = (page: Page) => Promise<Answer>;
type State = [name: string, heading: string, status: number, show: Show];

const pathOf = { verify: "/verify-email", reset: "/reset-password", invite: "/accept-invite" };

/** A link of this kind whose time is over. */
async function expired(kind: MailTokenKind): Promise<string> {
  const { pagesUrl, sealingKeys } = inject("browserStack");
  const { id } = await newMailSecret();
  const contents = { id, email: newEmail(), expiresAt: Date.now() - 1, inviteId: 1 };
  return `${pagesUrl}${pathOf[kind]}?token=${await sealMailToken(sealingKeys, kind, contents)}`;
}
const opens = (link: () => string | Promise<string>) => async (page: Page) => page.goto(await link());
const garbage = (path: string) => opens(() => `${inject("browserStack").pagesUrl}${path}?token=x`);

const at = (path: string) => opens(() => inject("browserStack").pagesUrl + path);

export const verifyLink = async () => linkTo("/verify-email", (await signUp("Babbage & Sons")).email);
const verifying =
  (button: string) =>
  async (page: Page): Promise<Answer> => {
    await page.goto(await verifyLink());
    return submit(page, button);
  };
/** A link that somebody has used, by the API. */
const spent =
  (link: () => Promise<string>, path: string, more: object = {}) =>
  async () => {
    const used = await link();
    await done(`POST ${path}`, { token: tokenOf(used), ...more });
    return used;
  };

export const resetLink = async () => forgets(await signUp());
const resetting =
  (password: string) =>
  async (page: Page): Promise<Answer> => {
    await page.goto(await resetLink());
    await page.getByLabel("New password").fill(password);
    return submit(page, "Set this password");
  };

type Scene = { inviter: SignedIn; email: string; id: number; link: string };

/** An invitation, and what became of it or of its address before somebody follows its link. */
const invited =
  (since: (scene: Scene) => unknown = () => {}): Show =>
  async (page) => {
    const inviter = await verified("Babbage & Sons");
    const email = newEmail("guest");
    const scene = { inviter, email, ...(await invites(inviter, email)) };
    await since(scene);
    return page.goto(scene.link);
  };

/** The sender of an invitation, an admin by then, is made a plain member since. */
const outranked: Show = async (page) => {
  const [boss, admin] = [await verified(), await verified()];
  await makeMember(admin, boss.org_id, "admin");
  const { link } = await invites({ ...admin, org_id: boss.org_id }, newEmail("guest"));
  await done(`PATCH /organizations/${boss.org_id}/members/${admin.user_id}`, { role: "member" }, boss.token);
  return page.goto(link);
};

const accepting =
  (fill: (page: Page) => Promise<unknown>): Show =>
  async (page) => {
    await invited()(page);
    await fill(page);
    return submit(page, "Create account and join");
  };

/** The field cannot be changed by hand; what is sent can. */
async function sendsAnotherAddress(page: Page): Promise<void> {
  await page.getByLabel("Password").fill(newPassword);
  await page.getByLabel("E-mail address").evaluate((input, other) => {
    (input as unknown as { value: string }).value = other;
  }, newEmail("other"));
}

const resend = async ({ inviter, id }: Scene) =>
  done(`POST /organizations/${inviter.org_id}/invites/${id}/resend`, undefined, inviter.token);
const revoke = async ({ inviter, id }: Scene) =>
  done(`DELETE /organizations/${inviter.org_id}/invites/${id}`, undefined, inviter.token);
const accept = ({ link }: Scene) =>
  done("POST /accept-invite", { token: tokenOf(link), password: newPassword });
const confirm = async (email: string) =>
  done("POST /verify-email", { token: tokenOf(await linkTo("/verify-email", email)) });

export const states: State[] = [
  ["a link to confirm an address", "Confirm your e-mail address", 200, opens(verifyLink)],
  ["a confirmed address", "Your address is confirmed", 200, verifying("Confirm this address")],
  ["a denied account", "The account is removed", 200, verifying("This was not me")],
  ["a spent confirmation", "Link used already", 410, opens(spent(verifyLink, "/verify-email"))],
  ["an expired confirmation", "Link expired", 410, opens(() => expired("verify"))],
  ["a garbage confirmation", "This link does not work", 404, garbage("/verify-email")],

  ["a link to reset a password", "Set a new password", 200, opens(resetLink)],
  ["a refused new password", "Set a new password", 422, resetting("password1")],
  ["a password that is set", "Your password is set", 200, resetting(newPassword)],
  [
    "a spent reset",
    "Link used already",
    410,
    opens(spent(resetLink, "/reset-password", { new_password: newPassword })),
  ],
  ["an expired reset", "Link expired", 410, opens(() => expired("reset"))],
  ["a garbage reset", "This link does not work", 404, garbage("/reset-password")],

  ["an invitation of somebody new", "Join Babbage & Sons", 200, invited()],
  [
    "an invitation of somebody who has not confirmed",
    "Join Babbage & Sons",
    200,
    invited(({ email }) => signUp("Own", email)),
  ],
  [
    "an invitation of somebody who signed up already",
    "Join Babbage & Sons",
    200,
    invited(async ({ email }) => {
      await signUp("Own", email);
      await confirm(email);
    }),
  ],
  [
    "an invitation to a website",
    "Join Engine shop",
    200,
    opens(async () => invitesToWebsite(await verified(), newEmail("guest"))),
  ],
  [
    "a refused password for a new account",
    "Join Babbage & Sons",
    422,
    accepting((page) => page.getByLabel("Password").fill("short")),
  ],
  [
    "an accepted invitation",
    "You have joined Babbage & Sons",
    201,
    accepting((page) => page.getByLabel("Password").fill(newPassword)),
  ],
  ["an invitation that was accepted before", "Invitation accepted already", 410, invited(accept)],
  ["a withdrawn invitation", "Invitation withdrawn", 410, invited(revoke)],
  ["an invitation that a newer link replaced", "Invitation withdrawn", 410, invited(resend)],
  ["an invitation whose sender may no longer invite", "Invitation no longer valid", 410, outranked],
  ["an expired invitation", "Invitation expired", 410, opens(() => expired("invite"))],
  ["an invitation for somebody else", "Invitation for somebody else", 403, accepting(sendsAnotherAddress)],
  [
    "an invitation of a member",
    "You are a member already",
    409,
    invited(async ({ inviter, email }) => makeMember(await signUp("Own", email), inviter.org_id, "member")),
  ],
  [
    "an invitation to a suspended organization",
    "Organization suspended",
    403,
    invited(({ inviter }) => asOwner("update organisation set status = 1 where id = $1", [inviter.org_id])),
  ],
  ["a garbage invitation", "This link does not work", 404, garbage("/accept-invite")],

  ["the list of errors", "Errors", 200, at("/errors")],
  ["an error", "Last owner", 200, at("/errors/last_owner")],
  [
    "an error that most operations answer with",
    "Invalid request",
    200,
    async (page) => {
      const answer = await at("/errors/invalid_request")(page);
      await page.locator("summary").click();
      return answer;
    },
  ],
  ["an error that there is not", "No such error", 404, at("/errors/nothing")],
];
