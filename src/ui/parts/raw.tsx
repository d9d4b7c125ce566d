import { Fragment } from "react";
import { visibleText } from "../../base/escape.ts";

/** Columns of a log line are parted by tabs: more than these are shown as one. */
const MOST_COLUMNS = 200;

/** The bytes of a record as its sensor wrote them. Tabs stay tabs, with a hairline where one stands, so that what is copied is what was there. */
export function Raw({ text }: { text: string }) {
  const cells = text.slice(0, 20_000).split("\t", MOST_COLUMNS);
  return (
    <bdi className="raw">
      {cells.map((cell, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
        <Fragment key={i}>
          {i === 0 ? null : <span className="tab">{"\t"}</span>}
          {visibleText(cell, { max: 8_000, lines: true })}
        </Fragment>
      ))}
      {text.length > 20_000 ? ` … and ${text.length - 20_000} more characters` : ""}
    </bdi>
  );
}
