import type { TlsStack } from "../network/agents.ts";

/**
 * Programs that speak for themselves while a machine is on. Names of the system makers' own hosts stand as they document them, since records of
 * their clouds name them too; all others are invented.
 */
export interface App {
  name: string;
  /** `{tenant}` and `{n}` (1-12, by machine) are put in. */
  host: string;
  families: readonly string[];
  /** Share of machines that have it. Negative: all of an organisation's machines or none, with these odds. */
  share: number;
  /** Seconds between two contacts, and by how much they scatter (0 = like a clock, 1 = no rhythm). */
  every: number;
  jitter: number;
  stack: TlsStack;
  /** Median payload bytes of a contact. */
  out: number;
  in: number;
  /** Keeps one connection open instead, with a sign of life each `every` seconds. */
  push?: true;
  port?: number;
  /** Over UDP, without TLS. */
  datagram?: true;
  /** Plain HTTP, by this agent and for this path. */
  agent?: string;
  path?: string;
  mime?: string;
  /** Now and then so many bytes go out at once, what was gathered. */
  batch?: number;
  /** Requests that one contact is made of, on average. */
  parts?: number;
  /** Its server is gone, and it goes on asking. */
  dead?: true;
  /** Only while a person works. */
  awake?: true;
}

const ALL = ["windows", "macos", "linux"];
const WIN = ["windows"];
const MAC = ["macos"];
const LINUX = ["linux"];
const IOS = ["ios"];
const ANDROID = ["android"];

// biome-ignore format: one program a line
export const APPS: readonly App[] = [
  { name: "windows events", host: "v10.events.data.microsoft.com", families: WIN, share: 1, every: 640, jitter: 0.6, stack: "system", out: 4_200, in: 1_100, batch: 45_000 },
  { name: "windows events 2", host: "self.events.data.microsoft.com", families: WIN, share: 0.8, every: 2_700, jitter: 0.8, stack: "system", out: 2_300, in: 900 },
  { name: "windows settings", host: "settings-win.data.microsoft.com", families: WIN, share: 1, every: 1_700, jitter: 0.4, stack: "system", out: 1_600, in: 4_039 },
  { name: "delivery optimisation", host: "array6{n}.prod.do.dsp.mp.microsoft.com", families: WIN, share: 1, every: 1_500, jitter: 0.8, stack: "system", out: 2_300, in: 4_860 },
  { name: "windows update", host: "slscr.update.microsoft.com", families: WIN, share: 1, every: 19_000, jitter: 0.4, stack: "system", out: 3_900, in: 24_000 },
  { name: "windows notifications", host: "client.wns.windows.com", families: WIN, share: 1, every: 900, jitter: 0.02, stack: "system", out: 31, in: 31, push: true },
  { name: "connectivity check", host: "www.msftconnecttest.com", families: WIN, share: 1, every: 11_000, jitter: 0.9, stack: "system", out: 110, in: 22, agent: "Microsoft NCSI", path: "/connecttest.txt", mime: "text/plain" },
  { name: "certificate lists", host: "ctldl.windowsupdate.com", families: WIN, share: 1, every: 21_000, jitter: 0.7, stack: "system", out: 230, in: 4_700, agent: "Microsoft-CryptoAPI/10.0", path: "/msdownload/update/v3/static/trustedr/en/disallowedcertstl.cab", mime: "application/vnd.ms-cab-compressed" },
  { name: "revocation", host: "ocsp.digicert.com", families: WIN, share: 1, every: 9_000, jitter: 1, stack: "system", out: 0, in: 471, agent: "Microsoft-CryptoAPI/10.0", path: "/MFEwTzBNMEswSTAJBgUrDgMCGgUABBQ{x}", mime: "application/ocsp-response" },
  { name: "update parts", host: "tlu.dl.delivery.mp.microsoft.com", families: WIN, share: 1, every: 26_000, jitter: 0.9, stack: "system", out: 260, in: 900_000, parts: 14, agent: "Microsoft-Delivery-Optimization/10.0", path: "/filestreamingservice/files/{x}", mime: "application/octet-stream" },
  { name: "endpoint sensor", host: "winatp-gw-weu.microsoft.com", families: WIN, share: -0.8, every: 300, jitter: 0.25, stack: "system", out: 3_100, in: 1_900 },
  { name: "endpoint cloud", host: "wdcp.microsoft.com", families: WIN, share: -0.8, every: 1_900, jitter: 0.9, stack: "system", out: 3_600, in: 2_200, awake: true },
  { name: "mail", host: "outlook.office365.com", families: ALL, share: 1, every: 300, jitter: 0.8, stack: "electron", out: 4_400, in: 9_500, awake: true },
  { name: "mail notifications", host: "outlook.office365.com", families: ALL, share: 0.9, every: 30, jitter: 0.05, stack: "system", out: 180, in: 120, push: true },
  { name: "sign-in", host: "login.microsoftonline.com", families: ALL, share: 1, every: 3_300, jitter: 0.6, stack: "system", out: 6_200, in: 13_000, awake: true },
  { name: "chat", host: "teams.microsoft.com", families: ALL, share: 0.97, every: 420, jitter: 0.7, stack: "electron", out: 3_800, in: 7_900, awake: true },
  { name: "chat push", host: "go.trouter.teams.microsoft.com", families: ALL, share: 0.97, every: 40, jitter: 0.05, stack: "electron", out: 120, in: 90, push: true },
  { name: "office rules", host: "nexusrules.officeapps.live.com", families: ["windows", "macos"], share: 1, every: 7_200, jitter: 0.7, stack: "system", out: 1_500, in: 6_800 },
  { name: "office telemetry", host: "mobile.events.data.microsoft.com", families: ["windows", "macos"], share: 1, every: 1_300, jitter: 0.8, stack: "electron", out: 5_800, in: 1_000, awake: true },
  { name: "file sync", host: "{tenant}-my.sharepoint.com", families: ["windows", "macos"], share: 0.9, every: 480, jitter: 0.5, stack: "system", out: 2_900, in: 5_300 },
  { name: "widgets", host: "arc.msn.com", families: WIN, share: 0.7, every: 5_400, jitter: 0.6, stack: "system", out: 1_900, in: 8_000 },
  { name: "safe browsing", host: "safety.glassbrook-browse.com", families: ["windows", "macos", "linux", "android"], share: 0.8, every: 1_820, jitter: 0.1, stack: "browser", out: 1_700, in: 9_600, awake: true },
  { name: "browser update", host: "update.glassbrook-browse.com", families: ALL, share: 0.9, every: 17_800, jitter: 0.15, stack: "browser", out: 2_600, in: 3_200 },
  { name: "antivirus", host: "ts.wardensphere.com", families: WIN, share: -0.4, every: 600, jitter: 0.05, stack: "agent", out: 408, in: 878, agent: "WS Update (Windows; U; 64bit; BPC 10.1.2050)", path: "/v10/ping", mime: "text/plain" },
  { name: "antivirus push", host: "epns.wardensphere.com", families: WIN, share: -0.4, every: 420, jitter: 0.01, stack: "agent", out: 31, in: 31, push: true, port: 8_883 },
  { name: "device management", host: "checkin.anchormdm.com", families: ["windows", "macos", "ios", "android"], share: -0.6, every: 3_600, jitter: 0.1, stack: "agent", out: 2_400, in: 3_900 },
  { name: "remote help agent", host: "relay{n}.handrail-help.com", families: ["windows", "macos"], share: -0.7, every: 60, jitter: 0.02, stack: "agent", out: 70, in: 55, push: true },
  { name: "inventory", host: "agent.stocktally.io", families: ["windows", "macos", "linux"], share: -0.5, every: 900, jitter: 0.05, stack: "go", out: 1_900, in: 800 },
  { name: "cloud drive", host: "t{n}.boxlarder.com", families: ["windows", "macos"], share: 0.22, every: 1_600, jitter: 0.4, stack: "python", out: 4_800, in: 3_300 },
  { name: "cloud drive push", host: "bolt.boxlarder.com", families: ["windows", "macos"], share: 0.22, every: 58, jitter: 0.03, stack: "python", out: 450, in: 380, push: true },
  { name: "passwords", host: "my.keyhollow.com", families: ALL, share: 0.35, every: 1_800, jitter: 0.1, stack: "electron", out: 2_100, in: 3_400, awake: true },
  { name: "writing help", host: "wss.inkwarden.com", families: ["windows", "macos"], share: 0.15, every: 25, jitter: 0.2, stack: "browser", out: 600, in: 420, push: true, awake: true },
  { name: "music", host: "ap{n}.tunemoor.com", families: [...ALL, "ios", "android"], share: 0.2, every: 30, jitter: 0.05, stack: "agent", out: 90, in: 70, push: true, awake: true },
  { name: "notes", host: "sync.leafnote.app", families: [...ALL, "ios", "android"], share: 0.2, every: 900, jitter: 0.3, stack: "electron", out: 1_700, in: 2_500 },
  { name: "graphics driver", host: "events.pixelforge-gfx.com", families: WIN, share: 0.3, every: 8_000, jitter: 0.7, stack: "agent", out: 2_700, in: 900 },
  { name: "maker's updater", host: "api.hullmark-pc.com", families: WIN, share: -0.5, every: 28_000, jitter: 0.3, stack: "system", out: 2_000, in: 5_900 },
  { name: "reader updater", host: "armmf.paperleaf.com", families: ["windows", "macos"], share: 0.6, every: 40_000, jitter: 0.5, stack: "system", out: 300, in: 2_600, agent: "ARM/1.824", path: "/arm-manifests/win/ArmManifest3.msi", mime: "application/octet-stream" },
  { name: "java updater", host: "javadl-esd.beanmoor.com", families: WIN, share: 0.15, every: 80_000, jitter: 0.4, stack: "java", out: 210, in: 1_400, agent: "jupdate", path: "/update/1.8.0/map-m-1.8.0.xml", mime: "application/xml" },
  { name: "mac push", host: "{n}-courier.push.apple.com", families: ["macos", "ios"], share: 1, every: 900, jitter: 0.05, stack: "system", out: 69, in: 55, push: true, port: 5_223 },
  { name: "mac location", host: "gsp64-ssl.ls.apple.com", families: ["macos", "ios"], share: 1, every: 5_200, jitter: 0.8, stack: "system", out: 2_100, in: 4_500 },
  { name: "mac gateway", host: "gateway.icloud.com", families: ["macos", "ios"], share: 0.9, every: 1_400, jitter: 0.8, stack: "system", out: 3_000, in: 3_600 },
  { name: "mac updates", host: "swscan.apple.com", families: MAC, share: 1, every: 21_600, jitter: 0.2, stack: "system", out: 1_300, in: 90_000 },
  { name: "captive check", host: "captive.apple.com", families: [...MAC, ...IOS], share: 1, every: 14_000, jitter: 0.9, stack: "system", out: 140, in: 69, agent: "CaptiveNetworkSupport-481.120.5 wispr", path: "/hotspot-detect.html", mime: "text/html" },
  { name: "android push", host: "mtalk.google.com", families: ANDROID, share: 1, every: 880, jitter: 0.05, stack: "system", out: 45, in: 40, push: true, port: 5_228 },
  { name: "android services", host: "android.googleapis.com", families: ANDROID, share: 1, every: 1_300, jitter: 0.9, stack: "system", out: 2_700, in: 2_900 },
  { name: "connectivity check", host: "connectivitycheck.gstatic.com", families: ANDROID, share: 1, every: 9_000, jitter: 0.9, stack: "system", out: 120, in: 0, agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0.3112.32 Safari/537.36", path: "/generate_204" },
  { name: "messenger", host: "g{n}.pigeonpost.chat", families: [...IOS, ...ANDROID], share: 0.9, every: 240, jitter: 0.1, stack: "agent", out: 80, in: 70, push: true },
  { name: "phone mail", host: "outlook.office365.com", families: [...IOS, ...ANDROID], share: 0.85, every: 900, jitter: 0.5, stack: "system", out: 2_600, in: 5_200 },
  { name: "phone apps", host: "api{n}.pocketwren.com", families: [...IOS, ...ANDROID], share: 1, every: 700, jitter: 0.9, stack: "system", out: 2_000, in: 14_000 },
  { name: "linux packages", host: "archive.ubuntu.com", families: LINUX, share: 1, every: 43_000, jitter: 0.3, stack: "system", out: 180, in: 350_000, agent: "Debian APT-HTTP/1.3 (2.4.12)", path: "/ubuntu/dists/jammy-updates/InRelease", mime: "text/plain" },
  { name: "linux check", host: "connectivity-check.ubuntu.com", families: LINUX, share: 1, every: 300, jitter: 0.02, stack: "system", out: 90, in: 0, agent: "-", path: "/" },
  { name: "editor", host: "vortex.data.codelark.dev", families: ALL, share: 0.2, every: 1_200, jitter: 0.8, stack: "electron", out: 3_300, in: 900, awake: true },
  { name: "background transfer", host: "edgedl.me.gvt1.com", families: WIN, share: 1, every: 18_000, jitter: 0.8, stack: "system", out: 250, in: 300_000, parts: 9, agent: "Microsoft BITS/7.8", path: "/edgedl/release2/chrome_component/{x}", mime: "application/x-chrome-extension" },
  { name: "update agent", host: "download.windowsupdate.com", families: WIN, share: 1, every: 34_000, jitter: 0.8, stack: "system", out: 240, in: 20_000, agent: "Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.73", path: "/c/msdownload/update/others/{x}.cab", mime: "application/vnd.ms-cab-compressed" },
  { name: "tiles", host: "tile-service.weather.microsoft.com", families: WIN, share: 0.6, every: 9_000, jitter: 0.4, stack: "system", out: 210, in: 5_200, agent: "Microsoft-WNS/10.0", path: "/en-GB/livetile/preinstall?region=GB", mime: "application/xml" },
  { name: "time", host: "time.apple.com", families: ["macos", "ios"], share: 1, every: 1_800, jitter: 0.5, stack: "system", out: 48, in: 48, port: 123, datagram: true },
  { name: "time", host: "ntp.ubuntu.com", families: LINUX, share: 1, every: 1_024, jitter: 0.1, stack: "system", out: 48, in: 48, port: 123, datagram: true },
  { name: "own mail", host: "imap.letterloft.net", families: [...ALL, "ios", "android"], share: 0.2, every: 600, jitter: 0.2, stack: "agent", out: 900, in: 4_800, port: 993 },
  { name: "own mail push", host: "imap.letterloft.net", families: ["windows", "macos"], share: 0.14, every: 540, jitter: 0.03, stack: "agent", out: 64, in: 78, push: true, port: 993 },
  { name: "messenger", host: "g{n}.pigeonpost.chat", families: ["windows", "macos"], share: 0.3, every: 320, jitter: 0.1, stack: "electron", out: 80, in: 70, push: true, port: 5_222 },
  { name: "call helper", host: "stun.pigeonpost.chat", families: [...ALL, "ios", "android"], share: 0.4, every: 2_400, jitter: 0.9, stack: "agent", out: 40, in: 88, port: 3_478, datagram: true },
  { name: "drawing office", host: "lic.drafthaven-cad.com", families: WIN, share: 0.12, every: 3_600, jitter: 0.05, stack: "agent", out: 640, in: 420, push: true, port: 27_000 },
  { name: "player", host: "update.reelbarn.org", families: ALL, share: 0.08, every: 70_000, jitter: 0.5, stack: "agent", out: 160, in: 900, agent: "VLC/3.0.20 LibVLC/3.0.20", path: "/vlc/status-win-x64", mime: "text/plain" },
  { name: "editor plugin", host: "updates.penfold-notes.org", families: WIN, share: 0.1, every: 60_000, jitter: 0.6, stack: "agent", out: 170, in: 400, agent: "WinGup/5.2.8 (NotePad 8.6.9)", path: "/update/getDownLoadUrl.php", mime: "text/xml" },
  { name: "unpacker", host: "www.zipmoor.com", families: WIN, share: 0.06, every: 90_000, jitter: 0.5, stack: "agent", out: 150, in: 300, agent: "NSIS_Inetc (Mozilla)", path: "/check.txt", mime: "text/plain" },
  { name: "scripts of one's own", host: "data.openfigures.org", families: ALL, share: 0.05, every: 14_000, jitter: 0.8, stack: "python", out: 180, in: 42_000, agent: "Python-urllib/3.11", path: "/api/v1/series?id={x}", mime: "application/json" },
  { name: "scripts of one's own", host: "api.rateboard.eu", families: ALL, share: 0.05, every: 20_000, jitter: 0.8, stack: "system", out: 170, in: 2_400, agent: "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621.3958", path: "/latest.json", mime: "application/json" },
  { name: "scripts of one's own", host: "mirror.loamstack.io", families: ALL, share: 0.05, every: 26_000, jitter: 0.9, stack: "go", out: 120, in: 90_000, agent: "curl/8.4.0", path: "/pool/{x}", mime: "application/octet-stream" },
  { name: "label printer", host: "svc.stickerly-labels.com", families: WIN, share: 0.05, every: 30_000, jitter: 0.4, stack: "system", out: 260, in: 700, agent: "LabelDesk/11.2.3", path: "/version.xml", mime: "text/xml" },
  { name: "scanner driver", host: "fw.inkreach-services.com", families: WIN, share: 0.12, every: 50_000, jitter: 0.3, stack: "system", out: 230, in: 1_100, agent: "InkReach-DriverUpdate/4.1", path: "/drv/latest?m={x}", mime: "text/plain" },
  { name: "weather", host: "api.skyfold-weather.com", families: [...ALL, "ios", "android"], share: 0.1, every: 3_600, jitter: 0.2, stack: "agent", out: 140, in: 1_900, agent: "SkyFold/3.8 (desktop)", path: "/v2/now?c={x}", mime: "application/json" },
  { name: "radio", host: "stream{n}.airwave-radio.net", families: ALL, share: 0.07, every: 8_000, jitter: 0.7, stack: "agent", out: 300, in: 40_000_000, parts: 1, agent: "NSPlayer/12.00.22621", path: "/live128.mp3", mime: "audio/mpeg", awake: true },
  { name: "forgotten agent", host: "collect.oldmoor-assets.net", families: ["windows", "macos"], share: 0.3, every: 380, jitter: 0.35, stack: "agent", out: 0, in: 0, port: 8_530, dead: true },
  { name: "forgotten licence", host: "lic.formerly-tallstone.com", families: WIN, share: 0.12, every: 900, jitter: 0.1, stack: "agent", out: 0, in: 0, dead: true },
];
