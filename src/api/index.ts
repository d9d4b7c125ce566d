export { Accounts } from "./accounts.ts";
export type { AuditOrigin } from "./audit-trail.ts";
export type { LogLevel, LogWriter } from "./log.ts";
export type { ServerOptions } from "./options.ts";
export { Passwords } from "./passwords.ts";
export type * from "./ports.ts";
export { type ApiServer, createServer } from "./server.ts";
