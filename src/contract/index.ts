import { actionRoutes } from "./actions.ts";
import { alertRoutes } from "./alerts.ts";
import { changeRoutes } from "./changes.ts";
import type { RouteSpec } from "./common.ts";
import { mailRoutes } from "./mail.ts";
import { platformRoutes } from "./platform.ts";
import { searchRoutes } from "./search.ts";
import { sessionRoutes } from "./session.ts";
import { userRoutes } from "./users.ts";

export * from "./actions.ts";
export * from "./alerts.ts";
export * from "./changes.ts";
export * from "./common.ts";
export * from "./mail.ts";
export * from "./outside.ts";
export * from "./platform.ts";
export * from "./search.ts";
export * from "./session.ts";
export * from "./users.ts";

/** Every route of the platform. The API registers these and nothing else; OpenAPI is made from them. */
export const routes = {
  ...sessionRoutes,
  ...alertRoutes,
  ...actionRoutes,
  ...platformRoutes,
  ...searchRoutes,
  ...userRoutes,
  ...changeRoutes,
  ...mailRoutes,
} satisfies Record<string, RouteSpec>;
export type RouteName = keyof typeof routes;
