import type { ZoneClock } from "../base/time.ts";
import type { ActionMode } from "../schema/action.ts";

export type AutomaticMode = Exclude<ActionMode, "manual">;

/** Hours of the week on the organisation's clock. `to` is exclusive; a span over midnight has from > to and belongs to the day on which it begins. */
export interface WeekSpan {
  /** 0 = Monday. */
  days: readonly number[];
  from: number;
  to: number;
}

/** A rule of the owner's. Everything named must hold; the first rule that holds decides. */
export interface ModeRule {
  mode: AutomaticMode;
  kind?: string;
  /** Path of a model, or a folder of it ("Compromise /"). */
  model?: string;
  /** Role or tag of the entity. */
  tag?: string;
  hours?: WeekSpan;
  /** With autonomous: also when it would cut connections that are customary. Without it such an action waits for a person. */
  costly?: boolean;
}

/** Who let a kind of action act by itself, and since when it is being watched. */
export interface Autonomy {
  kind: string;
  /** Since when its shadow is kept, ms. */
  since: number;
  on?: { by: string; at: number; why: string };
}

export interface ModeSettings {
  /** Before any rule: shadow until somebody says otherwise. `content` = what the response's own file says. */
  standard: AutomaticMode | "content";
  rules: readonly ModeRule[];
  autonomy: readonly Autonomy[];
  /** The stop switch: nothing is done, by anybody's word but a person's clearing. */
  stopped?: { by: string; at: number; why: string };
}

export interface ModeQuestion {
  kind: string;
  model: string;
  tags: readonly string[];
  time: number;
  /** What the response's file says. */
  content: AutomaticMode;
}

export interface ModeAnswer {
  mode: AutomaticMode;
  /** Why it is less than what was asked for. */
  held?: string;
  costly?: boolean;
}

export const STANDARD_MODES: ModeSettings = { standard: "content", rules: [], autonomy: [] };

/** One mode engine for all lanes (X10): rules, then the standard, then what must be earned first. Pure. */
export function modeOf(question: ModeQuestion, settings: ModeSettings, zone: ZoneClock): ModeAnswer {
  if (question.content === "off") return { mode: "off" };
  const rule = settings.rules.find((r) => holds(r, question, zone));
  const asked = rule?.mode ?? (settings.standard === "content" ? question.content : settings.standard);
  if (asked === "off") return { mode: "off" };
  if (settings.stopped !== undefined) return { mode: "shadow", held: "the stop switch is on" };
  if (asked === "autonomous" && settings.autonomy.find((a) => a.kind === question.kind)?.on === undefined)
    return { mode: "shadow", held: "this kind of action has not earned to act by itself yet" };
  return { mode: asked, ...(rule?.costly === true ? { costly: true } : {}) };
}

function holds(rule: ModeRule, q: ModeQuestion, zone: ZoneClock): boolean {
  return (
    (rule.kind === undefined || rule.kind === q.kind) &&
    (rule.model === undefined || isModel(rule.model, q.model)) &&
    (rule.tag === undefined || q.tags.includes(rule.tag.toLowerCase())) &&
    (rule.hours === undefined || within(rule.hours, zone.hourOfWeek(q.time)))
  );
}

/** A whole path, or a folder of it: what ends with a slash. */
export function isModel(pattern: string, path: string): boolean {
  return pattern === path || (pattern.trimEnd().endsWith("/") && path.startsWith(`${pattern.trimEnd()} `));
}

export function within(span: WeekSpan, hourOfWeek: number): boolean {
  const day = Math.floor(hourOfWeek / 24);
  const hour = hourOfWeek % 24;
  if (span.from < span.to) return span.days.includes(day) && hour >= span.from && hour < span.to;
  return (span.days.includes(day) && hour >= span.from) || (span.days.includes((day + 6) % 7) && hour < span.to);
}
