import { isAlias, isNode, LineCounter, parseDocument, visit } from "yaml";
import { z } from "zod";
import type { Result } from "../base/result.ts";
import { FAMILY_NAMES } from "../schema/families.ts";
import { ROLES } from "../schema/roles.ts";

z.config({ jitless: true });

export interface ResponseFault {
  file: string;
  line: number;
  reason: string;
}

const MAX_BYTES = 256_000;
const DAY_SECONDS = 86_400;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: DAY_SECONDS };

/** "30m", "2h": seconds. */
const duration = z
  .string()
  .regex(/^\d{1,5}(?:s|m|h|d)$/, 'a time with its unit, such as "30m" or "2h"')
  .transform((text) => Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 1));
const seconds = duration.refine((n) => n >= 1 && n <= DAY_SECONDS, "from 1 s to 24 h");
const ENTITY_KINDS = ["device", "user", "mailbox", "sender", "external"] as const;
const USER_KINDS = ["member", "guest", "foreign", "application", "system", "anonymous"] as const;
/** An alert that counts. Everything named must hold. */
const trigger = z
  .strictObject({
    /** Path of the model, or a folder of it: "Compromise /". */
    model: z.string().min(3).max(300).optional(),
    minScore: z.number().min(0).max(100).optional(),
    minPriority: z.number().int().min(0).max(5).optional(),
    tag: z.string().min(1).max(60).optional(),
    /** The alert cites a record of this family: telemetry of another kind than the rest (D36). */
    family: z.enum(FAMILY_NAMES as [string, ...string[]]).optional(),
    entity: z.enum(ENTITY_KINDS).optional(),
    /** The alert cites a cloud record of such a user: an action may be right for a guest and impossible for a user of another tenant. */
    userKind: z.enum(USER_KINDS).optional(),
  })
  .refine((t) => Object.keys(t).length > 0, "says nothing");
const triggers = z.array(trigger).min(1).max(100);
const caseAlert = z.strictObject({
  model: z.string(),
  after: duration.default(0),
  score: z.number().default(70),
  priority: z.number().default(3),
  entity: z.string().default("10.0.0.5"),
  kind: z.enum(ENTITY_KINDS).default("device"),
  /** Of a cloud record. */
  userKind: z.enum(USER_KINDS).optional(),
  peer: z.string().default("10.0.0.20"),
  port: z.number().int().default(80),
  family: z.enum(FAMILY_NAMES as [string, ...string[]]).default("http"),
});

const responseSchema = z
  .strictObject({
    version: z.number().int().min(1),
    description: z.string().min(20).max(2_000),
    action: z.string().regex(/^[a-z][a-z-]{2,40}$/, "the id of a kind of action"),
    /** Of the matching connections: exactly these, all ports of the other end, or this port anywhere. */
    scope: z.enum(["connection", "peer", "port"]).default("connection"),
    /** Whom it is done to: whom the alert is about, or the own devices that it began the cited connections to. */
    on: z.enum(["entity", "reached"]).default("entity"),
    /** Roles with which it is not done by itself: a person is asked. */
    asks: z.array(z.enum(ROLES)).max(40).default([]),
    duration: seconds.optional(),
    mode: z.enum(["autonomous", "confirm", "shadow", "off"]),
    when: z.union([
      z.strictObject({ any: triggers }),
      z.strictObject({ all: triggers.min(2), within: duration }),
      z.strictObject({ sequence: triggers.min(2), within: duration }),
    ]),
    /** Minutes after which a proposal that nobody answered lapses. */
    offer: seconds.default(1_800),
    misses: z.string().min(20).max(1_000),
    cases: z
      .array(z.strictObject({ name: z.string().min(3), expect: z.enum(["plans", "silent"]), alerts: z.array(caseAlert).min(1) }))
      .min(2)
      .refine((cases) => new Set(cases.map((c) => c.expect)).size === 2, "needs a case that plans and one that stays silent"),
  })
  .strict();

export type Trigger = z.infer<typeof trigger>;
export type ResponseCase = z.infer<typeof responseSchema>["cases"][number];
/** One file of content/responses: which alerts lead to which action. */
export type Response = z.infer<typeof responseSchema> & { path: string };

/** Reads one response file; never throws on input. `path` is its place under responses: "Block/New Agent.yaml" is "Block / New Agent". Warnings, tags, aliases and unknown keys are faults. */
export function parseResponse(text: string, path: string): Result<Response, ResponseFault> {
  const fault = (line: number, reason: string): Result<Response, ResponseFault> => ({ ok: false, error: { file: path, line, reason } });
  if (text.length > MAX_BYTES) return fault(1, "file is larger than 256 kB");
  const lines = new LineCounter();
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, merge: false, prettyErrors: false });
  } catch (error) {
    return fault(1, `not YAML: ${String(error).split("\n", 1)[0]}`);
  }
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) return fault(lines.linePos(problem.pos[0]).line || 1, problem.message.split("\n", 1)[0] ?? problem.message);
  let alias = false;
  visit(document, {
    Alias: () => {
      alias = true;
      return visit.BREAK;
    },
  });
  if (alias) return fault(1, "aliases (*name) are not part of the format");
  const parsed = responseSchema.safeParse(document.toJS() ?? {});
  if (parsed.success)
    return {
      ok: true,
      value: {
        ...parsed.data,
        path: path
          .replace(/\.yaml$/, "")
          .split("/")
          .join(" / "),
      },
    };
  const issue = parsed.error.issues[0];
  const keys = issue === undefined ? [] : [...issue.path, ...(issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [])];
  let line = 1;
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth) as (string | number)[], true);
    if (isNode(node) && !isAlias(node) && node.range) {
      line = lines.linePos(node.range[0]).line;
      break;
    }
  }
  return fault(line, `${keys.length > 0 ? `${keys.join(".")}: ` : ""}${issue?.message ?? "not a response"}`);
}
