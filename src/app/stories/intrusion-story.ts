import { mkdirSync } from "node:fs";
import { HOUR, MINUTE } from "../../base/time.ts";
import { FedLife } from "./fed-life.ts";
import { INTRUSION_PAGES, tellIntrusionPages } from "./intrusion-pages.ts";
import { INTRUSION_RECORDS, readIntrusion, tellIntrusionRecords } from "./intrusion-records.ts";
import type { StoryBrowser } from "./story-browser.ts";
import { StoryPlatform } from "./story-platform.ts";
import type { Table } from "./table.ts";

export const INTRUSION_ROWS: readonly string[] = [...INTRUSION_RECORDS, ...INTRUSION_PAGES];
const DAY_OF_ATTACK = 2;
/** Minutes after midnight of that day. */
const BEGIN = 660;

/** Two days of a small works are learned from its sensors' files; on the third day somebody gets in. */
export async function tellIntrusion(table: Table, say: (line: string) => void, browser: StoryBrowser | string): Promise<void> {
  say("a works of six people: two and a half days of network, cloud and endpoint records, then somebody gets in");
  const life = new FedLife({
    seed: 11,
    people: 6,
    days: 4,
    start: "2026-03-02",
    lanes: ["network", "endpoint", "cloud"],
    attacks: [["server-intrusion", DAY_OF_ATTACK, BEGIN]],
  });
  const platform = new StoryPlatform(life.world.calendar.start, say);
  try {
    await playIntrusion(life, platform);
    const told = await readIntrusion(life, platform, life.at(DAY_OF_ATTACK, BEGIN));
    await tellIntrusionRecords(table, told);
    if (typeof browser === "string") table.skip(INTRUSION_PAGES, browser);
    else {
      await tellIntrusionPages(table, told, browser);
      await browser.leave();
    }
  } finally {
    await platform.close();
  }
}

export async function playIntrusion(life: FedLife, platform: StoryPlatform): Promise<void> {
  for (const folder of ["zeek", "exports"]) mkdirSync(platform.path(folder));
  platform.put("org.yaml", life.organisation);
  platform.put(
    "wonted.yaml",
    `version: 1
organisation: org.yaml
sources:
  - {id: core, kind: zeek, path: zeek}
  - {id: services, kind: cloud, path: exports}
`,
  );
  await platform.start();
  await life.live(platform, life.at(DAY_OF_ATTACK, BEGIN - 60), HOUR);
  await life.live(platform, life.at(DAY_OF_ATTACK, BEGIN + 60), MINUTE);
}
