// Idempotency-Key, on each of the endpoints that take it: of many repeats one is done, and all are answered alike; of many
// requests that differ one is done, and the others are told.
import { expect } from "vitest";
import { ends, FIELD, oneOf, type Race, times } from "./race.ts";
import { newEmail, type Person, password, type Service } from "./service.ts";

type Endpoint = {
  name: string;
  /** In the answer. */
  id: string;
  /** Tables that get one row, and no more. */
  tables: string[];
  prepare(service: Service): Promise<{ by?: Person; request: string; body(): Record<string, unknown> }>;
};

async function founder(service: Service) {
  const by = await service.person();
  return { by, orgId: await service.organization(by) };
}

const endpoints: Endpoint[] = [
  {
    name: "sign-up",
    id: "user_id",
    tables: ["user", "organisation", "outbox"],
    prepare: async () => ({
      request: "POST /signup",
      body: () => ({ email: newEmail(), password, organization_name: "Acme" }),
    }),
  },
  {
    name: "an organization",
    id: "org_id",
    tables: ["organisation"],
    prepare: async (service) => ({
      by: await service.person(),
      request: "POST /organizations",
      body: () => ({ name: crypto.randomUUID() }),
    }),
  },
  {
    name: "a website",
    id: "website_id",
    tables: ["website"],
    async prepare(service) {
      const { by, orgId } = await founder(service);
      const body = () => ({ name: crypto.randomUUID(), url: "https://shop.example" });
      return { by, request: `POST /organizations/${orgId}/websites`, body };
    },
  },
  {
    name: "an invite",
    id: "invite_id",
    tables: ["invite", "outbox"],
    async prepare(service) {
      const { by, orgId } = await founder(service);
      const body = () => ({ email: newEmail(), role: "member" });
      return { by, request: `POST /organizations/${orgId}/invites`, body };
    },
  },
];

const countRows = (service: Service, tables: string[]): Promise<number[]> =>
  Promise.all(
    tables.map(async (table) => (await service.rows(`select count(*)::int as n from "${table}"`))[0].n),
  );

export const idempotencyRaces: Race[] = endpoints.flatMap(({ name, id, tables, prepare }): Race[] => [
  {
    name: `one key, repeats of ${name}`,
    async round(service) {
      const { by, request, body } = await prepare(service);
      const before = await countRows(service, tables);
      const [json, key] = [body(), crypto.randomUUID()];
      const answers = new Set<string>();
      const ids = new Set<number>();
      const repeat = async () => {
        const told = await service.ask(request, { json, key, ...(by && { by }) });
        answers.add(JSON.stringify(told.body));
        ids.add(told.body[id]);
        return told.code;
      };
      return {
        contenders: times(FIELD, () => repeat),
        outcomes: [ends({ "201": FIELD })],
        async after() {
          expect([ids.size, answers.size]).toEqual([1, 1]);
          expect(await countRows(service, tables)).toEqual(before.map((count) => count + 1));
        },
      };
    },
  },
  {
    name: `one key, ${name} that differs each time`,
    async round(service) {
      const { by, request, body } = await prepare(service);
      const before = await countRows(service, tables);
      const key = crypto.randomUUID();
      return {
        contenders: times(FIELD, () => async () => {
          const told = await service.ask(request, { json: body(), key, ...(by && { by }) });
          return told.code;
        }),
        outcomes: oneOf("201", "idempotency_key_reused"),
        async after() {
          expect(await countRows(service, tables)).toEqual(before.map((count) => count + 1));
        },
      };
    },
  },
]);
