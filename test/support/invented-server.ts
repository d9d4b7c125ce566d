// A server with invented data, to look at pages without sensors: node test/support/invented-server.ts [--port N] [--ui FOLDER] [--demo]
// Signs in with name "admin" and password "invented-password". Everything is forgotten when it ends.
import { parseArgs } from "node:util";
import { createServer, Passwords } from "../../src/api/index.ts";
import { systemClock } from "../../src/base/clock.ts";
import { iso } from "../../src/base/time.ts";
import type { StreamMessage } from "../../src/contract/index.ts";
import { inventedServices } from "./invented-services.ts";
import { MemoryAccountStore } from "./memory-account-store.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8470" },
    ui: { type: "string", default: "dist/ui" },
    demo: { type: "boolean", default: false },
    setup: { type: "boolean", default: false },
  },
});
const accounts = new MemoryAccountStore();
let tell: (message: StreamMessage) => void = () => undefined;
const server = createServer({
  services: inventedServices(systemClock.now(), (message) => tell(message)),
  accounts,
  clock: systemClock,
  version: "0.0.0-invented",
  uiFolder: values.ui,
  port: Number(values.port),
  demo: values.demo,
});
tell = server.broadcast;
if (!values.demo && !values.setup) {
  const passwordHash = await new Passwords().hash("invented-password");
  await accounts.write(
    [{ op: "put-user", user: { id: "invented", name: "admin", role: "admin", passwordHash, created: systemClock.now(), disabled: false } }],
    [],
  );
}
const address = await server.listen();
const code = await server.issueSetupCode();
console.log(`${address}${code === undefined ? "" : `  setup code ${code}`}`);
setInterval(() => server.broadcast({ type: "rate", eventsPerSecond: 80 + Math.round(Math.random() * 20), eventTime: iso(systemClock.now()) }), 2_000).unref();
process.once("SIGINT", () => void server.close());
process.once("SIGTERM", () => void server.close());
