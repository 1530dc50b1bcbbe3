// The committed Postman collection, as its tests look at it.
import { readFileSync } from "node:fs";
import { join } from "node:path";

type Item = {
  name: string;
  event: { listen: string; script: { exec: string[] } }[];
  request: { method: string; url: { host: string[]; path: string[] } };
};

const file = join(import.meta.dirname, "../../postman/gatehouse.postman_collection.json");
export const collection = JSON.parse(readFileSync(file, "utf8")) as { item: { item: Item[] }[] };
/** In the order in which they are sent. */
export const items = collection.item.flatMap((folder) => folder.item);
