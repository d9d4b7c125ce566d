import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { CodedError } from "../../base/result.ts";

const words = z.array(z.string().min(2).max(40)).min(1).max(500);
const schema = z.strictObject({
  faces: z
    .array(z.strictObject({ userAgent: z.string().min(1).max(300), language: z.string().min(1).max(100) }))
    .min(1)
    .max(3),
  limits: z.strictObject({
    redirects: z.number().int().min(0).max(10),
    ms: z.number().int().min(100).max(60_000),
    bytes: z.number().int().min(1_000).max(4_194_304),
  }),
  unsafe: words,
  credentialFields: words,
});
export type VisitingLookups = z.infer<typeof schema>;

/** content/lookups/links/visiting.yaml below a folder of content. Throws CodedError `content-broken` naming the file. */
export function readVisitingLookups(contentFolder: string): VisitingLookups {
  const path = join(contentFolder, "lookups", "links", "visiting.yaml");
  try {
    return schema.parse(parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new CodedError("content-broken", `${path} cannot be read`, { cause });
  }
}
