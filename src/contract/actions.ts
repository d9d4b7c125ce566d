import { z } from "zod";
import { change, entity, isoTime, ok, read } from "./common.ts";

const state = z.enum(["shadow", "proposed", "confirmed", "active", "cleared", "expired", "refused", "failed", "planned"]);
const mode = z.enum(["autonomous", "confirm", "shadow", "off", "manual"]);
export const flowMatch = z.object({
  src: z.string().optional(),
  dst: z.string().optional(),
  port: z.number().optional(),
  proto: z.enum(["tcp", "udp"]).optional(),
});
export const actionCost = z.object({
  /** Customary connections of the entity that it would cut. */
  flows: z.number(),
  perDay: z.number(),
});
export const action = z.object({
  id: z.string(),
  revision: z.number(),
  kind: z.string(),
  label: z.string().describe("name of the kind on screen"),
  entity,
  flows: z.array(flowMatch),
  /** Single things that are meant, where it is not the whole entity: Message-IDs, addresses of links. */
  items: z.array(z.string()).optional(),
  /** Under a pattern of life: how many connections stay possible. */
  allowed: z.number().optional(),
  title: z.string(),
  reason: z.string(),
  mode,
  state,
  created: isoTime,
  seconds: z.number(),
  until: isoTime.describe("in force: when it ends; waiting: when the offer lapses; ended: when that was"),
  /** When it came into force the last time. */
  began: isoTime.optional(),
  quietUntil: isoTime.optional(),
  alert: z.string().optional(),
  model: z.string().optional(),
  response: z.string().optional(),
  by: z.string().optional(),
  driver: z.string().optional(),
  /** Why it does not act by itself, when its mode would have let it. */
  held: z.string().optional(),
  /** No driver does it: steps for a person, who says when it is done. */
  byHand: z.string().optional(),
  /** What of it the driver cannot do. */
  limits: z.string().optional(),
  cost: actionCost,
  undo: z.string(),
  /** In force: packets refused. In shadow: connections that it would have refused, and how many of them were customary. */
  tally: z.object({ count: z.number(), bytes: z.number(), honest: z.number(), first: isoTime.optional(), last: isoTime.optional() }),
});
export const actionDetail = action.extend({
  changes: z.array(z.object({ time: isoTime, from: z.string(), to: state, by: z.string(), why: z.string(), until: isoTime })),
});
/** What could be done to an entity: said before the click. */
export const actionOption = z.object({
  kind: z.string(),
  label: z.string(),
  title: z.string(),
  seconds: z.number(),
  undo: z.string(),
  cost: actionCost.optional(),
  able: z.boolean(),
  /** Why not. */
  why: z.string().optional(),
  byHand: z.string().optional(),
  limits: z.string().optional(),
});
export const modeRule = z.object({
  mode: z.enum(["autonomous", "confirm", "shadow", "off"]),
  kind: z.string().max(60).optional(),
  model: z.string().max(300).optional(),
  tag: z.string().max(60).optional(),
  hours: z
    .object({ days: z.array(z.number().int().min(0).max(6)).min(1).max(7), from: z.number().int().min(0).max(24), to: z.number().int().min(0).max(24) })
    .optional(),
  costly: z.boolean().optional(),
});
const said = z.object({ by: z.string(), at: isoTime, why: z.string() });
export const autonomy = z.object({
  kind: z.string(),
  label: z.string(),
  since: isoTime,
  days: z.number(),
  daysLeft: z.number().describe("days still wanted before it may be switched on"),
  /** No driver can do it yet: it is done by hand and cannot act by itself. */
  byHand: z.boolean(),
  on: said.optional(),
  actions: z.number(),
  devices: z.number(),
  refused: z.number(),
  honest: z.number(),
  list: z.array(action),
});
export const responseState = z.object({
  /** False: the response family is off in the configuration; detection goes on. */
  enabled: z.boolean(),
  stopped: said.optional(),
  standard: z.enum(["content", "autonomous", "confirm", "shadow", "off"]),
  rules: z.array(modeRule),
  limits: z.object({ perHour: z.number(), fleetShare: z.number() }),
  drivers: z.array(z.object({ id: z.string(), label: z.string(), state: z.enum(["ready", "degraded", "unavailable"]), detail: z.string() })),
  autonomy: z.array(autonomy),
  responses: z.array(z.object({ path: z.string(), action: z.string(), mode: z.string(), description: z.string(), misses: z.string() })),
  faults: z.array(z.object({ file: z.string(), line: z.number(), reason: z.string() })),
});

const byId = z.object({ id: z.string().max(64) });
const why = z.string().min(1).max(500);
const seconds = z.number().int().min(1).max(86_400);

export const actionRoutes = {
  actions: read(
    "/api/v1/actions",
    "Actions, newest first, with their number by state",
    z.object({ actions: z.array(action), counts: z.record(z.string(), z.number()), now: isoTime }),
    {
      query: z.object({
        state: z.enum(["open", "pending", "active", "ended", "shadow", "cleared", "expired", "all"]).default("open"),
        entity: z.string().max(200).optional(),
        kind: z.string().max(60).optional(),
        model: z.string().max(300).optional(),
        alert: z.string().max(64).optional(),
        manual: z.enum(["true"]).optional(),
        limit: z.coerce.number().int().min(1).max(500).default(200),
        offset: z.coerce.number().int().min(0).max(100_000).default(0),
      }),
    },
  ),
  action: read("/api/v1/actions/:id", "One action with its history", actionDetail, { params: byId }),
  actionOptions: read("/api/v1/action-options", "What could be done to an entity, with its cost, and what could not and why", z.array(actionOption), {
    query: z.object({ entity: z.string().max(200), alert: z.string().max(64).optional() }),
  }),
  makeAction: change("/api/v1/actions", "Act on an entity by hand", "make-action", action, {
    body: z.object({
      kind: z.string().max(60),
      entity: z.string().max(200),
      seconds,
      why,
      alert: z.string().max(64).optional(),
      /** Only for connections: which; left out, those of the alert. */
      connections: z
        .array(z.object({ src: z.string().max(45).optional(), dst: z.string().max(45), port: z.number().int().min(1).max(65_535).optional() }))
        .max(32)
        .optional(),
    }),
  }),
  decideAction: change(
    "/api/v1/actions/:id/decision",
    "Activate, refuse, extend, shorten or clear; seconds is the new total that remains",
    "decide-action",
    action,
    {
      params: byId,
      body: z.object({
        decision: z.enum(["activate", "refuse", "extend", "clear"]),
        seconds: seconds.optional(),
        why: z.string().max(500).default(""),
        /** Revision that was seen: another one is a conflict. */
        revision: z.number().int().optional(),
      }),
    },
  ),
  response: read("/api/v1/response", "Modes, drivers, limits, what may act by itself and what it would have cost", responseState),
  setModes: change("/api/v1/response/modes", "Who decides: the standard mode and the rules over it", "set-response-modes", ok, {
    method: "PUT",
    permission: "admin",
    body: z.object({ standard: responseState.shape.standard, rules: z.array(modeRule).max(200), why }),
  }),
  setAutonomy: change(
    "/api/v1/response/autonomy",
    "Let a kind of action act by itself, after fourteen days of shadow, or no more",
    "set-response-autonomy",
    ok,
    {
      permission: "admin",
      stepUp: true,
      body: z.object({ kind: z.string().max(60), on: z.boolean(), why }),
    },
  ),
  stopResponse: change(
    "/api/v1/response/stop",
    "Stop switch: clears everything in force at once; or takes it back",
    "stop-response",
    z.object({ cleared: z.number() }),
    {
      body: z.object({ stopped: z.boolean(), why }),
    },
  ),
};
