import { DAY } from "../../base/time.ts";
import { TailRank } from "../../stats/tail-rank.ts";
import { TextClassifier, type TextVector, textVector } from "../../stats/text-classifier.ts";

/** A message as its words are learned from. */
export interface WordsSeen {
  /** Event id. */
  id: string;
  time: number;
  /** Domain of the sender. */
  domain: string;
  address: string;
  kind: string;
  text: string;
  /** Log-odds of the evidence alone. */
  evidence: number;
  held: boolean;
  /** One of ours wrote to the sender before, or it answers a mail of ours: honest without waiting. */
  correspondent: boolean;
}

type State = "waiting" | "honest" | "phish";

interface Example {
  id: string;
  time: number;
  domain: string;
  address: string;
  kind: string;
  held: boolean;
  correspondent: boolean;
  /** Log-odds with words when it came, before it taught anything. */
  score: number | undefined;
  state: State;
  /** Somebody said so: no delay changes it. */
  judged: boolean;
  /** 18 bits of each piece's place, 6 of its count. */
  pieces: Uint32Array;
}

/** Characters of a message that are read. */
const TEXT = 1_200;
/** Nobody contradicted for so long: delivered mail is honest, held mail is not. */
const DELAY = 7 * DAY;
const MOST = { waiting: 1_500, honest: 1_500, phish: 800 } as const;
/** Of one domain, so that no sender teaches much: he would need as many domains as there are examples. One of ours wrote to a correspondent; to others nobody did. */
const OF_DOMAIN = { correspondent: 20, honest: 3, phish: 5 } as const;
const LEAST_HONEST = 200;
const LEAST_PHISH = 40;
const LEAST_PHISH_DOMAINS = 10;
/** Honest messages of a kind before its words count: they learn topics, and of an unseen kind they know nothing. */
const LEAST_OF_KIND = 40;
/** Messages scored by words before they are ranked among each other. */
const LEAST_RANKED = 200;
/** Log-odds of words, as a share of the evidence's. */
const WORDS = 0.5;
/** Nats that words may add to what the evidence says. */
const MOST_ADDED = 3;
const LN2 = Math.log(2);

/**
 * Words of honest mail and of phish, learned where they are received. Honest: from correspondents at once, else what was delivered and nobody contradicted for seven days;
 * phish: what people judged so, and what was held and nobody released for seven days. Begins to speak with 200 honest and 40 phish of ten domains; is learned anew once a
 * day of event time when a tenth is new. Out: nats, larger = stranger. **Words never make a message appear more honest than its evidence does, but for the ln 2 that asking
 * twice costs, and add at most 3 nats**; at most 20 honest examples of a correspondent's domain, 3 of another and 5 of phish count: that bounds what somebody gains who sends mail to teach it.
 * Kept: no text, but for up to 3,800 messages the hashed pieces of 2 to 5 characters of their first 1,200, without their order: whoever has the saved state and guesses a
 * short text can confirm it. Memory: about 3 kB a message, 4 MB for weights. Cost: learning 0.3-1 s once a day. After a restart weights are fitted anew from the same examples.
 */
export class SiteWords {
  readonly #examples: Record<State, Example[]> = { waiting: [], honest: [], phish: [] };
  readonly #ranks = new Map<string, TailRank>();
  #words: TextClassifier | undefined;
  #kinds = new Map<string, number>();
  #fittedAt = Number.NEGATIVE_INFINITY;
  #fresh = 0;

  /** What is known of it, for people and tests. */
  get counts(): { waiting: number; honest: number; phish: number; speaks: boolean } {
    const { waiting, honest, phish } = this.#examples;
    return { waiting: waiting.length, honest: honest.length, phish: phish.length, speaks: this.#words !== undefined };
  }

  /** Nats of the content, given those of its evidence among honest mail. */
  nats(kind: string, text: string, evidence: number, evidenceNats: number): number {
    const score = this.#score(kind, text, evidence);
    const rank = this.#ranks.get(kind);
    if (score === undefined || rank === undefined || rank.count < LEAST_RANKED) return evidenceNats;
    // The smaller of two p, as if each had been asked alone.
    return Math.max(0, Math.min(evidenceNats + MOST_ADDED, Math.max(evidenceNats, rank.scoreOne(score)) - LN2));
  }

  #score(kind: string, text: string, evidence: number): number | undefined {
    if (this.#words === undefined || (this.#kinds.get(kind) ?? 0) < LEAST_OF_KIND || text.trim() === "") return undefined;
    return evidence + WORDS * this.#words.logOdds(textVector(text, TEXT));
  }

  /** To be called after the message was scored. */
  learn(m: WordsSeen): void {
    this.#mature(m.time);
    if (m.text.trim().length < 40) return;
    const example: Example = {
      ...withoutText(m),
      score: this.#score(m.kind, m.text, m.evidence),
      state: "waiting",
      judged: false,
      pieces: packed(textVector(m.text, TEXT)),
    };
    this.#put(example, m.correspondent && !m.held ? "honest" : "waiting");
    if (m.time - this.#fittedAt >= DAY) this.#fit(m.time);
  }

  /** Somebody said what a message is; `undefined` takes it back. False when it is not among those kept. */
  judge(id: string, verdict: "phish" | "honest" | undefined): boolean {
    return this.#judge((e) => e.id === id, verdict) > 0;
  }

  /** The same for all kept messages of an address since a time. Returns how many. */
  judgeSender(address: string, since: number, verdict: "phish" | "honest" | undefined): number {
    return this.#judge((e) => e.address === address && e.time >= since, verdict);
  }

  #judge(which: (e: Example) => boolean, verdict: "phish" | "honest" | undefined): number {
    const found = (["waiting", "honest", "phish"] as const).flatMap((s) => this.#examples[s].filter(which));
    for (const example of found) {
      this.#examples[example.state] = this.#examples[example.state].filter((e) => e !== example);
      example.judged = verdict !== undefined;
      this.#put(example, verdict ?? "waiting");
    }
    return found.length;
  }

  #put(example: Example, state: State): void {
    if (state !== "waiting") {
      const same = this.#examples[state].filter((e) => e.domain === example.domain);
      if (same.length >= OF_DOMAIN[state === "honest" && example.correspondent ? "correspondent" : state]) {
        // What people said goes before what was only never contradicted.
        const weakest = same.find((e) => !e.judged);
        if (!example.judged || weakest === undefined) return;
        this.#examples[state] = this.#examples[state].filter((e) => e !== weakest);
      }
      this.#fresh++;
      // Ranked among honest mail of as many senders, not of whoever sends most.
      if (state === "honest" && example.score !== undefined) this.#rankOf(example.kind).learnOne(example.score);
    }
    example.state = state;
    const list = this.#examples[state];
    list.push(example);
    if (list.length > MOST[state]) list.splice(0, 1);
  }

  #mature(now: number): void {
    const waiting = this.#examples.waiting;
    let n = 0;
    while (n < waiting.length && now - (waiting[n]?.time ?? now) >= DELAY) n++;
    if (n === 0) return;
    for (const example of waiting.splice(0, n)) this.#put(example, example.held ? "phish" : "honest");
  }

  #fit(now: number): void {
    const { honest, phish } = this.#examples;
    const all = honest.length + phish.length;
    if (honest.length < LEAST_HONEST || phish.length < LEAST_PHISH || new Set(phish.map((e) => e.domain)).size < LEAST_PHISH_DOMAINS) return;
    if (this.#words !== undefined && this.#fresh < all / 10) return;
    this.#fresh = 0;
    this.#fittedAt = now;
    const rows = [...honest, ...phish];
    this.#words = new TextClassifier(
      rows.map((e) => unpacked(e.pieces)),
      rows.map((e) => (e.state === "phish" ? 1 : 0)),
    );
    this.#kinds = new Map();
    for (const e of honest) this.#kinds.set(e.kind, (this.#kinds.get(e.kind) ?? 0) + 1);
  }

  #rankOf(kind: string): TailRank {
    let rank = this.#ranks.get(kind);
    if (rank === undefined) {
      rank = new TailRank();
      this.#ranks.set(kind, rank);
    }
    return rank;
  }

  save(): unknown {
    const rows = (["waiting", "honest", "phish"] as const).flatMap((s) => this.#examples[s]);
    return {
      examples: rows.map((e) => ({ ...e, pieces: textOf(e.pieces) })),
      ranks: [...this.#ranks].map(([kind, rank]) => [kind, rank.save()]),
      fittedAt: Number.isFinite(this.#fittedAt) ? this.#fittedAt : null,
    };
  }

  /** Nothing (a state of before words were learned) leaves it empty. */
  load(saved: unknown): void {
    for (const state of ["waiting", "honest", "phish"] as const) this.#examples[state] = [];
    this.#ranks.clear();
    this.#words = undefined;
    this.#fittedAt = Number.NEGATIVE_INFINITY;
    if (saved === undefined) return;
    const s = saved as { examples: (Omit<Example, "pieces"> & { pieces: string })[]; ranks: [string, number[]][]; fittedAt: number | null };
    for (const e of s.examples) this.#examples[e.state].push({ ...e, pieces: piecesOf(e.pieces) });
    for (const [kind, values] of s.ranks) this.#rankOf(kind).load(values);
    if (s.fittedAt !== null) this.#fit(s.fittedAt);
  }
}

function withoutText({ id, time, domain, address, kind, held, correspondent }: WordsSeen): Omit<Example, "state" | "judged" | "score" | "pieces"> {
  return { id, time, domain, address, kind, held, correspondent };
}

function packed({ indexes, values }: TextVector): Uint32Array {
  return indexes.map((at, i) => at * 64 + Math.min(63, Math.max(1, Math.round(Math.exp((values[i] ?? 1) - 1)))));
}

function unpacked(pieces: Uint32Array): TextVector {
  return { indexes: pieces.map((v) => v >>> 6), values: Float32Array.from(pieces, (v) => 1 + Math.log(Math.max(1, v & 63))) };
}

/** Three bytes a piece. */
function textOf(pieces: Uint32Array): string {
  let out = "";
  for (const v of pieces) out += String.fromCharCode(v >>> 16, (v >>> 8) & 255, v & 255);
  return btoa(out);
}

function piecesOf(text: string): Uint32Array {
  const bytes = atob(text);
  return Uint32Array.from({ length: Math.floor(bytes.length / 3) }, (_, i) => {
    const at = i * 3;
    return bytes.charCodeAt(at) * 65_536 + bytes.charCodeAt(at + 1) * 256 + bytes.charCodeAt(at + 2);
  });
}
