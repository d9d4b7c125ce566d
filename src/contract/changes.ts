import { z } from "zod";
import { change, entity, isoTime, ok, read } from "./common.ts";
import { incidentDetail } from "./platform.ts";

const told = z.object({ id: z.string(), time: isoTime, score: z.number(), title: z.string(), model: z.string(), entity });

/** What a change would have done, worked out before it is made. Asked again with the same query it says how far it is. */
export const preview = z.object({
  state: z.enum(["waiting", "running", "done", "failed"]),
  progress: z.number().describe("0-1"),
  step: z.string().describe("what is being gone through, in words"),
  /** The whole answer in a sentence; what is known of it so far. */
  sentence: z.string(),
  /** What it does not know, each in a sentence. */
  unknown: z.array(z.string()),
  reason: z.string().optional().describe("why it failed"),
  stored: z
    .object({ hidden: z.number(), added: z.number(), from: isoTime, to: isoTime, days: z.number(), alerts: z.array(told) })
    .optional()
    .describe("alerts of the stored days that would not have been told, and those that would have been besides"),
  attacks: z
    .object({ played: z.number(), found: z.number(), hidden: z.number(), gained: z.number(), names: z.array(z.string()) })
    .optional()
    .describe("attack scripts played from the entity's place: told now, and of those not told any more"),
});
export const exception = z.object({
  id: z.string(),
  model: z.string(),
  entity: z.string(),
  /** The one other end for which it holds; absent = whatever the other end. */
  peer: z.string().optional(),
  why: z.string(),
  by: z.string(),
  created: isoTime,
});
export const roleProposal = z.object({
  id: z.string(),
  entity,
  role: z.string(),
  state: z.enum(["proposed", "accepted", "declined"]),
  /** Why, with the numbers that the learned state holds; of an accepted one those of then. */
  reason: z.string(),
  caution: z.string(),
  numbers: z.record(z.string(), z.number()),
  days: z.number(),
  of: z.number(),
  /** What accepting changes, a sentence each. */
  changes: z.array(z.string()),
  decidedBy: z.string().optional(),
  decided: isoTime.optional(),
});

const byId = z.object({ id: z.string().max(200) });
const why = z.string().max(500).default("");

export const changeRoutes = {
  preview: read("/api/v1/preview", "What a change would have hidden in the stored days, and of the attack scripts", preview, {
    permission: "analyst",
    rate: 240,
    query: z.object({
      kind: z.enum(["snooze", "exception", "role", "level"]),
      entity: z.string().max(200),
      model: z.string().max(300).optional(),
      peer: z.string().max(253).optional(),
      role: z.string().max(60).optional(),
      /** Id of a lasting change, for `level`. */
      change: z.string().max(200).optional(),
    }),
  }),
  exceptions: read("/api/v1/exceptions", "What models are told not to look at", z.array(exception)),
  createException: change("/api/v1/exceptions", "Tell a model not to look at what an entity does, until it is taken back", "create-exception", exception, {
    body: z.object({ model: z.string().max(300), entity: z.string().max(200), peer: z.string().min(1).max(253).optional(), why: z.string().min(1).max(500) }),
  }),
  deleteException: change("/api/v1/exceptions/:id", "Take an exception back", "delete-exception", ok, { method: "DELETE", params: byId }),
  roles: read("/api/v1/roles", "Roles that devices seem to have, and those that were accepted or declined", z.array(roleProposal)),
  decideRole: change("/api/v1/roles/:id", "Accept a proposed role, decline it, or take the decision back", "decide-role", ok, {
    method: "PUT",
    params: byId,
    body: z.object({ decision: z.enum(["accepted", "declined", "proposed"]), why }),
  }),
  splitIncident: change("/api/v1/incidents/:id/split", "Put alerts of an open incident into one of their own", "split-incident", incidentDetail, {
    params: byId,
    body: z.object({ alerts: z.array(z.string().max(64)).min(1).max(500), why }),
  }),
  mergeIncidents: change("/api/v1/incidents/:id/merge", "Join another open incident into this one", "merge-incidents", incidentDetail, {
    params: byId,
    body: z.object({ other: z.string().max(200), why }),
  }),
};
