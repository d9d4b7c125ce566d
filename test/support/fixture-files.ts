import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));

export function fixturePath(name: string): string {
  return FIXTURES + name;
}

export function fixture(name: string): Buffer {
  return readFileSync(fixturePath(name));
}

/** File names in a folder of fixtures, sorted. */
export function fixtures(folder: string): string[] {
  return readdirSync(fixturePath(folder)).sort();
}
