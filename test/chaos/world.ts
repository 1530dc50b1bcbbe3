// What should be so, as the clients know it: written down when the answer to a change has come, and compared with the
// database at the end.
import type { Random } from "../database/seeded.ts";
import type { Client, Figures } from "./client.ts";
import type { openMailbox } from "./mailbox.ts";

export type Person = {
  email: string;
  password: string;
  ip: string;
  userId: number;
  alive: boolean;
  /** Absent: signed out. */
  access?: string | undefined;
  refresh?: string | undefined;
  profile: Record<string, unknown>;
  /** How many mails to confirm the address were asked for. */
  signUps: number;
};
export type Membership = { role: string; status: number };
export type Organization = {
  orgId: number;
  alive: boolean;
  members: Map<Person, Membership>;
  guests: Map<Person, string>;
  websites: Map<number, string>;
  roles: Set<string>;
  invites: Map<number, { email: string; state: string }>;
};

export type World = {
  client: Client;
  mailbox: ReturnType<typeof openMailbox>;
  random: Random;
  figures: Figures;
  people: Person[];
  organizations: Organization[];
  /** The time is over: whoever is at it ends after the step that they are in. */
  over(): boolean;
};

const run = crypto.randomUUID().slice(0, 8);
let counter = 0;

export function newPerson({ people }: World): Person {
  counter += 1;
  const person: Person = {
    email: `chaos-${run}-${counter}@example.com`,
    password: `correct horse battery ${counter}`,
    ip: `10.${(counter >> 16) & 255}.${(counter >> 8) & 255}.${counter & 255}`,
    ...{ userId: 0, alive: false, profile: {}, signUps: 0 },
  };
  people.push(person);
  return person;
}

export function newOrganization({ organizations }: World, orgId: number, owner: Person): Organization {
  const organization: Organization = {
    ...{ orgId, alive: true, websites: new Map(), roles: new Set(), invites: new Map(), guests: new Map() },
    members: new Map([[owner, { role: "owner", status: 0 }]]),
  };
  organizations.push(organization);
  return organization;
}
