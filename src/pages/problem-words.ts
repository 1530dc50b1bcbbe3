// What a failure is called on a page. A person has no use for words about requests and tokens: they followed a link
// in a mail, and want to know what to do now. What is not here has the words of errors.ts.
import type { ErrorCode } from "../errors.ts";

type Words = { title?: string; detail?: string; next?: string };
type Book = Partial<Record<ErrorCode, Words>>;

const everywhere: Book = {
  not_found: {
    title: "This link does not work",
    detail: "A part of it is missing, or it was changed on its way.",
    next: "Open it again from the mail, or copy all of it into the address bar.",
  },
  invalid_request: {
    title: "This form was not complete",
    detail: "Something was missing in it, or not as this page sent it.",
    next: "Open the link in the mail again.",
  },
  body_too_large: { detail: "That is more text than fits.", next: "Go back and send less." },
  too_many_attempts: {
    detail: "There were too many attempts in a short time.",
    next: "Wait a few minutes, then try again.",
  },
  too_many_requests: {
    detail: "Too much came from your network in a short time.",
    next: "Wait a minute, then try again.",
  },
  user_suspended: { next: "Ask whoever runs this service why." },
  service_unavailable: {
    title: "Not available right now",
    detail: "A part of the service is away for a moment.",
    next: "Wait a moment, then open the link in the mail again.",
  },
  internal_error: {
    title: "Something went wrong",
    detail: "It is our fault, not yours.",
    next: "Try again later. If it happens again, tell us the number below.",
  },
};

const verifying: Book = {
  token_spent: {
    detail: "It was used before, or a newer mail replaced it.",
    next: "If your address is confirmed, there is nothing left to do. If not, look for a newer mail, or sign in and ask for one.",
  },
  token_expired: {
    detail: "A confirmation link works for 24 hours.",
    next: "Sign in and ask for a new confirmation mail.",
  },
};

const resetting: Book = {
  token_spent: {
    detail:
      "It was used before, a newer mail replaced it, or there is no account with this address any more.",
    next: "If you have set a new password, sign in with it. If not, look for a newer mail, ask for one where you sign in, or sign up.",
  },
  token_expired: {
    detail: "A link to set a new password works for 30 minutes.",
    next: "Ask for a new one where you sign in: “Forgot password”.",
  },
};

const askAgain = "Ask the person who invited you to invite you again.";

const accepting: Book = {
  invite_accepted: {
    detail: "It worked once, and somebody has used it.",
    next: "If that was you, sign in: you are a member.",
  },
  invite_revoked: {
    detail: "It was withdrawn, or a newer link replaced this one.",
    next: "Look for a newer mail, or ask the person who invited you.",
  },
  invite_expired: { detail: "It was not accepted in time.", next: askAgain },
  invite_void: {
    detail: "What it offered is gone, or the person who sent it may no longer invite.",
    next: "Ask somebody of the organization to invite you again.",
  },
  invite_email_mismatch: {
    detail: "It was sent to another address, and only the owner of that address can accept it.",
    next: "Ask for an invitation to your own address.",
  },
  already_member: {
    title: "You are a member already",
    detail: "There is nothing left to accept.",
    next: "Sign in.",
  },
  organization_suspended: { next: "Ask the person who invited you." },
};

const books: Record<string, Book> = {
  "/verify-email": verifying,
  "/verify-email/deny": verifying,
  "/reset-password": resetting,
  "/accept-invite": accepting,
};

/** The words for this failure on this page. */
export const wordsOf = (path: string, code: ErrorCode): Words => ({
  ...everywhere[code],
  ...books[path]?.[code],
});
