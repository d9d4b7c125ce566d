import type { z } from "zod";
import type { ChangedBehaviour } from "../../baseline/changed-behaviour.ts";
import type { deviceDetail, model, overview, source } from "../../contract/index.ts";
import type { Device } from "../../schema/entity.ts";
import type { SourceHealth } from "../../schema/source.ts";
import type { Verdict } from "../../store/requests.ts";

export type DeviceProfile = Pick<z.infer<typeof deviceDetail>, "peersByBehaviour" | "patternOfLife" | "usual" | "rare" | "group" | "historyHours" | "learned">;
export type ModelAnswer = Omit<z.infer<typeof model>, "alerts7d" | "lastAlert">;
export type BlindSpot = z.infer<typeof overview>["blindSpots"][number];

export interface SourceConfig {
  id: string;
  kind: "zeek" | "suricata" | "cloud" | "mail" | "imap";
  /** Folder, pattern or file; of a mailbox on a server imaps://user@host/Mailbox. */
  path: string;
  /** Of a server: the file that holds the password, and PEM of the authority of its certificate. */
  passwordFile?: string | undefined;
  authority?: string | undefined;
}

/** What services ask of the running platform: everything that lives in memory and not in the store. */
export interface LiveView {
  organisation: string;
  synthetic: boolean;
  timezone: string;
  now(): number;
  /** Newest event time, or undefined before the first event. */
  eventTime(): number | undefined;
  eventsPerSecond(): number;
  devices(): { total: number; learning: number };
  device(id: string): Device | undefined;
  profile(id: string): DeviceProfile | undefined;
  learned(id: string): number;
  sources(): SourceHealth[];
  /** Events per quarter hour of the last day; null where nothing was read. */
  sourceHistory(id: string): { start: number; events: number | null }[];
  blindSpots(): BlindSpot[];
  /** Nothing is read for want of room, whichever database it was that could not write. */
  full(): boolean;
  models(): ModelAnswer[];
  modelInfo(path: string): { path: string; version: number; description: string; nextSteps: string; gaps: string; response?: string } | undefined;
  technique(id: string): { id: string; name: string; tactics: string[] };
  budget(): number;
  /** Score that the worst incident within the budget had over the last days: the ink line of the queue. */
  line(): number;
  setBudget(perDay: number): void;
  /** Of the day's incidents within the budget, given their scores from the highest down: the share that chance explains; undefined in the first week. */
  falseShare(scores: readonly number[]): number | undefined;
  /** What a judgement of this incident would change from now on, in sentences. */
  consequences(verdict: Verdict, pairs: readonly { model: string; entity: string }[]): string[];
  /** Makes a judgement count; `undefined` takes it back. Open incidents of the same models get other scores. */
  judge(id: string, judged: { verdict: Verdict; start: number; score: number; pairs: { model: string; entity: string }[] } | undefined): Promise<void>;
  changedBehaviours(): ChangedBehaviour[];
  /** False when no such change is held any more. */
  decideChange(id: string, decision: "accepted" | "reversed"): boolean;
  addSource(config: SourceConfig): Promise<z.infer<typeof source>>;
  /** Sources that were added on the page, not by the configuration file. */
  addedSources(): SourceConfig[];
  /** False when there is no such source, or when the configuration file names it. */
  removeSource(id: string): Promise<"removed" | "not-found" | "in-configuration">;
}
