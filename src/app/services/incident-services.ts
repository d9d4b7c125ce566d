import type { Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import { DAY, HOUR, iso } from "../../base/time.ts";
import type { IncidentRow } from "../../store/requests.ts";
import type { Store } from "../../store/types.ts";
import { incidentAnswer, ms } from "./convert.ts";
import type { IncidentShapes, Undoable } from "./incident-shapes.ts";
import type { LiveView } from "./live-view.ts";

type IncidentServices = Pick<Services, "incidents" | "incident" | "judgeIncident" | "splitIncident" | "mergeIncidents" | "changedBehaviours" | "decideChange">;

const HALF_HOURS = 48;
/** Where decisions on lasting changes are kept, for a state that is older than they are. */
export const CHANGE_DECISIONS = "change-decisions";
const MOST_DECISIONS = 500;

export type ChangeDecisions = Record<string, "accepted" | "reversed">;

export function incidentServices(store: Store, live: LiveView, shapes: IncidentShapes, changed: (what: "incidents") => void): IncidentServices {
  /** Unusualness of the incident's first entity by half hour over the last day of event time; an hour's score fills both halves. */
  async function lastDay(row: IncidentRow): Promise<(number | null)[]> {
    const end = live.eventTime() ?? live.now();
    const start = Math.floor(end / (HOUR / 2)) * (HOUR / 2) - (HALF_HOURS - 1) * (HOUR / 2);
    const entity = row.entities[0]?.id;
    const hours = entity === undefined ? [] : await store.ask("hours", { entity, from: start - HOUR, to: end });
    const out: (number | null)[] = [];
    for (let i = 0; i < HALF_HOURS; i++) {
      const at = start + (i * HOUR) / 2;
      const hour = hours.find((h) => h.start <= at && at < h.end);
      out.push(hour === undefined ? null : hour.unusual);
    }
    return out;
  }

  async function detail(row: IncidentRow) {
    const of = (verdict: "attack" | "benign" | "error"): string[] => live.consequences(verdict, row.pairs);
    const entities = shapes.undoable(row);
    return {
      ...incidentAnswer(row, await lastDay(row)),
      consequences: { attack: [...of("attack"), ...undoing(row, entities)], benign: of("benign"), error: of("error") },
      learning: {
        undone: shapes.isUndone(row.id),
        entities: entities.map((d) => ({ entity: d.entity, since: iso(d.since) })),
        says: undoing(row, entities),
      },
      open: shapes.isOpen(row.id),
    };
  }

  async function falseShareOfToday(): Promise<number | undefined> {
    const day = Math.floor((live.eventTime() ?? live.now()) / DAY) * DAY;
    const rows = await store.ask("incidents", { state: "all", from: day, limit: 500 });
    return live.falseShare(rows.filter((r) => r.start >= day && !r.overBudget).map((r) => r.score));
  }

  return {
    async incidents({ query }) {
      const from = ms(query.from);
      const rows = await store.ask("incidents", { state: query.state, limit: query.limit, ...(from === undefined ? {} : { from }) });
      const falseShare = await falseShareOfToday();
      const incidents = await Promise.all(rows.map(async (r) => incidentAnswer(r, await lastDay(r))));
      return { incidents, line: live.line(), ...(falseShare === undefined ? {} : { falseShare }) };
    },
    async incident({ params }) {
      return detail(await store.ask("incident", { id: params.id }));
    },
    async judgeIncident({ params, body, session, entry }) {
      const before = await store.ask("incident", { id: params.id });
      const undo = body.verdict === "attack" && body.undoLearning;
      const audit = entry({
        target: params.id,
        why: body.why,
        before: { verdict: before.verdict ?? "none", learningUndone: shapes.isUndone(params.id) },
        after: { verdict: body.verdict, learningUndone: undo },
      });
      const verdict = body.verdict === "none" ? undefined : body.verdict;
      const row = await store.ask("judgeIncident", { id: params.id, by: session.id, audit, ...(verdict === undefined ? {} : { verdict }) });
      await live.judge(params.id, verdict === undefined ? undefined : { verdict, start: row.start, score: before.score, pairs: row.pairs });
      await shapes.setUndone(before, undo);
      changed("incidents");
      return { result: await detail(await store.ask("incident", { id: params.id })), audit: "written" };
    },
    async splitIncident({ params, body, entry }) {
      const audit = entry({ target: params.id, why: body.why, after: { alerts: body.alerts } });
      const apart = await shapes.split(params.id, body.alerts, audit);
      changed("incidents");
      return { result: await detail(await store.ask("incident", { id: apart })), audit: "written" };
    },
    async mergeIncidents({ params, body, entry }) {
      await shapes.join(params.id, body.other, entry({ target: params.id, why: body.why, after: { other: body.other } }));
      changed("incidents");
      return { result: await detail(await store.ask("incident", { id: params.id })), audit: "written" };
    },
    async changedBehaviours() {
      return live.changedBehaviours().map((c) => ({ ...c, time: iso(c.time) }));
    },
    async decideChange({ params, body, entry }) {
      const change = live.changedBehaviours().find((c) => c.id === params.id);
      if (change === undefined) throw new CodedError("change-not-found", "No change of this id is held.", { hint: "Decided changes are kept for 30 days." });
      const stored = ((await store.ask("setting", { key: CHANGE_DECISIONS })) ?? {}) as ChangeDecisions;
      const next = Object.fromEntries([...Object.entries(stored).filter(([id]) => id !== params.id), [params.id, body.decision]].slice(-MOST_DECISIONS));
      const audit = entry({ target: params.id, why: body.why, before: { state: change.state }, after: { state: body.decision } });
      await store.ask("putSetting", { key: CHANGE_DECISIONS, value: next, audit });
      live.decideChange(params.id, body.decision);
      changed("incidents");
      return { result: { ok: true }, audit: "written" };
    },
  };
}

/** What undoing its learning would change, and what it cannot. */
function undoing(row: IncidentRow, entities: readonly Undoable[]): string[] {
  if (!row.entities.some((e) => e.kind === "device" || e.kind === "user"))
    return ["Nothing of what was learned is undone: only devices and users can be, and none takes part."];
  if (entities.length === 0) return ["Nothing of what was learned can be undone: no state from before it is held (they are kept for 30 days)."];
  return [
    ...entities.map(
      ({ entity, since }) =>
        `${entity.hostname ?? entity.ip ?? entity.id} forgets what it learned since ${iso(since).slice(0, 16).replace("T", " ")} UTC, lawful habits of that time too, and is judged by what was usual before.`,
    ),
    "What was learned before the first alert stays, and so does the little that was given to peer groups and to the organisation.",
  ];
}

/** Judgements and decisions that the store has and a learned state saved before them has not. Doing it twice changes nothing. */
export async function resumeJudgements(store: Store, core: { incidents: Judge; learner: Decide }): Promise<void> {
  for (const { incident, ...judged } of await store.ask("verdicts", {})) core.incidents.judge(incident, judged);
  const decisions = ((await store.ask("setting", { key: CHANGE_DECISIONS })) ?? {}) as ChangeDecisions;
  for (const [id, decision] of Object.entries(decisions)) core.learner.decideChange(id, decision);
}

interface Judge {
  judge(id: string, judged: { verdict: "attack" | "benign" | "error"; start: number; score: number; pairs: { model: string; entity: string }[] }): void;
}

interface Decide {
  decideChange(id: string, decision: "accepted" | "reversed"): boolean;
}
