import { expect, test } from "vitest";
import { devices } from "../../../test/support/learning.ts";
import { ChangedDevices } from "./changed-devices.ts";

test("a device is put when it is new, was seen again or is known better, and again until the store has taken it", () => {
  const all = devices(3).map((d) => ({ ...d, lastSeen: 5 }));
  const changed = new ChangedDevices();
  expect(changed.among(all).map((d) => d.index)).toEqual([0, 1, 2]);
  // Refused by a full disk: asked again.
  expect(changed.among(all)).toHaveLength(3);
  changed.told(all);
  expect(changed.among(all)).toEqual([]);
  const [first, second] = all;
  if (first === undefined || second === undefined) throw new Error("no devices");
  const seen = { ...first, lastSeen: 6 };
  const named = { ...second, identity: [{ kind: "hostname", value: "pc-1", from: 6, to: 7, by: "product" }] } as unknown as typeof second;
  expect(changed.among([seen, named]).map((d) => d.index)).toEqual([0, 1]);
});
