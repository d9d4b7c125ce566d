import { expect, test } from "vitest";
import { conn, makeEvent } from "../../test/support/events.ts";
import { adminProtocolOf } from "./admin-protocol.ts";

test.each([
  [{ dstPort: 22, bytesOut: 5_400 }, "SSH"],
  [{ dstPort: 3389, bytesOut: 900, state: "reset" }, "RDP"],
  [{ dstPort: 22, bytesOut: undefined }, "SSH"],
  // A scanner reads the greeting and leaves.
  [{ dstPort: 22, bytesOut: 0, state: "reset" }, undefined],
  [{ dstPort: 22, bytesOut: 5_400, state: "attempt" }, undefined],
  [{ dstPort: 443, bytesOut: 5_400 }, undefined],
] as const)("a flow %o shows %s", (fields, expected) => {
  expect(adminProtocolOf(conn(0, "10.0.0.5", "10.0.0.9", { proto: "tcp", state: "established", ...fields }))).toBe(expected);
});

test("an SSH record counts when the client gave its name", () => {
  const ssh = { time: 0, src: "10.0.0.5", dst: "10.0.0.9", dstPort: 22 };
  expect(adminProtocolOf(makeEvent("ssh", { ...ssh, client: "SSH-2.0-OpenSSH_9.2" }))).toBe("SSH");
  expect(adminProtocolOf(makeEvent("ssh", { ...ssh, client: undefined, server: "SSH-2.0-OpenSSH_9.2" }))).toBeUndefined();
});
