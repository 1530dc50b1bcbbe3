// Schemas that many answers share.
import * as z from "zod";
import { type Shape, shape } from "./describe.ts";

export const anId = () => z.int().min(1);
/** An instant. */
export const epochMs = () => z.int().meta({ description: "Epoch milliseconds." });
export const someObject = () => z.record(z.string(), z.json()).meta({ anyObject: true });
export const statusShown = () => z.enum(["active", "suspended"]);
export const roleScope = () => z.enum(["organization", "website"]);

/** A page of a list. `id`: of its items, in the plural. */
export const listOf = <T extends z.ZodType>(id: string, item: Shape<T>) =>
  shape(`${id}List`, () =>
    z.object({
      data: z.array(item()),
      next_cursor: z
        .string()
        .nullable()
        .meta({ description: "Where the list goes on, for `cursor`; null: this was the end." }),
    }),
  );

export const message = shape("Message", () => z.object({ message: z.string() }));
/** For people to read; what a program needs stands beside it. */
export const aMessage = () => z.string().meta({ description: "For people to read." });
