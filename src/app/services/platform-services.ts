import type { Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import { DAY, iso } from "../../base/time.ts";
import type { Store } from "../../store/types.ts";
import { recordAnswer, sourceAnswer } from "./convert.ts";
import type { LiveView } from "./live-view.ts";

type PlatformServices = Pick<Services, "overview" | "sources" | "source" | "addSource" | "removeSource" | "models" | "event" | "storage" | "setBudget">;

export function platformServices(store: Store, live: LiveView, changed: (what: "sources" | "incidents") => void): PlatformServices {
  return {
    async overview() {
      const end = live.eventTime() ?? live.now();
      const [openAlerts, critical, perDay] = await Promise.all([
        store.ask("alerts", { state: "open", limit: 1 }),
        store.ask("incidents", { state: "open", limit: 500 }),
        store.ask("alertsPerDay", { from: end - 30 * DAY, to: end + DAY }),
      ]);
      const sources = live.sources();
      const eventTime = live.eventTime();
      const devices = live.devices();
      return {
        organisation: live.organisation,
        timezone: live.timezone,
        now: iso(live.now()),
        devices: devices.total,
        learning: devices.learning,
        sources: sources.length,
        sourcesLive: sources.filter((s) => s.state === "live" || s.state === "quiet" || s.state === "ended").length,
        eventsPerSecond: live.eventsPerSecond(),
        open: openAlerts.total,
        openCritical: critical.filter((i) => i.category === "critical").length,
        budgetPerDay: live.budget(),
        perDay,
        blindSpots: live.blindSpots(),
        synthetic: live.synthetic,
        hasSource: sources.length > 0,
        ...(eventTime === undefined ? {} : { eventTime: iso(eventTime) }),
      };
    },
    async sources() {
      return live.sources().map((s) => sourceAnswer(s, live.synthetic));
    },
    async source({ params }) {
      const health = live.sources().find((s) => s.id === params.id);
      if (health === undefined) throw new CodedError("source-not-found", `There is no source "${params.id}".`);
      const [families, rejected, files] = await Promise.all([
        store.ask("familyStats", { source: params.id }),
        store.ask("rejected", { source: params.id, limit: 50 }),
        store.ask("positionsOf", { source: params.id }),
      ]);
      return {
        ...sourceAnswer(health, live.synthetic),
        families: families.map((f) => ({ family: f.family, events: f.events, last: iso(f.newest) })),
        history: live.sourceHistory(params.id).map((q) => ({ start: iso(q.start), events: q.events })),
        rejectedSamples: rejected.map((r) => ({ file: r.file, line: r.line, reason: r.reason, excerpt: r.excerpt })),
        fileList: files.map((f) => ({ file: f.file, lines: f.lines, offset: f.offset, state: "read" })),
      };
    },
    async addSource({ body, entry }) {
      const result = await live.addSource(body);
      await store.ask("putSetting", { key: "sources", value: live.addedSources(), audit: entry({ target: body.id, after: body }) });
      changed("sources");
      return { result, audit: "written" };
    },
    async removeSource({ params, entry }) {
      const outcome = await live.removeSource(params.id);
      if (outcome === "not-found") throw new CodedError("source-not-found", `There is no source "${params.id}".`);
      if (outcome === "in-configuration")
        throw new CodedError("source-conflict", "The configuration file names this source.", { hint: "Take it out of the file and restart." });
      await store.ask("putSetting", { key: "sources", value: live.addedSources() });
      await store.ask("removeSource", { id: params.id, audit: entry({ target: params.id }) });
      changed("sources");
      return { result: { ok: true }, audit: "written" };
    },
    async models() {
      const since = (live.eventTime() ?? live.now()) - 7 * DAY;
      const stats = new Map((await store.ask("modelStats", { since })).map((s) => [s.model, s]));
      return live.models().map((m) => {
        const stat = stats.get(m.path);
        return { ...m, alerts7d: stat?.alerts ?? 0, ...(stat === undefined || stat.lastAlert === 0 ? {} : { lastAlert: iso(stat.lastAlert) }) };
      });
    },
    async event({ params }) {
      const [event] = await store.ask("eventsById", { ids: [params.id] });
      if (event === undefined)
        throw new CodedError("event-not-found", "No event of this id is stored.", {
          hint: "Its retention may have passed; cited events stay with their alert.",
        });
      return recordAnswer(event);
    },
    async storage() {
      const report = await store.ask("storage", {});
      return {
        ...report,
        full: report.full || live.full(),
        families: report.families.map((f) => {
          const { oldest, ...rest } = f;
          return oldest === undefined ? rest : { ...rest, oldest: iso(oldest) };
        }),
      };
    },
    async setBudget({ body, entry }) {
      const before = live.budget();
      await store.ask("putSetting", { key: "budget", value: body.perDay, audit: entry({ target: "budget", why: body.why, before, after: body.perDay }) });
      live.setBudget(body.perDay);
      changed("incidents");
      return { result: { ok: true }, audit: "written" };
    },
  };
}
