/** Names for what Suricata tells as numbers: DCE-RPC interfaces by UUID and operations by number, spelled as Zeek spells them. Source: the [MS-*] protocol documents named per line. */
const INTERFACES: Readonly<Record<string, string>> = {
  "e1af8308-5d1f-11c9-91a4-08002b14a0fa": "epmapper", // C706
  "367abb81-9844-35f1-ad32-98f038001003": "svcctl", // MS-SCMR
  "12345778-1234-abcd-ef00-0123456789ac": "samr", // MS-SAMR
  "12345778-1234-abcd-ef00-0123456789ab": "lsarpc", // MS-LSAD
  "3919286a-b10c-11d0-9ba8-00c04fd92ef5": "dssetup", // MS-DSSP
  "e3514235-4b06-11d1-ab04-00c04fc2dcd2": "drsuapi", // MS-DRSR
  "12345678-1234-abcd-ef00-01234567cffb": "netlogon", // MS-NRPC
  "338cd001-2244-31f1-aaaa-900038001003": "winreg", // MS-RRP
  "4b324fc8-1670-01d3-1278-5a47bf6ee188": "srvsvc", // MS-SRVS
  "6bffd098-a112-3610-9833-46c3f87e345a": "wkssvc", // MS-WKST
  "1ff70682-0a51-30e8-076d-740be8cee98b": "atsvc", // MS-TSCH
  "378e52b0-c0a9-11cf-822d-00aa0051e40f": "sasec", // MS-TSCH
  "86d35949-83c9-4044-b424-db363231fd0c": "ITaskSchedulerService", // MS-TSCH
  "12345678-1234-abcd-ef00-0123456789ab": "spoolss", // MS-RPRN
  "76f03f96-cdfd-44fc-a22c-64950a001209": "IRemoteWinspool", // MS-PAR
  "c681d488-d850-11d0-8c52-00c04fd90f7e": "efsrpc", // MS-EFSR
  "df1941c5-fe89-4e79-bf10-463657acf44d": "efsrpc", // MS-EFSR
  "82273fdc-e32a-18c3-3f78-827929dc23ea": "eventlog", // MS-EVEN
  "f6beaff7-1e19-4fbb-9f8f-b89e2018337c": "eventlog6", // MS-EVEN6
  "4fc742e0-4a10-11cf-8273-00aa004ae673": "netdfs", // MS-DFSNM
  "a8e0653c-2744-4389-a61d-7373df8b2292": "FileServerVssAgent", // MS-FSRVP
  "3dde7c30-165d-11d1-ab8f-00805f14db40": "BackupKey", // MS-BKRP
  "300f3532-38cc-11d0-a3f0-0020af6b0add": "trkwks", // MS-DLTW
  "99fcfec4-5260-101b-bbcb-00aa0021347a": "IOXIDResolver", // MS-DCOM
  "000001a0-0000-0000-c000-000000000046": "ISystemActivator", // MS-DCOM
  "4d9f4ab8-7d1c-11cf-861e-0020af6e7c57": "IActivation", // MS-DCOM
  "00000131-0000-0000-c000-000000000046": "IRemUnknown", // MS-DCOM
  "00000143-0000-0000-c000-000000000046": "IRemUnknown2", // MS-DCOM
  "00020400-0000-0000-c000-000000000046": "IDispatch", // MS-OAUT
  "f309ad18-d86a-11d0-a075-00c04fb68820": "IWbemLevel1Login", // MS-WMI
  "d4781cd6-e5d3-44df-ad94-930efe48a887": "IWbemLoginClientID", // MS-WMI
  "9556dc99-828c-11cf-a37e-00aa003240c7": "IWbemServices", // MS-WMI
  "027947e1-d731-11ce-a357-000000000001": "IEnumWbemClassObject", // MS-WMI
};

// biome-ignore format: numbers and names read better side by side
const OPERATIONS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  epmapper: { 0: "ept_insert", 1: "ept_delete", 2: "ept_lookup", 3: "ept_map", 4: "ept_lookup_handle_free" },
  svcctl: {
    0: "CloseServiceHandle", 1: "ControlService", 2: "DeleteService", 4: "QueryServiceObjectSecurity", 5: "SetServiceObjectSecurity", 6: "QueryServiceStatus",
    7: "SetServiceStatus", 11: "ChangeServiceConfigW", 12: "CreateServiceW", 13: "EnumDependentServicesW", 14: "EnumServicesStatusW", 15: "OpenSCManagerW",
    16: "OpenServiceW", 17: "QueryServiceConfigW", 19: "StartServiceW", 20: "GetServiceDisplayNameW", 21: "GetServiceKeyNameW", 23: "ChangeServiceConfigA",
    24: "CreateServiceA", 27: "OpenSCManagerA", 28: "OpenServiceA", 31: "StartServiceA", 37: "ChangeServiceConfig2W", 39: "QueryServiceConfig2W",
    40: "QueryServiceStatusEx", 42: "EnumServicesStatusExW", 45: "CreateServiceWOW64W", 60: "CreateWowService", 64: "OpenSCManager2",
  },
  samr: {
    0: "SamrConnect", 1: "SamrCloseHandle", 5: "SamrLookupDomainInSamServer", 6: "SamrEnumerateDomainsInSamServer", 7: "SamrOpenDomain",
    8: "SamrQueryInformationDomain", 11: "SamrEnumerateGroupsInDomain", 12: "SamrCreateUserInDomain", 13: "SamrEnumerateUsersInDomain",
    15: "SamrEnumerateAliasesInDomain", 16: "SamrGetAliasMembership", 17: "SamrLookupNamesInDomain", 18: "SamrLookupIdsInDomain", 19: "SamrOpenGroup",
    22: "SamrAddMemberToGroup", 25: "SamrGetMembersInGroup", 27: "SamrOpenAlias", 31: "SamrAddMemberToAlias", 33: "SamrGetMembersInAlias", 34: "SamrOpenUser",
    35: "SamrDeleteUser", 36: "SamrQueryInformationUser", 37: "SamrSetInformationUser", 39: "SamrGetGroupsForUser", 40: "SamrQueryDisplayInformation",
    47: "SamrQueryInformationUser2", 50: "SamrCreateUser2InDomain", 51: "SamrQueryDisplayInformation3", 55: "SamrUnicodeChangePasswordUser2",
    57: "SamrConnect2", 58: "SamrSetInformationUser2", 62: "SamrConnect4", 64: "SamrConnect5",
  },
  lsarpc: {
    0: "LsarClose", 6: "LsarOpenPolicy", 7: "LsarQueryInformationPolicy", 11: "LsarEnumerateAccounts", 13: "LsarEnumerateTrustedDomains", 14: "LsarLookupNames",
    15: "LsarLookupSids", 28: "LsarOpenSecret", 30: "LsarQuerySecret", 42: "LsarStorePrivateData", 43: "LsarRetrievePrivateData", 44: "LsarOpenPolicy2", 45: "LsarGetUserName",
    46: "LsarQueryInformationPolicy2", 50: "LsarEnumerateTrustedDomainsEx", 57: "LsarLookupSids2", 58: "LsarLookupNames2", 68: "LsarLookupNames3",
    76: "LsarLookupSids3", 77: "LsarLookupNames4",
  },
  drsuapi: {
    0: "DRSBind", 1: "DRSUnbind", 2: "DRSReplicaSync", 3: "DRSGetNCChanges", 4: "DRSUpdateRefs", 5: "DRSReplicaAdd", 6: "DRSReplicaDel", 8: "DRSVerifyNames",
    9: "DRSGetMemberships", 12: "DRSCrackNames", 13: "DRSWriteSPN", 16: "DRSDomainControllerInfo", 17: "DRSAddEntry", 19: "DRSGetReplInfo",
  },
  netlogon: {
    4: "NetrServerReqChallenge", 5: "NetrServerAuthenticate", 15: "NetrServerAuthenticate2", 21: "NetrLogonDummyRoutine1", 26: "NetrServerAuthenticate3",
    30: "NetrServerPasswordSet2", 34: "DsrGetDcNameEx2", 39: "NetrLogonSamLogonEx", 40: "DsrEnumerateDomainTrusts", 45: "NetrLogonSamLogonWithFlags",
  },
  winreg: {
    0: "OpenClassesRoot", 1: "OpenCurrentUser", 2: "OpenLocalMachine", 5: "BaseRegCloseKey", 6: "BaseRegCreateKey", 7: "BaseRegDeleteKey",
    8: "BaseRegDeleteValue", 9: "BaseRegEnumKey", 10: "BaseRegEnumValue", 13: "BaseRegLoadKey", 15: "BaseRegOpenKey", 16: "BaseRegQueryInfoKey",
    17: "BaseRegQueryValue", 20: "BaseRegSaveKey", 22: "BaseRegSetValue", 31: "BaseRegSaveKeyEx",
  },
  srvsvc: {
    8: "NetrConnectionEnum", 9: "NetrFileEnum", 12: "NetrSessionEnum", 14: "NetrShareAdd", 15: "NetrShareEnum", 16: "NetrShareGetInfo", 18: "NetrShareDel",
    21: "NetrServerGetInfo", 28: "NetrRemoteTOD", 31: "NetprPathCanonicalize", 36: "NetrShareEnumSticky",
  },
  wkssvc: { 0: "NetrWkstaGetInfo", 2: "NetrWkstaUserEnum", 5: "NetrWkstaTransportEnum", 22: "NetrJoinDomain2" },
  atsvc: { 0: "NetrJobAdd", 1: "NetrJobDel", 2: "NetrJobEnum", 3: "NetrJobGetInfo" },
  ITaskSchedulerService: {
    0: "SchRpcHighestVersion", 1: "SchRpcRegisterTask", 2: "SchRpcRetrieveTask", 3: "SchRpcCreateFolder", 6: "SchRpcEnumFolders", 7: "SchRpcEnumTasks",
    12: "SchRpcRun", 13: "SchRpcDelete", 14: "SchRpcRename", 17: "SchRpcGetTaskInfo", 19: "SchRpcEnableTask",
  },
  spoolss: { 0: "RpcEnumPrinters", 1: "RpcOpenPrinter", 9: "RpcAddPrinterDriver", 29: "RpcClosePrinter", 65: "RpcRemoteFindFirstPrinterChangeNotificationEx", 69: "RpcOpenPrinterEx", 89: "RpcAddPrinterDriverEx" },
  efsrpc: { 0: "EfsRpcOpenFileRaw", 4: "EfsRpcEncryptFileSrv", 5: "EfsRpcDecryptFileSrv", 6: "EfsRpcQueryUsersOnFile", 7: "EfsRpcQueryRecoveryAgents", 12: "EfsRpcFileKeyInfo" },
  BackupKey: { 0: "BackuprKey" },
  IOXIDResolver: { 0: "ResolveOxid", 1: "SimplePing", 2: "ComplexPing", 3: "ServerAlive", 4: "ResolveOxid2", 5: "ServerAlive2" },
  ISystemActivator: { 3: "RemoteGetClassObject", 4: "RemoteCreateInstance" },
  IActivation: { 0: "RemoteActivation" },
  IDispatch: { 3: "GetTypeInfoCount", 4: "GetTypeInfo", 5: "GetIDsOfNames", 6: "Invoke" },
  IWbemLevel1Login: { 3: "EstablishPosition", 4: "RequestChallenge", 5: "WBEMLogin", 6: "NTLMLogin" },
  IWbemServices: {
    3: "OpenNamespace", 6: "GetObject", 8: "PutClass", 10: "DeleteClass", 14: "PutInstance", 16: "DeleteInstance", 18: "CreateInstanceEnum", 20: "ExecQuery",
    22: "ExecNotificationQuery", 24: "ExecMethod", 25: "ExecMethodAsync",
  },
};

/** Name of an interface; its UUID when we have no name for it. */
export function interfaceName(uuid: string): string {
  const key = uuid.toLowerCase();
  return INTERFACES[key] ?? key;
}

/** Name of an operation; `op N` when we have no name for it. */
export function operationName(endpoint: string | undefined, opnum: number): string {
  return (endpoint === undefined ? undefined : OPERATIONS[endpoint]?.[opnum]) ?? `op ${opnum}`;
}
