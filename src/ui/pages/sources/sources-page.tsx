import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { get } from "../../client/queries.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Legend } from "../../parts/legend.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Answered, Empty, waitingFor } from "../../parts/states.tsx";
import { useMay } from "../../shell/session.ts";
import { sourcesHeadline } from "../../words/sources.ts";
import { AddSourceForm } from "./add-source-form.tsx";
import { SourceTable } from "./source-table.tsx";
import { StoragePanel } from "./storage-panel.tsx";

export function SourcesPage(): ReactNode {
  const sources = useQuery(get("sources", {}));
  useRefetchOn(["sources", "source", "storage"], (m) => m.type === "source" || m.type === "rate" || (m.type === "changed" && m.what === "sources"));
  const admin = useMay("admin");
  const [adding, setAdding] = useState(false);
  return (
    <main id="main" tabIndex={-1}>
      <PageHead
        name="Sources"
        kick={["Sources", "what is seen, and what is not"]}
        headline={sources.data === undefined ? waitingFor("the sources", sources.error) : sourcesHeadline(sources.data)}
        hints={[
          { label: "Next", keys: ["j"] },
          { label: "Open", keys: ["↵"] },
        ]}
      />
      <div className="stack">
        <Section
          title="Sources"
          sub="events by quarter hour, last 24 h of event time"
          aside={
            <>
              <Legend
                items={[
                  ["peer", "read"],
                  ["hatch", "nothing read"],
                ]}
              />
              <button
                type="button"
                className="btn"
                disabled={!admin}
                title={admin ? undefined : "An administrator connects sources."}
                onClick={() => setAdding(true)}
              >
                Connect a source…
              </button>
            </>
          }
        >
          <Answered query={sources} what="The sources" rows={4} height={44}>
            {(data) =>
              data.length === 0 ? (
                <Empty sentence="No source is connected." checked="The configuration names none, and none was added here.">
                  <button type="button" className="btn" disabled={!admin} onClick={() => setAdding(true)}>
                    Connect one…
                  </button>
                </Empty>
              ) : (
                <SourceTable sources={data} />
              )
            }
          </Answered>
        </Section>
        <StoragePanel />
      </div>
      {adding ? (
        <Dialog title="Connect a source" onClose={() => setAdding(false)}>
          <AddSourceForm onAdded={() => setAdding(false)} onClose={() => setAdding(false)} />
        </Dialog>
      ) : null}
    </main>
  );
}
