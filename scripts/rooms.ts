/**
 * The rooms of src/ and who may import whom: the one table from which the layering check and ARCHITECTURE.md are made.
 * A room stands here before its folder does; ARCHITECTURE.md shows those that have a folder.
 */
export interface Room {
  /** What lives in it, in one line. */
  holds: string;
  /** Rooms it may import. */
  imports: readonly string[];
  /** Rooms whose types it may name, and nothing more: it implements a port that they declare. */
  typesOf?: readonly string[];
  /** Node's own modules: "none" keeps a room replayable and fit for a browser or worker. */
  node: "allowed" | "none";
  /** Its folders do not know each other; what they share lies directly in the room or in its folder "common". */
  strangers?: true;
}

const JUDGEMENT = ["detect", "analyst", "respond", "share"];
const LANE_ROOMS = ["base", "schema", "pipeline", "parsers", "baseline", "enrich", ...JUDGEMENT];

const TABLE = {
  base: { holds: "time, addresses, domain names, hashes, results, clock, randomness", imports: [], node: "none" },
  schema: { holds: "the one vocabulary: event, entity, fact, observation, score, alert, source", imports: ["base"], node: "none" },
  contract: { holds: "API routes and messages, shared by api and ui", imports: ["base", "schema"], node: "none" },
  stats: { holds: "online estimators: learn one, score one, save, load", imports: ["base"], node: "none" },
  pipeline: { holds: "step, outcome, ordering, back-pressure", imports: ["base"], node: "allowed" },
  parsers: { holds: "bytes in, record or failure out", imports: ["base", "schema"], node: "allowed" },
  baseline: { holds: "pattern of life: entity and feature, peers, rarity, calibrated surprise", imports: ["base", "schema", "stats"], node: "none" },
  enrich: { holds: "what is known about the outside: country, owner, domain", imports: ["base", "schema"], node: "allowed" },
  detect: { holds: "the model engine: parsed models and observations in, alerts out", imports: ["base", "schema"], node: "none" },
  analyst: { holds: "alerts into incidents: questions, evidence, narrative", imports: ["base", "schema"], node: "none" },
  respond: { holds: "what to do about it: planner, modes, expiry; ports for actuators", imports: ["base", "schema"], node: "none" },
  share: { holds: "telling others: notification, export", imports: ["base", "schema"], node: "none" },
  lanes: { holds: "the readable order of steps for one kind of telemetry", imports: LANE_ROOMS, node: "allowed", strangers: true },
  sensors: {
    holds: "where telemetry comes in: files and their live tail",
    imports: ["base", "schema", "parsers", "pipeline"],
    typesOf: ["respond"],
    node: "allowed",
    strangers: true,
  },
  connectors: {
    holds: "one vendor each: source, context, action, sink",
    imports: ["base", "schema"],
    typesOf: ["enrich", "respond", "share"],
    node: "allowed",
    strangers: true,
  },
  store: {
    holds: "events, alerts, state, audit log: implementations of the other rooms' ports",
    imports: ["base", "schema"],
    typesOf: ["baseline", "enrich", ...JUDGEMENT, "lanes", "api"],
    node: "allowed",
  },
  api: { holds: "the HTTP server; its services are handed in", imports: ["base", "schema", "contract"], node: "allowed" },
  ui: { holds: "the web app; speaks to api and to nothing else", imports: ["base", "schema", "contract"], node: "none" },
  generate: { holds: "the synthetic organisation and its source formats", imports: ["base", "schema", "contract"], node: "allowed" },
  compat: { holds: "the vendor API that public clients speak, over our own", imports: ["base", "schema", "contract"], node: "allowed" },
  emulator: { holds: "a vendor's endpoints for tests, its own program", imports: ["base", "schema"], node: "allowed" },
  fetcher: { holds: "the program that visits link targets", imports: ["base", "schema"], node: "allowed" },
  helper: { holds: "the small privileged program behind network enforcement", imports: ["base"], node: "allowed" },
} as const satisfies Record<string, Room>;

const LOWER = Object.keys(TABLE);

/** All rooms, lowest first. */
export const ROOMS: Readonly<Record<string, Room>> = {
  ...TABLE,
  bench: { holds: "benches, their controls and their other methods", imports: LOWER.filter((room) => room !== "ui"), node: "allowed" },
  app: { holds: "composition root: configuration, wiring, commands; the only room that sees everything", imports: [...LOWER, "bench"], node: "allowed" },
};
