import { describe, expect, test } from "vitest";
import { checkParser } from "../../../test/contract/check-parser.ts";
import type { EventOf, NetEvent } from "../../schema/event.ts";
import { isRejected } from "../record-parser.ts";
import { cloudTime } from "./cloud-record.ts";
import { CLIENT_ADDRESS, clientPort, USER } from "./fold.ts";
import { createJsonRecordsParser } from "./json-records.ts";

const CONTEXT = { source: "test", file: "records.ndjson", fileKey: "key" };

/** One record of each source, of our own making. */
const RECORDS: Readonly<Record<string, object>> = {
  audit: {
    CreationTime: "2026-03-02T08:00:05",
    Id: "a1",
    Operation: "New-InboxRule",
    OrganizationId: "T1",
    RecordType: 1,
    ResultStatus: "True",
    UserType: 2,
    Workload: "Exchange",
    ClientIP: "203.0.113.9:4711",
    UserId: "Anna@Ours.Example",
    Parameters: [
      { Name: "ForwardTo", Value: "Out@side.example" },
      { Name: "MarkAsRead", Value: "True" },
    ],
  },
  teams: {
    CreationTime: "2026-03-02T08:01:00",
    Id: "a2",
    Operation: "MessageCreatedHasLink",
    OrganizationId: "T1",
    RecordType: 25,
    Workload: "MicrosoftTeams",
    ClientIP: "::ffff:198.51.100.7",
    UserId: "Loyalty@hotel.example",
    ChatThreadId: "19:x_y@unq.gbl.spaces",
    CommunicationType: "OneOnOne",
    MessageId: "1772438460000",
    MessageURLs: ["https://cloud.example.co.uk/a", "https://docs.example.co.uk/b"],
    Members: [
      { UPN: "loyalty@hotel.example", OrganizationId: "T2", DisplayName: "Loyalty" },
      { UPN: "Bob@ours.example", OrganizationId: "T1" },
    ],
    ParticipantInfo: { HasForeignTenantUsers: true, HasGuestUsers: false, ParticipatingDomains: ["hotel.example"], ParticipatingTenantIds: ["T2", "T1"] },
    ExtraProperties: [{ Key: "Country", Value: "pl" }],
  },
  consent: {
    CreationTime: "2026-03-02T08:02:00",
    Id: "a3",
    Operation: "Consent to application.",
    OrganizationId: "T1",
    RecordType: 8,
    ResultStatus: "Success",
    Workload: "AzureActiveDirectory",
    UserId: "anna@ours.example",
    Target: [{ ID: "Reader Pro", Type: 1 }],
    ModifiedProperties: [
      { Name: "ConsentAction.Permissions", NewValue: "[] => [[Id: x, ConsentType: Principal, Scope:  Mail.Read offline_access, CreatedDateTime: ]]" },
    ],
  },
  signIn: {
    id: "s1",
    createdDateTime: "2026-03-02T08:03:00Z",
    userPrincipalName: "anna@ours.example",
    userId: "11111111-1111-1111-1111-111111111111",
    appDisplayName: "Office",
    ipAddress: "203.0.113.9",
    status: { errorCode: 50126, failureReason: "Invalid password" },
    location: { countryOrRegion: "GB" },
  },
  diagnostic: {
    time: "2026-03-02T08:03:30Z",
    category: "SignInLogs",
    operationName: "Sign-in activity",
    tenantId: "T1",
    properties: {
      id: "s2",
      createdDateTime: "2026-03-02T08:03:29Z",
      userPrincipalName: "bob@ours.example",
      ipAddress: "203.0.113.10",
      status: { errorCode: 500121 },
    },
  },
  directoryAudit: {
    id: "d1",
    activityDateTime: "2026-03-02T08:04:00Z",
    activityDisplayName: "Add member to role",
    result: "success",
    initiatedBy: { user: { userPrincipalName: "anna@ours.example", ipAddress: "203.0.113.9" } },
    targetResources: [
      { type: "User", userPrincipalName: "bob@ours.example", modifiedProperties: [{ displayName: "Role.DisplayName", newValue: '"Global Administrator"' }] },
    ],
  },
  chat: {
    id: "1772438460001",
    chatId: "19:x_z@unq.gbl.spaces",
    createdDateTime: "2026-03-02T08:05:00Z",
    from: { user: { id: "u9", displayName: "Loyalty", tenantId: "T2" } },
    body: { contentType: "html", content: 'see <a href="https://a.example/1">it</a>' },
  },
  user: {
    id: "11111111-1111-1111-1111-111111111111",
    userPrincipalName: "anna@ours.example",
    displayName: "Anna",
    mail: "anna.b@ours.example",
    department: "Sales",
    userType: "Member",
    accountEnabled: true,
    time: "2026-03-01T00:00:00Z",
  },
  cloudTrail: {
    eventVersion: "1.08",
    eventTime: "2026-03-02T08:06:00Z",
    eventSource: "cloudtrail.amazonaws.com",
    eventName: "StopLogging",
    awsRegion: "eu-west-1",
    sourceIPAddress: "203.0.113.9",
    userAgent: "aws-cli",
    eventID: "e1",
    recipientAccountId: "1",
    userIdentity: { type: "IAMUser", userName: "Deploy", accountId: "1" },
    requestParameters: { name: "main" },
  },
  okta: {
    uuid: "o1",
    published: "2026-03-02T08:07:00.000Z",
    eventType: "user.session.start",
    actor: { alternateId: "anna@ours.example", type: "User" },
    outcome: { result: "FAILURE", reason: "INVALID_CREDENTIALS" },
    client: { ipAddress: "203.0.113.9" },
  },
  workspace: {
    kind: "admin#reports#activity",
    id: { time: "2026-03-02T08:08:00.000Z", uniqueQualifier: "7", applicationName: "admin", customerId: "C" },
    actor: { email: "anna@ours.example", callerType: "USER" },
    ipAddress: "203.0.113.9",
    events: [
      {
        type: "x",
        name: "ASSIGN_ROLE",
        parameters: [
          { name: "ROLE_NAME", value: "Super Admin" },
          { name: "USER_EMAIL", value: "bob@ours.example" },
        ],
      },
    ],
  },
  graphAlert: {
    id: "g1",
    title: "Suspicious script",
    severity: "high",
    createdDateTime: "2026-03-02T08:10:00Z",
    firstActivityDateTime: "2026-03-02T08:09:00Z",
    serviceSource: "microsoftDefenderForEndpoint",
    actorDisplayName: "ACTOR-1",
    threatFamilyName: "Fam",
    mitreTechniques: ["T1059.001"],
    alertWebUrl: "https://portal.example/g1",
    evidence: [
      { "@odata.type": "#microsoft.graph.security.deviceEvidence", deviceDnsName: "PC7.ours.example", ipInterfaces: ["10.0.0.7"] },
      { "@odata.type": "#microsoft.graph.security.userEvidence", userAccount: { userPrincipalName: "anna@ours.example" } },
    ],
  },
  sentinel: {
    SystemAlertId: "x1",
    AlertName: "Odd",
    DisplayName: "Odd",
    AlertSeverity: "Medium",
    TimeGenerated: "2026-03-02 08:12:00+00:00",
    StartTime: "2026-03-02 08:11:00+00:00",
    Techniques: '["T1110"]',
    Entities: '[{"$id":"2","Type":"host","HostName":"pc8","DnsDomain":"ours.example"},{"$id":"3","Type":"account","Name":"bob","UPNSuffix":"ours.example"}]',
  },
  hunting: {
    time: "2026-03-02T08:14:00Z",
    category: "AdvancedHunting-DeviceInfo",
    operationName: "Publish",
    properties: {
      Timestamp: "2026-03-02T08:13:00Z",
      DeviceName: "PC7.ours.example",
      DeviceId: "dev7",
      OSPlatform: "Windows11",
      OSVersion: "10.0",
      OSBuild: 26100,
    },
  },
  windows: {
    EventID: 4625,
    Channel: "Security",
    Hostname: "DC1.ours.example",
    "@timestamp": "2026-03-02T08:15:00Z",
    TargetUserName: "ANNA",
    IpAddress: "::ffff:10.0.0.7",
    LogonType: 3,
    WorkstationName: "PC7",
  },
  endpoint: { time: "2026-03-02T08:16:00Z", id: "h1", product: "host sensor", title: "Audit rule", severity: "low", host: "PC9", ip: "10.0.0.9" },
};

function parse(record: object): NetEvent {
  const result = createJsonRecordsParser(CONTEXT).parse(JSON.stringify(record), 1, 0);
  if (result === undefined || isRejected(result)) throw new Error(result?.reason ?? "nothing");
  return result;
}

const saas = (name: string): EventOf<"saas"> => parse(RECORDS[name] ?? {}) as EventOf<"saas">;

test("every source keeps what a parser owes: bytes, places, truncations refused, rubbish survived", () => {
  const fixture = Buffer.from(
    Object.values(RECORDS)
      .map((r) => `${JSON.stringify(r)}\n`)
      .join(""),
  );
  expect(checkParser({ create: (context) => createJsonRecordsParser(context), fixture })).toEqual([]);
});

describe("unified audit (T1, T11)", () => {
  test("an inbox rule: user in lower case, address without its port, target, what was set", () => {
    expect(saas("audit")).toMatchObject({
      family: "saas",
      native: "a1",
      user: "anna@ours.example",
      src: "203.0.113.9",
      srcPort: 4711,
      activity: "inbox-rule",
      target: "out@side.example",
      success: true,
    });
  });

  test("a chat message of another tenant: kind, members, links by registrable domain, claimed country (T11, T27, T28)", () => {
    expect(saas("teams")).toMatchObject({
      activity: "message",
      user: "loyalty@hotel.example",
      userKind: "foreign",
      userTenant: "t2",
      foreignTenant: true,
      chatKind: "OneOnOne",
      target: "bob@ours.example",
      src: "198.51.100.7",
      country: "PL",
      linkDomains: ["example.co.uk"],
    });
    expect(saas("teams").links).toHaveLength(2);
  });

  test("our user in a chat that another tenant holds is ours; theirs in a chat that we hold is not", () => {
    const teams = RECORDS.teams as { OrganizationId: string };
    const own = { ...teams, UserTenantId: teams.OrganizationId, ResourceTenantId: "t2", Members: [] };
    expect((parse(own) as EventOf<"saas">).userKind).not.toBe("foreign");
    expect(parse({ ...teams, UserTenantId: "t2", ResourceTenantId: teams.OrganizationId, Members: [] })).toMatchObject({ userKind: "foreign" });
  });

  test("consent names the application and its scopes", () => {
    expect(saas("consent")).toMatchObject({ activity: "app-consented", app: "Reader Pro", role: "Mail.Read offline_access" });
  });

  test("an owner added to an application: which application, and who", () => {
    const owner = {
      ...RECORDS.consent,
      Id: "o1",
      Operation: "Add owner to application.",
      Target: [{ ID: "bob@ours.example", Type: 5 }],
      ModifiedProperties: [{ Name: "Application.DisplayName", NewValue: "Reader Pro", OldValue: "" }],
    };
    expect(parse(owner)).toMatchObject({ activity: "app-owner-added", app: "Reader Pro", target: "bob@ours.example" });
  });

  test("Purview's row is the record in its AuditData; keys in lower case are the same record", () => {
    const row = { RecordType: "1", AuditData: JSON.stringify(RECORDS.audit) };
    expect(parse(row)).toMatchObject({ native: "a1", activity: "inbox-rule" });
    const lower = Object.fromEntries(Object.entries(RECORDS.audit ?? {}).map(([k, v]) => [k.toLowerCase(), v]));
    expect(parse(lower)).toMatchObject({ native: "a1", activity: "inbox-rule", user: "anna@ours.example" });
  });
});

test("sign-ins, directory, chats, clouds in one vocabulary", () => {
  expect(saas("signIn")).toMatchObject({ activity: "sign-in", success: false, country: "GB" });
  expect(saas("diagnostic")).toMatchObject({ activity: "mfa-prompt", success: false, user: "bob@ours.example" });
  expect(saas("directoryAudit")).toMatchObject({ activity: "role-granted", role: "Global Administrator", target: "bob@ours.example" });
  expect(saas("chat")).toMatchObject({ activity: "message", chatKind: "OneOnOne", links: ["https://a.example/1"] });
  expect(saas("cloudTrail")).toMatchObject({ activity: "audit-disabled", user: "deploy", object: "main", native: "e1" });
  expect(saas("okta")).toMatchObject({ activity: "sign-in", success: false });
  expect(saas("workspace")).toMatchObject({ activity: "role-granted", role: "Super Admin", target: "bob@ours.example" });
  expect(parse(RECORDS.user ?? {})).toMatchObject({ family: "directory", department: "Sales", aliases: ["anna.b@ours.example"] });
});

test("detections keep title, severity, actor, family, ATT&CK, evidence, link and both clocks (D20, D31)", () => {
  const alert = parse(RECORDS.graphAlert ?? {});
  expect(alert).toMatchObject({
    family: "endpoint",
    title: "Suspicious script",
    severity: "high",
    product: "Microsoft Defender for Endpoint",
    actor: "ACTOR-1",
    threatFamily: "Fam",
    techniques: ["T1059.001"],
    host: "pc7.ours.example",
    addresses: ["10.0.0.7"],
    user: "anna@ours.example",
    link: "https://portal.example/g1",
  });
  expect((alert as EventOf<"endpoint">).reported).toBe(alert.time + 60_000);
  expect(parse(RECORDS.sentinel ?? {})).toMatchObject({ host: "pc8.ours.example", users: ["bob@ours.example"], techniques: ["T1110"] });
  expect(parse(RECORDS.hunting ?? {})).toMatchObject({ family: "host", host: "pc7.ours.example", os: "Windows11 10.0 26100" });
  expect(parse(RECORDS.windows ?? {})).toMatchObject({ family: "logon", action: "log-on failed", user: "anna", src: "10.0.0.7", success: false });
  expect(parse(RECORDS.endpoint ?? {})).toMatchObject({ family: "endpoint", host: "pc9", native: "h1" });
});

test("collectors' spellings: CloudTrail in lower case, storage logs without a category, the second time of a record whose first is none", () => {
  const { eventTime, eventName, eventSource, userIdentity, ...rest } = RECORDS.cloudTrail as Record<string, unknown>;
  const lower = Object.fromEntries(Object.entries({ eventTime, eventName, eventSource, userIdentity, ...rest }).map(([k, v]) => [k.toLowerCase(), v]));
  expect(parse(lower)).toMatchObject({ sensor: "aws", activity: "audit-disabled", user: "deploy", native: "e1" });
  const storage = {
    time: "2026-03-02T08:00:00.733Z",
    resourceId: "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acme/blobServices/default",
    operationName: "GetBlob",
    callerIpAddress: "198.51.100.7:3832",
    properties: { accountName: "acme", metricResponseType: "AuthorizationFailure", objectKey: "/acme/plans/one.docx", userAgentHeader: "curl/8.4.0" },
  };
  expect(parse(storage)).toMatchObject({
    service: "microsoft.storage",
    operation: "GetBlob",
    src: "198.51.100.7",
    success: false,
    object: "/acme/plans/one.docx",
  });
  const intune = {
    category: "AuditLogs",
    operationName: "Create MobileApp",
    time: "2026-03-02:08:00.3Z",
    properties: { ActivityDate: "3/2/2026 6:21:02\u202fPM" },
  };
  expect(parse(intune).time).toBe(Date.UTC(2026, 2, 2, 18, 21, 2));
});

test("bad records are refused with their reason: no time, no kind, no JSON (bad input)", () => {
  const parser = createJsonRecordsParser(CONTEXT);
  const reason = (record: unknown): string => {
    const result = parser.parse(typeof record === "string" ? record : JSON.stringify(record), 1, 0);
    return result !== undefined && isRejected(result) ? result.reason : "accepted";
  };
  expect(reason({ ...RECORDS.audit, CreationTime: "soon" })).toBe("no time");
  expect(reason({ hello: 1 })).toBe("a record of no kind that is read");
  expect(reason("{")).toBe("not JSON, or cut off");
  expect(reason({ ...RECORDS.audit, RecordType: 9999, Operation: "Never heard of" })).toBe("accepted");
});

test.each([
  ["::ffff:1.2.3.4", "1.2.3.4", undefined],
  ["1.2.3.4:55", "1.2.3.4", 55],
  ["[2001:db8::1]:443", "2001:db8::1", 443],
  ["2001:DB8::1", "2001:db8::1", undefined],
  ["aws.internal", undefined, undefined],
  ["<null>", undefined, undefined],
])("client address %s", (text, address, port) => {
  expect(CLIENT_ADDRESS.get(text)).toBe(address);
  expect(clientPort(text)).toBe(port);
});

test.each([
  ["Anna@Ours.Example", "anna@ours.example"],
  ["i:0#.f|membership|anna@ours.example", "anna@ours.example"],
  ["urn:spo:guest#Ext@there.example", "ext@there.example"],
  ["EURPR04A009.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/ours.onmicrosoft.com/Anna.B", "anna.b@ours.onmicrosoft.com"],
  [
    "EURPR04A009.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/ours.onmicrosoft.com/0f7a2c1e-1111-4222-8333-444455556666",
    "0f7a2c1e-1111-4222-8333-444455556666",
  ],
  ["ext_there.example#EXT#@ours.onmicrosoft.com", "ext@there.example"],
  ["Not Available", undefined],
])("user %s", (text, user) => {
  expect(USER.get(text)).toBe(user);
});

test.each([
  ["2026-03-02T08:00:05", Date.UTC(2026, 2, 2, 8, 0, 5)],
  ["2026-03-02 08:00:05+00:00", Date.UTC(2026, 2, 2, 8, 0, 5)],
  ["3/2/2026 8:00:05 PM", Date.UTC(2026, 2, 2, 20, 0, 5)],
  ["2026-03-02T8:00:05Z", Date.UTC(2026, 2, 2, 8, 0, 5)],
  [1_772_438_405_000, 1_772_438_405_000],
  ["", Number.NaN],
  [undefined, Number.NaN],
])("time %s", (text, ms) => {
  expect(cloudTime(text)).toBe(ms);
});
