import { NetworkSet } from "../../base/ip.ts";
import { DAY, iso } from "../../base/time.ts";
import { createRecordParser } from "../../parsers/create-parser.ts";
import type { NetEvent } from "../../schema/event.ts";
import type { Organisation } from "../../schema/organisation.ts";
import { readDocument } from "../../sensors/cloud/read-document.ts";
import { type Discovered, discover, type Input } from "../../sensors/discover.ts";
import { type Batch, readMerged } from "../../sensors/merge.ts";
import { readPcap } from "../../sensors/suricata/read-pcap.ts";
import { authenticatorOf, openAllLayers, openForLearning, openHeaders, readMail } from "../mail-events.ts";
import { LettersAhead } from "./letters-ahead.ts";

const WEEK = 7 * DAY;
/** Connections looked at to find which public addresses are ours. */
const SAMPLE = 20_000;
const OWN_SHARE = 0.5;

export interface ReadingOptions {
  /** Gets what Suricata says about a capture. */
  onWarning?(text: string): void;
  /** Whose word on a message counts. */
  organisation?: Pick<Organisation, "receivers">;
  /** Mail by its headers alone: for whoever wants nothing but times. */
  headersOnly?: boolean;
  /** Learned from and not judged. */
  history?: boolean;
}

/** Batches of the inputs in event time, captures through Suricata. Nothing is asked of the DNS. */
export function readInputs(inputs: readonly Input[], options: ReadingOptions = {}): AsyncGenerator<Batch, void, void> {
  const onWarning = options.onWarning ?? (() => undefined);
  const auth = authenticatorOf(options.organisation ?? {}, () => false);
  const open = options.headersOnly === true ? openHeaders : options.history === true ? openForLearning : openAllLayers;
  const letters = new LettersAhead((input) => readMail(input, open, auth));
  return readMerged(inputs, {
    prepare: (input) => letters.prepare(input),
    whole: (input) => {
      const { path, gzip, bytes, kind, source, file, fileKey } = input;
      if (kind === "json-document" || kind === "audit-csv") return readDocument({ path, gzip, bytes, kind }, { source, file, fileKey });
      if (kind === "eml" || kind === "mbox") return letters.read(input);
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
  const other = inputs.filter((i) => i.kind !== "eml" && i.kind !== "mbox");
  for await (const batch of readInputs(other)) for (const event of batch.events) if (event.family === "conn") yield event;
}

/** How far history has to move back, in ms (whole weeks), so that it ends before the data begin; 0 when it does already. */
export async function historyShift(history: readonly Input[], data: readonly Input[]): Promise<{ shift: number; end: number; begin: number }> {
  let end = Number.NEGATIVE_INFINITY;
  for await (const batch of readInputs(history, { headersOnly: true }))
    for (const event of batch.events) if (event.time > end && event.family !== "directory") end = event.time;
  let begin = Number.POSITIVE_INFINITY;
  for await (const batch of readInputs(data, { headersOnly: true })) {
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
