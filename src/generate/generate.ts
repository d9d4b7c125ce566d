import { iso } from "../base/time.ts";
import { AttackLife } from "./attack-life.ts";
import type { AttackScript } from "./attacks/attack-content.ts";
import type { AttackRequest } from "./attacks/knobs.ts";
import { livedHours } from "./hours.ts";
import { allLife } from "./lives.ts";
import { Inventory } from "./network/inventory.ts";
import { MailGateway } from "./network/mail-gateway.ts";
import { makeWorld } from "./world/make-world.ts";
import type { World, WorldOptions } from "./world/types.ts";
import { NetworkFiles, type NetworkFormat } from "./write/network-files.ts";
import { organisationYaml, SYNTHETIC } from "./write/org-yaml.ts";
import { OutFolder } from "./write/out-folder.ts";

export interface GenerateOptions extends WorldOptions {
  out: string;
  format: NetworkFormat;
  attacks: readonly AttackRequest[];
  scripts: readonly AttackScript[];
}

export interface Generated {
  world: World;
  /** Records and messages written. */
  records: number;
  bytes: number;
  truths: number;
}

/**
 * Writes the organisation's life as the files of its sensors and services, with org.yaml, truth.ndjson and README.txt. The folder is whole at the end
 * or taken away: nothing half-written is left. The same options give the same bytes.
 * Memory: one hour of life, and the world (5 kB a person). Speed: about 100,000 records a second of one core.
 * `step` is called after each hour and may throw to end it. Throws CodedErrors `generate-option`, `generate-out`, `generate-write`, `unknown-attack`, `bad-knob`.
 */
export async function generate(options: GenerateOptions, step: (done: number, total: number, records: number) => Promise<void> | void): Promise<Generated> {
  const world = makeWorld(options);
  const attacks = new AttackLife(world, options.scripts, options.attacks);
  const folder = new OutFolder(options.out);
  try {
    const { calendar } = world;
    const files = new NetworkFiles(folder, options.format, world);
    const inventory = new Inventory();
    const gateway = new MailGateway(world);
    const sources = [...allLife(world), attacks].map((source) => gateway.watching(source));
    let records = 0;
    for (const hour of livedHours(calendar, sources)) {
      const noted = inventory.note(hour.zeek, hour.day);
      const zeek = noted.length === 0 ? hour.zeek : [...hour.zeek, ...noted].sort((a, b) => a.time - b.time);
      files.write(zeek, hour.day);
      for (const item of hour.emitted) {
        if ("line" in item) folder.append(item.file, `${item.line}\n`);
        else folder.file(item.file, item.bytes);
      }
      records += zeek.length + hour.emitted.length;
      await step(hour.to - calendar.start, calendar.end - calendar.start, records);
    }
    files.end();
    folder.file("org.yaml", organisationYaml(world));
    folder.file("truth.ndjson", attacks.truth.map((t) => `${JSON.stringify({ ...t, start: undefined, time: iso(t.start), end: iso(t.end) })}\n`).join(""));
    folder.file("README.txt", readme(options, world));
    folder.finish();
    return { world, records, bytes: folder.bytes, truths: attacks.truth.length };
  } catch (error) {
    folder.abandon();
    throw error;
  }
}

function readme(options: GenerateOptions, world: World): string {
  const asked = options.attacks.map((a) => ` --attack ${a.name}`).join("");
  return `${SYNTHETIC}

${world.organisation.name}, ${options.people} people, ${options.days} days from ${options.start} (${world.organisation.timezone}).
wonted generate --seed ${options.seed} --people ${options.people} --days ${options.days} --start ${options.start}${asked}

org.yaml      what its administrator would tell: wonted replay . --org org.yaml --out DIR
truth.ndjson  what was done by attackers; empty without --attack
`;
}
