import { readFileSync } from "node:fs";
import { join } from "node:path";
import { homeFolder } from "../places-of-files.ts";
import type { Table } from "./table.ts";

export const GUIDE_ROWS = ["E38"] as const;

/** What the guide that comes with the program says of these detections; that its chapters run is another test's. */
export async function tellGuide(table: Table): Promise<void> {
  await table.check("E38", "the guide explains languages, codes and the age of domains", () => {
    const text = ["09-mail.md", "07-cloud-and-endpoint.md"].map((name) => readFileSync(join(homeFolder(), "docs", "guide", name), "utf8")).join("\n");
    const parts = [/fourteen languages/, /picture and text of a code/, /when a domain was registered/];
    return parts.every((p) => p.test(text)) ? "chapters 7 and 9" : undefined;
  });
}
