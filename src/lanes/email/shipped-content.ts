import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CodedError } from "../../base/result.ts";
import type { ContentWeights } from "../../baseline/mail/content-model.ts";
import { type MailLookups, readMailLookups, readMailWeights } from "./evidence/lookups.ts";

export interface MailContent {
  lookups: MailLookups;
  weights: ContentWeights;
}

let read: MailContent | undefined;

/** Word lists and weights of content/lookups/mail, read once from the folder of the checkout or of the installed package. Throws `content-broken`. */
export function shippedMailContent(): MailContent {
  if (read !== undefined) return read;
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let i = 0; i < 6 && !existsSync(join(folder, "content", "lookups", "mail")); i++) folder = dirname(folder);
  const content = join(folder, "content");
  if (!existsSync(join(content, "lookups", "mail"))) throw new CodedError("content-broken", "content/lookups/mail: not found beside the program");
  read = { lookups: readMailLookups(content), weights: readMailWeights(content) };
  return read;
}
