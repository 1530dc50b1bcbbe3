// Answers of websites.
import * as z from "zod";
import { shape } from "../http/describe.ts";
import { aMessage, anId, epochMs, listOf, someObject } from "../http/shapes.ts";

const listed = () => ({
  website_id: anId(),
  org_id: anId(),
  organization: z.string().meta({ description: "The organization's name." }),
  name: z.string(),
  url: z.string(),
  created_at: epochMs(),
  updated_at: epochMs(),
});
export const listedWebsite = shape("ListedWebsite", () => z.object(listed()));
export const websiteList = listOf("Website", listedWebsite);
export const website = shape("Website", () => z.object({ ...listed(), settings: someObject() }));

export const websiteMade = shape("WebsiteMade", () =>
  z.object({
    message: aMessage(),
    website_id: anId(),
    org_id: anId(),
    name: z.string(),
    url: z.string(),
    settings: someObject(),
  }),
);
