import { expect, test } from "vitest";
import { faultsOfFile, usesNetwork } from "./house-rules.ts";

function fault(path: string, text: string, bytes = text.length): string | undefined {
  return faultsOfFile(path, bytes, text)[0];
}

test("what does not belong in the repository is found", () => {
  expect(fault("src/base/long.ts", "x\n".repeat(401))).toContain("401 lines");
  expect(fault("src/ui/strings.generated.ts", "x\n".repeat(401))).toBeUndefined();
  expect(fault("src/base/long.ts", "x\n".repeat(400))).toBeUndefined();
  expect(faultsOfFile("docs/capture.pcap", 10, undefined)[0]).toContain("data");
  expect(faultsOfFile("src/parsers/fixtures/one.pcap", 10, undefined)).toEqual([]);
  expect(faultsOfFile("docs/picture.png", 1_000_001, undefined)[0]).toContain("bytes");
  expect(fault("docs/guide/01.md", "cd /home/anna/wonted\n")).toContain("somebody's machine");
  expect(fault("docs/guide/01.md", "see (/work/main)\n")).toContain("somebody's machine");
  expect(fault("docs/guide/01.md", "the network/framework/path of an URL\n")).toBeUndefined();
  expect(fault("scripts/x.mjs", 'fetch("https://github.com/a/b/releases/download/v1/x.tgz")\n')).toContain("download");
});

test("code that can speak to another machine is found; naming a type of a socket is not speaking", () => {
  const speaking = [
    'import { connect } from "node:net";',
    'import {\n  request,\n} from "node:https";',
    "await fetch(url);",
    'const dns = await import("node:dns");',
    "new EventSource(url)",
  ];
  expect(speaking.filter((text) => !usesNetwork(text))).toEqual([]);
  const silent = ['import type { Socket } from "node:net";', "// fetch(url) would be wrong here", 'import { join } from "node:path";'];
  expect(silent.filter((text) => usesNetwork(text))).toEqual([]);
});
