import type { Alert } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";
import type { NetEvent } from "../schema/event.ts";
import { KindRegistry } from "./kinds.ts";
import { Planner } from "./planner.ts";
import type { CustomaryFlow, Customs } from "./ports.ts";
import type { Response, ResponseCase, ResponseFault } from "./response-file.ts";

const START = 1_700_000_000_000;

/** A device of long standing, so that a pattern of life exists to be enforced. */
const SETTLED: Customs = {
  usualOf: (): readonly CustomaryFlow[] => [{ src: "10.0.0.5", dst: "10.0.0.9", port: 443, proto: "tcp", perDay: 20 }],
  usualOfPeers: () => [],
  learnedDays: () => 30,
  commonAt: () => [{ dst: "10.0.0.9", port: 445 }],
};

/** In cases every address is an own device. */
const deviceAt = (ip: string): EntityRef => ({ kind: "device", id: ip, ip });

/** Runs the cases of a response file; a fault for each that does not do what it says, and for an action that no kind knows. */
export function checkResponse(response: Response, kinds: KindRegistry = new KindRegistry()): ResponseFault[] {
  const faults: ResponseFault[] = [];
  if (kinds.get(response.action) === undefined) return [{ file: response.path, line: 1, reason: `there is no kind of action "${response.action}"` }];
  for (const each of response.cases) {
    const planner = new Planner([{ ...response, mode: "autonomous" }], {
      kinds,
      customs: SETTLED,
      addresses: (e) => (e.ip === undefined ? [] : [e.ip]),
      deviceAt,
    });
    const plans = alertsOf(each).flatMap((a) => planner.plan(a));
    if (plans.length > 0 !== (each.expect === "plans"))
      faults.push({ file: response.path, line: 1, reason: `case "${each.name}": expected ${each.expect}, ${plans.length} planned` });
  }
  return faults;
}

function alertsOf(each: ResponseCase): Alert[] {
  return each.alerts.map((a, i) => {
    const time = START + a.after * 1_000;
    const event = {
      family: a.family,
      fileKey: "case",
      line: i + 1,
      time,
      src: a.entity,
      dst: a.peer,
      dstPort: a.port,
      proto: "tcp",
      state: "established",
      ...(a.family === "saas" ? { activity: "message", userKind: a.userKind, message: `m${i}`, links: ["https://link.example/"] } : {}),
      ...(a.family === "mail" ? { messageId: `<${i}@case.example>`, urls: ["https://link.example/"] } : {}),
    } as unknown as NetEvent;
    return {
      id: `case-${i}`,
      time,
      created: time,
      model: a.model,
      modelVersion: 1,
      category: "Suspicious",
      compliance: false,
      priority: a.priority as Alert["priority"],
      score: a.score,
      entity: a.kind === "device" ? { kind: a.kind, id: a.entity, ip: a.entity } : { kind: a.kind, id: a.entity },
      peers: [{ ip: a.peer, port: a.port }],
      mitre: [],
      tags: [],
      title: a.model,
      why: [],
      events: [event],
      eventCount: 1,
    };
  });
}
