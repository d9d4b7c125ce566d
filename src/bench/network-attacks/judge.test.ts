import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { HOUR, SECOND } from "../../base/time.ts";
import { readAttacks } from "../../generate/attacks/attack-content.ts";
import { playAttack } from "../../generate/attacks/play.ts";
import { networkTargetsOfCapture } from "../../generate/attacks/targets.ts";
import { Draw } from "../../generate/world/draw.ts";
import type { NetEvent } from "../../schema/event.ts";
import { MADE_ORGANISATION } from "../bench-core.ts";
import { Judge } from "./judge.ts";
import { EventMaker } from "./made-honest.ts";

const START = Date.UTC(2027, 2, 1);
const HOSTS = Array.from({ length: 20 }, (_, i) => `10.1.0.${10 + i}`);

/** Machines that each keep to a few servers outside, an hour like the other. */
function honest(from: number, hours: number): NetEvent[] {
  const maker = new EventMaker(`h${from}`);
  const random = seededRandom(from % 1_000_003);
  const events: NetEvent[] = [];
  for (let hour = 0; hour < hours; hour++)
    for (const [n, src] of HOSTS.entries())
      for (let i = 0; i < 8; i++) {
        const event = maker.zeek({
          log: "conn",
          time: from + (hour + random()) * HOUR,
          fields: {
            uid: `C${hour}x${n}x${i}`,
            "id.orig_h": src,
            "id.orig_p": 50_000 + i,
            "id.resp_h": `198.51.100.${1 + ((n + i) % 30)}`,
            "id.resp_p": 443,
            proto: "tcp",
            service: "ssl",
            duration: 2,
            orig_bytes: 900,
            resp_bytes: 4_000,
            conn_state: "SF",
            history: "ShADadFf",
            orig_pkts: 9,
            resp_pkts: 9,
          },
        });
        if (event !== undefined) events.push(event);
      }
  return events.sort((a, b) => a.time - b.time);
}

test("T15 a scan laid on honest hours is found at once at its machine; the same hours without it hold nothing of it", () => {
  const window = honest(START + 40 * HOUR, 6);
  const judge = new Judge({ organisation: MADE_ORGANISATION, roles: new Map(), history: () => [honest(START, 40)], window });
  const script = readAttacks(fileURLToPath(new URL("../../../content/attacks", import.meta.url))).find((s) => s.name === "internal-scan");
  if (script === undefined) throw new Error("no scan");
  const start = START + 42 * HOUR;
  const played = playAttack(
    script,
    {},
    {
      draw: new Draw(3),
      start,
      net: networkTargetsOfCapture(
        HOSTS.map((ip) => ({ ip })),
        "10.1.0.10",
      ),
      world: undefined,
    },
  );
  const maker = new EventMaker("attack");
  const events = played.network.map((r) => maker.zeek(r)).filter((e) => e !== undefined);
  const truth = played.truth.map((t) => ({ entity: t.entity, technique: t.technique, start: t.start }));
  const outcome = judge.judge("scan", events, truth);
  expect(outcome.ranks).toEqual([1]);
  expect(outcome.minutes).toBeLessThan(2);
  expect(outcome.techniques).toBe(1);
  expect(outcome.ranksByConnections[0]).toBe(1);
  const quiet = judge.judge("nothing", [], [{ entity: truth[0]?.entity ?? "", technique: "T1046", start: start + SECOND }]);
  expect([quiet.minutes, quiet.techniques, quiet.models]).toEqual([undefined, 0, []]);
});
