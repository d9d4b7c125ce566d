import { useEffect, useRef } from "react";
import { preferences } from "./preferences.ts";

const NAMES: Readonly<Record<string, string>> = { Enter: "enter", Escape: "esc", ArrowDown: "down", ArrowUp: "up", Home: "home", End: "end" };

/** A character, or one of enter, esc, down, up, home, end. */
export type KeyMap = Readonly<Record<string, (() => void) | undefined>>;

const layers: { current: KeyMap }[] = [];
let listening = false;

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const target = event.target;
  const typing = target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  if (typing && event.key !== "Escape") return;
  if (event.ctrlKey || event.metaKey) return;
  // A dialog has its own keys: the browser's Escape, and what its fields take.
  if (document.querySelector("dialog[open]") !== null) return;
  if (event.key.length === 1 && !preferences().letters) return;
  // Enter on a link or a button is that element's.
  if (event.key === "Enter" && target instanceof HTMLElement && target.closest("a,button,summary,[role=button]") !== null) return;
  const name = event.key.length === 1 ? event.key : NAMES[event.key];
  if (name === undefined) return;
  for (let i = layers.length - 1; i >= 0; i--) {
    const action = layers[i]?.current[name];
    if (action === undefined) continue;
    event.preventDefault();
    action();
    return;
  }
}

/**
 * Keys of a page or part while it is on the screen; the one that came last is asked first. Single characters can be switched off by the reader
 * (WCAG 2.1.4); none acts in a text field or while a dialog is open.
 */
export function useKeys(map: KeyMap): void {
  const layer = useRef(map);
  layer.current = map;
  useEffect(() => {
    if (!listening) {
      document.addEventListener("keydown", onKey);
      listening = true;
    }
    layers.push(layer);
    return () => {
      const at = layers.indexOf(layer);
      if (at >= 0) layers.splice(at, 1);
    };
  }, []);
}
