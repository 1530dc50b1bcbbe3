// Organizations with many members: the owner signs up, the crowd comes by SQL.
import pg from "pg";
import { type Caller, newCaller } from "./client.ts";

export type Crowd = { owner: Caller; members: number };

/** An organization of so many members, its owner included. */
export async function newCrowd(url: string, ownerUrl: string, members: number): Promise<Crowd> {
  const owner = await newCaller(url);
  const client = new pg.Client(ownerUrl);
  await client.connect();
  try {
    await client.query(
      `begin; alter table "user" disable trigger user; alter table member disable trigger user`,
    );
    await client.query(
      `with made as (
         insert into "user" (email, password)
         select 'crowd-' || $1::integer || '-' || n || '@example.com', 'none' from generate_series(2, $2::integer) n
         returning id)
       insert into member (org_id, user_id, role_id)
       select r.org_id, made.id, r.id from made, role r where r.org_id = $1 and r.name = 'member'`,
      [owner.org_id, members],
    );
    await client.query(
      `alter table "user" enable trigger user; alter table member enable trigger user; commit`,
    );
    await client.query("vacuum analyze");
    return { owner, members };
  } finally {
    await client.end();
  }
}
