import type { Clock, ManualClock } from "../../base/clock.ts";
import { contentId } from "../../base/hash.ts";
import { createRecordParser } from "../../parsers/create-parser.ts";
import type { NetEvent, Rejected } from "../../schema/event.ts";
import { type FollowBatch, Follower, type FollowerOptions, type FollowPosition, type Identify } from "../tail.ts";

const START = Date.UTC(2026, 0, 5);

export const identify: Identify = (head, { source }) => {
  const text = head.toString("latin1");
  const lines = text.split("\n").slice(0, -1);
  const tsv = text.startsWith("#separator");
  const first = lines.findIndex((line) => line !== "" && !line.startsWith("#"));
  if (first < 0) return text.startsWith("{") || tsv || text === "" ? "more" : undefined;
  if (!tsv && !text.startsWith("{")) return undefined;
  return { kind: tsv ? "zeek-tsv" : "zeek-json", fileKey: contentId(source, lines.slice(0, first + 1).join("\n")) };
};

export function makeFollower(path: string, clock: Clock, options: Partial<FollowerOptions> = {}): Follower {
  return new Follower({
    source: "z",
    path,
    clock,
    identify,
    parser: createRecordParser,
    scanMs: 0,
    settleMs: 100,
    ...options,
  });
}

/** One Zeek JSON connection; `n` is told by its uid, and its time is `n` seconds in. */
export function record(n: number, uid = `C${n}`): string {
  return `{"_path":"conn","ts":${START / 1_000 + n},"uid":"${uid}","id.orig_h":"10.0.0.1","id.orig_p":${1_000 + (n % 60_000)},"id.resp_h":"10.0.0.2","id.resp_p":80,"proto":"tcp"}\n`;
}

export async function drainFollower(
  from: Follower,
  clock: ManualClock,
  seen: (batch: FollowBatch) => void = () => undefined,
): Promise<{ uids: string[]; events: NetEvent[]; rejected: Rejected[]; positions: Map<string, FollowPosition> }> {
  const out = { uids: [] as string[], events: [] as NetEvent[], rejected: [] as Rejected[], positions: new Map<string, FollowPosition>() };
  let quiet = 0;
  for (let i = 0; quiet < 4; i++) {
    if (i > 5_000) throw new Error("never caught up");
    clock.set(clock.now() + 60);
    const batch = await from.poll();
    seen(batch);
    out.events.push(...batch.events);
    out.rejected.push(...batch.rejected);
    for (const position of batch.positions) out.positions.set(position.fileKey, position);
    quiet = batch.caughtUp && batch.bytes === 0 ? quiet + 1 : 0;
  }
  out.uids = out.events.map((event) => event.connection ?? "");
  return out;
}
