import { join } from "node:path";
import { letterOf } from "../../lanes/email/opened-letter.ts";
import { type LinkLookups, readLinkLookups } from "../../parsers/links/link-lookups.ts";
import { openPlain } from "../../parsers/mail/open-message.ts";
import { HOME } from "../bench-core.ts";
import type { Decode } from "./corpus.ts";

let lookups: LinkLookups | undefined;

/** The product's own reading of headers, bodies and links; attachments by name and true type. Codes inside files are not looked for: `qr` measures those. */
export const decode: Decode = async (bytes) => {
  lookups ??= readLinkLookups(join(HOME, "content"));
  const { message } = openPlain(bytes, "m.eml", lookups);
  return { letter: letterOf(message), markup: message.html?.source ?? "" };
};
