import type { Kind, Name } from "./kind.ts";

const PART = /^[\p{L}\p{N}][\p{L}\p{N} ()'.,+-]*$/u;

function partsOf(name: Name): string[] {
  return name.given.split("/").map((part) => part.trim());
}

export const model: Kind = {
  example: '"Device / New User Agent"',
  refuses(name) {
    const parts = partsOf(name);
    if (parts.length < 2 || parts.length > 4) return 'a model is named as on screen, with its folder: "Folder / Name"';
    return parts.every((part) => PART.test(part) && part.length <= 80) ? undefined : "each part begins with a letter or digit and has at most 80 characters";
  },
  files: (name) => [{ path: `content/models/${partsOf(name).join("/")}.yaml`, text: TEXT }],
  next: "Change what it looks for and its cases together: npm run wonted -- model test. Names of fields and facts: docs/reference/events.md.",
};

const TEXT = `version: 1
description: An own device speaks HTTP with a user agent that neither it nor its peers have used before, to a server that nobody here knows.
priority: 2
category: Suspicious
tags: [new]
mitre: [T1071.001]

components:
  newAgent:
    on: http
    where:
      - { fact: actorIsOurs, equals: true }
      - { fact: historyHours, atLeast: 24h }
      - { fact: userAgentNovelty, atLeast: 2 }
      - { fact: endpointNovelty, atLeast: 3 }
    says: "{userAgent} to {host}, after {historyHours} active hours without it"
combine: newAgent
throttle: 1d

title: "{entity} used a new user agent to a server that nobody knows, {host}"
score:
  base: 40
  add:
    - { fact: unusual, times: 0.3 }

next: Ask what was installed on the device lately; look at the same minute of its event log for a download; compare with other devices of its role.
gaps: Silent in a device's first day, when the agent is one that a peer uses, and for what is encrypted.

cases:
  - name: a script's agent to a server never seen
    expect: fires
    alerts: 1
    observations:
      - on: http
        entity: 10.0.0.5
        peer: { ip: 198.51.100.7, hostname: files.example.net, port: 80 }
        fields: { host: files.example.net, userAgent: python-requests/2.31, method: GET, uri: /a }
        facts: { actorIsOurs: true, historyHours: 200, userAgentNovelty: 3, endpointNovelty: 3, unusual: 60 }
  - name: the same agent to a server that the organisation knows
    expect: silent
    observations:
      - on: http
        entity: 10.0.0.5
        peer: { ip: 198.51.100.7, hostname: files.example.net, port: 80 }
        fields: { host: files.example.net, userAgent: python-requests/2.31, method: GET, uri: /a }
        facts: { actorIsOurs: true, historyHours: 200, userAgentNovelty: 3, endpointNovelty: 1, unusual: 20 }
`;
