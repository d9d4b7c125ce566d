import type { Emitted } from "../emitted.ts";
import type { Draw } from "../world/draw.ts";
import type { World } from "../world/types.ts";
import { type Actor, APPS, type App, auditRecord } from "./audit.ts";
import type { Standpoint } from "./standpoint.ts";

export const SIGN_IN_FILE = "m365/signIns.ndjson";

/** Entra's error codes that occur in daily life, and what they say. 0 = it went well. */
const REASONS: Readonly<Record<number, string>> = {
  0: "Other.",
  50126: "Error validating credentials due to invalid username or password.",
  50074: "Strong Authentication is required.",
  500121: "Authentication failed during strong authentication request.",
  50055: "The password is expired.",
  50140: "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
  53003: "Access has been blocked by Conditional Access policies.",
  50053: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  50034: "The user account does not exist in the directory.",
};

export interface SignIn {
  time: number;
  actor: Actor;
  from: Standpoint;
  app: App;
  error: number;
  interactive: boolean;
  /** How the second factor was asked for; undefined when it was not. */
  second?: "Mobile app notification" | "OATH verification code" | "Text message" | "Previously satisfied";
  client?: string;
  /** A machine of ours, joined and compliant. */
  managed: boolean;
  risk?: "none" | "low" | "medium" | "high";
}

/** The sign-in twice, as both sources have it: Graph's signIn resource, and UserLoggedIn or UserLoginFailed of the audit log. */
export function signInRecords(world: World, draw: Draw, s: SignIn): Emitted[] {
  const correlation = draw.uuid();
  const risk = s.risk ?? "none";
  const sign = {
    id: draw.uuid(),
    createdDateTime: new Date(s.time).toISOString(),
    userDisplayName: s.actor.name,
    userPrincipalName: s.actor.mail,
    userId: s.actor.objectId,
    appId: s.app.id,
    appDisplayName: s.app.name,
    ipAddress: s.from.ip,
    clientAppUsed: s.client ?? "Browser",
    userAgent: s.from.agent,
    correlationId: correlation,
    conditionalAccessStatus: s.error === 53_003 ? "failure" : s.error === 0 ? "success" : "notApplied",
    isInteractive: s.interactive,
    riskDetail: "none",
    riskLevelAggregated: risk,
    riskLevelDuringSignIn: risk,
    riskState: risk === "none" ? "none" : "atRisk",
    riskEventTypes_v2: risk === "none" ? [] : ["unfamiliarFeatures"],
    resourceDisplayName: s.app.name === APPS.teams.name ? "Microsoft Graph" : s.app.name,
    resourceId: "00000003-0000-0000-c000-000000000000",
    authenticationRequirement: s.second === undefined ? "singleFactorAuthentication" : "multiFactorAuthentication",
    mfaDetail: s.second === undefined || s.second === "Previously satisfied" ? null : { authMethod: s.second, authDetail: "" },
    autonomousSystemNumber: s.from.asn,
    status: {
      errorCode: s.error,
      failureReason: REASONS[s.error] ?? "Other.",
      additionalDetails: s.second === "Previously satisfied" ? "MFA requirement satisfied by claim in the token" : null,
    },
    deviceDetail: {
      deviceId: s.managed ? (s.from.device?.deviceId.slice(0, 36) ?? "") : "",
      displayName: s.managed ? (s.from.device?.hostname ?? "") : "",
      operatingSystem: s.from.os,
      browser: s.from.browser,
      isCompliant: s.managed,
      isManaged: s.managed,
      trustType: s.managed ? (s.from.device?.role === "phone" ? "Azure AD registered" : "Hybrid Azure AD joined") : "",
    },
    location: { city: s.from.city, state: "", countryOrRegion: s.from.country, geoCoordinates: {} },
  };
  const audit = auditRecord(world, draw, s.time, "AzureActiveDirectory", 15, s.error === 0 ? "UserLoggedIn" : "UserLoginFailed", s.actor, {
    ClientIP: s.from.ip,
    ObjectId: s.app.id,
    AzureActiveDirectoryEventType: 1,
    ExtendedProperties: [
      { Name: "ResultStatusDetail", Value: s.error === 0 ? "Success" : "UserError" },
      { Name: "UserAgent", Value: s.from.agent },
      { Name: "UserAuthenticationMethod", Value: s.second === undefined ? "1" : "16457" },
      { Name: "RequestType", Value: s.interactive ? "OAuth2:Authorize" : "OAuth2:Token" },
    ],
    ModifiedProperties: [],
    Actor: [
      { ID: s.actor.objectId, Type: 0 },
      { ID: s.actor.mail, Type: 5 },
    ],
    ActorContextId: world.organisation.tenantId,
    ActorIpAddress: s.from.ip,
    InterSystemsId: correlation,
    IntraSystemId: draw.uuid(),
    SupportTicketId: "",
    Target: [{ ID: s.app.id, Type: 0 }],
    TargetContextId: world.organisation.tenantId,
    ApplicationId: s.app.id,
    DeviceProperties: [
      { Name: "OS", Value: s.from.os },
      { Name: "BrowserType", Value: s.from.browser.split(" ")[0] },
      { Name: "IsCompliantAndManaged", Value: s.managed ? "True" : "False" },
      { Name: "SessionId", Value: draw.uuid() },
    ],
    ...(s.error === 0 ? {} : { ErrorNumber: String(s.error), LogonError: s.error === 50_126 ? "InvalidUserNameOrPassword" : "Other" }),
  });
  return [{ time: s.time, file: SIGN_IN_FILE, line: JSON.stringify(sign) }, audit];
}
