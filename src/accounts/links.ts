// The links of the accounts' mails, and how long each of them works.
import type { Config } from "../config.ts";
import { type MailLink, newMailLink } from "../emails/mail-link.ts";

export type ExpiringLink = MailLink & { expiresAt: number };

const verifyMs = 24 * 3_600_000;
const resetMs = 30 * 60_000;

async function expiring(config: Config, lifetimeMs: number): Promise<ExpiringLink> {
  return { ...(await newMailLink(config)), expiresAt: Date.now() + lifetimeMs };
}

export const newVerification = (config: Config) => expiring(config, verifyMs);
export const newReset = (config: Config) => expiring(config, resetMs);
