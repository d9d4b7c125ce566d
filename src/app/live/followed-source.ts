import type { Clock } from "../../base/clock.ts";
import { createRecordParser } from "../../parsers/create-parser.ts";
import { Follower, type FollowPosition, type Identify } from "../../sensors/tail.ts";
import type { Position } from "../../store/types.ts";
import type { SourceConfig } from "../services/live-view.ts";
import type { LiveSource, SourceBatch } from "./live-source.ts";

/** What of a follower's position the store keeps as the reader's own: everything but the columns it has itself. */
type Rest = Omit<FollowPosition, "fileKey" | "path" | "inode" | "offset" | "line">;

export function toStored(source: string, position: FollowPosition): Position {
  const { fileKey, path, inode, offset, line, ...rest } = position;
  // The follower counts the line that starts at `offset`, the store the last one taken.
  return { source, fileKey, path, inode, offset, line: line - 1, header: rest };
}

export function fromStored(position: Position): FollowPosition {
  const { fileKey, path, inode, offset, line, header } = position;
  return { fileKey, path, inode, offset, line: line + 1, ...(header as Rest) };
}

/** A folder, pattern or file of logs that grow. */
export function followSource(config: SourceConfig, fixed: boolean, identify: Identify, clock: Clock, positions: readonly Position[]): LiveSource {
  const follower = new Follower({
    source: config.id,
    path: config.path,
    parser: createRecordParser,
    identify,
    clock,
    positions: positions.filter((p) => p.source === config.id).map(fromStored),
  });
  return {
    id: config.id,
    kind: config.kind,
    path: config.path,
    fixed,
    ends: false,
    async poll(): Promise<SourceBatch> {
      const batch = await follower.poll();
      return { ...batch, positions: batch.positions.map((p) => toStored(config.id, p)) };
    },
    positions: () => follower.positions().map((p) => toStored(config.id, p)),
    outage: () => follower.outage(),
    wait: (signal) => follower.wait(signal),
    fileCount: () => follower.files().length,
    close: () => follower.close(),
  };
}
