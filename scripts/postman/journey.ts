// The journey: every operation of the document, in the order in which people meet them, with what is refused on the way.
// Each chapter is a folder of the collection.
import { invites } from "./journey/invites.ts";
import { members } from "./journey/members.ts";
import { audit, statistics } from "./journey/numbers.ts";
import { older } from "./journey/older-paths.ts";
import { organizations } from "./journey/organizations.ts";
import { passwords } from "./journey/passwords.ts";
import { platformAdmins } from "./journey/platform-admins.ts";
import { roles } from "./journey/roles.ts";
import { service } from "./journey/service.ts";
import { signingIn } from "./journey/sign-in.ts";
import { signUp } from "./journey/sign-up.ts";
import { theEnd } from "./journey/the-end.ts";
import { websites } from "./journey/websites.ts";
import type { Chapter } from "./step.ts";

export const journey: Chapter[] = [
  service,
  signUp,
  signingIn,
  organizations,
  roles,
  invites,
  members,
  websites,
  audit,
  statistics,
  older,
  passwords,
  platformAdmins,
  theEnd,
];
