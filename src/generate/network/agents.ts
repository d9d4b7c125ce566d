import { hash32 } from "../../base/hash.ts";
import type { Draw } from "../world/draw.ts";
import type { Browser, Device } from "../world/types.ts";

const ROLL_DAYS = 28;

/** Major version on the day: a new one about every four weeks, which a machine takes up within some days. */
export function majorOn(device: Device, browser: Browser, day: number): number {
  const lag = hash32(`${device.id}/lag`) % 9;
  return browser.major + Math.max(0, Math.floor((day + 14 - lag) / ROLL_DAYS));
}

/** User-Agent of the machine's browser on the day, in the reduced form that browsers send since 2022. */
export function browserAgent(device: Device, day: number): string {
  const browser = device.browser;
  if (browser === undefined) return "-";
  const major = majorOn(device, browser, day);
  const { family } = device.os;
  if (family === "ios")
    return `Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${major}.6 Mobile/15E148 Safari/604.1`;
  if (family === "android") return `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Mobile Safari/537.36`;
  const platform = family === "macos" ? "Macintosh; Intel Mac OS X 10_15_7" : family === "linux" ? "X11; Linux x86_64" : "Windows NT 10.0; Win64; x64";
  switch (browser.name) {
    case "Firefox":
      return `Mozilla/5.0 (${platform}; rv:${major}.0) Gecko/20100101 Firefox/${major}.0`;
    case "Safari":
      return `Mozilla/5.0 (${platform}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${major}.6 Safari/605.1.15`;
    case "Edge":
      return `Mozilla/5.0 (${platform}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36 Edg/${major}.0.0.0`;
    case "Chrome":
      return `Mozilla/5.0 (${platform}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
  }
}

export interface Hello {
  ja3: string;
  ja4: string;
}

/** Programs whose client hello we know apart: the browser, the system's own library, and what brings its own. */
export type TlsStack = "browser" | "system" | "electron" | "python" | "go" | "java" | "agent";

const made = new Map<string, Hello>();

/**
 * Fingerprints of a client hello. Those of Chromium's family order their extensions anew at each connection (since version 110, 2023), so that
 * JA3 is another each time and JA4, which sorts them, stays. All others keep both for the life of a version.
 */
export function helloOf(draw: Draw, device: Device, stack: TlsStack, day: number): Hello {
  const browser = device.browser;
  const chromium = stack === "browser" && (browser?.name === "Chrome" || browser?.name === "Edge") && device.os.family !== "ios";
  const version = stack === "browser" && browser !== undefined ? `${browser.name}/${Math.floor(majorOn(device, browser, day) / 6)}` : "";
  const key = `${stack}/${stack === "system" || stack === "browser" ? device.os.name : ""}/${chromium ? "chromium" : version}`;
  let hello = made.get(key);
  if (hello === undefined) {
    const hex = (salt: string): string => hash32(key, hash32(salt)).toString(16).padStart(8, "0");
    const tls12 = stack === "java" || (stack === "system" && device.os.name === "Windows 10");
    const count = 12 + (hash32(key) % 8);
    hello = {
      ja3: hex("a") + hex("b") + hex("c") + hex("d"),
      ja4: `t${tls12 ? "12" : "13"}d${count}${10 + (hash32(key, 5) % 8)}${stack === "agent" || stack === "java" ? "00" : "h2"}_${(hex("e") + hex("f")).slice(0, 12)}_${(hex("g") + hex("h")).slice(0, 12)}`,
    };
    made.set(key, hello);
  }
  return chromium || stack === "electron" ? { ja3: draw.hex(32), ja4: hello.ja4 } : hello;
}
