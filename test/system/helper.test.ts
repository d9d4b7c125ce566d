import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { namespaces, needs, program, root } from "../needs.ts";
import { tempFolder } from "../support/temp-folder.ts";

const MAIN = fileURLToPath(new URL("../../src/app/main.ts", import.meta.url));
const LACKS = [process.env.WONTED_SYSTEM === "1" ? undefined : "starts a program with root's rights: set WONTED_SYSTEM=1", root(), namespaces()];

/** The helper as a person starts it, in a network namespace of its own; it must end by itself. */
function helper(before: readonly string[], args: (dir: string) => readonly string[], owner = 0o600): { code: number | null; said: string } {
  const dir = tempFolder();
  const token = join(dir, "token");
  writeFileSync(token, "a token that is long enough\n", { mode: 0o600 });
  chmodSync(token, owner);
  const line = [...before, process.execPath, MAIN, "helper", "--socket", join(dir, "run", "helper.sock"), "--token", token, ...args(dir)];
  const done = spawnSync("unshare", ["-n", ...line], { encoding: "utf8", timeout: 20_000 });
  return { code: done.status, said: done.stderr };
}

describe("the helper says in a sentence why it does not start", () => {
  test("nft is not installed", (context) => {
    needs(context, ...LACKS, program("nft"));
    // Where nft lies there is nothing any more, for this process alone.
    const hidden = ["unshare", "-m", "sh", "-c", 'for d in /usr/sbin /usr/local/sbin; do mount -t tmpfs none $d; done; exec "$@"', "sh"];
    const ended = helper(hidden, () => []);
    expect([ended.code, ended.said]).toEqual([1, expect.stringMatching(/wonted-helper: nft .*\[nft-missing\]/)]);
  });

  test("nft refuses, because the right to change the network is missing", (context) => {
    needs(context, ...LACKS, program("nft"), program("setpriv"));
    const ended = helper(["setpriv", "--bounding-set", "-net_admin"], () => []);
    expect([ended.code, ended.said]).toEqual([1, expect.stringMatching(/Operation not permitted.*\[nft-refused\]/)]);
  });

  test("a token that others may write, and a tap that is somebody's interface", (context) => {
    needs(context, ...LACKS);
    const open = helper([], () => [], 0o622);
    expect([open.code, open.said]).toEqual([1, expect.stringContaining("[file-not-roots]")]);
    const used = (up: string): string[] => [
      "sh",
      "-c",
      `ip link add used type veth peer name other && ip addr add 192.0.2.5/24 dev used && ${up} && exec "$@"`,
      "sh",
    ];
    const carrier = helper(used("ip link set used up && ip link set other up"), () => ["--tap", "used"]);
    expect([carrier.code, carrier.said]).toEqual([1, expect.stringMatching(/192\.0\.2\.5.*\[tap-interface-refused\]/)]);
    const silent = helper(used("ip link set used up"), () => ["--tap", "used"]);
    expect([silent.code, silent.said]).toEqual([1, expect.stringMatching(/has routes.*\[tap-interface-refused\]/)]);
  });
});
