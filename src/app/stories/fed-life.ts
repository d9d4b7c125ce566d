import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MINUTE } from "../../base/time.ts";
import { AttackLife, type TruthLine } from "../../generate/attack-life.ts";
import { readAttacks } from "../../generate/attacks/attack-content.ts";
import { parseRequests } from "../../generate/attacks/knobs.ts";
import type { Emitted, ZeekRecord } from "../../generate/emitted.ts";
import { endpointLife } from "../../generate/endpoint/index.ts";
import { type LivedHour, livedHours } from "../../generate/hours.ts";
import type { LifeSource } from "../../generate/life.ts";
import { mailLife } from "../../generate/mail/index.ts";
import { networkLife } from "../../generate/network/index.ts";
import { saasLife } from "../../generate/saas/index.ts";
import { makeWorld } from "../../generate/world/make-world.ts";
import type { World } from "../../generate/world/types.ts";
import { organisationYaml } from "../../generate/write/org-yaml.ts";
import { zeekHeader, zeekLine } from "../../generate/write/zeek-text.ts";
import { attackFolder } from "../places-of-files.ts";
import type { StoryPlatform } from "./story-platform.ts";

const LANES = { network: networkLife, mail: mailLife, cloud: saasLife, endpoint: endpointLife };

export interface LifeOptions {
  seed: number;
  people: number;
  days: number;
  lanes: readonly (keyof typeof LANES)[];
  /** A Monday. */
  start: string;
  /** Share of the life's own messages that are written from a day on: opening each costs some 20 ms. */
  fewerMails?: { from: number; share: number };
  /** What happens, and when: day from 0, minutes after its midnight on the organisation's clock. */
  attacks: readonly (readonly [request: string, day: number, minutes: number])[];
}

/**
 * A synthetic organisation whose sensors and services write their files into the platform's folder as its days go by: Zeek's logs, audit records, endpoint
 * alerts, messages. The platform follows the files; it is told nothing else.
 */
export class FedLife {
  readonly world: World;
  readonly truth: readonly TruthLine[];
  readonly #hours: Generator<LivedHour>;
  #hour: LivedHour | undefined;
  #zeek = 0;
  #emitted = 0;

  constructor(options: LifeOptions) {
    this.world = makeWorld({ seed: options.seed, people: options.people, days: options.days, start: options.start });
    const { calendar } = this.world;
    const requests = options.attacks.flatMap(([text]) => parseRequests([text]));
    const attacks = new AttackLife(
      this.world,
      readAttacks(attackFolder()),
      requests,
      options.attacks.map(([, day, minutes]) => calendar.midnight(day) + minutes * MINUTE),
    );
    this.truth = attacks.truth;
    const { fewerMails } = options;
    const life = options.lanes.flatMap((lane) => LANES[lane](this.world));
    const sources = fewerMails === undefined ? life : life.map((source) => thinned(source, fewerMails));
    this.#hours = livedHours(calendar, [...sources, attacks]);
  }

  /** The organisation file as its administrator would write it. */
  get organisation(): string {
    return organisationYaml(this.world);
  }

  at(day: number, minutes: number): number {
    return this.world.calendar.midnight(day) + minutes * MINUTE;
  }

  /** Writes what happens before `until` and lets the platform read it, at most `step` ms of life at a time. */
  async live(platform: StoryPlatform, until: number, step: number): Promise<void> {
    for (let now = platform.clock.now(); now < until; ) {
      now = Math.min(now + step, until);
      this.write(platform.folder, now);
      await platform.passTo(now);
    }
  }

  /** Writes what happens before `until` and was not written yet. */
  write(folder: string, until: number): void {
    const texts = new Map<string, string[]>();
    for (;;) {
      this.#hour ??= this.#nextHour();
      const hour = this.#hour;
      if (hour === undefined) break;
      for (let record = hour.zeek[this.#zeek]; record !== undefined && record.time < until; record = hour.zeek[++this.#zeek])
        put(texts, `zeek/${record.log}.log`, this.#lineOf(folder, record, texts));
      for (let item = hour.emitted[this.#emitted]; item !== undefined && item.time < until; item = hour.emitted[++this.#emitted]) emit(folder, texts, item);
      if (hour.to > until) break;
      this.#hour = undefined;
    }
    for (const [file, lines] of texts) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      appendFileSync(join(folder, file), lines.join(""));
    }
  }

  #nextHour(): LivedHour | undefined {
    const next = this.#hours.next();
    [this.#zeek, this.#emitted] = [0, 0];
    return next.done === true ? undefined : next.value;
  }

  #lineOf(folder: string, record: ZeekRecord, texts: ReadonlyMap<string, string[]>): string {
    const file = `zeek/${record.log}.log`;
    const begun = texts.has(file) || existsSync(join(folder, file));
    return `${begun ? "" : zeekHeader(record.log, this.world.calendar.start)}${zeekLine(record)}`;
  }
}

function thinned(source: LifeSource, { from, share }: { from: number; share: number }): LifeSource {
  let n = 0;
  return {
    name: source.name,
    play: (start, end, day, out) =>
      source.play(start, end, day, {
        zeek: (record) => out.zeek(record),
        emit: (item) => {
          const left = "bytes" in item && item.file.endsWith(".eml") && day >= from && n++ % 10 >= share * 10;
          if (!left) out.emit(item);
        },
      }),
  };
}

function put(texts: Map<string, string[]>, file: string, text: string): void {
  const list = texts.get(file);
  if (list === undefined) texts.set(file, [text]);
  else list.push(text);
}

/** Messages as files of a folder that is watched for mail; all that services say into one folder of exports. */
function emit(folder: string, texts: Map<string, string[]>, item: Emitted): void {
  const name = item.file.replaceAll("/", "-");
  if ("line" in item) {
    put(texts, `exports/${name}`, `${item.line}\n`);
    return;
  }
  const file = join(folder, name.endsWith(".eml") ? "post" : "exports", name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, item.bytes);
}
