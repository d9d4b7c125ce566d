import { hostForDisplay, visibleText } from "../../base/escape.ts";

/** Text that came from outside: what does not show itself is shown, its direction cannot turn what stands around it, its length is capped. */
export function Shown({ text, max = 200, lines = false, className }: { text: string; max?: number; lines?: boolean; className?: string }) {
  return <bdi className={className}>{visibleText(text, { max, lines })}</bdi>;
}

/** A host name; an internationalised one also as it would look. */
export function Host({ name }: { name: string }) {
  return <bdi>{hostForDisplay(name, 120)}</bdi>;
}
