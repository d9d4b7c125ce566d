import { useSyncExternalStore } from "react";

export interface Preferences {
  theme: "system" | "light" | "dark";
  clock: "utc" | "local";
  /** Single letters as keys (WCAG 2.1.4). */
  letters: boolean;
}

const KEY = "wonted.preferences";
const DEFAULTS: Preferences = { theme: "system", clock: "utc", letters: true };
const listeners = new Set<() => void>();
let current = load();

function load(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const has = (kept ?? {}) as Partial<Record<keyof Preferences, unknown>>;
    return {
      theme: has.theme === "light" || has.theme === "dark" ? has.theme : DEFAULTS.theme,
      clock: has.clock === "local" ? "local" : DEFAULTS.clock,
      letters: has.letters !== false,
    };
  } catch {
    return DEFAULTS;
  }
}

function apply(): void {
  if (current.theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current.theme;
}
// Markup made without a page (a test of one page's states) has no document to dress.
if (typeof document !== "undefined") apply();

/** What this browser's reader chose; kept in this browser only. */
export function preferences(): Preferences {
  return current;
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser without storage forgets the choice when the page closes.
  }
  apply();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences, preferences);
}
