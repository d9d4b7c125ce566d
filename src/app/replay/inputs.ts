import { NetworkSet } from "../../base/ip.ts";
import { DAY, iso } from "../../base/time.ts";
import { createRecordParser } from "../../parsers/create-parser.ts";
import type { NetEvent } from "../../schema/event.ts";
import { readDocument } from "../../sensors/cloud/read-document.ts";
import { type Discovered, discover, type Input } from "../../sensors/discover.ts";
import { type Batch, readMerged } from "../../sensors/merge.ts";
import { readPcap } from "../../sensors/suricata/read-pcap.ts";
import { openAllLayers, readMail } from "../mail-events.ts";

const WEEK = 7 * DAY;
/** Connections looked at to find which public addresses are ours. */
const SAMPLE = 20_000;
const OWN_SHARE = 0.5;

/** Batches of the inputs in event time, captures through Suricata. `onWarning` gets what Suricata says about a capture. */
export function readInputs(inputs: readonly Input[], onWarning: (text: string) => void): AsyncGenerator<Batch, void, void> {
  return readMerged(inputs, {
    whole: (input) => {
      const { path, gzip, bytes, kind, source, file, fileKey } = input;
      if (kind === "json-document" || kind === "audit-csv") return readDocument({ path, gzip, bytes, kind }, { source, file, fileKey });
      if (kind === "eml" || kind === "mbox") return readMail({ path, file, kind, gzip, source, fileKey }, openAllLayers);
      return readPcap(path, { source, file, fileKey, parser: (context) => createRecordParser("eve", context), onWarning });
    },
  });
}

/** One discovery a PATH, so that each PATH is a source of its own; files reached by two PATHs are read once. */
export async function discoverAll(paths: readonly string[]): Promise<Discovered & { bySource: Map<string, Input[]> }> {
  const inputs: Input[] = [];
  const skipped: Discovered["skipped"] = [];
  const bySource = new Map<string, Input[]>();
  const seen = new Set<string>();
  for (const path of paths) {
    const found = await discover([path], { source: path });
    const fresh = found.inputs.filter((i) => !seen.has(i.path));
    for (const input of fresh) seen.add(input.path);
    inputs.push(...fresh);
    skipped.push(...found.skipped);
    bySource.set(path, fresh);
  }
  return { inputs, skipped, bySource };
}

/**
 * Public addresses that take part in at least half of a source's connections: without named networks they are ours (contract §2).
 * Looks at the first 20,000 connections of each source.
 */
export async function inferOwnAddresses(bySource: ReadonlyMap<string, readonly Input[]>, defaults: readonly string[]): Promise<string[]> {
  const inside = new NetworkSet(defaults);
  const found = new Set<string>();
  for (const inputs of bySource.values()) {
    const counts = new Map<string, number>();
    let total = 0;
    for await (const event of connectionsOf(inputs)) {
      if (++total > SAMPLE) break;
      for (const ip of [event.src, event.dst]) if (ip !== undefined && !inside.has(ip)) counts.set(ip, (counts.get(ip) ?? 0) + 1);
    }
    for (const [ip, count] of counts) if (total >= 20 && count >= OWN_SHARE * total) found.add(ip);
  }
  return [...found].sort();
}

async function* connectionsOf(inputs: readonly Input[]): AsyncGenerator<NetEvent> {
  for await (const batch of readInputs(inputs, () => undefined)) for (const event of batch.events) if (event.family === "conn") yield event;
}

/** How far history has to move back, in ms (whole weeks), so that it ends before the data begin; 0 when it does already. */
export async function historyShift(history: readonly Input[], data: readonly Input[]): Promise<{ shift: number; end: number; begin: number }> {
  let end = Number.NEGATIVE_INFINITY;
  for await (const batch of readInputs(history, () => undefined))
    for (const event of batch.events) if (event.time > end && event.family !== "directory") end = event.time;
  let begin = Number.POSITIVE_INFINITY;
  for await (const batch of readInputs(data, () => undefined)) {
    // A directory's list bears no time of its own.
    const first = batch.events.find((event) => event.family !== "directory");
    if (first === undefined) continue;
    begin = first.time;
    break;
  }
  return { shift: end < begin || !Number.isFinite(begin) || !Number.isFinite(end) ? 0 : Math.ceil((end - begin + 1) / WEEK) * WEEK, end, begin };
}

/** Moves an event in time; whatever else it says stays. */
export function shiftEvent(event: NetEvent, shift: number): void {
  if (event.family === "directory") return;
  event.time -= shift;
  event.seen -= shift;
}

export function shiftSentence(shift: number, end: number, begin: number): string {
  return `history ends at ${iso(end)}, after the data begin at ${iso(begin)}: it was moved back by ${Math.round(shift / WEEK)} weeks`;
}
