import { appendFileSync } from "node:fs";
import type { z } from "zod";
import type { alertDetail, alertSummary, record } from "../../contract/index.ts";
import type { TruthLine } from "../../generate/attack-life.ts";
import type { FedLife } from "./fed-life.ts";
import type { OutsideLab } from "./outside-lab.ts";
import type { StoryPlatform } from "./story-platform.ts";

export const BURST = "SaaS / Unusual Activity / Large Volume of Messages Sent from New External User";
export const LANDING = "internatlonal-rewards.sharcpointe-docs.com";
/** Somebody of ours who always works in Britain, and one who always works in Poland; both are met from Poland at last. */
export const TRAVELLER = { name: "traveller", usual: "81.2.69.10", last: "195.242.125.186" };
export const RESIDENT = { name: "resident", usual: "83.0.0.10", last: "83.0.0.10" };

export interface ChatTold {
  life: FedLife;
  platform: StoryPlatform;
  lab: OutsideLab;
  /** The burst in a brand's name, and a second one in which everything that can be changed is. */
  first: TruthLine;
  second: TruthLine;
  /** Where the first one's sender wrote from. */
  address: string;
  topic: string;
}

export type ChatAlert = z.infer<typeof alertDetail>;
type Found = z.infer<typeof record>;

/** Lines that somebody writes at their time. */
const due: { at: number; file: string; line: string }[] = [];
export function later(at: number, file: string, line: string): void {
  due.push({ at, file, line });
}

export async function live(life: FedLife, platform: StoryPlatform, until: number, step: number): Promise<void> {
  for (let now = platform.clock.now(); now < until; ) {
    now = Math.min(now + step, until);
    life.write(platform.folder, now);
    for (const each of due.splice(0)) {
      if (each.at < now) appendFileSync(platform.path("exports", each.file), each.line);
      else due.push(each);
    }
    await platform.passTo(now);
  }
}

/** The last alert of the burst's model on a sender: it carries the whole. */
export async function lastBurst(platform: StoryPlatform, sender: string): Promise<ChatAlert | undefined> {
  const query = new URLSearchParams({ state: "all", sort: "time", model: BURST, entity: sender, limit: "20" });
  const { alerts } = await platform.get<{ alerts: z.infer<typeof alertSummary>[] }>(`/api/v1/alerts?${query}`);
  const [newest] = alerts;
  return newest === undefined ? undefined : await platform.get<ChatAlert>(`/api/v1/alerts/${newest.id}`);
}

export async function searched(platform: StoryPlatform, q: string): Promise<Found[]> {
  return (await platform.get<{ hits: Found[] }>(`/api/v1/search?${new URLSearchParams({ q, limit: "500" })}`)).hits;
}
