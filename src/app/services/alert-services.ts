import type { Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import { iso } from "../../base/time.ts";
import type { AlertDetailRow } from "../../store/requests.ts";
import type { Store } from "../../store/types.ts";
import { alertAnswer, commentAnswer, ms, recordAnswer, snoozeAnswer, whyAnswer } from "./convert.ts";
import type { LiveView } from "./live-view.ts";

type AlertServices = Pick<
  Services,
  "alerts" | "alertGroups" | "alert" | "acknowledge" | "comment" | "snoozes" | "snoozePreview" | "createSnooze" | "deleteSnooze"
>;
type Query = Parameters<Services["alerts"]>[0]["query"];

/** The store's filter of a query: ISO texts become ms, keys without a value stay away. */
function filterOf(query: Query) {
  const from = ms(query.from);
  const to = ms(query.to);
  return {
    state: query.state,
    sort: query.sort,
    limit: query.limit,
    offset: query.offset,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(query.entity === undefined ? {} : { entity: query.entity }),
    ...(query.model === undefined ? {} : { model: query.model }),
    ...(query.minPriority === undefined ? {} : { minPriority: query.minPriority }),
    ...(query.minScore === undefined ? {} : { minScore: query.minScore }),
    ...(query.text === undefined ? {} : { text: query.text }),
  };
}

/** @param beside what stands beside an alert that the store does not hold: links with what is known of them, the other sensors' view */
export function alertServices(
  store: Store,
  live: LiveView,
  newId: () => string,
  changed: (what: "alerts" | "snoozes") => void,
  beside: (row: AlertDetailRow) => Promise<Pick<Awaited<ReturnType<Services["alert"]>>, "links" | "around">>,
): AlertServices {
  return {
    async alerts({ query, signal }) {
      const answer = await store.ask("alerts", filterOf(query), { signal });
      return { alerts: answer.alerts.map(alertAnswer), total: answer.total, hiddenBySnooze: answer.hiddenBySnooze };
    },
    async alertGroups({ query, signal }) {
      const answer = await store.ask("alertGroups", { ...filterOf(query), by: query.by }, { signal });
      return { groups: answer.groups.map((g) => ({ ...g, newest: iso(g.newest), oldest: iso(g.oldest) })), total: answer.total };
    },
    async alert({ params, signal }) {
      const row = await store.ask("alert", { id: params.id }, { signal });
      const info = live.modelInfo(row.model);
      return {
        ...alertAnswer(row),
        why: row.why.map(whyAnswer),
        records: row.records.map(recordAnswer),
        commentList: row.commentList.map(commentAnswer),
        techniques: row.mitre.map((id) => live.technique(id)),
        earlier: row.earlier.map((e) => ({ id: e.id, time: iso(e.time), score: e.score })),
        ...(info === undefined ? {} : { modelInfo: info }),
        ...(await beside(row)),
      };
    },
    async acknowledge({ params, body, session, entry }) {
      const audit = entry({ target: params.id, why: body.why, after: { acknowledged: body.acknowledged } });
      const row = await store.ask("acknowledge", { id: params.id, acknowledged: body.acknowledged, by: session.id, audit });
      changed("alerts");
      return { result: alertAnswer(row), audit: "written" };
    },
    async comment({ params, body, session, entry }) {
      const audit = entry({ target: params.id, after: { comment: body.text } });
      const row = await store.ask("comment", { id: params.id, by: session.id, text: body.text, audit });
      changed("alerts");
      return { result: commentAnswer(row), audit: "written" };
    },
    async snoozes() {
      return (await store.ask("snoozes", {})).map(snoozeAnswer);
    },
    async snoozePreview({ query }) {
      const answer = await store.ask("snoozePreview", { model: query.model, entity: query.entity, days: query.days });
      return { hidden: answer.hidden, days: answer.days, alerts: answer.alerts.map((a) => ({ ...a, time: iso(a.time) })) };
    },
    async createSnooze({ body, session, entry }) {
      const until = Date.parse(body.until);
      if (!(until > live.now())) throw new CodedError("snooze-invalid", "A snooze must end in the future.", { hint: "Choose a later time." });
      const after = { model: body.model, entity: body.entity, until: body.until };
      const audit = entry({ target: `${body.model} @ ${body.entity}`, why: body.why, after });
      const row = await store.ask("createSnooze", { id: newId(), model: body.model, entity: body.entity, until, why: body.why, by: session.id, audit });
      changed("snoozes");
      return { result: snoozeAnswer(row), audit: "written" };
    },
    async deleteSnooze({ params, entry }) {
      const result = await store.ask("deleteSnooze", { id: params.id, audit: entry({ target: params.id }) });
      changed("snoozes");
      return { result, audit: "written" };
    },
  };
}
