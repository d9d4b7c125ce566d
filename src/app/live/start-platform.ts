import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createServer, type Services } from "../../api/index.ts";
import { type Clock, systemClock } from "../../base/clock.ts";
import { CodedError } from "../../base/result.ts";
import { HOUR } from "../../base/time.ts";
import { Places } from "../../enrich/places.ts";
import { EmailLane } from "../../lanes/email/email-lane.ts";
import { makeCore } from "../../lanes/make-core.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import { SaasLane } from "../../lanes/saas/saas-lane.ts";
import type { EntityRef } from "../../schema/entity.ts";
import type { SavedHealth } from "../../sensors/health.ts";
import { emptyDataFolder, openStore } from "../../store/index.ts";
import type { Position, Store } from "../../store/types.ts";
import { CONFIG_VERSION, type Config, configSchema, readConfig } from "../config.ts";
import { loadModels } from "../content.ts";
import { letterKey } from "../mail/letter-key.ts";
import { MailKeeper } from "../mail/mail-keeper.ts";
import { readOrganisation, rolesOf } from "../organisation.ts";
import { alertOutside } from "../outside/alert-outside.ts";
import { setUpOutside } from "../outside/set-up.ts";
import { uiFolder } from "../places-of-files.ts";
import { asnTable, countryTable } from "../places-table.ts";
import { PreviewJobs } from "../preview/preview-jobs.ts";
import { loadResponses } from "../response/response-content.ts";
import { setUpResponse } from "../response/set-up.ts";
import { actionServices } from "../services/action-services.ts";
import { alertServices } from "../services/alert-services.ts";
import { changeServices } from "../services/change-services.ts";
import { deviceServices } from "../services/device-services.ts";
import { externalServices } from "../services/external-services.ts";
import { incidentServices, resumeJudgements } from "../services/incident-services.ts";
import { IncidentShapes } from "../services/incident-shapes.ts";
import type { SourceConfig } from "../services/live-view.ts";
import { mailServices } from "../services/mail-services.ts";
import { outsideServices } from "../services/outside-services.ts";
import { platformServices } from "../services/platform-services.ts";
import { searchServices } from "../services/search-services.ts";
import { alertsByEntity, userServices } from "../services/user-services.ts";
import { VERSION } from "../version.ts";
import { auditKey, auditSigner } from "./audit-signer.ts";
import { ChangeBook } from "./change-book.ts";
import { ContentWatcher } from "./content-watcher.ts";
import type { MakeDemonstration } from "./demonstration.ts";
import { followSource } from "./followed-source.ts";
import { HealthBoard } from "./health-board.ts";
import { identifyLog } from "./identify-log.ts";
import { HEALTH_SETTING, LivePlatform } from "./live-platform.ts";
import { mailSourceOf, withPasswordOf } from "./mail-sources.ts";
import type { Pause } from "./pause.ts";
import { positionsToReadFrom } from "./reading-progress.ts";
import { viewOf } from "./view-of-platform.ts";

export interface StartOptions {
  data: string;
  port: number;
  config: string | undefined;
  org: string | undefined;
  /** Left out: the sources of the configuration. */
  demo?: MakeDemonstration | undefined;
  clock: Clock;
  /** How the platform waits; a test hands in one that moves its clock. */
  pause?: Pause;
  /** For the person at the terminal. */
  print(line: string): void;
  log(level: "info" | "warn" | "error", message: string): void;
}

export interface RunningPlatform {
  url: string;
  /** Rejects when the platform cannot go on. */
  failed: Promise<void>;
  close(): Promise<void>;
}

/** Opens the store, brings back what was learned, starts sources and server. Everything that the process is made of is put together here. */
export async function startPlatform(options: StartOptions): Promise<RunningPlatform> {
  const { clock } = options;
  const demo = options.demo !== undefined;
  // The demonstration begins afresh each time, in a folder of its own: nothing synthetic ever stands among real events.
  const dir = demo ? join(options.data, "demo") : options.data;
  if (demo) emptyDataFolder(dir);
  const config = demo ? demoConfig() : readConfig(options.config, options.data);
  const shown = options.demo?.(dir, clock);
  const orgFile = shown?.organisation ?? options.org ?? config.organisation;
  const organisation = readOrganisation(orgFile);
  let content = loadModels(config.site);
  for (const fault of content.faults) options.log("error", `${fault.file}:${fault.line}: ${fault.reason}: this model is not used`);
  const tables = [countryTable(), ...(config.asnTable === undefined ? [] : [asnTable(config.asnTable)])];
  const health = new HealthBoard(clock, organisation.timezone);
  const newCore = (): PlatformCore =>
    makeCore({
      organisation,
      roles: rolesOf(organisation),
      models: content.models,
      places: new Places(tables),
      now: () => clock.now(),
      latest: () => clock.now() + HOUR,
      weight: (event) => (health.frozen(event.source, event.family) ? 0 : 1),
    });
  let core = newCore();
  const store = await openStore({
    dir,
    clock,
    deviceId: (index) => core.devices.get(index).id,
    limits: {
      keepDays: { default: config.retention.days, ...config.retention.families },
      maxBytes: config.retention.gigabytes * 1e9,
      lowWaterBytes: config.retention.keepFreeGigabytes * 1e9,
    },
  });
  try {
    return await begin();
  } catch (error) {
    // A storage thread that goes on would keep alive a process that has told its error.
    await store.close().catch(() => undefined);
    throw error;
  }

  async function begin(): Promise<RunningPlatform> {
    const restored = await restore(store, core, options);
    if (restored === "unreadable") core = newCore();
    const positions = restored === "none" || restored === "unreadable" ? await positionsOrNone(store, restored) : restored;
    await resumeJudgements(store, core);
    const budget = { value: storedBudget(await store.ask("setting", { key: "budget" })) ?? config.budget };
    const shapes = new IncidentShapes(store, core, () => budget.value);
    await shapes.load();
    const book = new ChangeBook(store, core, () => content.models, rolesOf(organisation));
    await book.load();
    const previews = new PreviewJobs({ store, now: () => clock.now(), site: config.site, organisation, roles: () => book.roles() });
    const sign = auditSigner(store, auditKey(dir));

    const letters = letterKey(dir);
    const platform = new LivePlatform({
      core,
      store,
      health,
      clock,
      budget: () => budget.value,
      stored: await store.positions(),
      learned: positions,
      broadcast: (message) => {
        server.broadcast(message);
        if (message.type === "changed" && message.what === "incidents") void view.refreshLine().catch(() => undefined);
      },
      caughtUp: (source) => options.print(`Source ${source.id} is read up to now`),
      log: options.log,
      checkpointMs: config.commitSeconds * 1_000,
      snapshotMs: config.snapshotSeconds * 1_000,
      mails: new MailKeeper({ key: letters, campaign: (id) => core.part(EmailLane).campaigns.find(id) }),
      respond: {
        take: (alerts) => {
          outside.visits.take(alerts);
          return response.live.take(alerts);
        },
        see: (events) => response.live.see(events),
      },
      hourly: async () => {
        book.apply();
        await sign();
      },
      ...(options.pause === undefined ? {} : { pause: options.pause }),
    });
    const stored = await store.positions();
    const follow = async (source: SourceConfig, fixed: boolean) =>
      source.kind === "mail" || source.kind === "imap"
        ? mailSourceOf(fixed ? source : withPasswordOf(source, dir), fixed, { organisation, dns: config.mail.dns, clock, learned: positions, stored })
        : followSource(source, fixed, identifyLog, clock, positionsToReadFrom(positions, stored));
    const view = viewOf({
      organisation: shown?.name ?? config.name,
      synthetic: demo,
      clock,
      core,
      store,
      health,
      platform,
      content: () => content,
      budget,
      follow: (source) => follow(source, false),
    });
    const changed = (what: "alerts" | "snoozes" | "sources" | "models" | "incidents" | "actions"): void => server.broadcast({ type: "changed", what });
    const response = await setUpResponse({
      config,
      organisation,
      core,
      store,
      clock,
      ticks: clock === systemClock ? () => performance.now() : () => clock.now(),
      dir,
      demo,
      changed: () => changed("actions"),
      observe: (observations) => platform.observe(observations),
      log: options.log,
    });
    const outside = await setUpOutside({ config, organisation, core, store, clock, changed: () => changed("alerts"), log: options.log });
    const deviceOf = (id: string): EntityRef | undefined => {
      const device = core.devices.find(id);
      return device === undefined ? undefined : core.devices.ref(device.index);
    };
    const services: Services = {
      ...actionServices(store, response.live, () => clock.now(), deviceOf),
      ...alertServices(store, view, randomUUID, changed, (row) =>
        alertOutside(row, { outside, store, imitates: (domain) => core.part(SaasLane).life.options.imitates?.(domain), now: () => clock.now() }),
      ),
      ...deviceServices(store, view),
      ...userServices(
        core.part(SaasLane),
        () => clock.now(),
        () => alertsByEntity(store),
      ),
      ...outsideServices(outside, store),
      ...externalServices({
        lane: core.part(SaasLane),
        outside,
        store,
        now: () => clock.now(),
        devices: () => core.devices.size,
        nameOf: (id) => core.devices.find(id)?.hostname,
      }),
      ...platformServices(store, view, changed),
      ...searchServices(store, view),
      ...incidentServices(store, view, shapes, changed),
      ...mailServices(store, letters, config.retention.families?.mail ?? config.retention.days),
      ...changeServices(store, view, book, previews, randomUUID, changed),
    };
    const server = createServer({
      services,
      accounts: store.accounts,
      clock,
      version: VERSION,
      uiFolder: uiFolder(),
      host: config.listen.host,
      port: options.port,
      names: config.listen.names,
      demo,
      log: config.log === "info" ? "warn" : config.log,
      ...tlsOf(config),
      doors: response.doors,
    });
    const watcher = new ContentWatcher(
      config.site,
      (next) => {
        content = next;
        if (next.faults.length === 0 || next.models.length > 0) core.engine.replaceModels(next.models);
        book.apply();
        previews.forget();
        for (const fault of next.faults) options.log("error", `${fault.file}:${fault.line}: ${fault.reason}: the model that was in force stays`);
        changed("models");
      },
      () => {
        const next = loadResponses(config.site, response.live.kinds);
        for (const fault of next.faults) options.log("error", `${fault.file}:${fault.line}: ${fault.reason}: this response is not used`);
        response.live.replaceContent(next);
      },
    );

    // With nothing learned everything is read from its beginning, and counted once more.
    const known = restored === "none" ? new Map<string, SavedHealth>() : await storedHealth(store);
    for (const source of config.sources) platform.add(await follow(source, true), known.get(source.id));
    if (shown !== undefined) platform.add(await shown.source());
    for (const source of await storedSources(store)) {
      if (!config.sources.some((s) => s.id === source.id)) platform.add(await follow(source, false), known.get(source.id));
    }
    await view.refreshLine();
    await response.start();
    const url = await server.listen();
    options.print(`Wonted ${VERSION} is at ${url}${demo ? "  (synthetic, viewer)" : ""}`);
    const code = await server.issueSetupCode();
    if (code !== undefined) options.print(`First visit: make the administrator with the one-time code ${code} (15 minutes, five tries)`);
    platform.start();
    outside.start();
    watcher.start(() => content);
    const failed = platform.done.then(
      () => new Promise<never>(() => undefined),
      (error: unknown) => {
        throw error;
      },
    );
    failed.catch(() => undefined);
    return {
      url,
      failed,
      async close() {
        watcher.stop();
        await server.close();
        await response.close();
        await outside.close();
        await previews.close();
        try {
          await platform.stop();
        } finally {
          await store.close();
        }
      },
    };
  }
}

/** What was learned, into the core. Answers the positions it goes on from. */
async function restore(store: Store, core: PlatformCore, options: StartOptions): Promise<Position[] | "none" | "unreadable"> {
  const snapshot = await store.latestSnapshot();
  if (snapshot === undefined) return "none";
  try {
    core.load(snapshot.bytes);
    return snapshot.positions;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    options.log("error", `${error.message}; learning begins anew from what is read from now on`);
    return "unreadable";
  }
}

/** Without a snapshot everything is read from its beginning (the store keeps nothing twice); with an unreadable one from where reading had come to. */
async function positionsOrNone(store: Store, restored: "none" | "unreadable"): Promise<Position[]> {
  return restored === "none" ? [] : await store.positions();
}

function demoConfig(): Config {
  return configSchema.parse({ version: CONFIG_VERSION, name: "Synthetic" });
}

function tlsOf(config: Config): { tls?: { certificate: string; key: string } } {
  const { certificate, key } = config.listen;
  if (certificate === undefined || key === undefined) return {};
  return { tls: { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") } };
}

function storedBudget(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 ? value : undefined;
}

/** Health of the sources as it was last saved, by id. */
async function storedHealth(store: Store): Promise<Map<string, SavedHealth>> {
  const list = await store.ask("setting", { key: HEALTH_SETTING });
  const entries = Array.isArray(list) ? (list as { id: string; saved: SavedHealth }[]) : [];
  return new Map(entries.filter((e) => e.saved.version === 1).map((e) => [e.id, e.saved]));
}

/** Sources added on the page: settings named `source:ID`. */
async function storedSources(store: Store): Promise<SourceConfig[]> {
  const list = await store.ask("setting", { key: "sources" });
  return Array.isArray(list) ? (list as SourceConfig[]) : [];
}
