import type { Category, Priority } from "../schema/alert.ts";
import type { ObservationKind } from "../schema/observation.ts";
import type { Filter, Source } from "./filter.ts";
import type { ModelCase } from "./model-case.ts";
import type { Template } from "./template.ts";

/** Whom a component, or the alert, is about: actor = who did it, target = the other end, either = the own device of the two, the actor first. */
export type About = "actor" | "target" | "either";

/** What components of one alert must agree on: the address of the other end, its name (else address), its port. */
export type SharedKey = "peer" | "endpoint" | "port";

/** "The same again": an entity's alert about the same other end is told again only after a while. */
export interface Again {
  same: readonly SharedKey[];
  /** ms. */
  after: number;
}

export type Aggregate = { by: readonly Source[]; over: number; atLeast: number } & (
  | { op: "count" }
  | { op: "sum"; of: Source }
  | { op: "distinct"; of: Source }
  /** Holds on a value that the key has not shown within `over`; 1,024 values are remembered. */
  | { op: "new"; of: Source }
);

/** A named question to observations: which kinds, which of them, and how many of those in which time. */
export interface Component {
  name: string;
  on: readonly ObservationKind[];
  about: About;
  where: readonly Filter[];
  aggregate: Aggregate | undefined;
  /** Sentence of the alert's reasons; undefined = made from the numbers. */
  says: Template | undefined;
}

/** How components join. Numbers are indexes into Model.components; a sequence keeps its progress from `slot` on. */
export type Combine =
  | { op: "one"; component: number }
  | { op: "all" | "any" | "none"; of: readonly Combine[] }
  | { op: "weights"; weights: readonly { component: number; weight: number }[]; target: number }
  | { op: "sequence"; of: readonly number[]; slot: number };

export type ScoreTerm =
  | { what: "fact"; source: Source; times: number }
  /** 0-100 unusualness of a calibrated p, times a weight. */
  | { what: "p"; source: Source; times: number }
  /** log2(value / threshold) of an aggregate, times points: each doubling adds `times`. */
  | { what: "excess"; component: number; times: number }
  | { what: "component"; component: number; points: number };

export interface ScoreSpec {
  base: number;
  add: readonly ScoreTerm[];
  /** Each earlier alert of the same model and entity multiplies the score by this; earlier alerts fade with the half-life. */
  repeat: { factor: number; halfLife: number };
}

/** A model as the engine takes it: everything checked, every knob in ms, bytes or a bare number. */
export interface Model {
  /** Path on screen, "Device / New User Agent to Internal Server". */
  path: string;
  file: string;
  /** Hash of the file's text: equal text keeps its state over a reload. */
  digest: string;
  version: number;
  description: string;
  priority: Priority;
  category: Category;
  compliance: boolean;
  tags: readonly string[];
  mitre: readonly string[];
  about: About;
  components: readonly Component[];
  combine: Combine;
  /** How long a component that held still counts, ms; 0 = only on the observation itself. */
  within: number;
  /** Slots that sequences of `combine` need in all. */
  slots: number;
  shared: readonly SharedKey[];
  /** Values of what was observed that make it a thing of its own: window, throttle and what was told are kept for each apart. */
  apart: readonly Source[];
  /** What its alerts share with others, of other models and entities too, that belong to the same story. One with a value that is not there is left out. */
  joins: readonly Template[];
  delay: { wait: number; cancel: number | undefined } | undefined;
  throttle: number;
  /** The same entity with the same other end is told again only after this; undefined = as often as the throttle lets. */
  again: Again | undefined;
  /** Growth that the throttle held back is told once it is this many times what the last alert told. */
  growth: number;
  exceptions: readonly Filter[];
  score: ScoreSpec;
  response: string | undefined;
  next: string;
  gaps: string;
  title: Template;
  /** Values that title, joins, reasons and score read: kept with what matched. */
  needs: readonly Source[];
  cases: readonly ModelCase[];
}
