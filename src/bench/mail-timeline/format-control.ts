import { seededRandom } from "../../base/random.ts";
import { Forest } from "../../stats/forest.ts";
import { aucOf } from "../statistics.ts";
import type { Injected, Kind } from "./kinds.ts";
import type { InjectedCampaign, Judged } from "./stream.ts";
import type { TimelineReader, TimelineRow } from "./timeline-rows.ts";

const FOLDS = 5;
const MOST_HONEST = 600;

/** Shape of a row: nothing of who writes or what about. */
function shapeOf(row: TimelineRow, reader: TimelineReader): number[] {
  const all = [...row.to, ...row.cc];
  const tz = /^([+-])(\d\d)/.exec(row.tz);
  return [
    row.hops,
    row.ips.length,
    row.sealed,
    row.signers.length,
    row.results.length,
    row.clientIp === undefined ? 0 : 1,
    row.to.length,
    row.cc.length,
    all.filter((a) => reader.isOwn(a)).length,
    row.name === "" ? 0 : 1,
    Math.log1p(row.size),
    row.software === "" ? 0 : 1,
    tz === null ? 0 : Number(`${tz[1]}${tz[2]}`),
    new Date(row.time).getUTCHours(),
  ];
}

/**
 * Can a forest that sees shape alone tell the injected of a kind from honest mail of the same situation? Whole donors to folds: what was copied never stands
 * on both sides. 0.5 = it cannot; above 0.6 the injection is unfair. Takeover kinds leave out client and clock, which are what they change.
 */
export function formatControl(kind: Kind, injected: readonly InjectedCampaign[], honest: readonly Judged[], half: number, reader: TimelineReader): number {
  const made = injected.filter((c) => c.kind === kind && c.condition === "none").map((c) => c.mails[0]?.row as Injected);
  const takeover = kind === "d" || kind === "e";
  const like = honest.filter((j, i) => i >= half && isLike(kind, j, reader)).map((j) => j.row);
  const random = seededRandom(17);
  const kept = like
    .map((row) => ({ row, key: random() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, MOST_HONEST)
    .map((x) => x.row);
  const rows = [...made, ...kept];
  const labels = rows.map((_, i) => (i < made.length ? 1 : 0));
  const donors = rows.map((row, i) => (i < made.length ? (row as Injected).donor : row.at));
  const x = rows.map((row) => {
    const shape = shapeOf(row, reader);
    return takeover ? shape.filter((_, j) => j !== 5 && j !== 11 && j !== 12) : shape;
  });
  const fold = (donor: number): number => (Math.imul(donor, 2654435761) >>> 8) % FOLDS;
  const scores = new Array<number>(rows.length).fill(0.5);
  for (let k = 0; k < FOLDS; k++) {
    const train = rows.map((_, i) => i).filter((i) => fold(donors[i] ?? 0) !== k);
    const forest = new Forest(
      train.map((i) => x[i] as number[]),
      train.map((i) => labels[i] ?? 0),
      { trees: 100, leaf: 3, tried: 0.3, random },
    );
    rows.forEach((_, i) => {
      if (fold(donors[i] ?? 0) === k) scores[i] = forest.score(x[i] as number[]);
    });
  }
  return aucOf(scores, labels);
}

/** Honest mail in the situation that the kind copies. */
function isLike(kind: Kind, j: Judged, reader: TimelineReader): boolean {
  const { row, signals: s } = j;
  const free = reader.isFree(row.from);
  const first = s.fromAddress === 0 && !row.out;
  const threaded = row.inReplyTo !== "";
  const reaches = [...row.to, ...row.cc].some((a) => reader.isOwn(a));
  switch (kind) {
    case "a":
      return first && !threaded && !free && reaches && reader.clientOf(row) !== undefined;
    case "b":
    case "f":
      return first && !threaded && !free && reaches;
    case "c":
      return first && !threaded && free;
    case "d":
      return !row.out && s.fromAddress >= 20 && !threaded && reaches;
    case "e":
      return !row.out && s.fromAddress >= 20 && threaded;
    case "g":
      return first && threaded && !free;
    case "i":
      return first && threaded && !free;
    case "h":
      return first && !threaded && row.signers.length === 0;
  }
}
