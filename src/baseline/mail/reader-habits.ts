import { TailRank } from "../../stats/tail-rank.ts";
import { LayeredTables } from "./layered-counts.ts";

/** How new a sender is to a reader: 0 they wrote to each other, 1 new to him, 2 new to his whole department, 3 new to the organisation. */
export type Newness = 0 | 1 | 2 | 3;

/** What one mail is to the reader who is used to such mail most. */
export interface ReaderSurprise {
  /** His address; "" when none of ours reads it or he knows the sender. */
  reader: string;
  newness: Newness;
  /** Mails that he got from outside so far, and how many of them from senders as new to him or newer. */
  received: number;
  asNew: number;
  /** -ln of the share of mails with a sender as new, by readers at least as little used to them; larger = stranger. */
  nats: number;
}

const NOBODY: ReaderSurprise = { reader: "", newness: 0, received: 0, asNew: 0, nats: 0 };
const READERS = 100_000;
const SENDERS = 200_000;
/** A department says as much of its reader as this many mails of his own, and the organisation of a department. */
const BELIEVED = 10;
const REMEMBERED = 4_000;
/** Mails with a sender as new before a rank among them means anything. */
const LEAST = 20;
/** Beyond the largest seen a rank goes on by extrapolation, which a handful of readers does not bear. */
const CAP = 5;
const WHOLE = "*";

/**
 * What each reader usually gets from outside, and from how new senders: his own counts, leaned on his department's and on the organisation's. A stranger is
 * everyday mail to a buyer and rare to a bookkeeper. How much rarer than usual here it is to him is ranked among mails whose sender was as new to his reader,
 * so that it says nothing again of what "never seen" says already. Of several readers the one counts who is used to it most.
 * Memory: about 250 B a reader, 100 B a sender. Blind: readers with no mail yet, who are taken for their department; a shared mailbox is one reader.
 */
export class ReaderHabits {
  readonly #got: LayeredTables;
  /** Departments that a sender has to do with. */
  readonly #knownTo: LayeredTables;
  readonly #departments = new Map<string, string>();
  readonly #ranks: readonly TailRank[];
  readonly #parent: ReaderHabits | undefined;

  constructor(parent?: ReaderHabits) {
    this.#parent = parent;
    this.#got = new LayeredTables(READERS, 4, parent?.got);
    this.#knownTo = new LayeredTables(SENDERS, 20, parent?.knownTo);
    this.#ranks = parent?.ranks ?? [1, 2, 3].map(() => new TailRank(REMEMBERED));
  }

  /** For a layer over this. */
  get got(): LayeredTables {
    return this.#got;
  }
  get knownTo(): LayeredTables {
    return this.#knownTo;
  }
  get ranks(): readonly TailRank[] {
    return this.#ranks;
  }

  introduce(reader: string, department: string): void {
    if (department !== "") this.#departments.set(reader, department);
  }

  departmentOf(reader: string): string {
    return this.#departments.get(reader) ?? this.#parent?.departmentOf(reader) ?? "";
  }

  /** @param wrote mails that went between sender and reader, either way @param known the sender has written here, or was written to */
  surprise(sender: string, readers: readonly string[], known: boolean, wrote: (reader: string) => number): ReaderSurprise {
    let least: (ReaderSurprise & { strange: number }) | undefined;
    for (const reader of readers) {
      const newness = this.#newness(sender, reader, known, wrote(reader));
      if (newness === 0) return NOBODY;
      const { strange, received, asNew } = this.#strangeness(reader, newness);
      if (least === undefined || strange < least.strange) least = { reader, newness, received, asNew, strange, nats: 0 };
    }
    if (least === undefined) return NOBODY;
    const { strange, ...found } = least;
    const rank = this.#ranks[found.newness - 1];
    return { ...found, nats: rank === undefined || rank.count < LEAST || strange <= 0 ? 0 : Math.min(CAP, rank.scoreOne(strange)) };
  }

  /** Before it is learned who wrote: mail from outside, as `surprise` read it. */
  learn(sender: string, readers: readonly string[], known: boolean, wrote: (reader: string) => number): void {
    let strangest = Number.POSITIVE_INFINITY;
    let newest: Newness = 0;
    for (const reader of readers) {
      const newness = this.#newness(sender, reader, known, wrote(reader));
      if (newness > 0) {
        const { strange } = this.#strangeness(reader, newness);
        if (strange < strangest) {
          strangest = strange;
          newest = newness;
        }
      } else strangest = Number.NEGATIVE_INFINITY;
    }
    if (newest > 0 && Number.isFinite(strangest) && this.#parent === undefined) this.#ranks[newest - 1]?.learnOne(strangest);
    for (const reader of readers) {
      const value = String(this.#newness(sender, reader, known, wrote(reader)));
      const department = this.departmentOf(reader);
      this.#got.add(WHOLE, value);
      if (department !== "") this.#got.add(`${WHOLE}${department}`, value);
      this.#got.add(reader, value);
    }
    this.met(sender, readers);
  }

  /** One of ours had to do with an outside address, so that his department has. */
  met(outside: string, ours: readonly string[]): void {
    for (const reader of ours) {
      const department = this.departmentOf(reader);
      if (department !== "") this.#knownTo.add(outside, department);
    }
  }

  #newness(sender: string, reader: string, known: boolean, wrote: number): Newness {
    if (wrote > 0) return 0;
    if (!known) return 3;
    const department = this.departmentOf(reader);
    return department !== "" && this.#knownTo.get(sender, department) === 0 ? 2 : 1;
  }

  #strangeness(reader: string, newness: Newness): { strange: number; received: number; asNew: number } {
    const department = this.departmentOf(reader);
    const whole = this.#count(WHOLE, newness);
    const usual = (whole.asNew + 0.5) / (whole.received + 1);
    let share = usual;
    if (department !== "") {
      const his = this.#count(`${WHOLE}${department}`, newness);
      share = (his.asNew + BELIEVED * share) / (his.received + BELIEVED);
    }
    const own = this.#count(reader, newness);
    // Against what is usual here, since that falls for as long as watching is new and everybody is a stranger.
    return { ...own, strange: Math.log(usual) - Math.log((own.asNew + BELIEVED * share) / (own.received + BELIEVED)) };
  }

  #count(key: string, newness: Newness): { received: number; asNew: number } {
    let asNew = 0;
    for (let n = newness; n <= 3; n++) asNew += this.#got.get(key, String(n));
    return { received: this.#got.total(key), asNew };
  }

  save(): unknown {
    return { got: this.#got.save(), knownTo: this.#knownTo.save(), ranks: this.#ranks.map((r) => r.save()) };
  }

  /** Takes what `save` gave; nothing (a state of before readers were learned) begins anew. */
  load(saved: unknown): void {
    type Table = [string, [string, number][]][];
    const s = (saved ?? { got: [], knownTo: [], ranks: [] }) as { got: Table; knownTo: Table; ranks: number[][] };
    this.#got.load(s.got);
    this.#knownTo.load(s.knownTo);
    this.#ranks.forEach((rank, i) => {
      rank.load(s.ranks[i] ?? []);
    });
  }
}
