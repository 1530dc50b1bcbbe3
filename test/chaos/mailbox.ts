// The people's mailbox, read past everything that fails.
import { setTimeout as sleep } from "node:timers/promises";
import { Broken } from "./client.ts";

export type Page = "verify-email" | "accept-invite" | "reset-password";
type Mail = { to: string; text: string };

const patienceMs = 120_000;

export function openMailbox(inboxUrl: string) {
  async function mailsTo(email: string): Promise<Mail[]> {
    const response = await fetch(`${inboxUrl}/inbox.json?to=${encodeURIComponent(email)}`);
    return ((await response.json()) as { data: Mail[] }).data;
  }
  const linksNow = async (email: string, page: Page) =>
    (await mailsTo(email)).flatMap((mail) => linkIn(mail, page) ?? []);
  return {
    linksNow,
    /** The links to this page in the mails to this address, newest first, as soon as there is one that is not among `known`. */
    async links(email: string, page: Page, known: Set<string> = new Set()): Promise<string[]> {
      for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(300)) {
        const fresh = (await linksNow(email, page)).filter((token) => !known.has(token));
        if (fresh.length > 0) return fresh;
      }
      throw new Broken(`no mail with ${page} in ${patienceMs / 1000} s`);
    },
  };
}

const linkIn = ({ text }: Mail, page: Page): string | undefined =>
  new RegExp(`/${page}\\?token=([\\w.-]+)`).exec(text)?.[1];
