import { join } from "node:path";
import { CodedError } from "../../base/result.ts";
import type { Model } from "../../detect/index.ts";
import { Places } from "../../enrich/places.ts";
import { readAttacks } from "../../generate/attacks/attack-content.ts";
import { makeCore } from "../../lanes/make-core.ts";
import type { Alert } from "../../schema/alert.ts";
import type { NetEvent } from "../../schema/event.ts";
import type { Bench, BenchOptions } from "../bench.ts";
import { benchModels, HOME, MADE_ORGANISATION } from "../bench-core.ts";
import type { BenchResult, Figure } from "../figures.ts";
import { VERSION_OF_BENCH } from "../version.ts";
import { worldPlaces } from "./places.ts";
import { makeTenant } from "./tenant.ts";

const FLAGSHIP = "SaaS / Unusual Activity / Large Volume of Messages Sent from New External User";
/** What is played, one at a time; `models` are those of which one must speak about the sender. */
const PLAYED = [
  { name: "burst", attack: "teams-burst", attacks: ["teams-burst"] },
  { name: "burst15", attack: "teams-burst:chats=5,messages=15", attacks: ["teams-burst:chats=5,messages=15"] },
  { name: "slow", attack: "teams-burst:minutes=4320", attacks: ["teams-burst:minutes=4320"] },
  { name: "partner", attack: "teams-burst:sender=partner", attacks: ["teams-burst:sender=partner"] },
] as const;
const PEOPLE = 40;
const DAYS = 36;

interface Outcome {
  found: boolean;
  /** Messages of the sender up to and with the one that completed the first alert about it; undefined when none was. */
  atMessage: number | undefined;
  counts: string;
  exact: boolean;
  lawful: number;
  /** Two rules that look at one record, on the same records: did they mark the sender, and how many others. */
  firstSeen: { found: boolean; others: number };
  words: { found: boolean; others: number };
}

/** What the best known public rule for Teams looks for in who opens a chat: a word list, no behaviour (elastic/detection-rules, rogue help desk). */
const HELP_DESK = /help.{0,3}desk|it.{0,3}support|tech.{0,3}support|service.{0,3}desk|microsoft.{0,3}(?:security|support)|security.{0,3}(?:team|admin)/i;

async function run(options: BenchOptions): Promise<BenchResult> {
  const seeds = Number(options.given("seeds")[0] ?? 1);
  if (!(seeds >= 1)) throw new CodedError("bad-option", "burst: --seeds is a number of at least 1", { exitCode: 2 });
  const people = Number(options.given("people")[0] ?? PEOPLE);
  const days = Number(options.given("days")[0] ?? DAYS);
  const models = benchModels();
  const scripts = readAttacks(join(HOME, "content", "attacks"));
  const figures: Figure[] = [];
  const only = options.given("only").flatMap((name) => name.split(","));
  const unknown = only.find((name) => !PLAYED.some((p) => p.name === name));
  if (unknown !== undefined) throw new CodedError("bad-option", `burst: --only ${unknown} is none of ${PLAYED.map((p) => p.name).join(", ")}`, { exitCode: 2 });
  for (const played of PLAYED.filter((p) => only.length === 0 || only.includes(p.name))) {
    const outcomes: Outcome[] = [];
    for (let i = 0; i < seeds; i++) {
      const seed = options.seed + i;
      const outcome = playOne(seed, people, days, played.attacks, models, scripts);
      outcomes.push(outcome);
      options.print(
        `${played.name.padEnd(8)} seed ${String(seed).padStart(3)}  ${outcome.found ? `alert at message ${outcome.atMessage}` : "not found"}  last alert: ${outcome.counts}  external senders alerted beside: ${outcome.lawful}\n`,
      );
      await new Promise((done) => setImmediate(done));
    }
    const of = (hit: (o: Outcome) => boolean): number => outcomes.filter(hit).length;
    figures.push({ name: `${played.name}.found`, method: "wonted", value: of((o) => o.found) / seeds });
    if (played.name === "burst") {
      figures.push({ name: "burst.byMessage10", method: "wonted", value: of((o) => (o.atMessage ?? 99) <= 10) / seeds });
      figures.push({ name: "burst.countsExact", method: "wonted", value: of((o) => o.exact) / seeds });
    }
    figures.push({ name: `${played.name}.lawfulAlerted`, method: "wonted", value: outcomes.reduce((n, o) => n + o.lawful, 0), unit: "senders" });
    for (const [method, rule] of [
      ["first-seen external user", "firstSeen"],
      ["words in the sender's name", "words"],
    ] as const) {
      figures.push({ name: `${played.name}.found`, method, value: of((o) => o[rule].found) / seeds });
      figures.push({ name: `${played.name}.lawfulAlerted`, method, value: outcomes.reduce((n, o) => n + o[rule].others, 0), unit: "senders" });
    }
  }
  return { bench: "burst", version: VERSION_OF_BENCH, figures };
}

function playOne(
  seed: number,
  people: number,
  days: number,
  attacks: readonly string[],
  models: readonly Model[],
  scripts: ReturnType<typeof readAttacks>,
): Outcome {
  const tenant = makeTenant({ seed, people, days, attacks, scripts });
  const { organisation } = tenant.world;
  const core = makeCore({
    organisation: {
      ...MADE_ORGANISATION,
      networks: [...MADE_ORGANISATION.networks, ...organisation.sites.map((s) => `${s.egress}/32`)],
      domains: organisation.domains,
      timezone: organisation.timezone,
    },
    roles: new Map(),
    models: models.filter((m) => m.path.startsWith("SaaS / ")),
    places: new Places([worldPlaces()]),
  });
  const sender = tenant.truth[0]?.entity ?? "";
  const alerts: Alert[] = [];
  const said: { time: number; key: string }[] = [];
  const start = tenant.truth[0]?.start ?? 0;
  const settled = tenant.world.calendar.start + 3 * 86_400_000;
  const senders = new Map<string, { first: number; words: boolean }>();
  const note = (event: NetEvent): void => {
    if (event.family !== "saas" || event.user === undefined) return;
    if (
      (event.activity === "message" || event.activity === "chat-created") &&
      !organisation.domains.some((d) => event.user?.endsWith(`@${d}`)) &&
      event.user.includes("@")
    ) {
      const before = senders.get(event.user) ?? { first: event.time, words: false };
      before.words ||= HELP_DESK.test(event.user) || HELP_DESK.test(event.userName ?? "");
      senders.set(event.user, before);
    }
    if (event.user !== sender) return;
    if (event.activity === "message" && event.time >= start) said.push({ time: event.time, key: `${event.chat}/${event.message}` });
  };
  for (const events of tenant.hours()) {
    events.forEach(note);
    alerts.push(...core.lane.process(events).alerts);
    const last = events[events.length - 1];
    if (last !== undefined) alerts.push(...core.lane.advance(last.time + 1).alerts);
  }
  alerts.push(...core.lane.finish(tenant.world.calendar.end + 86_400_000).alerts);
  // Whoever is told as an external user counts, our own people taken for one too.
  const isOutside = (a: Alert): boolean =>
    a.tags.includes("external user") || (a.entity.id.includes("@") && !organisation.domains.some((d) => a.entity.id.endsWith(`@${d}`)));
  const external = alerts.filter((a) => a.entity.kind === "user" && a.priority >= 3 && isOutside(a));
  const about = external.filter((a) => a.entity.id === sender && a.time >= start).sort((a, b) => a.time - b.time);
  const first = about[0];
  const last = about.filter((a) => a.model === FLAGSHIP).at(-1) ?? about.at(-1);
  const numbers = last?.why.map((w) => w.text).find((t) => /messages in \d+ one-to-one chats/.test(t)) ?? last?.title ?? "none";
  const found = /(\d+) messages in (\d+) one-to-one chats to (\d+) people within .*?, with (\d+) different links/.exec(numbers);
  return {
    found: first !== undefined,
    atMessage: first === undefined ? undefined : new Set(said.filter((s) => s.time <= first.time).map((s) => s.key)).size,
    counts: found === null ? "no counts" : found.slice(1, 5).join(", "),
    exact: found !== null && found.slice(1, 5).join() === "63,21,21,21",
    lawful: new Set(external.filter((a) => a.entity.id !== sender || a.time < start).map((a) => a.entity.id)).size,
    firstSeen: { found: (senders.get(sender)?.first ?? 0) >= start, others: [...senders].filter(([user, s]) => user !== sender && s.first >= settled).length },
    words: { found: senders.get(sender)?.words === true, others: [...senders].filter(([user, s]) => user !== sender && s.words).length },
  };
}

export const burstBench: Bench = {
  name: "burst",
  makesOwn: true,
  goals: [
    { name: "burst.byMessage10", atLeast: 0.95, by: "value" },
    { name: "burst.countsExact", atLeast: 0.95, by: "value" },
    { name: "burst.lawfulAlerted", atMost: 0 },
    { name: "burst15.found", atLeast: 0.8, by: "value" },
    { name: "slow.found", atLeast: 0.8, by: "value" },
    { name: "partner.found", atLeast: 0.8, by: "value" },
  ],
  about: {
    what: "A generated tenant of 40 people over 36 days with partner tenants, bots and lawful mass invitations; in its last third a user of another tenant writes one to one to 21 people. Variants: 15 messages, the same over three days, a known partner from another country. An alert counts from priority 3 on.",
    flaws: ["The tenant's life and the attack are both of our own making.", "Partners' people write less than in a busy company."],
    misses: ["A burst within the first three days of learning.", "A known partner's user from his own country."],
  },
  run,
};
