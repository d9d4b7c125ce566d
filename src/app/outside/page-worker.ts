// The program that reads markup of strangers: no network, no environment, no database. Speaks to its parent over IPC.
import { type PageFacts, type PageLookups, readLandingPage } from "../../parsers/links/landing-page.ts";

export interface PageSettings {
  kind: "settings";
  brands: PageLookups["brands"];
  credentialFields: readonly string[];
}
export interface PageRequest {
  kind: "page";
  bytes: Uint8Array;
  type: string;
  url: string;
}
export interface PageAnswer {
  id: number;
  facts: PageFacts;
}

let lookups: PageLookups = { brands: [], credentialFields: new Set() };

process.on("message", (message: PageSettings | (PageRequest & { id: number })) => {
  if (message.kind === "settings") {
    lookups = { brands: message.brands, credentialFields: new Set(message.credentialFields) };
    return;
  }
  const answer: PageAnswer = { id: message.id, facts: readLandingPage(message.bytes, message.type, message.url, lookups) };
  process.send?.(answer, undefined, undefined, () => undefined);
});
process.on("disconnect", () => process.exit(0));
