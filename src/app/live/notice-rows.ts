import type { Notice as LaneNotice } from "../../lanes/lane.ts";
import { eventId } from "../../schema/event.ts";
import type { Notice } from "../../store/requests.ts";

/** What was seen for the first time, as rows of the event log. */
export function noticeRows(notices: readonly LaneNotice[]): Notice[] {
  return notices.map((n) => ({
    id: `${eventId(n.event)}-${n.feature}`,
    time: n.event.time,
    entity: n.entity.id,
    kind: "notice" as const,
    what: n.text,
    detail: "",
    ...(n.event.dst === undefined ? {} : { peer: n.event.dst }),
    unusual: n.unusual,
  }));
}
