import { createRootRoute, createRoute } from "@tanstack/react-router";
import { readAlertFilter } from "./pages/alerts/filter.ts";
import { readLogFilter } from "./pages/device/log-filter.ts";
import { readDeviceFilter } from "./pages/devices/filter.ts";
import { readMailFilter } from "./pages/mails/filter.ts";
import { readPeopleFilter } from "./pages/people/filter.ts";
import { readPersonFilter } from "./pages/person/log-filter.ts";
import { readResponseFilter } from "./pages/response/filter.ts";
import { readSearch } from "./pages/search/query.ts";

/** The addresses of the app and what each may hold. Components are put to them in router.ts: pages name these types, so these must not name pages. */
export const rootRoute = createRootRoute({});
const at = () => rootRoute;

export const queueRoute = createRoute({ getParentRoute: at, path: "/" });
export const alertsRoute = createRoute({ getParentRoute: at, path: "/alerts", validateSearch: readAlertFilter });
export const alertRoute = createRoute({
  getParentRoute: at,
  path: "/alerts/$id",
  validateSearch: (search: Record<string, unknown>): { snooze?: true } => (search.snooze === true ? { snooze: true } : {}),
});
export const incidentRoute = createRoute({ getParentRoute: at, path: "/incidents/$id" });
export const devicesRoute = createRoute({ getParentRoute: at, path: "/devices", validateSearch: readDeviceFilter });
export const deviceRoute = createRoute({ getParentRoute: at, path: "/devices/$id", validateSearch: readLogFilter });
export const peopleRoute = createRoute({ getParentRoute: at, path: "/people", validateSearch: readPeopleFilter });
export const personRoute = createRoute({ getParentRoute: at, path: "/people/$id", validateSearch: readPersonFilter });
export const externalRoute = createRoute({ getParentRoute: at, path: "/external/$id" });
export const mailsRoute = createRoute({ getParentRoute: at, path: "/mail", validateSearch: readMailFilter });
export const mailRoute = createRoute({ getParentRoute: at, path: "/mail/$id" });
export const campaignRoute = createRoute({ getParentRoute: at, path: "/campaigns/$id" });
export const searchRoute = createRoute({ getParentRoute: at, path: "/search", validateSearch: readSearch });
export const responseRoute = createRoute({ getParentRoute: at, path: "/response", validateSearch: readResponseFilter });
export const modelsRoute = createRoute({ getParentRoute: at, path: "/models" });
export const modelRoute = createRoute({ getParentRoute: at, path: "/models/$path" });
export const sourcesRoute = createRoute({ getParentRoute: at, path: "/sources" });
export const sourceRoute = createRoute({ getParentRoute: at, path: "/sources/$id" });
export const auditRoute = createRoute({ getParentRoute: at, path: "/audit" });
export const accountRoute = createRoute({ getParentRoute: at, path: "/account" });

export const routeTree = rootRoute.addChildren([
  queueRoute,
  alertsRoute,
  alertRoute,
  incidentRoute,
  devicesRoute,
  deviceRoute,
  peopleRoute,
  personRoute,
  externalRoute,
  mailsRoute,
  mailRoute,
  campaignRoute,
  searchRoute,
  responseRoute,
  modelsRoute,
  modelRoute,
  sourcesRoute,
  sourceRoute,
  auditRoute,
  accountRoute,
]);
