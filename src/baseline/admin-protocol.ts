import type { NetEvent } from "../schema/event.ts";

const PORTS = new Map<number, string>([
  [22, "SSH"],
  [23, "Telnet"],
  [3389, "RDP"],
  [5900, "VNC"],
  [5985, "WinRM"],
  [5986, "WinRM"],
]);

/** Interfaces whose use over the network changes or runs something on the other machine (MS-SCMR, MS-TSCH, MS-RRP, MS-WMI, MS-DCOM). */
const INTERFACES = new Map<string, string>([
  ["svcctl", "service control"],
  ["atsvc", "task scheduler"],
  ["itaskschedulerservice", "task scheduler"],
  ["winreg", "remote registry"],
  ["iwbemservices", "WMI"],
  ["iwbemlevel1login", "WMI"],
  ["iwbemloginclientid", "WMI"],
  ["isystemactivator", "DCOM activation"],
  ["iremotescmactivator", "DCOM activation"],
]);

/** Every such protocol sends more than this to log in; who sends less looked at the greeting of the server and left, as scanners do. Payload bytes. */
const LEAST_SENT = 64;

/**
 * Name of the administration protocol that an event shows, or undefined: a flow to an administration port that was answered and used, an SMB
 * administration share, a remote control interface. Cost: one map look-up for flows. Blind: such protocols on other ports until the
 * sensor names them.
 */
export function adminProtocolOf(event: NetEvent): string | undefined {
  switch (event.family) {
    case "conn":
      if (event.proto !== "tcp" || event.dstPort === undefined || event.state === "rejected" || event.state === "attempt") return undefined;
      if (event.bytesOut !== undefined && event.bytesOut < LEAST_SENT) return undefined;
      return PORTS.get(event.dstPort);
    case "ssh":
      // A record without the client's name is of one that left before it gave it.
      return event.client === undefined ? undefined : "SSH";
    case "rdp":
      return "RDP";
    case "smb": {
      const share = event.share;
      if (share === undefined) return undefined;
      const name = share.slice(share.lastIndexOf("\\") + 1).toUpperCase();
      return name === "ADMIN$" || (name.length === 2 && name[1] === "$") ? "SMB administration share" : undefined;
    }
    case "dcerpc":
      return event.endpoint === undefined ? undefined : INTERFACES.get(event.endpoint.toLowerCase());
    default:
      return undefined;
  }
}
