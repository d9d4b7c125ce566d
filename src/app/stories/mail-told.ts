import type { z } from "zod";
import type { mailCampaignDetail, mailDetail, mailLogRow, mailSummary } from "../../contract/index.ts";
import type { TruthLine } from "../../generate/attack-life.ts";
import type { FedLife } from "./fed-life.ts";
import type { OutsideLab } from "./outside-lab.ts";
import type { StoryPlatform } from "./story-platform.ts";

export type MailRow = z.infer<typeof mailLogRow>;
export type Mail = z.infer<typeof mailDetail>;
export type MailSummary = z.infer<typeof mailSummary>;
export type Campaign = z.infer<typeof mailCampaignDetail>;

/** One campaign of the script: what it did, and what the platform made of it. */
export interface Played {
  domain: string;
  host: string;
  truth: readonly TruthLine[];
  /** Mails from its domain in order of time, each by itself. */
  mails: readonly MailSummary[];
  first: Mail | undefined;
  campaign: Campaign | undefined;
}

export interface MailTold {
  life: FedLife;
  platform: StoryPlatform;
  lab: OutsideLab;
  rows: readonly MailRow[];
  /** The four languages, Chinese first; then the other payloads. */
  played: readonly Played[];
}

export async function readMail(life: FedLife, platform: StoryPlatform, lab: OutsideLab): Promise<MailTold> {
  const { rows } = await platform.get<{ rows: MailRow[] }>("/api/v1/mails?verdict=all&sort=score&limit=200");
  const byDomain = Map.groupBy(life.truth, (t) => t.entity.split("@")[1] ?? "");
  const played: Played[] = [];
  for (const [domain, truth] of byDomain) {
    const mails = await mailsOf(platform, truth);
    const [opening] = mails;
    const first = opening === undefined ? undefined : await platform.get<Mail>(`/api/v1/mails/${encodeURIComponent(opening.id)}`);
    const id = mails.find((m) => m.campaign !== undefined)?.campaign;
    const campaign = id === undefined ? undefined : await platform.get<Campaign>(`/api/v1/mail-campaigns/${id}`);
    played.push({ domain, host: truth[0]?.host ?? "", truth, mails, first, campaign });
  }
  return { life, platform, lab, rows, played };
}

export async function mailsOf(platform: StoryPlatform, truth: readonly TruthLine[]): Promise<MailSummary[]> {
  const out: MailSummary[] = [];
  for (const { entity } of truth) {
    const query = new URLSearchParams({ verdict: "all", group: "none", sender: entity, limit: "200" });
    out.push(...(await platform.get<{ rows: MailRow[] }>(`/api/v1/mails?${query}`)).rows.map((r) => r.mail));
  }
  return out.sort((a, b) => (a.time < b.time ? -1 : 1));
}

/** The most frequent value, and how often. */
export function most(values: readonly string[]): string | undefined {
  const counts = [...Map.groupBy(values, (v) => v)].map(([value, list]) => ({ value, n: list.length }));
  return counts.sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1))[0]?.value;
}
