import { basename } from "node:path";
import { consequences } from "../../analyst/verdicts.ts";
import type { Clock } from "../../base/clock.ts";
import { CodedError } from "../../base/result.ts";
import { DAY } from "../../base/time.ts";
import { EmailLane } from "../../lanes/email/email-lane.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import type { Verdict } from "../../store/requests.ts";
import type { Store } from "../../store/types.ts";
import type { Content } from "../content.ts";
import { sourceAnswer } from "../services/convert.ts";
import type { BlindSpot, DeviceProfile, LiveView, ModelAnswer, SourceConfig } from "../services/live-view.ts";
import type { HealthBoard } from "./health-board.ts";
import type { LivePlatform } from "./live-platform.ts";
import type { LiveSource } from "./live-source.ts";

export interface ViewParts {
  organisation: string;
  synthetic: boolean;
  clock: Clock;
  core: PlatformCore;
  store: Store;
  health: HealthBoard;
  platform: LivePlatform;
  content: () => Content;
  budget: { value: number };
  follow(config: SourceConfig): Promise<LiveSource>;
}

/** Own hours of history from which a device is judged by itself rather than by its group (three working days). */
const ENOUGH_HOURS = 24;
const LINE_DAYS = 30;

/** The running platform as services see it. `refreshLine` is to be called when incidents have changed. */
export function viewOf(parts: ViewParts): LiveView & { refreshLine(): Promise<void> } {
  const { core, store, health, platform, clock } = parts;
  let line = 0;

  function profile(id: string): DeviceProfile | undefined {
    const device = core.devices.find(id);
    return device === undefined ? undefined : profileAnswer(core.learner.profile(device.index));
  }

  return {
    organisation: parts.organisation,
    synthetic: parts.synthetic,
    timezone: core.zone.zone,
    now: () => clock.now(),
    eventTime: () => (Number.isFinite(core.lane.eventTime) ? core.lane.eventTime : undefined),
    eventsPerSecond: () => platform.eventsPerSecond,
    devices() {
      let learning = 0;
      for (const device of core.devices.all()) if (core.learner.historyHours(device.index) < ENOUGH_HOURS) learning++;
      return { total: core.devices.size, learning };
    },
    device: (id) => core.devices.find(id),
    profile,
    learned(id) {
      const device = core.devices.find(id);
      return device === undefined ? 0 : Math.min(1, core.learner.historyHours(device.index) / ENOUGH_HOURS);
    },
    sources: () => health.list(),
    sourceHistory: (id) => health.history(id),
    blindSpots: () => blindSpots(parts),
    full: () => platform.full,
    models: () => modelAnswers(parts.content()),
    modelInfo(path) {
      const model = parts.content().models.find((m) => m.path === path);
      if (model === undefined) return undefined;
      const { version, description, next, gaps, response } = model;
      return { path, version, description, nextSteps: next, gaps, ...(response === undefined ? {} : { response }) };
    },
    technique(id) {
      const content = parts.content();
      const found = content.techniques.get(id);
      return { id, name: found?.name ?? id, tactics: (found?.tactics ?? []).map((t) => content.tactics.get(t) ?? t) };
    },
    budget: () => parts.budget.value,
    line: () => line,
    setBudget(perDay) {
      parts.budget.value = perDay;
    },
    falseShare: (scores) => core.incidents.falseShare(scores),
    consequences: (verdict, pairs) => consequences(verdict, pairs, (id) => nameOf(core, id)),
    async judge(id, judged) {
      core.incidents.judge(id, judged);
      if (judged !== undefined) teachWords(core, judged);
      const { changed, gone } = core.incidents.settle(parts.budget.value);
      if (changed.length > 0 || gone.length > 0) await store.ask("putIncidents", { incidents: changed, gone });
    },
    changedBehaviours: () => core.learner.changes(),
    decideChange: (id, decision) => core.learner.decideChange(id, decision),
    async addSource(config) {
      if (platform.sources().some((s) => s.id === config.id))
        throw new CodedError("source-exists", `A source is called "${config.id}" already.`, { hint: "Choose another id." });
      platform.add(await parts.follow(config));
      const found = health.list().find((s) => s.id === config.id);
      if (found === undefined) throw new CodedError("source-not-found", `The source "${config.id}" did not start.`);
      return sourceAnswer(found, parts.synthetic);
    },
    addedSources: () =>
      platform
        .sources()
        .filter((s) => !s.fixed)
        .map(({ id, kind, path, passwordFile }) => ({ id, kind, path, ...(passwordFile === undefined ? {} : { passwordFile: basename(passwordFile) }) })),
    async removeSource(id) {
      const source = platform.sources().find((s) => s.id === id);
      if (source === undefined) return "not-found";
      if (source.fixed) return "in-configuration";
      await platform.remove(id);
      return "removed";
    },
    async refreshLine() {
      const end = Number.isFinite(core.lane.eventTime) ? core.lane.eventTime : clock.now();
      const rows = await store.ask("incidents", { state: "all", from: end - LINE_DAYS * DAY, limit: 500 });
      const scores = rows.map((r) => r.score).sort((a, b) => b - a);
      const days = rows.length === 0 ? 1 : Math.min(LINE_DAYS, Math.max(1, Math.ceil((end - Math.min(...rows.map((r) => r.start))) / DAY)));
      line = scores[Math.min(scores.length, parts.budget.value * days) - 1] ?? 0;
      if (scores.length < parts.budget.value * days) line = 0;
    },
  };
}

/** An incident of mail that was judged teaches the words of its senders' messages. */
function teachWords(core: PlatformCore, judged: { verdict: Verdict; start: number; pairs: { model: string; entity: string }[] }): void {
  const { words } = core.part(EmailLane);
  for (const { model, entity } of judged.pairs) {
    if (!model.startsWith("Email /")) continue;
    words.judgeSender(
      entity.replace(/^sender:/, ""),
      judged.start - DAY,
      judged.verdict === "attack" ? "phish" : judged.verdict === "benign" ? "honest" : undefined,
    );
  }
}

function nameOf(core: PlatformCore, id: string): string {
  const device = core.devices.find(id);
  return device?.hostname ?? device?.ip ?? id;
}

function profileAnswer(p: ReturnType<PlatformCore["learner"]["profile"]>): DeviceProfile {
  return {
    historyHours: p.historyHours,
    learned: p.learned,
    group: { id: p.group, label: p.group, size: p.groupSize, found: p.groupFound },
    patternOfLife: { measure: "weeks in which it was active", unit: "weeks", hours: p.week, thisWeek: [] },
    usual: p.usual.filter((u) => u.high > 0).map((u) => ({ feature: u.feature, text: u.text })),
    rare: p.rare.map((r) => ({ what: r.feature, value: r.value, devices: r.devices, of: r.of, firstSeen: new Date(r.firstSeen).toISOString() })),
    peersByBehaviour: p.nearest.map((n) => ({
      id: n.id,
      likeness: n.likeness,
      differs: n.difference,
      ...(n.hostname === undefined ? {} : { hostname: n.hostname }),
    })),
  };
}

function modelAnswers(content: Content): ModelAnswer[] {
  const sound = content.models.map((m) => ({
    path: m.path,
    version: m.version,
    description: m.description,
    priority: m.priority,
    category: m.category,
    compliance: m.compliance,
    mitre: [...m.mitre],
    tags: [...m.tags],
    nextSteps: m.next,
    gaps: m.gaps,
    enabled: true,
    ...(m.response === undefined ? {} : { response: m.response }),
  }));
  const faulty = content.faults.map((f) => ({
    path: f.file,
    version: 0,
    description: "",
    priority: 0,
    category: "Informational",
    compliance: false,
    mitre: [],
    tags: [],
    nextSteps: "",
    gaps: "",
    enabled: false,
    error: { line: f.line, reason: f.reason },
  }));
  return [...sound, ...faulty].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What we do not see, said aloud: sources that are not well, a full disk, content that was refused. Devices that are still learning are counted in the overview. */
function blindSpots(parts: ViewParts): BlindSpot[] {
  const out: BlindSpot[] = [];
  for (const source of parts.health.list()) {
    if (source.state === "live" || source.state === "quiet" || source.state === "starting" || source.state === "ended") continue;
    out.push({
      what: `Source ${source.id} is ${WORDS[source.state] ?? source.state}`,
      detail: source.reason ?? "",
      since: new Date(source.since).toISOString(),
      kind: "acute",
      source: source.id,
    });
  }
  for (const { id, events } of parts.health.wrongClocks(parts.clock.now()))
    out.push({
      what: `Source ${id} is ahead of the clock`,
      detail: `${events} records bear times more than an hour from now; they are kept and can be searched, and are not judged. The sensor's clock or time zone may be wrong.`,
      kind: "acute",
      source: id,
    });
  if (parts.platform.full)
    out.push({ what: "The disk is full", detail: "Reading has stopped; nothing is lost, it goes on when there is room.", kind: "acute" });
  const faults = parts.content().faults;
  if (faults.length > 0) out.push({ what: `${faults.length} model files were refused`, detail: faults[0]?.reason ?? "", kind: "acute" });
  return out;
}

const WORDS: Readonly<Record<string, string>> = { silent: "silent", thinning: "thinning out", "field-lost": "missing a field", error: "not readable" };
