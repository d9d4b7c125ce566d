import type { z } from "zod";
import type { ServiceRoute, Services } from "../../src/api/ports.ts";
import { CodedError } from "../../src/base/result.ts";
import { DAY, HOUR, iso, MINUTE } from "../../src/base/time.ts";
import type { action, StreamMessage } from "../../src/contract/index.ts";
import { KindRegistry } from "../../src/respond/kinds.ts";
import { HOSTILE_TEXT } from "./invented-data.ts";

type Action = z.infer<typeof action>;
type ActionRoute = Extract<
  ServiceRoute,
  "actions" | "action" | "actionOptions" | "makeAction" | "decideAction" | "response" | "setModes" | "setAutonomy" | "stopResponse"
>;

const GROUPS: Readonly<Record<string, readonly Action["state"][]>> = {
  open: ["shadow", "proposed", "confirmed", "active", "failed"],
  pending: ["proposed"],
  active: ["confirmed", "active", "failed"],
  ended: ["cleared", "expired", "refused"],
  cleared: ["cleared", "refused"],
  expired: ["expired"],
  shadow: ["shadow"],
};

/** Actions of every state, for pages and for the API's tests; decisions change them in memory. */
export function inventedActions(
  now: number,
  alerts: readonly { id: string; model: string }[],
  tell: (message: StreamMessage) => void,
): Pick<Services, ActionRoute> {
  const kinds = new KindRegistry();
  const list: Action[] = invent(now, alerts);
  let stopped: { by: string; at: string; why: string } | undefined;
  let rules: unknown[] = [{ mode: "confirm", tag: "server", hours: { days: [0, 1, 2, 3, 4], from: 8, to: 18 } }];
  let standard = "content" as const;
  const on = new Map<string, { by: string; at: string; why: string }>();
  const found = (id: string): Action => {
    const hit = list.find((a) => a.id === id);
    if (hit === undefined) throw new CodedError("action-not-found", "There is no action with this id.");
    return hit;
  };
  return {
    actions: async ({ query }) => {
      const states = GROUPS[query.state];
      const same = list.filter(
        (a) =>
          (query.entity === undefined || a.entity.id === query.entity) &&
          (query.kind === undefined || a.kind === query.kind) &&
          (query.model === undefined || a.model === query.model) &&
          (query.alert === undefined || a.alert === query.alert) &&
          (query.manual === undefined || a.mode === "manual"),
      );
      const counts = Object.fromEntries([...Map.groupBy(same, (a) => a.state)].map(([s, l]) => [s, l.length]));
      return { actions: same.filter((a) => states?.includes(a.state) ?? true).slice(query.offset, query.offset + query.limit), counts, now: iso(now) };
    },
    action: async ({ params }) => {
      const a = found(params.id);
      return { ...a, changes: [{ time: a.created, from: "none", to: a.state, by: a.by ?? "wonted", why: a.reason, until: a.until }] };
    },
    actionOptions: async () =>
      kinds.for("device").map((k) => ({
        kind: k.id,
        label: k.label,
        title: k.label,
        seconds: k.seconds,
        undo: k.undo,
        cost: { flows: k.severity * 4 - 4, perDay: k.severity * 20 },
        able: k.id !== "enforce-group-pattern",
        ...(k.id === "enforce-group-pattern" ? { why: "It has no pattern of life yet: two days of its connections are needed." } : {}),
      })),
    makeAction: async ({ body, session }) => {
      const kind = kinds.get(body.kind);
      if (kind === undefined) throw new CodedError("action-invalid", "There is no such kind of action.");
      const made = one(now, list.length, {
        kind: kind.id,
        label: kind.label,
        title: `${body.entity}: ${kind.label}`,
        entity: { kind: "device", id: body.entity },
        state: "active",
        mode: "manual",
        by: session.name,
        reason: body.why,
        until: iso(now + body.seconds * 1_000),
      });
      list.unshift(made);
      tell({ type: "changed", what: "actions" });
      return { result: made, audit: { target: made.id, why: body.why } };
    },
    decideAction: async ({ params, body }) => {
      const a = found(params.id);
      if (body.revision !== undefined && body.revision !== a.revision)
        throw new CodedError("action-conflict", `This action has changed meanwhile: it is ${a.state}.`);
      a.revision++;
      if (body.decision === "activate") Object.assign(a, { state: "active", began: iso(now), until: iso(now + (body.seconds ?? a.seconds) * 1_000) });
      if (body.decision === "extend") a.until = iso(now + (body.seconds ?? a.seconds) * 1_000);
      if (body.decision === "refuse") Object.assign(a, { state: "refused", until: iso(now) });
      if (body.decision === "clear") Object.assign(a, { state: "cleared", until: iso(now) });
      tell({ type: "changed", what: "actions" });
      return { result: a, audit: { target: a.id, why: body.why } };
    },
    response: async () => ({
      enabled: true,
      ...(stopped === undefined ? {} : { stopped }),
      standard,
      rules: rules as never,
      limits: { perHour: 20, fleetShare: 0.05 },
      drivers: [
        {
          id: "nftables",
          label: "nftables on this gateway",
          state: "ready",
          detail: "Refuses what this gateway forwards; open connections are reset at both ends with their next packet",
        },
        { id: "firewall-list", label: "Block list for firewalls that pull", state: "degraded", detail: "No firewall has asked for the list yet" },
      ],
      autonomy: kinds.all().map((k, i) => {
        const shadow = list.filter((a) => a.kind === k.id && a.state === "shadow");
        const said = on.get(k.id);
        return {
          kind: k.id,
          label: k.label,
          since: iso(now - Math.max(0, 20 - i * 3) * DAY),
          days: Math.max(0, 20 - i * 3),
          daysLeft: Math.max(0, 14 - Math.max(0, 20 - i * 3)),
          byHand: k.byHand !== undefined,
          actions: shadow.length,
          devices: shadow.length,
          refused: shadow.reduce((n, a) => n + a.tally.count, 0),
          honest: shadow.reduce((n, a) => n + a.tally.honest, 0),
          list: shadow,
          ...(said === undefined ? {} : { on: said }),
        };
      }),
      responses: [
        {
          path: "Network / Block Matching Connections",
          action: "block-connections",
          mode: "autonomous",
          description: "Blocks exactly.",
          misses: "Other ports.",
        },
      ],
      faults: [],
    }),
    setModes: async ({ body }) => {
      rules = body.rules;
      standard = body.standard as typeof standard;
      return { result: { ok: true }, audit: { target: "response-modes", why: body.why } };
    },
    setAutonomy: async ({ body, session }) => {
      if (body.on) on.set(body.kind, { by: session.name, at: iso(now), why: body.why });
      else on.delete(body.kind);
      return { result: { ok: true }, audit: { target: `autonomy:${body.kind}`, why: body.why } };
    },
    stopResponse: async ({ body, session }) => {
      stopped = body.stopped ? { by: session.name, at: iso(now), why: body.why } : undefined;
      const live = list.filter((a) => a.state === "active");
      if (body.stopped) for (const a of live) Object.assign(a, { state: "cleared", until: iso(now) });
      tell({ type: "changed", what: "actions" });
      return { result: { cleared: body.stopped ? live.length : 0 }, audit: { target: "response", why: body.why } };
    },
  };
}

function one(now: number, n: number, more: Partial<Action>): Action {
  return {
    id: `action${n}`,
    revision: 1,
    kind: "block-connections",
    label: "Block matching connections",
    entity: { kind: "device", id: `10.0.0.${10 + n}`, ip: `10.0.0.${10 + n}`, hostname: `ws-${10 + n}` },
    flows: [{ src: `10.0.0.${10 + n}`, dst: "10.0.0.20", port: 8080, proto: "tcp" }],
    title: `ws-${10 + n} cannot reach 10.0.0.20 on port 8080`,
    reason: "a program that it has never been spoke to an own server",
    mode: "autonomous",
    state: "active",
    created: iso(now - 25 * MINUTE),
    seconds: 7_200,
    until: iso(now + 95 * MINUTE),
    began: iso(now - 25 * MINUTE),
    model: "Device / New User Agent to Internal Server",
    response: "Network / Block Matching Connections",
    driver: "nftables",
    cost: { flows: 0, perDay: 0 },
    undo: "Ends by itself; cleared in under a second. Programs may have to connect again.",
    tally: { count: 17, bytes: 1_600_000, honest: 0, last: iso(now - 2 * MINUTE) },
    ...more,
  };
}

function invent(now: number, alerts: readonly { id: string; model: string }[]): Action[] {
  const alert = (n: number): Partial<Action> => {
    const a = alerts[n];
    return a === undefined ? {} : { alert: a.id, model: a.model };
  };
  const waiting: Partial<Action> = { state: "proposed", mode: "confirm", until: iso(now + 46 * MINUTE), tally: { count: 3, bytes: 4_000, honest: 0 } };
  return [
    one(now, 0, alert(1)),
    one(now, 1, { ...alert(0), ...waiting, cost: { flows: 2, perDay: 31 }, held: "it would cut 2 customary connections" }),
    one(now, 2, {
      ...alert(2),
      ...waiting,
      kind: "quarantine",
      label: "Quarantine device",
      title: "ws-12 is cut off, in and out",
      cost: { flows: 38, perDay: 212 },
    }),
    one(now, 3, { state: "shadow", held: "this kind of action has not earned to act by itself yet", tally: { count: 9, bytes: 70_000, honest: 0 } }),
    one(now, 4, { state: "failed", tally: { count: 0, bytes: 0, honest: 0 }, until: iso(now + HOUR) }),
    one(now, 5, { state: "cleared", until: iso(now - HOUR), quietUntil: iso(now + HOUR), by: "Mara" }),
    one(now, 6, { state: "expired", until: iso(now - 3 * HOUR) }),
    one(now, 7, { state: "active", mode: "manual", by: "Mara", title: HOSTILE_TEXT, reason: HOSTILE_TEXT, until: iso(now + 5 * MINUTE) }),
  ];
}
