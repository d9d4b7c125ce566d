import { type Kind, type Name, refusesIdentifier } from "./kind.ts";

export const parser: Kind = {
  example: "syslog-firewall",
  refuses: refusesIdentifier,
  files: (name) => [
    { path: `src/parsers/${name.kebab}.ts`, text: source(name) },
    { path: `src/parsers/${name.kebab}.test.ts`, text: test(name) },
  ],
  next: "Give its records a family of src/schema/families.ts, list it in src/parsers/create-parser.ts and in src/sensors where files are told apart by content.",
};

function source(name: Name): string {
  return `import { canonicalIp } from "../base/ip.ts";
import type { NetEvent, Rejected } from "../schema/event.ts";
import { BLANK } from "./event-template.ts";
import { type ParseContext, type RecordParser, reject } from "./record-parser.ts";

/** "time=1700000000.5 src=10.0.0.5 dst=198.51.100.7 action=allow": words of letters, a value up to the next space. */
const PAIR = /(?:^| )([a-z]+)=([^ ]*)/g;

/**
 * ${name.words}: one record a line. What it is, where the format is described, what it leaves out.
 * Cost a record, and memory: none beside the event.
 */
export function create${name.pascal}Parser(context: ParseContext): RecordParser {
  return {
    parse(line: string, lineNo: number, offset: number): NetEvent | Rejected | undefined {
      if (line.trim() === "") return undefined;
      const values: Record<string, string> = Object.create(null);
      for (const [, key = "", value = ""] of line.matchAll(PAIR)) values[key] = value;
      const time = Number(values.time ?? "") * 1000;
      if (!(time > 0) || values.action === undefined || values.action === "") return reject(context, lineNo, "no time, or no action at its end", line);
      const event = BLANK.other();
      event.type = "${name.kebab}";
      event.sensor = "zeek";
      event.source = context.source;
      event.file = context.file;
      event.fileKey = context.fileKey;
      event.line = lineNo;
      event.offset = offset;
      event.time = time;
      event.seen = context.clock?.now() ?? time;
      event.src = canonicalIp(values.src ?? "");
      event.dst = canonicalIp(values.dst ?? "");
      event.raw = line;
      event.extra = values;
      return event;
    },
    save: () => "",
  };
}
`;
}

function test(name: Name): string {
  return `import fc from "fast-check";
import { expect, test } from "vitest";
import { checkParser } from "../../test/contract/check-parser.ts";
import { create${name.pascal}Parser } from "./${name.kebab}.ts";

const LINES = ["time=1700000000.5 src=10.0.0.5 dst=198.51.100.7 action=allow", "time=1700000060 src=10.0.0.6 dst=198.51.100.7 action=deny"];
const CONTEXT = { source: "test", file: "test.log", fileKey: "k" };

function parse(line: string) {
  return create${name.pascal}Parser(CONTEXT).parse(line, 7, 420);
}

test("a record becomes an event that names its line", () => {
  expect(parse(LINES[0] ?? "")).toMatchObject({ family: "other", type: "${name.kebab}", time: 1_700_000_000_500, src: "10.0.0.5", dst: "198.51.100.7", line: 7, offset: 420 });
});

test("keeps what every parser owes", () => {
  const fixture = Buffer.from(LINES.map((line) => \`\${line}\\n\`).join(""));
  // The last value has no end of its own: a cut inside it leaves a shorter value.
  expect(checkParser({ create: create${name.pascal}Parser, fixture, cutShows: (line, length) => length <= line.lastIndexOf("=") + 1 })).toEqual([]);
});

test("any bytes are an event, a rejected record or nothing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const result = parse(Buffer.from(bytes).toString("latin1"));
      if (result !== undefined) expect(result.line).toBe(7);
    }),
  );
});
`;
}
