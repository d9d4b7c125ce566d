import type { ActionTarget, FlowMatch } from "../schema/action.ts";
import { type KindSpec, nameOf } from "./kind-spec.ts";

const TWO_HOURS = 7_200;
const HOUR = 3_600;
/**
 * Over which one machine is administered from another, or its files taken: SSH, Telnet, the endpoint mapper in front of WMI and DCOM, SMB by both of its ports,
 * remote desktop, VNC, WinRM. An object of DCOM answers on a port of its own, which nobody learns without the mapper.
 */
const ADMINISTRATION: readonly number[] = [22, 23, 135, 139, 445, 3_389, 5_900, 5_985, 5_986];

function flowText(flow: FlowMatch): string {
  const port = flow.port === undefined ? "" : ` on ${flow.proto === "udp" ? "UDP " : ""}port ${flow.port}`;
  return `${flow.dst ?? "any address"}${port}`;
}

function flowsText(target: ActionTarget): string {
  const flows = target.flows ?? [];
  const first = flows[0];
  if (first === undefined) return "nothing";
  const own = target.entity.ip;
  const text = first.src !== undefined && first.src !== own && first.dst === own ? `be reached by ${first.src}` : `reach ${flowText(first)}`;
  return flows.length === 1 ? text : `${text}, and ${flows.length - 1} more`;
}

/** Customs that stay possible; what is protected goes on without counting. */
function endpointsOf(target: ActionTarget): number {
  return (target.allowed ?? []).filter((f) => f.port !== undefined).length;
}

/** What a network driver can do: by address, pair and port. */
export const NETWORK_KINDS: readonly KindSpec[] = [
  {
    id: "block-connections",
    label: "Block matching connections",
    entities: ["device", "external"],
    reach: "flows",
    undo: "Ends by itself; cleared in under a second. Programs may have to connect again.",
    seconds: TWO_HOURS,
    severity: 1,
    title: (t) => `${nameOf(t.entity)} cannot ${flowsText(t)}`,
  },
  {
    id: "enforce-administration",
    label: "Enforce pattern of administration",
    entities: ["device"],
    reach: "pattern",
    undo: "Ends by itself; cleared in under a second. Nothing but new administration and new file sharing inside is refused.",
    seconds: TWO_HOURS,
    severity: 1,
    way: "out",
    ports: ADMINISTRATION,
    title: (t) => `${nameOf(t.entity)} can administer others and open their shares only as it is used to (${endpointsOf(t)} endpoints)`,
  },
  {
    id: "enforce-pattern",
    label: "Enforce pattern of life",
    entities: ["device"],
    reach: "pattern",
    undo: "Ends by itself; cleared in under a second.",
    seconds: HOUR,
    severity: 2,
    way: "both",
    title: (t) => `${nameOf(t.entity)} can do only what it is used to (${endpointsOf(t)} endpoints)`,
  },
  {
    id: "enforce-group-pattern",
    label: "Enforce group pattern of life",
    entities: ["device"],
    reach: "pattern",
    undo: "Ends by itself; cleared in under a second.",
    seconds: HOUR,
    severity: 2,
    way: "both",
    title: (t) => `${nameOf(t.entity)} can do only what it or its peers are used to (${endpointsOf(t)} endpoints)`,
  },
  {
    id: "block-outgoing",
    label: "Block all outgoing",
    entities: ["device"],
    reach: "entity",
    undo: "Ends by itself; cleared in under a second. What it had open outward is cut.",
    seconds: HOUR,
    severity: 3,
    way: "out",
    title: (t) => `${nameOf(t.entity)} cannot begin any connection`,
  },
  {
    id: "block-incoming",
    label: "Block all incoming",
    entities: ["device", "external"],
    reach: "entity",
    undo: "Ends by itself; cleared in under a second. What others had open to it is cut.",
    seconds: HOUR,
    severity: 3,
    way: "in",
    title: (t) => `Nobody can reach ${nameOf(t.entity)}`,
  },
  {
    id: "quarantine",
    label: "Quarantine device",
    entities: ["device"],
    reach: "entity",
    undo: "Ends by itself; cleared in under a second. Everything it had open is cut.",
    seconds: HOUR,
    severity: 4,
    way: "both",
    title: (t) => `${nameOf(t.entity)} is cut off, in and out`,
  },
];
