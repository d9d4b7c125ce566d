import type { Department, Device } from "../world/types.ts";

export interface Program {
  image: string;
  command: string;
  parent: string;
}

const SYSTEM = "C:\\Windows\\System32\\";
const EXPLORER = "C:\\Windows\\explorer.exe";
const SERVICES = `${SYSTEM}services.exe`;
const SVCHOST = `${SYSTEM}svchost.exe`;

function program(image: string, args = "", parent = EXPLORER): Program {
  return { image, command: args === "" ? `"${image}"` : `"${image}" ${args}`, parent };
}

const OFFICE = "C:\\Program Files\\Microsoft Office\\root\\Office16\\";
const EVERYBODY = [
  program(`${OFFICE}OUTLOOK.EXE`),
  program(`${OFFICE}WINWORD.EXE`, "/n"),
  program(`${OFFICE}EXCEL.EXE`, "/dde"),
  program("C:\\Program Files\\WindowsApps\\MSTeams_24215.1007.3082.1590_x64__8wekyb3d8bbwe\\ms-teams.exe"),
  program("C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe", "--single-argument"),
  program("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "--type=renderer"),
  program("C:\\Program Files\\Adobe\\Acrobat DC\\Acrobat\\Acrobat.exe"),
  program(`${SYSTEM}notepad.exe`),
  program(`${SYSTEM}SnippingTool.exe`),
];
const BACKGROUND = [
  program(`${SYSTEM}svchost.exe`, "-k netsvcs -p -s Schedule", SERVICES),
  program(`${SYSTEM}taskhostw.exe`, "", SVCHOST),
  program(`${SYSTEM}backgroundTaskHost.exe`, "-ServerName:BackgroundTaskHost.WebAccountProvider", SVCHOST),
  program(`${SYSTEM}wbem\\WmiPrvSE.exe`, "-secured -Embedding", SVCHOST),
  program("C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe", "/ua /installsource scheduler", SVCHOST),
  program("C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24070.5-0\\MpCmdRun.exe", "Scan -ScheduleJob -ScanTrigger 54", SERVICES),
  program(`${SYSTEM}conhost.exe`, "0xffffffff -ForceV1", `${SYSTEM}cmd.exe`),
  program(`${SYSTEM}gpupdate.exe`, "/target:computer", SVCHOST),
  program(`${SYSTEM}MusNotification.exe`, "", SVCHOST),
];
const SPECIAL: Partial<Readonly<Record<Department, readonly Program[]>>> = {
  IT: [
    program(`${SYSTEM}WindowsPowerShell\\v1.0\\powershell.exe`, "-NoProfile -Command Get-ADUser -Filter *"),
    program(`${SYSTEM}mmc.exe`, "C:\\Windows\\system32\\dsa.msc"),
    program(`${SYSTEM}mstsc.exe`, "/v:SRV-FILE01"),
    program(`${SYSTEM}cmd.exe`),
    program(`${SYSTEM}net.exe`, "user", `${SYSTEM}cmd.exe`),
    program(`${SYSTEM}nslookup.exe`, "", `${SYSTEM}cmd.exe`),
  ],
  Engineering: [
    program("C:\\Program Files\\Git\\cmd\\git.exe", "pull"),
    program("C:\\Program Files\\Cad\\cad.exe"),
    program(`${SYSTEM}WindowsPowerShell\\v1.0\\powershell.exe`, "-File build.ps1"),
  ],
  Finance: [program("C:\\Program Files\\Ledger\\ledger.exe"), program(`${OFFICE}EXCEL.EXE`, "/x budget.xlsm")],
};

/** What people of a department start, in the order of how often. */
export function programsOf(department: Department): readonly Program[] {
  return [...EVERYBODY, ...(SPECIAL[department] ?? [])];
}

export function backgroundPrograms(device: Device): readonly Program[] {
  return device.role === "workstation" || device.role === "laptop" ? BACKGROUND : BACKGROUND.filter((p) => !p.image.includes("EdgeUpdate"));
}
