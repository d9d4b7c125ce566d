import { parse } from "yaml";
import type { ZeekRecord } from "../../generate/emitted.ts";
import { livedHours } from "../../generate/hours.ts";
import { allLife } from "../../generate/lives.ts";
import type { World } from "../../generate/world/types.ts";
import { organisationYaml } from "../../generate/write/org-yaml.ts";
import { isRejected, type RecordParser } from "../../parsers/record-parser.ts";
import { createJsonRecordsParser } from "../../parsers/saas/json-records.ts";
import { createZeekJsonParser } from "../../parsers/zeek-json.ts";
import type { NetEvent } from "../../schema/event.ts";
import type { Organisation } from "../../schema/organisation.ts";

/** Turns what the generator says into events, through the product's own parsers. Raw bytes are let go: nothing here cites them. */
export class EventMaker {
  readonly #zeek: RecordParser;
  readonly #records = new Map<string, RecordParser>();
  #line = 0;
  readonly #key: string;
  constructor(key: string) {
    this.#key = key;
    this.#zeek = createZeekJsonParser({ source: key, file: `${key}/zeek.log`, fileKey: key });
  }

  zeek(record: ZeekRecord): NetEvent | undefined {
    return this.#keep(this.#zeek.parse(JSON.stringify({ _path: record.log, ts: record.time / 1_000, ...record.fields }), ++this.#line, 0));
  }

  line(file: string, line: string): NetEvent | undefined {
    let parser = this.#records.get(file);
    if (parser === undefined) {
      parser = createJsonRecordsParser({ source: file, file, fileKey: `${this.#key}/${file}` });
      this.#records.set(file, parser);
    }
    return this.#keep(parser.parse(line, ++this.#line, 0));
  }

  #keep(parsed: ReturnType<RecordParser["parse"]>): NetEvent | undefined {
    if (parsed === undefined || isRejected(parsed)) return undefined;
    parsed.raw = "";
    return parsed;
  }
}

/** Days of the made organisation as events: [from, to) in ms. Mail is left out: it is judged by its own benches. */
export function* madeEvents(world: World, maker: EventMaker, from: number, to: number): Generator<NetEvent[]> {
  for (const hour of livedHours(
    world.calendar,
    allLife(world).filter((l) => l.name !== "correspondence" && l.name !== "bulk mail" && l.name !== "host alerts"),
  )) {
    if (hour.to <= from) continue;
    if (hour.from >= to) return;
    const events: NetEvent[] = [];
    for (const record of hour.zeek) {
      const event = maker.zeek(record);
      if (event !== undefined) events.push(event);
    }
    for (const item of hour.emitted) {
      if (!("line" in item)) continue;
      const event = maker.line(item.file, item.line);
      if (event !== undefined) events.push(event);
    }
    yield events.sort((a, b) => a.time - b.time);
  }
}

/** What the administrator of the made organisation would tell of it: its org.yaml, as `--org` takes it. */
export function madeOrganisation(world: World): { organisation: Organisation; roles: Map<string, string[]> } {
  const told = parse(organisationYaml(world)) as Omit<Organisation, "defaultNetworks" | "proxies">;
  const roles = new Map<string, string[]>();
  const add = (entity: string, role: string): void => void roles.set(entity, [...(roles.get(entity) ?? []), role]);
  for (const { entity, role } of told.roles) add(entity, role);
  for (const nat of told.nat) add(nat, "nat");
  for (const vpn of told.vpn) add(vpn, "vpn");
  return { organisation: { ...told, defaultNetworks: false, proxies: [] }, roles };
}
