import { visibleText } from "../../base/escape.ts";

/** Text from outside where no element can stand: attributes, marks of a chart, parts of a sentence. Elsewhere it is <Shown>. */
export function plain(text: string, max = 200): string {
  return visibleText(text, { max });
}
