import { seededRandom } from "../../base/random.ts";
import type { MailSignals } from "../../baseline/mail/mail-facts.ts";
import { MailMemory } from "../../baseline/mail/mail-memory.ts";
import { type Behaviour, RuleFrequencies } from "../../baseline/mail/mail-rules.ts";
import { foldText } from "../../lanes/email/evidence/fold-text.ts";
import type { MailLookups } from "../../lanes/email/evidence/lookups.ts";
import type { MailRow } from "../mail/corpus.ts";
import { type Injected, KIND_NAMES, type Kind, KindMaker, type Surroundings } from "./kinds.ts";
import type { TextPool } from "./texts.ts";
import type { TimelineReader, TimelineRow } from "./timeline-rows.ts";

export const CONDITIONS = ["none", "subject", "text", "plain"] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface Judged {
  row: TimelineRow | Injected;
  signals: MailSignals;
  behaviour: Behaviour;
  /** Nats of the subject's inducements. */
  lure: number;
}

export interface InjectedCampaign {
  kind: Kind;
  condition: Condition;
  /** Only what is meant to deceive, in order. */
  mails: Judged[];
  text: MailRow | undefined;
}

export interface StreamOptions {
  rows: readonly TimelineRow[];
  /** Rows from here on are judged for the figures; those before set thresholds. */
  half: number;
  reader: TimelineReader;
  lookups: MailLookups;
  phish: TextPool;
  plain: TextPool;
  campaigns: number;
  seed: number;
}

/** Score before learn, mail by mail; injected campaigns are scored on a layer of their own, so that they change nothing for the others. */
export function runStream(o: StreamOptions): { honest: Judged[]; injected: InjectedCampaign[] } {
  const { rows, reader } = o;
  const random = seededRandom(o.seed);
  const maker = new KindMaker(reader, random);
  const plan = planOf(o, random);
  const memory = new MailMemory();
  const rules = new RuleFrequencies();
  const honest: Judged[] = [];
  const injected: InjectedCampaign[] = [];
  const pools = new Pools(rows, o.half, reader);
  rows.forEach((row, i) => {
    for (const { kind, condition } of plan.get(i) ?? []) {
      const mails = maker.make(kind, row.time, pools.surroundings(i));
      if (mails === undefined) continue;
      const text = condition === "none" ? undefined : (condition === "plain" ? o.plain : o.phish).draw();
      injected.push({ kind, condition, text, mails: judgeCampaign(mails, text, condition, memory, rules, reader, o.lookups) });
    }
    const facts = reader.facts(row);
    const signals = memory.signals(facts);
    const behaviour = rules.score(signals);
    honest.push({ row, signals, behaviour, lure: rules.lure(signals.lures) });
    if (signals.fromDomain === 0) reader.learnName(facts.domain);
    memory.learn(facts);
    rules.learn(signals, behaviour.fired);
    pools.add(row, signals);
  });
  return { honest, injected };
}

function judgeCampaign(
  mails: readonly Injected[],
  text: MailRow | undefined,
  condition: Condition,
  memory: MailMemory,
  rules: RuleFrequencies,
  reader: TimelineReader,
  lookups: MailLookups,
): Judged[] {
  const layer = memory.layer();
  const out: Judged[] = [];
  for (const mail of mails) {
    const row = !mail.warm && text !== undefined && condition !== "none" && !mail.keepsSubject ? { ...mail, subject: text.subject } : mail;
    const facts = reader.facts(row);
    const signals = layer.signals(facts);
    if (!mail.warm) {
      const lures = new Set(lookups.words.find(foldText(row.subject)).filter((f) => f.topic.startsWith("lure.")));
      out.push({ row, signals, behaviour: rules.score(signals), lure: rules.lure(Math.min(2, lures.size)) });
    }
    layer.learn(facts);
  }
  return out;
}

function planOf(o: StreamOptions, random: () => number): Map<number, { kind: Kind; condition: Condition }[]> {
  const plan = new Map<number, { kind: Kind; condition: Condition }[]>();
  for (const kind of KIND_NAMES) {
    for (const condition of CONDITIONS) {
      if ((condition === "text" || condition === "subject") && o.phish.size === 0) continue;
      if (condition === "plain" && o.plain.size === 0) continue;
      for (let n = 0; n < o.campaigns; n++) {
        const at = o.half + 50 + Math.floor(random() * (o.rows.length - o.half - 60));
        plan.set(at, [...(plan.get(at) ?? []), { kind, condition }]);
      }
    }
  }
  return plan;
}

/** What has come by, for copying. */
class Pools {
  readonly #rows: readonly TimelineRow[];
  readonly #donors: TimelineRow[] = [];
  #known: TimelineRow[] = [];
  #staff: TimelineRow[] = [];
  #last: TimelineRow[] = [];
  readonly #recent = new Map<string, TimelineRow[]>();
  readonly #own = new Set<string>();
  readonly #placed: readonly TimelineRow[];

  constructor(rows: readonly TimelineRow[], half: number, reader: TimelineReader) {
    this.#rows = rows;
    const seen = new Set<string>();
    rows.forEach((row, i) => {
      if (!row.out && !seen.has(row.from) && i >= half) this.#donors.push(row);
      seen.add(row.from);
    });
    this.#placed = rows.filter((r) => reader.countryOf(reader.clientOf(r)) !== "");
  }

  add(row: TimelineRow, signals: MailSignals): void {
    if (row.out) {
      this.#staff = [...this.#staff.slice(-499), row];
      this.#own.add(row.from);
      return;
    }
    if (signals.fromAddress >= 20) {
      this.#known = [...this.#known.slice(-799), row];
      this.#recent.set(row.from, [...(this.#recent.get(row.from) ?? []).slice(-19), row]);
    }
    this.#last = [...this.#last.slice(-59), row];
  }

  surroundings(at: number): Surroundings {
    const near = this.#rows.slice(at + 1, at + 600).filter((r) => r.inReplyTo === "" && !r.out && !/^\s*re:/i.test(r.subject));
    return {
      donors: this.#donors,
      known: this.#known,
      staff: this.#staff,
      last: this.#last,
      recentOf: (address) => this.#recent.get(address) ?? [],
      ownAddresses: [...this.#own],
      placed: this.#placed,
      subjects: near.length > 0 ? near.map((r) => r.subject) : ["report"],
    };
  }
}
