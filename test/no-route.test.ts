import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { needs } from "./needs.ts";

function connectionError(host: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 443, timeout: 2_000 });
    socket.once("connect", () => resolve("connected"));
    socket.once("timeout", () => resolve("timeout"));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "?"));
    socket.once("close", () => socket.destroy());
  });
}

test("the whole suite runs with loopback and no route out", async (context) => {
  needs(context, process.env.WONTED_NO_ROUTE === "1" ? undefined : "needs a namespace without a route: CI, or npm test -- --no-route as root");
  expect(Object.keys(networkInterfaces())).toEqual(["lo"]);
  expect(await connectionError("192.0.2.1")).toBe("ENETUNREACH");
});
