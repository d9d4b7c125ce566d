import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import { isSignedOut } from "../client/problem.ts";
import { follow, unfollow } from "../live/stream.ts";
import { LogIn } from "../pages/enter/log-in.tsx";
import { SetUp } from "../pages/enter/set-up.tsx";
import { Failed, Loading } from "../parts/states.tsx";
import { ReaderContext, useSessionQuery } from "./session.ts";

/** Shows the pages to who is signed in. Otherwise the log-in stands at the very address that was asked for, so a deep link goes on where it pointed. */
export function Gate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const session = useSessionQuery();
  const { data } = session;
  const signedIn = data?.state === "signed-in";
  useEffect(() => {
    const cache = client.getQueryCache();
    return cache.subscribe((event) => {
      if (event.type !== "updated" || event.action.type !== "error" || event.query.queryKey[0] === "session") return;
      if (isSignedOut(event.action.error)) void client.invalidateQueries({ queryKey: ["session"] });
    });
  }, [client]);
  useEffect(() => {
    if (!signedIn) return undefined;
    follow();
    return unfollow;
  }, [signedIn]);
  const reader = useMemo(
    () => (data?.user === undefined ? undefined : { name: data.user.name, role: data.user.role, demo: data.demo, version: data.version }),
    [data],
  );
  if (data === undefined) {
    return (
      <main className="enter">
        {session.error === null ? (
          <Loading rows={3} height={26} label="the session" />
        ) : (
          <Failed what="Who is signed in" error={session.error} onRetry={() => void session.refetch()} />
        )}
      </main>
    );
  }
  if (data.state === "setup") return <SetUp />;
  if (reader === undefined || !signedIn) return <LogIn />;
  return <ReaderContext.Provider value={reader}>{children}</ReaderContext.Provider>;
}
