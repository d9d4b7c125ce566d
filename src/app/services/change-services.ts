import type { z } from "zod";
import type { Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import { iso } from "../../base/time.ts";
import type { preview, roleProposal } from "../../contract/index.ts";
import type { Store } from "../../store/types.ts";
import type { ChangeBook, Exception, RoleState } from "../live/change-book.ts";
import type { Change } from "../preview/change.ts";
import type { Job, PreviewJobs } from "../preview/preview-jobs.ts";
import type { LiveView } from "./live-view.ts";

type ChangeServices = Pick<Services, "preview" | "exceptions" | "createException" | "deleteException" | "roles" | "decideRole">;
type Answer = z.infer<typeof preview>;

export function changeServices(
  store: Store,
  live: LiveView,
  book: ChangeBook,
  jobs: PreviewJobs,
  newId: () => string,
  changed: (what: "models" | "incidents") => void,
): ChangeServices {
  const names = async (): Promise<Map<string, string>> => new Map((await store.accounts.users()).map((u) => [u.id, u.name]));

  const shown = (e: Exception, known: ReadonlyMap<string, string>) => ({ ...e, by: known.get(e.by) ?? e.by, created: iso(e.created) });

  function roleShown(r: RoleState, known: ReadonlyMap<string, string>): z.infer<typeof roleProposal> {
    const { by, time, ...rest } = r;
    return {
      ...rest,
      numbers: { ...r.numbers },
      changes: book.effects(r.role),
      ...(by === undefined ? {} : { decidedBy: known.get(by) ?? by }),
      ...(time === undefined ? {} : { decided: iso(time) }),
    };
  }

  return {
    async preview({ query }) {
      const change = changeOf(query, live);
      const job = jobs.ask(change);
      if (change.kind !== "snooze") return answer(job, change);
      // What a snooze hides of the past is known exactly: it hides alerts, which are all stored.
      const exact = await store.ask("snoozePreview", { model: change.model, entity: change.entity, days: 90 });
      return answer(job, change, exact.hidden);
    },
    async exceptions() {
      const known = await names();
      return book.exceptions.map((e) => shown(e, known)).reverse();
    },
    async createException({ body, session, entry }) {
      if (!live.models().some((m) => m.path === body.model)) throw new CodedError("exception-invalid", "There is no such model.");
      const { model, entity, peer, why } = body;
      const exception: Exception = { id: newId(), model, entity, why, by: session.id, created: live.now(), ...(peer === undefined ? {} : { peer }) };
      await book.addException(exception, entry({ target: `${model} @ ${entity}`, why, after: { model, entity, ...(peer === undefined ? {} : { peer }) } }));
      jobs.forget();
      changed("models");
      return { result: shown(exception, await names()), audit: "written" };
    },
    async deleteException({ params, entry }) {
      const before = book.exceptions.find((e) => e.id === params.id);
      await book.removeException(params.id, entry({ target: params.id, before: before === undefined ? {} : { model: before.model, entity: before.entity } }));
      jobs.forget();
      changed("models");
      return { result: { ok: true }, audit: "written" };
    },
    async roles() {
      const known = await names();
      return book.roleStates().map((r) => roleShown(r, known));
    },
    async decideRole({ params, body, session, entry }) {
      const before = book.role(params.id);
      const audit = entry({
        target: `role ${before.role} @ ${before.entity.id}`,
        why: body.why,
        before: { state: before.state },
        after: { state: body.decision, role: before.role, entity: before.entity.id },
      });
      await book.decideRole(params.id, body.decision, session.id, live.now(), audit);
      jobs.forget();
      changed("incidents");
      return { result: { ok: true }, audit: "written" };
    },
  };
}

type Query = Parameters<Services["preview"]>[0]["query"];

function changeOf(query: Query, live: LiveView): Change {
  const device = live.device(query.entity);
  const entity = device?.id ?? query.entity;
  const ip = device?.ip === undefined ? {} : { ip: device.ip };
  if (query.kind === "level") {
    const change = live.changedBehaviours().find((c) => c.id === query.change);
    if (change === undefined) throw new CodedError("change-not-found", "No change of this id is held.");
    return { kind: "level", entity: change.entity.id, feature: change.feature };
  }
  if (query.kind === "role") {
    if (query.role === undefined) throw new CodedError("preview-invalid", "Which role?");
    return { kind: "role", entity, role: query.role, ...ip };
  }
  if (query.model === undefined) throw new CodedError("preview-invalid", "Which model?");
  return { kind: query.kind, model: query.model, entity, ...ip, ...(query.peer === undefined ? {} : { peer: query.peer }) };
}

const STEPS: Readonly<Record<Job["step"], string>> = {
  waiting: "waiting for another preview",
  "stored days": "going through the stored days",
  "learning the ground": "learning a made organisation to attack",
  "attack scripts": "playing the attack scripts",
  done: "done",
};

/** `exact`: alerts of the past that are known to be hidden, whatever a replay says. */
export function answer(job: Job, change: Change, exact?: number): Answer {
  const { stored, attacks } = job;
  const unknown: string[] = [];
  if (job.state === "done" && stored === undefined) unknown.push("No event is stored yet: what it hides in this organisation is not known.");
  if (stored !== undefined) {
    unknown.push(
      `Days before ${iso(stored.from).slice(0, 10)} are not judged${stored.cut ? ": only the newest three million events are gone through" : ": the oldest stored days are only learned from, and what came before them is not stored"}.`,
    );
    if (stored.added > 0) unknown.push(`${stored.added} alerts would have come in their place or besides.`);
  }
  if (attacks !== undefined) {
    unknown.push(
      `${attacks.played - attacks.found} of the ${attacks.played} attacks are told by nothing even now. They are played in a made organisation, by whoever takes the place of this entity.`,
    );
    if (change.kind === "exception" && change.peer !== undefined)
      unknown.push("In the attacks the exception holds for every other end, so fewer may be hidden.");
  }
  if (change.kind === "level" && job.state === "done") unknown.push("Attack scripts are not asked: none comes at this level of this device.");
  return {
    state: job.state,
    progress: job.progress,
    step: STEPS[job.step],
    sentence: sentenceOf(job, exact),
    unknown,
    ...(job.reason === undefined ? {} : { reason: job.reason }),
    ...(stored === undefined
      ? {}
      : {
          stored: {
            hidden: stored.hidden,
            added: stored.added,
            from: iso(stored.from),
            to: iso(stored.to),
            days: stored.days,
            alerts: stored.alerts.map((a) => ({ id: a.id, time: iso(a.time), score: a.score, title: a.title, model: a.model, entity: a.entity })),
          },
        }),
    ...(attacks === undefined ? {} : { attacks }),
  };
}

function sentenceOf({ stored, attacks }: Job, exact: number | undefined): string {
  const hidden = exact ?? stored?.hidden;
  const days = exact !== undefined ? "of the last 90 days" : `of the last ${stored?.days} stored ${stored?.days === 1 ? "day" : "days"}`;
  const alerts = hidden === undefined ? undefined : `${hidden === 0 ? "no alert" : hidden === 1 ? "1 alert" : `${hidden} alerts`} ${days}`;
  const scripts =
    attacks === undefined
      ? undefined
      : `${attacks.hidden} of ${attacks.found} attacks that are told now${attacks.names.length === 0 ? "" : ` (${attacks.names.join(", ")})`}`;
  const parts = [alerts, scripts].filter((p) => p !== undefined);
  return parts.length === 0 ? "" : `Hides ${parts.join(" and ")}.`;
}
