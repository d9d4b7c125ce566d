import type { Clock } from "../base/clock.ts";
import { NetworkSet } from "../base/ip.ts";
import { CodedError } from "../base/result.ts";
import { type Element, elementsOf, type Family, nameOf, SETS, type SetName, tableText } from "./elements.ts";
import { NftSession, nftFile, nftList } from "./nft.ts";
import type { Rule } from "./request.ts";
import { mirrorText, tapTableText } from "./tap.ts";

export interface EnforcerOptions {
  /** Addresses and networks that no rule may name at either end. */
  protected: readonly string[];
  clock: Clock;
  /** Elements in force at once, at most. */
  cap?: number;
  /** The interface of a mirror port: resets are sent for the copies that come there, nothing is forwarded. Left out: this machine is a gateway. */
  tap?: string;
  log(line: string): void;
}

export interface Listed {
  family: Family;
  set: SetName;
  key: string;
  packets: number;
  bytes: number;
  /** Seconds that are left. */
  left: number;
}

const FAMILIES: readonly Family[] = ["ip", "ip6"];
/** More elements than this at once go through a process of their own in one transaction. */
const BATCH = 16;

/**
 * The kernel's rules as sets with timeouts. Knows what it has put in, so that an element in force gets its new end (nft leaves the old one on a plain
 * add). A table that somebody took away is made again at the next change. Calls are done one after the other.
 */
export class Enforcer {
  readonly #o: EnforcerOptions;
  readonly #protected: NetworkSet;
  readonly #cap: number;
  readonly #session = new NftSession();
  /** Name of our tables: a gateway's and a tap's may stand on one machine. */
  readonly #table: string;
  /** When each element that we put in ends, ms. */
  readonly #ends = new Map<string, number>();
  #queue: Promise<unknown> = Promise.resolve();
  /** Does a cut reset both ends, or only the end that speaks? */
  bothEnds = true;

  constructor(options: EnforcerOptions) {
    this.#o = options;
    this.#protected = new NetworkSet(options.protected);
    this.#cap = options.cap ?? 65_536;
    this.#table = options.tap === undefined ? "wonted" : "wonted_tap";
  }

  get tap(): string | undefined {
    return this.#o.tap;
  }

  get size(): number {
    return this.#ends.size;
  }

  /** Makes the table, keeping what another of us left in force. */
  async begin(): Promise<void> {
    const standing = await this.list().catch(() => []);
    await this.#makeTables();
    const now = this.#o.clock.now();
    const kept = standing.filter((e) => e.left > 0).map((e) => ({ element: { family: e.family, set: e.set, key: e.key }, seconds: Math.ceil(e.left) }));
    if (kept.length > 0) await this.#addAll(kept, now);
  }

  async #makeTables(): Promise<void> {
    const { tap } = this.#o;
    if (tap !== undefined) {
      for (const family of FAMILIES) await nftFile(tapTableText(family, tap));
      // Last: copies go on to the tables only once these stand.
      await nftFile(mirrorText(tap));
      return;
    }
    for (const family of FAMILIES) {
      try {
        await nftFile(tableText(family, this.bothEnds));
      } catch (error) {
        if (!this.bothEnds || !(error instanceof CodedError) || error.code === "nft-missing" || error.message.includes("syntax error")) throw error;
        this.#o.log(`this kernel cannot copy packets: only the end that speaks is reset (${error.message})`);
        this.bothEnds = false;
        await this.#makeTables();
        return;
      }
    }
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** Throws CodedError `rule-protected` or `cap-reached` before anything is done. */
  check(rule: Rule): void {
    for (const ip of [rule.src, rule.dst]) if (ip !== undefined && this.#protected.has(ip)) throw new CodedError("rule-protected", `${ip} is protected`);
  }

  add(rules: readonly { rule: Rule; allow: boolean; seconds: number }[]): Promise<void> {
    return this.#serial(async () => {
      const now = this.#o.clock.now();
      for (const [name, end] of this.#ends) if (end <= now) this.#ends.delete(name);
      const wanted = rules.flatMap(({ rule, allow, seconds }) => elementsOf(rule, allow).map((element) => ({ element, seconds })));
      if (this.#ends.size + wanted.length > this.#cap) throw new CodedError("cap-reached", `${this.#cap} elements are in force`);
      try {
        await this.#addAll(wanted, now);
      } catch (error) {
        if (!(error instanceof CodedError && error.code === "nft-refused" && /No such file/.test(error.message))) throw error;
        // Somebody took the table or a set away, or an element ended a moment ago.
        if ((await this.#tablesStand()) === false) {
          this.#o.log("the table was gone; it is made again");
          this.#ends.clear();
          await this.#makeTables();
        }
        for (const { element } of wanted) this.#ends.delete(nameOf(element));
        await this.#addAll(wanted, now);
      }
    });
  }

  async #tablesStand(): Promise<boolean> {
    const families = [...FAMILIES, ...(this.#o.tap === undefined ? [] : ["netdev"])];
    const tables = await Promise.all(families.map((family) => nftList("table", family, this.#table)));
    return tables.every((t) => t !== undefined);
  }

  async #addAll(wanted: readonly { element: Element; seconds: number }[], now: number): Promise<void> {
    const last = new Map(wanted.map((w) => [nameOf(w.element), w]));
    const commands: string[] = [];
    const groups = new Map<string, string[]>();
    for (const [name, { element, seconds }] of last) {
      const place = `${element.family} ${this.#table} ${element.set}`;
      if ((this.#ends.get(name) ?? 0) > now) commands.push(`add element ${place} { ${element.key} }`, `delete element ${place} { ${element.key} }`);
      const list = groups.get(place);
      const text = `${element.key} timeout ${seconds}s`;
      if (list === undefined) groups.set(place, [text]);
      else list.push(text);
    }
    for (const [place, list] of groups) commands.push(`add element ${place} { ${list.join(", ")} }`);
    if (last.size > BATCH) await nftFile(`${commands.join("\n")}\n`);
    else await this.#session.line(commands.join("; "));
    for (const [name, { seconds }] of last) this.#ends.set(name, now + seconds * 1_000);
  }

  /** Idempotent: what is not there is cleared. */
  clear(rule: Rule, allow: boolean): Promise<void> {
    return this.#serial(async () => {
      for (const element of elementsOf(rule, allow)) {
        const place = `${element.family} ${this.#table} ${element.set}`;
        // Added first, so that the deletion finds it, whoever ended it meanwhile.
        await this.#session.line(`add element ${place} { ${element.key} }; delete element ${place} { ${element.key} }`).catch((error: unknown) => {
          if (!(error instanceof CodedError && /No such file/.test(error.message))) throw error;
        });
        this.#ends.delete(nameOf(element));
      }
    });
  }

  /** What the kernel holds, with its counters. Cost about 15 ms for a thousand. */
  async list(): Promise<Listed[]> {
    const out: Listed[] = [];
    for (const family of FAMILIES) {
      const answer = (await nftList("table", family, this.#table)) as { nftables?: { set?: JsonSet }[] } | undefined;
      for (const { set } of answer?.nftables ?? []) {
        const name = SETS.find((s) => s === set?.name);
        if (set === undefined || name === undefined) continue;
        for (const item of set.elem ?? []) {
          const elem = typeof item === "object" && "elem" in item ? item.elem : undefined;
          if (elem === undefined) continue;
          const key = typeof elem.val === "string" ? elem.val : elem.val.concat.join(" . ");
          out.push({ family, set: name, key, packets: elem.counter?.packets ?? 0, bytes: elem.counter?.bytes ?? 0, left: elem.expires ?? 0 });
        }
      }
    }
    return out;
  }

  /** Leaves everything in force: the kernel ends it. */
  close(): void {
    this.#session.close();
  }
}

interface JsonElement {
  val: string | { concat: (string | number)[] };
  counter?: { packets: number; bytes: number };
  expires?: number;
}
interface JsonSet {
  name: string;
  elem?: ({ elem: JsonElement } | string)[];
}
