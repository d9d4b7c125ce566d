import type { Able, DriverHealth } from "../../respond/ports.ts";
import type { ActionTarget } from "../../schema/action.ts";
import { NftablesDriver } from "./index.ts";

/**
 * Enforcement where only a mirror port is to be had: each copy of a packet that falls under a rule is answered to its sender with a reset in the name of
 * the other end. It holds nothing back: what was sent has arrived. TCP alone; a connection is over with its next packets, a new one as soon as its first
 * packet was copied. The resets must be let through to where the ends are: no anti-spoofing between this machine and them.
 */
export class TapDriver extends NftablesDriver {
  override readonly id = "tap";
  override readonly label = "Resets from a mirror port";

  override able(kind: string, target: ActionTarget): Able {
    if (kind === "block-outgoing" || kind === "block-incoming")
      return { able: false, why: "A mirror port does not tell who began a connection, so one direction alone cannot be cut from there." };
    const flows = target.flows ?? [];
    if (flows.length > 0 && flows.every((f) => f.proto === "udp"))
      return { able: false, why: "This is over UDP, and from a mirror port only TCP can be ended." };
    const lack = this.lack(kind, target);
    if (lack !== undefined) return lack;
    if (this.client.tap === undefined) return { able: false, why: "The helper at this socket was started without --tap." };
    const udp = flows.some((f) => f.proto !== "tcp");
    return {
      able: true,
      limits: `From a mirror port nothing is held back: open and new TCP connections are reset at both ends with their next packets, what was sent before has arrived.${udp ? " UDP goes on." : ""}`,
    };
  }

  override health(): DriverHealth {
    const { fault, tap } = this.client;
    if (fault !== undefined) return { state: "unavailable", detail: `${fault}; resets that stand end by themselves` };
    if (tap === undefined) return { state: "unavailable", detail: "The helper at this socket was started without --tap" };
    return {
      state: "ready",
      detail: `Resets TCP connections that are copied to ${tap}, at both ends with their next packets; UDP and what was sent before go through`,
    };
  }
}
