import { type Kind, type Name, refusesIdentifier } from "./kind.ts";

/** The list's end, so that the new line comes last: saved states hold features by number. */
const END_OF_FACTS = "\n} as const;\nexport type CategoricalFeature";
const END_OF_CONSTANTS = "\n\n/** How a feature is said in a sentence";
const END_OF_WORDS = "\n};\n\nexport const VOLUME_WORDS";
const END_OF_READING = "    into.admin = adminProtocolOf(event);";

export const feature: Kind = {
  example: "ssh-server",
  refuses: refusesIdentifier,
  files: (name) => [
    { path: `src/baseline/features/${name.kebab}.ts`, text: source(name) },
    { path: `src/baseline/features/${name.kebab}.test.ts`, text: test(name) },
  ],
  registers: (name) => [
    { path: "src/schema/facts.ts", edit: (text) => text.replace(END_OF_FACTS, `\n  ${name.camel}: "${name.words}",${END_OF_FACTS}`) },
    {
      path: "src/baseline/features.ts",
      edit: (text) =>
        text
          .replace(END_OF_CONSTANTS, `\nexport const ${constantOf(name)} = FEATURES.indexOf("${name.camel}");${END_OF_CONSTANTS}`)
          .replace(END_OF_WORDS, `\n  ${name.camel}: { one: "${name.words}", many: "${name.words}s" },${END_OF_WORDS}`),
    },
    {
      path: "src/baseline/event-reader.ts",
      edit: (text) =>
        `import { ${constantOf(name)} } from "./features.ts";\nimport { read${name.pascal} } from "./features/${name.kebab}.ts";\n${text}`.replace(
          END_OF_READING,
          `    into.add(${constantOf(name)}, read${name.pascal}(event));\n${END_OF_READING}`,
        ),
    },
  ],
  next: "Say what it is in src/schema/facts.ts and features.ts, then npm run check -- --write. State that was saved without the feature no longer loads: give LearnedState a version that reads it.",
};

function constantOf(name: Name): string {
  return name.kebab.replaceAll("-", "_").toUpperCase();
}

function source(name: Name): string {
  return `import type { NetEvent } from "../../schema/event.ts";

/**
 * ${name.words}: server software that a device's SSH sessions meet, as it calls itself. No unit; compared as text.
 * Blind to a server that calls itself what others do. Source: RFC 4253 §4.2.
 */
export function read${name.pascal}(event: NetEvent): string | undefined {
  return event.family === "ssh" ? event.server : undefined;
}
`;
}

function test(name: Name): string {
  return `import { expect, test } from "vitest";
import { makeEvent } from "../../../test/support/events.ts";
import { HOUR, ZoneClock } from "../../base/time.ts";
import type { Device } from "../../schema/entity.ts";
import type { NetEvent } from "../../schema/event.ts";
import { CATEGORICAL_FEATURES } from "../../schema/facts.ts";
import { PatternOfLife } from "../pattern-of-life.ts";

const START = Date.UTC(2024, 0, 1);
const DEVICE: Device = {
  index: 0,
  id: "10.0.0.5",
  ip: "10.0.0.5",
  mac: undefined,
  hostname: undefined,
  firstSeen: START,
  lastSeen: START,
  roles: [],
  identity: [],
};

function makePattern(): PatternOfLife {
  return new PatternOfLife({ zone: new ZoneClock("UTC"), ownDevices: () => DEVICE });
}

function session(hour: number, server: string | undefined): NetEvent {
  const time = START + hour * HOUR;
  return makeEvent("ssh", { time, src: "10.0.0.5", dst: "198.51.100.7", dstPort: 22, proto: "tcp", direction: "outbound", srcDevice: 0, server });
}

/** What a session shows before it is learned. */
function factsOf(pattern: PatternOfLife, hour: number, server: string | undefined) {
  const facts = pattern.score(session(hour, server));
  return { novelty: facts.${name.camel}Novelty, rarity: facts.${name.camel}Rarity, p: facts.${name.camel}P };
}

function learned(hours: number): PatternOfLife {
  const pattern = makePattern();
  for (let hour = 0; hour < hours; hour++) {
    const event = session(hour, "OpenSSH_9.6");
    pattern.advance(event.time);
    pattern.score(event);
    pattern.learn(event, 1);
  }
  return pattern;
}

test("cold start: what was never seen is new, and an event without a value has no facts", () => {
  const pattern = makePattern();
  expect(factsOf(pattern, 0, "OpenSSH_9.6").novelty).toBeGreaterThan(0);
  expect(factsOf(pattern, 0, undefined)).toEqual({ novelty: undefined, rarity: undefined, p: undefined });
});

test("after a week the usual value is known, and another one is new and less probable", () => {
  const pattern = learned(168);
  const usual = factsOf(pattern, 168, "OpenSSH_9.6");
  const other = factsOf(pattern, 168, "dropbear_2022");
  expect(usual.novelty).toBe(0);
  expect(other.novelty).toBeGreaterThan(0);
  expect(other.p).toBeLessThan(Number(usual.p));
});

test("saved and loaded, it says the same", () => {
  const pattern = learned(48);
  const loaded = makePattern();
  expect(loaded.load(pattern.save()).ok).toBe(true);
  for (const server of ["OpenSSH_9.6", "dropbear_2022"]) expect(factsOf(loaded, 48, server)).toEqual(factsOf(pattern, 48, server));
});

test("the facts page says what it is", () => {
  expect(CATEGORICAL_FEATURES.${name.camel}).not.toBe("");
});
`;
}
