import type { ReactNode } from "react";
import { useLogOut } from "../../actions/log-out.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { NoPermission } from "../../parts/states.tsx";
import { useMay, useReader } from "../../shell/session.ts";
import { Preferences } from "./preferences.tsx";
import { Tokens } from "./tokens.tsx";
import { Users } from "./users.tsx";

export function AccountPage(): ReactNode {
  const reader = useReader();
  const admin = useMay("admin");
  return (
    <main id="main" tabIndex={-1}>
      <PageHead
        name="Account"
        kick={["Account", `Wonted ${reader.version}`]}
        headline={
          <>
            Signed in as <Shown text={reader.name} max={64} />, role {reader.role}.
          </>
        }
        standfirst={reader.demo ? "This is the demonstration: you look on as a viewer of this machine, and nothing can be changed." : undefined}
      />
      <div className="two-col">
        <div className="stack">
          {admin ? (
            <>
              <Users />
              <Tokens />
            </>
          ) : (
            <Section title="Users and tokens">
              <NoPermission what="The list of users and tokens" role={reader.role} needs="admin" />
            </Section>
          )}
        </div>
        <div className="stack">
          <Preferences />
          <Sessions />
        </div>
      </div>
    </main>
  );
}

function Sessions() {
  const reader = useReader();
  const logOut = useLogOut();
  return (
    <Section title="Session">
      <p className="small">A session ends 30 minutes after its last use, and after 12 hours in any case.</p>
      <div className="btns twelve">
        <button type="button" className="btn" disabled={reader.demo || logOut.isPending} onClick={() => logOut.mutate({ everywhere: false })}>
          Log out
        </button>
        <button type="button" className="btn" disabled={reader.demo || logOut.isPending} onClick={() => logOut.mutate({ everywhere: true })}>
          End all my sessions
        </button>
      </div>
    </Section>
  );
}
