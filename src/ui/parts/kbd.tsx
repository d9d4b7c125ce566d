import { usePreferences } from "../prefs/preferences.ts";

/** A key beside what it does; single letters disappear when the reader has switched them off. */
export function Kbd({ k }: { k: string }) {
  const { letters } = usePreferences();
  return !letters && k.length === 1 && !"↵↑↓".includes(k) ? null : <kbd aria-hidden="true">{k}</kbd>;
}
