/**
 * Brings one EVE record of an offline run into a form that every run over the same capture shares. Measured with 7.0.10, these differ:
 *  - `flow_id`: random per run. An ordinal by first appearance in our order stands in for it, so that records of one flow still meet;
 *  - `parent_id`: the same, left out, since it may name a flow that has no record of its own;
 *  - `timestamp` of a flow record, and of what a closing flow still had to tell (`pkt_src` "stream (flow timeout)"):
 *    when the flow manager came by, which may be days of capture time after the last packet. The end of the flow stands in for it;
 *  - `reason` of a flow, "timeout" or "shutdown": whether the manager came by before the file ended. Left out.
 */
export interface CanonicalRecord {
  /** Orders the records: the event's own time (a flow's start), then the record itself. */
  key: string;
  /** The EVE line up to where its flow_id stands, and from there on, without what differs between runs. */
  head: string;
  rest: string;
  /** flow_id of this run, to be replaced by an ordinal; empty when the record has none. */
  flow: string;
}

const HEAD = /^\{"timestamp":"([^"]{20,40})",(?:"flow_id":(\d+),)?/;
const PARENT = /,"parent_id":\d+/;
const START = /"start":"([^"]{20,40})"/;
const END = /"end":"([^"]{20,40})"/;
const REASON = /,"reason":"(?:timeout|shutdown)"/;
const LATE = '"pkt_src":"stream (flow timeout)"';
const FLOW = '"event_type":"flow"';

export function isFlowRecord(line: string): boolean {
  // The head is at most 90 characters, and no attacker's text stands before event_type.
  const at = line.indexOf(FLOW);
  return at > 0 && at < 160;
}

/** flow_id of a record whose time stamp depends on the run and must come from its flow's end. */
export function lateFlowOf(line: string): string | undefined {
  if (!line.includes(LATE) || isFlowRecord(line)) return undefined;
  return HEAD.exec(line)?.[2];
}

/** flow_id and end of a flow record. */
export function flowEndOf(line: string): { flow: string; end: string } | undefined {
  if (!isFlowRecord(line)) return undefined;
  const flow = HEAD.exec(line)?.[2];
  const end = END.exec(line)?.[1];
  return flow === undefined || end === undefined ? undefined : { flow, end };
}

/** @param endOf end of the flow of a late record, or undefined. A line that is no EVE record keeps its text and sorts first. */
export function canonicalRecord(line: string, endOf: (flow: string) => string | undefined): CanonicalRecord {
  const head = HEAD.exec(line);
  if (head === null) return { key: line, head: "", rest: line, flow: "" };
  const stamp = head[1] ?? "";
  const flow = head[2] ?? "";
  let rest = line.slice(head[0].length).replace(PARENT, "");
  let shown = stamp;
  let sortBy = stamp;
  if (isFlowRecord(line)) {
    rest = rest.replace(REASON, "");
    shown = END.exec(rest)?.[1] ?? stamp;
    sortBy = START.exec(rest)?.[1] ?? shown;
  } else if (flow !== "" && rest.includes(LATE)) {
    shown = endOf(flow) ?? stamp;
    sortBy = shown;
  }
  return { key: `${sortBy} ${rest}`, head: `{"timestamp":"${shown}",`, rest, flow };
}

/** The line itself. `flow` is the ordinal, from 1. */
export function canonicalLine(record: CanonicalRecord, flow: number | undefined): string {
  return flow === undefined ? record.head + record.rest : `${record.head}"flow_id":${flow},${record.rest}`;
}
