import { createRouter } from "@tanstack/react-router";
import { AccountPage } from "./pages/account/account-page.tsx";
import { AlertPage } from "./pages/alert/alert-page.tsx";
import { AlertsPage } from "./pages/alerts/alerts-page.tsx";
import { AuditPage } from "./pages/audit/audit-page.tsx";
import { CampaignPage } from "./pages/campaign/campaign-page.tsx";
import { DevicePage } from "./pages/device/device-page.tsx";
import { DevicesPage } from "./pages/devices/devices-page.tsx";
import { ExternalPage } from "./pages/external/external-page.tsx";
import { FailedPage } from "./pages/failed/failed-page.tsx";
import { IncidentPage } from "./pages/incident/incident-page.tsx";
import { MailPage } from "./pages/mail/mail-page.tsx";
import { MailsPage } from "./pages/mails/mails-page.tsx";
import { ModelPage } from "./pages/model/model-page.tsx";
import { ModelsPage } from "./pages/models/models-page.tsx";
import { NotFound } from "./pages/not-found/not-found.tsx";
import { PeoplePage } from "./pages/people/people-page.tsx";
import { PersonPage } from "./pages/person/person-page.tsx";
import { QueuePage } from "./pages/queue/queue-page.tsx";
import { ResponsePage } from "./pages/response/response-page.tsx";
import { SearchPage } from "./pages/search/search-page.tsx";
import { SourcePage } from "./pages/source/source-page.tsx";
import { SourcesPage } from "./pages/sources/sources-page.tsx";
import * as routes from "./routes.ts";
import { Shell } from "./shell/shell.tsx";

routes.rootRoute.update({ component: Shell, notFoundComponent: NotFound });
routes.queueRoute.update({ component: QueuePage });
routes.alertsRoute.update({ component: AlertsPage });
routes.alertRoute.update({ component: AlertPage });
routes.incidentRoute.update({ component: IncidentPage });
routes.devicesRoute.update({ component: DevicesPage });
routes.deviceRoute.update({ component: DevicePage });
routes.peopleRoute.update({ component: PeoplePage });
routes.personRoute.update({ component: PersonPage });
routes.externalRoute.update({ component: ExternalPage });
routes.mailsRoute.update({ component: MailsPage });
routes.mailRoute.update({ component: MailPage });
routes.campaignRoute.update({ component: CampaignPage });
routes.searchRoute.update({ component: SearchPage });
routes.responseRoute.update({ component: ResponsePage });
routes.modelsRoute.update({ component: ModelsPage });
routes.modelRoute.update({ component: ModelPage });
routes.sourcesRoute.update({ component: SourcesPage });
routes.sourceRoute.update({ component: SourcePage });
routes.auditRoute.update({ component: AuditPage });
routes.accountRoute.update({ component: AccountPage });

export const router = createRouter({ routeTree: routes.routeTree, defaultPreload: false, defaultErrorComponent: FailedPage, search: { strict: true } });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createRouter<typeof routes.routeTree, "never", false>>;
  }
}
