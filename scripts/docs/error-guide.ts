// What each error means in practice, and what a client does about it: the texts of /errors/CODE. They are deployed as files
// beside the Worker, and cost it nothing. A code without an entry does not compile.
import type { ErrorCode } from "../../src/errors.ts";

export type Guide = {
  /** When one gets it. */
  meaning: string;
  /** What to do, or to ask the person. */
  action: string;
  /** May the same request be sent again? */
  retry: "no" | "corrected" | "new_token" | "later";
};

const askAdmin = "Ask the person to turn to an owner or admin of the organization.";

export const errorGuide: Record<ErrorCode, Guide> = {
  malformed_json: {
    meaning: "The body could not be read as JSON: cut off, not UTF-8, or with a comma too many.",
    action: "Make the body with a JSON serializer rather than by hand, and send it whole.",
    retry: "corrected",
  },
  invalid_cursor: {
    meaning:
      "A cursor is sealed for the list, the filters and the person that it was issued to. This one was changed, comes from another list, or the filters or the person have changed since.",
    action:
      "Begin at the first page, without `cursor`. Then send each `next_cursor` as it is, with the same filters.",
    retry: "corrected",
  },
  unauthenticated: {
    meaning: "The request has no `Authorization` header, and this endpoint is for people who are signed in.",
    action: "Send `Authorization: Bearer ACCESS_TOKEN`. If there is no token yet, ask the person to sign in.",
    retry: "new_token",
  },
  invalid_token: {
    meaning:
      "The token is not one that this service takes here. Most often an access token is older than its 15 minutes; it may also be cut off, be a refresh token in the place of an access token (or the other way round), or come from another deployment.",
    action:
      "Get a new pair with `POST /token/refresh`, and send the request once more. If the refresh is refused with this code too, ask the person to sign in.",
    retry: "new_token",
  },
  session_ended: {
    meaning:
      "The token itself is genuine, but its session is over: the person signed out here or from another device, changed or reset the password, was suspended, or the session reached its 30 days.",
    action: "Throw both tokens away, and ask the person to sign in. A refresh does not bring a session back.",
    retry: "new_token",
  },
  refresh_token_reused: {
    meaning:
      "A refresh token works once. It came a second time, more than ten seconds after the first or after its successor was used, which is what a stolen token looks like. So the whole session was ended, for whoever holds any of its tokens.",
    action:
      "Ask the person to sign in. If it happens without a theft, the client keeps an old token: store the new pair before it is used, and let one process at a time refresh.",
    retry: "new_token",
  },
  invalid_credentials: {
    meaning:
      "No account has this address with this password. Which of the two is wrong is not said, so that nobody can find out who has an account.",
    action:
      "Let the person type both again, and offer `POST /forgot-password`. Do not retry by program: wrong passwords are counted.",
    retry: "corrected",
  },
  user_suspended: {
    meaning:
      "An operator of the service has suspended the account, and its sessions have ended. A sign-in is told so only after the right password.",
    action: "Tell the person, and whom to ask. Only a platform admin restores an account.",
    retry: "no",
  },
  member_suspended: {
    meaning:
      "The caller belongs to this organization, and their membership is suspended: they see and do nothing in it. Their other organizations work as ever.",
    action: `${askAdmin} They can make the membership active again.`,
    retry: "no",
  },
  organization_suspended: {
    meaning:
      "An operator of the service has suspended the organization. Its owners can still read; nobody can change anything, and other members see nothing.",
    action: "Tell the person, and whom to ask. Only a platform admin restores an organization.",
    retry: "no",
  },
  permission_missing: {
    meaning:
      "The thing is there and the caller may know of it, but their role does not hold the permission for this. Roles can change at any time: what counts is the role at the time of the request, not the one in the token.",
    action: `Offer only what \`POST /permissions/check\` allows. ${askAdmin}`,
    retry: "no",
  },
  role_above_own: {
    meaning:
      "To give, change or take away a role one has to hold all of its permissions, of the old role and of the new one. Otherwise somebody who may edit members could raise themselves.",
    action:
      "Offer only roles whose permissions the caller holds (`GET /organizations/{org_id}/roles` lists them). Somebody with a higher role has to do it.",
    retry: "no",
  },
  email_not_verified: {
    meaning:
      "Only people who have confirmed their own address may send invitations, so that nobody sends mails from behind an address that is not theirs.",
    action:
      "Ask the person to open the link in the confirmation mail. `POST /verify-email/resend` sends a new one.",
    retry: "no",
  },
  invite_email_mismatch: {
    meaning:
      "An invitation is for one address. The access token, or the `email` that was sent, belongs to another.",
    action:
      "Ask the person to sign out, or to sign in with the invited address. If that is not theirs, they need an invitation of their own.",
    retry: "corrected",
  },
  owner_required: {
    meaning:
      "Making somebody an owner, changing an owner's membership or removing one is for owners alone, whatever permissions a role holds.",
    action: "Ask the person to turn to an owner of the organization.",
    retry: "no",
  },
  not_found: {
    meaning:
      "The path does not exist, or an id in it (or in the body or the query) names nothing that the caller may see. An id that never was, one that is malformed and one of somebody else's organization are answered exactly alike, so that ids tell nothing.",
    action:
      "Check the path and the ids, and whether the token is for this organization: one that names an organization works in that one alone. Whatever was there may also have been deleted meanwhile: load the list again.",
    retry: "no",
  },
  method_not_allowed: {
    meaning: "The path exists, but not with this method.",
    action: "Use one of the methods that the `Allow` header lists.",
    retry: "corrected",
  },
  email_taken: {
    meaning:
      "Somebody has signed up with this address before; capital letters make no other address. Nothing was changed.",
    action:
      "Offer to sign in, or to set a new password with `POST /forgot-password`. Whoever was invited needs no sign-up: they accept the invitation.",
    retry: "no",
  },
  already_member: {
    meaning:
      "The invited address belongs to somebody who is a member of the organization, or of the website, already. Whoever accepts an invitation may have joined by another one.",
    action: "Nothing is left to do. To give them another role, change the membership.",
    retry: "no",
  },
  already_verified: {
    meaning: "There is nothing to confirm: the address is confirmed.",
    action: "Load `GET /me` again, and stop asking the person to confirm.",
    retry: "no",
  },
  invite_pending: {
    meaning:
      "There is an open invitation for this address, and a second one would only leave two links in the mailbox.",
    action:
      "Send the open one again with its `resend`, which makes a new link; or withdraw it, and invite anew, for instance with another role.",
    retry: "no",
  },
  already_owner: {
    meaning: "Ownership is handed to another member; the request names the caller.",
    action: "Let the person choose somebody else among the active members.",
    retry: "corrected",
  },
  member_inactive: {
    meaning:
      "Ownership can only go to somebody who can use it. This membership is suspended, or the whole account is.",
    action: "Make the membership active first, or choose another member.",
    retry: "corrected",
  },
  last_owner: {
    meaning:
      "After this request an organization would have no active owner, and nobody could manage it any more. The database refuses that on every path: leaving, removing, suspending, changing a role, and also when two owners leave in the same moment. When an operator suspends a person, `organizations` names those that depend on them.",
    action:
      "Hand ownership over first (`POST /organizations/{org_id}/transfer-ownership`, or make a second owner), or delete the organization.",
    retry: "no",
  },
  sole_owner: {
    meaning:
      "The account cannot be deleted while it is the only owner of organizations in which there are other people. `organizations` names them. (Those in which the person is alone go with the account.)",
    action:
      "Show the list. For each, let the person transfer ownership or delete the organization, then delete the account.",
    retry: "no",
  },
  own_account: {
    meaning: "A platform admin cannot suspend or restore themselves, so that none is locked out by a slip.",
    action: "Another platform admin has to do it.",
    retry: "no",
  },
  system_role: {
    meaning:
      "Every organization has five roles of the service's own (`owner`, `admin`, `member`, `website_admin`, `website_user`). Their names, scopes and permissions are fixed, and they cannot be deleted.",
    action: "Change only the description. For other permissions, make a role of your own.",
    retry: "corrected",
  },
  role_name_taken: {
    meaning:
      "Role names are unique within an organization, and capital letters make no other name. A system role has the name, or one of your own.",
    action: "Ask for another name.",
    retry: "corrected",
  },
  role_in_use: {
    meaning:
      "Members, members of websites or open invitations have this role, so it can neither be deleted nor change its scope.",
    action: "Give those people another role and withdraw those invitations, then repeat the request.",
    retry: "no",
  },
  token_spent: {
    meaning:
      "The link in a mail works once, and a newer mail replaces the older ones. This one was used, or is no longer the newest.",
    action:
      "Perhaps it has been done: let the person try to sign in. Otherwise send a new mail (`POST /verify-email/resend`, `POST /forgot-password`).",
    retry: "no",
  },
  token_expired: {
    meaning:
      "The link in a mail has a last moment: a day for confirming an address, half an hour for a new password.",
    action: "Send a new mail (`POST /verify-email/resend`, `POST /forgot-password`).",
    retry: "no",
  },
  invite_accepted: {
    meaning: "The invitation was accepted before, and works once.",
    action: "If the person did that, let them sign in: they are a member.",
    retry: "no",
  },
  invite_revoked: {
    meaning:
      "Somebody of the organization withdrew the invitation, or sent it again, which replaced this link by a newer one.",
    action: "Ask the person to look for a newer mail, or to ask whoever invited them.",
    retry: "no",
  },
  invite_expired: {
    meaning: "The invitation was not accepted within its time, which is ten minutes unless set otherwise.",
    action:
      "Whoever invited can send it again. For people who do not sit at their mailbox, invite with a longer `expires_in`.",
    retry: "no",
  },
  invite_void: {
    meaning:
      "An invitation is judged again when it is accepted. Since it was sent, its role or website was deleted, or the person who sent it left or may no longer give that role.",
    action: "Somebody who may invite has to make a new invitation.",
    retry: "no",
  },
  body_too_large: {
    meaning: "The body is larger than 64 KiB, told in advance by `Content-Length` or counted while it came.",
    action:
      "Send less. `settings` and `profile` are for small things: keep files and long texts elsewhere, and a reference here.",
    retry: "corrected",
  },
  unsupported_media_type: {
    meaning: "The body came with another `Content-Type`, or with none. Bodies are JSON in UTF-8.",
    action:
      "Send `Content-Type: application/json`. (The forms of the service's own pages are the exception.)",
    retry: "corrected",
  },
  invalid_request: {
    meaning:
      "The request could be read, but something in it is not acceptable. `errors` has an entry for each complaint, at most 20: `path` is the field, dotted (`profile.name`), empty for the whole body; `message` is a sentence. A field or a query key that the endpoint does not know is a complaint too, so that a misspelt one is not silently ignored.",
    action:
      "Show each `message` beside its field, and let the person correct it. What is no field of a form is a mistake of the client's own.",
    retry: "corrected",
  },
  idempotency_key_reused: {
    meaning:
      "An `Idempotency-Key` names one request for 24 hours. It came before from the same caller to the same endpoint, with another body. Nothing was done.",
    action:
      "Make a new random key for each new request, and repeat a key only with the very body that it first came with.",
    retry: "corrected",
  },
  too_many_attempts: {
    meaning:
      "There were too many wrong passwords in a short time, so that nobody can guess one. Until the pause is over the right password is refused as well.",
    action:
      "Wait as long as `Retry-After` says, and tell the person so. `POST /forgot-password` works meanwhile, and a password that was reset ends the pause.",
    retry: "later",
  },
  too_many_requests: {
    meaning:
      "One network, account, organization or address had more of this within the last minutes than a person has use for: sign-ups, wrong passwords over all accounts, links to set a password, invitations, mails to one address. Nothing was done or sent.",
    action:
      "Wait as long as `Retry-After` says. A client that sends in bulk spreads its requests over time; when many people share one network, whoever runs the service can raise the limit.",
    retry: "later",
  },
  internal_error: {
    meaning:
      "A fault of the service. What was begun was undone; the operator's log has the cause under the `request_id`.",
    action:
      "Do not repeat it in a loop. Show the `request_id`, so that the person can pass it on to whoever runs the service.",
    retry: "no",
  },
  service_unavailable: {
    meaning:
      "The database did not answer in time or is being restarted. A change may have been made all the same, its answer lost on the way.",
    action:
      "Wait as long as `Retry-After` says, then try again, each time a little later. Repeat a change with the same `Idempotency-Key` where the endpoint takes one; elsewhere look first whether it was made.",
    retry: "later",
  },
};
