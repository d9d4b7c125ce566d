import type { Clock } from "../../base/clock.ts";
import type { StreamMessage } from "../../contract/index.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import type { Alert } from "../../schema/alert.ts";
import type { MailJudgement } from "../../schema/mail.ts";
import type { MailRequests } from "../../store/mail-rows.ts";
import type { Position, Store } from "../../store/types.ts";
import type { HealthBoard } from "./health-board.ts";
import type { LiveSource, SourceBatch } from "./live-source.ts";
import type { Pause } from "./pause.ts";

/** What the platform at work is handed. */
export interface LivePlatformOptions {
  core: PlatformCore;
  store: Store;
  health: HealthBoard;
  clock: Clock;
  /** Incidents a day within the budget. */
  budget: () => number;
  /** Positions of the store when it was opened: none is ever moved back, or events would be stored twice. */
  stored: readonly Position[];
  /** Positions that the learned state goes on from. */
  learned: readonly Position[];
  broadcast(message: StreamMessage): void;
  /** A source was read to its present end for the first time since the start. */
  caughtUp(source: LiveSource): void;
  /** What is done about alerts, once they are durable; and who learns of every event what is customary. */
  respond?: { take(alerts: readonly Alert[]): Promise<void>; see(events: SourceBatch["events"]): void };
  /** What is kept of judged mail. */
  mails?: { take(mails: readonly MailJudgement[], history: boolean): MailRequests["putMails"]["input"] };
  /** A line for the operator's log. */
  log(level: "info" | "warn" | "error", message: string): void;
  checkpointMs?: number;
  snapshotMs?: number;
  idleMs?: number;
  /** How the loop waits; tests hand in one that moves their clock. */
  pause?: Pause;
  /** What is to be done once an hour and at the end, after a commit: signing, for one. */
  hourly?: () => Promise<void>;
}
