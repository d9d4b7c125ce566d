import { DAY, MINUTE } from "../../base/time.ts";
import { Places } from "../../enrich/places.ts";
import type { LaneResult } from "../../lanes/lane.ts";
import { makeCore } from "../../lanes/make-core.ts";
import { type ActionLine, PlannedResponses } from "../../lanes/planned-responses.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import type { Alert } from "../../schema/alert.ts";
import { eventId, type NetEvent } from "../../schema/event.ts";
import type { MailJudgement } from "../../schema/mail.ts";
import type { Organisation } from "../../schema/organisation.ts";
import { requireModels } from "../content.ts";
import { readOrganisation, rolesOf } from "../organisation.ts";
import { asnTable, countryTable } from "../places-table.ts";
import { requireResponses } from "../response/response-content.ts";
import { VERSION } from "../version.ts";
import { discoverAll, historyShift, inferOwnAddresses, readInputs, shiftEvent, shiftSentence } from "./inputs.ts";
import { alertLine, eventLine, incidentLine, mailLine, scoreLine } from "./lines.ts";
import { OutputFolder } from "./output-folder.ts";
import type { ReplayOptions } from "./replay-options.ts";

export interface ReplaySummary {
  events: number;
  rejected: number;
  alerts: number;
  incidents: number;
  wallSeconds: number;
  cpuSeconds: number;
  maxRssBytes: number;
  version: string;
  historyEvents: number;
  duplicates: number;
  devices: number;
  late: number;
  models: number;
  skippedFiles: { path: string; reason: string }[];
  notes: string[];
}

export interface ReplayHooks {
  progress?: (done: number, total: number, events: number) => void;
  now: () => number;
}

/**
 * Walks recorded input through the platform's own lane and writes what it found to a folder (contract §2). Clock, ids and randomness
 * come from the input, so the same input gives the same bytes. Throws CodedError when an input, option or file of content is unusable;
 * then the folder is left without files of this run.
 */
export async function replay(options: ReplayOptions, hooks: ReplayHooks): Promise<ReplaySummary> {
  const started = hooks.now();
  const cpu = process.cpuUsage();
  const content = requireModels(options.site);
  let organisation = readOrganisation(options.org);
  const found = await discoverAll(options.paths);
  const history = await discoverAll(options.history);
  const notes: string[] = [];
  if (organisation.defaultNetworks) {
    const own = await inferOwnAddresses(found.bySource, organisation.networks);
    if (own.length > 0) {
      organisation = { ...organisation, networks: [...organisation.networks, ...own] };
      notes.push(`no own networks were named; ${own.join(", ")} takes part in at least half of the connections and counts as own`);
    }
  }
  const tables = [countryTable(), ...(options.asnTable === undefined ? [] : [asnTable(options.asnTable)])];
  const core = makeCore({ organisation, roles: rolesOf(organisation), models: content.models, places: new Places(tables) });
  const out = new OutputFolder(options.out);
  try {
    core.incidents.budget = options.budget;
    const run = new Run(core, out, notes, hooks, organisation, new PlannedResponses(core, organisation, requireResponses(options.site)));
    if (history.inputs.length > 0) {
      const { shift, end, begin } = await historyShift(history.inputs, found.inputs);
      if (shift > 0) notes.push(shiftSentence(shift, end, begin));
      await run.learn(history.inputs, shift);
    }
    await run.watch(found.inputs);
    run.finish(options.budget);
    const used = process.cpuUsage(cpu);
    const summary: ReplaySummary = {
      events: run.events,
      rejected: out.files.rejected.lines,
      alerts: out.files.alerts.lines,
      incidents: out.files.incidents.lines,
      wallSeconds: (hooks.now() - started) / 1_000,
      cpuSeconds: (used.user + used.system) / 1e6,
      maxRssBytes: process.resourceUsage().maxRSS * 1_024,
      version: VERSION,
      historyEvents: run.historyEvents,
      duplicates: run.duplicates,
      devices: core.devices.size,
      late: run.late,
      models: content.models.length,
      skippedFiles: [...history.skipped, ...found.skipped],
      notes,
    };
    out.finish({ ...summary });
    return summary;
  } catch (error) {
    out.abandon();
    throw error;
  }
}

/** Windows stay open for late records; at the end of the input everything closes. */
const AFTER_THE_END = 2 * DAY;

class Run {
  readonly #core: PlatformCore;
  readonly #out: OutputFolder;
  readonly #notes: string[];
  readonly #hooks: ReplayHooks;
  readonly #alerts: Alert[] = [];
  readonly #response: PlannedResponses;
  readonly #organisation: Organisation;
  readonly #actions: ActionLine[] = [];
  /** Written at the end, when it is known which messages belong together. */
  readonly #mails: MailJudgement[] = [];
  readonly #cited = new Set<string>();
  events = 0;
  historyEvents = 0;
  duplicates = 0;
  late = 0;

  constructor(core: PlatformCore, out: OutputFolder, notes: string[], hooks: ReplayHooks, organisation: Organisation, response: PlannedResponses) {
    this.#organisation = organisation;
    this.#response = response;
    this.#core = core;
    this.#out = out;
    this.#notes = notes;
    this.#hooks = hooks;
  }

  async learn(inputs: Parameters<typeof readInputs>[0], shift: number): Promise<void> {
    this.#core.mode = "history";
    for await (const batch of readInputs(inputs, { onWarning: (w) => this.#notes.push(w), organisation: this.#organisation, history: true })) {
      if (shift > 0) for (const event of batch.events) shiftEvent(event, shift);
      this.historyEvents += batch.events.length;
      this.#core.lane.process(batch.events);
      this.#response.see(batch.events);
      this.#hooks.progress?.(batch.progress.bytesDone, batch.progress.bytesTotal, this.historyEvents);
    }
    this.#core.mode = "watch";
  }

  async watch(inputs: Parameters<typeof readInputs>[0]): Promise<void> {
    for await (const batch of readInputs(inputs, { onWarning: (w) => this.#notes.push(w), organisation: this.#organisation })) {
      this.events += batch.events.length;
      this.late = batch.progress.late;
      for (const r of batch.rejected) this.#out.files.rejected.write({ file: r.file, line: r.line, reason: r.reason, excerpt: r.excerpt });
      this.#take(this.#core.lane.process(batch.events));
      this.#response.see(batch.events);
      this.#hooks.progress?.(batch.progress.bytesDone, batch.progress.bytesTotal, this.events);
    }
    const { eventTime } = this.#core.lane;
    if (!Number.isFinite(eventTime)) return;
    // Minute by minute at first, so that windows close in the order in which they would have.
    for (let t = eventTime + MINUTE; t <= eventTime + 70 * MINUTE; t += MINUTE) this.#take(this.#core.lane.advance(t));
    this.#take(this.#core.lane.finish(eventTime + AFTER_THE_END));
  }

  #take(result: LaneResult): void {
    this.duplicates += result.duplicates;
    // A record that stood there before, by its own id, is no second record.
    this.events -= result.copies;
    for (const hour of result.hours) this.#out.files.scores.write(scoreLine(hour));
    for (const mail of result.mails) mail.opened = undefined;
    this.#mails.push(...result.mails);
    this.#actions.push(...this.#response.take(result.alerts));
    for (const alert of result.alerts) {
      this.#core.incidents.add(alert);
      this.#alerts.push(alert);
      for (const event of alert.events) this.#cite(event);
    }
  }

  #cite(event: NetEvent): void {
    const id = eventId(event);
    if (this.#cited.has(id)) return;
    this.#cited.add(id);
    this.#out.files.events.write(eventLine(event));
  }

  finish(budget: number): void {
    const { files } = this.#out;
    const incidents = this.#core.incidents.list(budget);
    const order = [...this.#alerts].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
    for (const alert of order) files.alerts.write(alertLine(alert));
    for (const action of this.#actions.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.id < b.id ? -1 : 1))) files.actions.write(action);
    for (const mail of this.#mails) files.emails.write(mailLine(mail));
    for (const incident of incidents) files.incidents.write(incidentLine(incident));
    for (const pair of this.#core.learner.pairs()) files.pairs.write(pair);
  }
}
