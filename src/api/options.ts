import type { Clock } from "../base/clock.ts";
import type { RouteSpec } from "../contract/index.ts";
import type { LogLevel, LogWriter } from "./log.ts";
import type { Sleep } from "./login-delay.ts";
import type { OpenDoors } from "./open-doors.ts";
import type { PasswordCost } from "./passwords.ts";
import type { AccountStore, Services } from "./ports.ts";

export interface ServerOptions {
  services: Services;
  accounts: AccountStore;
  clock: Clock;
  /** Version of the program, shown to signed-in users and in OpenAPI. */
  version: string;
  /** Folder of the built web UI. */
  uiFolder: string;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 8470; 0 lets the system choose. */
  port?: number;
  /** Names under which browsers reach it, beside loopback and `host`. */
  names?: readonly string[];
  /** PEM. Needed beyond loopback. */
  tls?: { certificate: string; key: string };
  /** Loopback only: everybody is a local viewer of synthetic data, changes are refused. */
  demo?: boolean;
  /** Default info. */
  log?: LogLevel;
  /** Default process.stderr. */
  logWriter?: LogWriter;
  /** Addresses outside of the interface: one-time links and the list that firewalls pull. */
  doors?: OpenDoors;
  /** For tests: the cost of a password, the waiting, the routes. */
  passwordCost?: PasswordCost;
  sleep?: Sleep;
  routes?: Readonly<Record<string, RouteSpec>>;
}
