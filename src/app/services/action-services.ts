import type { z } from "zod";
import type { Services } from "../../api/ports.ts";
import { canonicalIp } from "../../base/ip.ts";
import { CodedError } from "../../base/result.ts";
import { DAY, iso } from "../../base/time.ts";
import type { action } from "../../contract/index.ts";
import { reportOf } from "../../respond/autonomy.ts";
import type { KindSpec } from "../../respond/kind-spec.ts";
import type { Able } from "../../respond/ports.ts";
import type { Action, ActionState, ActionTarget } from "../../schema/action.ts";
import type { Alert } from "../../schema/alert.ts";
import type { EntityRef } from "../../schema/entity.ts";
import type { NetEvent } from "../../schema/event.ts";
import type { AlertDetailRow } from "../../store/requests.ts";
import type { Store } from "../../store/types.ts";
import { type LiveResponse, manualId } from "../response/live-response.ts";

type ActionServices = Pick<
  Services,
  "actions" | "action" | "actionOptions" | "makeAction" | "decideAction" | "response" | "setModes" | "setAutonomy" | "stopResponse"
>;
type ActionAnswer = z.infer<typeof action>;

const STATES: Readonly<Record<string, readonly ActionState[]>> = {
  open: ["shadow", "proposed", "confirmed", "active", "failed"],
  pending: ["proposed"],
  active: ["confirmed", "active", "failed"],
  ended: ["cleared", "expired", "refused"],
  cleared: ["cleared", "refused"],
  expired: ["expired"],
  shadow: ["shadow"],
};

export function actionServices(store: Store, live: LiveResponse, now: () => number, deviceOf: (id: string) => EntityRef | undefined): ActionServices {
  const answer = (a: Action): ActionAnswer => actionAnswer(a, live.kinds.get(a.kind), isLeftToSay(a) ? live.responder.able(a.kind, a.target) : undefined);

  /** A device, an outside address, or the user, sender or domain that the alert is about; an address of mail by itself is a user. */
  function entityOf(id: string, alert?: AlertDetailRow): EntityRef {
    if (alert?.entity.id === id && alert.entity.kind !== "device") return alert.entity;
    const device = deviceOf(id);
    if (device !== undefined) return device;
    const ip = canonicalIp(id);
    if (ip === undefined && /^[^\s@]{1,64}@[^\s@]{1,190}$/.test(id)) return { kind: "user", id: id.toLowerCase() };
    if (ip === undefined) throw new CodedError("entity-not-found", "There is no such entity.");
    return { kind: "external", id: ip, ip };
  }

  async function alertOf(id: string | undefined): Promise<AlertDetailRow | undefined> {
    return id === undefined ? undefined : store.ask("alert", { id });
  }

  function targetOf(kind: KindSpec, entity: EntityRef, alert: AlertDetailRow | undefined): ActionTarget | undefined {
    const cited = citedBy(alert);
    return live.planner.target(kind, entity, now(), cited, "connection");
  }

  /** The first sentence against a kind for this entity: a user of another tenant cannot be disabled. */
  function notFor(kind: KindSpec, entity: EntityRef, alert: AlertDetailRow | undefined): string | undefined {
    return kind.notFor?.(entity, live.planner.tagsOf(entity, citedBy(alert)));
  }

  return {
    async actions({ query }) {
      const states = STATES[query.state];
      const found = await store.ask("actions", {
        limit: query.limit,
        offset: query.offset,
        ...(states === undefined ? {} : { states }),
        ...(query.entity === undefined ? {} : { entity: query.entity }),
        ...(query.kind === undefined ? {} : { kind: query.kind }),
        ...(query.model === undefined ? {} : { model: query.model }),
        ...(query.alert === undefined ? {} : { alert: query.alert }),
        ...(query.manual === undefined ? {} : { manual: true }),
      });
      return { actions: found.actions.map(answer), counts: found.counts, now: iso(now()) };
    },
    async action({ params }) {
      const found = await store.ask("action", { id: params.id });
      return { ...answer(found), changes: found.changes.map((c) => ({ ...c, time: iso(c.time), until: iso(c.until) })) };
    },
    async actionOptions({ query }) {
      const alert = await alertOf(query.alert);
      const entity = entityOf(query.entity, alert);
      return live.kinds.for(entity.kind).map((kind) => {
        const base = { kind: kind.id, label: kind.label, seconds: kind.seconds, undo: kind.undo };
        const wrong = notFor(kind, entity, alert);
        if (wrong !== undefined) return { ...base, title: kind.label, able: false, why: `${wrong}.` };
        const target = targetOf(kind, entity, alert);
        if (target === undefined) return { ...base, title: kind.label, able: false, why: lackOf(kind, alert) };
        const cost = target.flows === undefined ? undefined : live.judge.cost(target, now());
        const forbidden = live.judge.forbidden(kind, target);
        const able = live.responder.able(kind.id, target);
        const why =
          live.settings.stopped !== undefined
            ? "The stop switch is on."
            : forbidden !== undefined
              ? `Never done: ${forbidden}.`
              : able.able
                ? undefined
                : able.why;
        return {
          ...base,
          title: kind.title(target),
          able: why === undefined,
          ...(cost === undefined ? {} : { cost }),
          ...(why === undefined ? {} : { why }),
          ...saidBefore(able),
        };
      });
    },
    async makeAction({ body, session, entry }) {
      if (!live.enabled) throw new CodedError("response-off-conflict", "The response family is switched off in the configuration.");
      const kind = live.kinds.get(body.kind);
      if (kind === undefined) throw new CodedError("action-invalid", "There is no such kind of action.");
      const alert = await alertOf(body.alert);
      const entity = entityOf(body.entity, alert);
      if (!kind.entities.includes(entity.kind)) throw new CodedError("action-invalid", `${kind.label} cannot be done to this.`);
      const wrong = notFor(kind, entity, alert);
      if (wrong !== undefined) throw new CodedError("action-invalid", `${wrong}.`);
      const target = body.connections === undefined ? targetOf(kind, entity, alert) : givenFlows(kind, entity, body.connections);
      if (target === undefined) throw new CodedError("action-invalid", lackOf(kind, alert));
      const id = manualId(session.id, kind.id, `${entity.id}${JSON.stringify(body.connections ?? body.alert ?? "")}`, now());
      const made = await live.settle(
        live.responder.manual({
          id,
          kind,
          target,
          seconds: body.seconds,
          why: body.why,
          by: session.kind === "token" ? `token:${session.id}` : session.id,
          ...(body.alert === undefined ? {} : { alert: body.alert }),
          audit: entry({ target: `action:${id}`, why: body.why, after: { kind: kind.id, entity: entity.id, seconds: body.seconds } }),
        }),
      );
      return { result: answer(made), audit: "written" };
    },
    async decideAction({ params, body, session, entry }) {
      if (!live.enabled) throw new CodedError("response-off-conflict", "The response family is switched off in the configuration.");
      const by = session.kind === "token" ? `token:${session.id}` : session.id;
      const audit = entry({
        target: `action:${params.id}`,
        why: body.why,
        after: { decision: body.decision, ...(body.seconds === undefined ? {} : { seconds: body.seconds }) },
      });
      const decided = await live.settle(
        live.responder.decide(params.id, {
          verb: body.decision,
          why: body.why,
          by,
          audit,
          ...(body.seconds === undefined ? {} : { seconds: body.seconds }),
          ...(body.revision === undefined ? {} : { revision: body.revision }),
        }),
      );
      return { result: answer(decided), audit: "written" };
    },
    async response() {
      const since = now() - 60 * DAY;
      const pages = await Promise.all([0, 500, 1_000].map((offset) => store.ask("actions", { from: since, limit: 500, offset })));
      const all = pages.flatMap((p) => p.actions);
      const { settings } = live;
      const names = new Map((await store.accounts.users()).map((u) => [u.id, u.name]));
      const said = (s: { by: string; at: number; why: string }) => ({ by: names.get(s.by) ?? s.by, at: iso(s.at), why: s.why });
      return {
        enabled: live.enabled,
        ...(settings.stopped === undefined ? {} : { stopped: said(settings.stopped) }),
        standard: settings.standard,
        rules: settings.rules.map((r) => ({ ...r, ...(r.hours === undefined ? {} : { hours: { ...r.hours, days: [...r.hours.days] } }) })) as never,
        limits: live.limits,
        drivers: live.drivers.map((d) => ({ id: d.id, label: d.label, ...d.health() })),
        autonomy: live.kinds.all().map((kind) => {
          const report = reportOf(
            kind.id,
            settings.autonomy.find((a) => a.kind === kind.id),
            all,
            now(),
          );
          return {
            ...report,
            label: kind.label,
            byHand: live.judge.isByHand(kind),
            since: iso(report.since),
            list: report.list.map(answer),
            ...(report.on === undefined ? {} : { on: said(report.on) }),
          } as never;
        }),
        responses: live.content.responses.map((r) => ({ path: r.path, action: r.action, mode: r.mode, description: r.description, misses: r.misses })),
        faults: live.content.faults,
      };
    },
    async setModes({ body, entry }) {
      const { why, ...value } = body;
      const audit = entry({ target: "response-modes", why, before: { standard: live.settings.standard, rules: live.settings.rules }, after: value });
      await live.keepSettings({ ...live.settings, standard: value.standard, rules: value.rules as never }, audit);
      return { result: { ok: true }, audit: "written" };
    },
    async setAutonomy({ body, session, entry }) {
      await live.setAutonomy(body.kind, body.on, session.id, body.why, entry({ target: `autonomy:${body.kind}`, why: body.why, after: { on: body.on } }));
      return { result: { ok: true }, audit: "written" };
    },
    async stopResponse({ body, session, entry }) {
      const cleared = await live.stop(body.stopped, session.id, body.why, entry({ target: "response", why: body.why, after: { stopped: body.stopped } }));
      return { result: { cleared }, audit: "written" };
    },
  };
}

/** Records that an alert cites, as the planner reads them. */
function citedBy(alert: AlertDetailRow | undefined): Pick<Alert, "events" | "peers">[] {
  if (alert === undefined) return [];
  // Kept records hold the fields of their family apart; what the planner reads has them beside the rest.
  const events = alert.records.map(({ fields, ...record }) => ({ ...record, ...fields }) as unknown as NetEvent);
  return [{ events, peers: alert.peers }];
}

/** Before the click, and while a person's work stands: what of it has to be done by hand, or cannot be done. */
function isLeftToSay(a: Action): boolean {
  return a.state === "shadow" || a.state === "proposed" || a.state === "active";
}

function saidBefore(able: Able | undefined): { byHand?: string; limits?: string } {
  if (able?.able !== true) return {};
  return { ...(able.hand === undefined ? {} : { byHand: able.hand }), ...(able.limits === undefined ? {} : { limits: able.limits }) };
}

function lackOf(kind: KindSpec, alert: AlertDetailRow | undefined): string {
  if (kind.reach === "flows")
    return alert === undefined ? "Which connections? Begin from an alert, or name them." : "The alert cites no connection of this entity.";
  if (kind.reach === "messages" || kind.reach === "links")
    return alert === undefined ? "Which messages? Begin from an alert." : `The alert cites no ${kind.reach}.`;
  return kind.reach === "pattern" ? "It has no pattern of life yet: two days of its connections are needed." : "It has no address now.";
}

function givenFlows(kind: KindSpec, entity: EntityRef, list: readonly { src?: string | undefined; dst: string; port?: number | undefined }[]): ActionTarget {
  if (kind.reach !== "flows") throw new CodedError("action-invalid", "Connections go with blocking connections only.");
  const flows = list.map(({ src, dst, port }) => {
    const from = canonicalIp(src ?? entity.ip ?? "");
    const to = canonicalIp(dst);
    if (from === undefined || to === undefined) throw new CodedError("action-invalid", "A connection needs two addresses.");
    if (from !== entity.ip && to !== entity.ip) throw new CodedError("action-invalid", "The entity takes no part in one of these connections.");
    return { src: from, dst: to, ...(port === undefined ? {} : { port }) };
  });
  return { entity, flows };
}

export function actionAnswer(a: Action, kind: KindSpec | undefined, able?: Able): ActionAnswer {
  const began = a.changes.findLast((c) => c.to === "active" && c.from !== "active")?.time;
  const { first, last, ...tally } = a.tally;
  return {
    id: a.id,
    revision: a.revision,
    kind: a.kind,
    label: kind?.label ?? a.kind,
    entity: a.target.entity,
    flows: (a.target.flows ?? []).map((f) => ({ ...f })),
    title: a.title,
    reason: a.reason,
    mode: a.mode,
    state: a.state,
    created: iso(a.created),
    seconds: a.seconds,
    until: iso(a.until),
    cost: a.cost,
    undo: kind?.undo ?? "",
    tally: { ...tally, ...(first === undefined ? {} : { first: iso(first) }), ...(last === undefined ? {} : { last: iso(last) }) },
    ...(a.target.items === undefined ? {} : { items: [...a.target.items] }),
    ...saidBefore(able),
    ...(a.target.allowed === undefined ? {} : { allowed: a.target.allowed.filter((f) => f.port !== undefined).length }),
    ...(began === undefined ? {} : { began: iso(began) }),
    ...(a.quietUntil === undefined ? {} : { quietUntil: iso(a.quietUntil) }),
    ...(a.alert === undefined ? {} : { alert: a.alert }),
    ...(a.model === undefined ? {} : { model: a.model }),
    ...(a.response === undefined ? {} : { response: a.response }),
    ...(a.by === undefined ? {} : { by: a.by }),
    ...(a.driver === undefined ? {} : { driver: a.driver }),
    ...(a.held === undefined ? {} : { held: a.held }),
  };
}
