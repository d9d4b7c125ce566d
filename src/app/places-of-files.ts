import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the checkout, or of the installed package: the first one upwards that holds content/. */
export function homeFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let i = 0; i < 6; i++) {
    if (existsSync(join(folder, "content", "models"))) return folder;
    folder = dirname(folder);
  }
  return dirname(dirname(dirname(fileURLToPath(import.meta.url))));
}

export function contentFolder(): string {
  return join(homeFolder(), "content");
}

/** Built web pages: dist/ui in the checkout and in the package alike. */
export function uiFolder(): string {
  return join(homeFolder(), "dist", "ui");
}

/** Attack scripts of the synthetic organisation. */
export function attackFolder(): string {
  return join(contentFolder(), "attacks");
}
